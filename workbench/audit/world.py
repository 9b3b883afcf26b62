"""An audit is a world of its own: a folder with its lake, its key and what it was begun with."""

import json
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError, did_you_mean
from workbench.file_hash import sha256_of
from workbench.settings import Settings, parse_settings
from workbench.settings.keeping import check_may_keep

VENDOR = "vendor"
SAMPLE, TASK = "audit", "sentiment"
_STATE = "audit.json"
# A name is a folder: none that begins with a dot, or it could be the folder above.
_NAME = re.compile(r"\w[\w.-]{0,59}")


@dataclass(frozen=True)
class World:
    """One audit.

    Parameters
    ----------
    name, folder
        Of the audit.
    source, fingerprint
        Name and SHA-256 of the vendor's file.
    labels
        How many posts people are asked about.
    seed
        Of the draw.
    brands
        The brands that are audited; none named: all that are large enough.
    has_brand
        Whether the file says of each post which brand it is about; otherwise the keywords of the settings do.
    settings
        Those of the user when the audit began, with data and lake in the audit's own folder.
    mapping
        SHA-256 of the mapping that the file was read with; empty: its columns were guessed; None: of an audit that was
        begun before this was written down.
    """

    name: str
    folder: Path
    source: str
    fingerprint: str
    labels: int
    seed: int
    brands: tuple[str, ...]
    has_brand: bool
    settings: Settings
    mapping: str | None = None


def audits_folder(settings: Settings) -> Path:
    """Where the audits of these settings are."""
    return settings.data_folder / "audits"


def audit_name(file: Path, name: str = "") -> str:
    """The name given, else that of the file without its ending.

    Raises
    ------
    WorkbenchError
        It can be no name.

    Examples
    --------
    >>> audit_name(Path("exports/Acme Q3 (final).csv.gz"))
    'Acme-Q3-final'
    """
    if name and not _NAME.fullmatch(name):
        raise WorkbenchError(
            f"'{name}' is no name of an audit: letters, digits and . _ - are, at most 60, a letter or digit first."
        )
    return name or re.sub(r"[^\w.-]+", "-", file.name.split(".")[0]).strip("-.")[:60] or "audit"


def list_audits(settings: Settings) -> list[str]:
    """Names of the audits there are, the one changed last at the end."""
    files = audits_folder(settings).glob(f"*/{_STATE}")
    return [file.parent.name for file in sorted(files, key=lambda file: file.stat().st_mtime)]


def open_world(settings: Settings, name: str = "") -> World:
    """The audit of that name; empty: the one changed last.

    Raises
    ------
    WorkbenchError
        There is none.
    """
    known = list_audits(settings)
    wanted = name or (known[-1] if known else "")
    if wanted not in known:
        what = f"there is no audit '{wanted}'." if wanted else "there is no audit yet."
        raise WorkbenchError(
            f"{what}{did_you_mean(wanted, known)} Audits: {', '.join(known) or 'none'}. "
            "Begin one: workbench audit FILE --labels 200."
        )
    folder = audits_folder(settings) / wanted
    try:
        said = json.loads((folder / _STATE).read_text(encoding="utf-8"))
        of_audit = parse_settings(said.pop("settings"), folder, str(folder / _STATE))
        return World(
            **{**said, "brands": tuple(said["brands"])}, name=wanted, folder=folder, settings=of_audit
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise WorkbenchError(
            f"{folder / _STATE} is damaged. Its labels are in {folder / 'lake'}: put the file back from a "
            "backup, or begin another audit (--name NAME)."
        ) from None


def make_world(
    settings: Settings,
    file: Path,
    name: str,
    labels: int,
    seed: int,
    brands: tuple[str, ...],
    has_brand: bool,
    mapping: Path | None = None,
) -> World:
    """A new audit, not yet written down: `save_world` does that."""
    folder = audits_folder(settings) / name
    return World(
        name, folder, file.name, fingerprint(file), labels, seed, brands, has_brand,
        _settings_of(settings, folder, has_brand), fingerprint(mapping) if mapping else "",
    )  # fmt: skip


def save_world(world: World) -> None:
    """Write the audit down, whole or not at all."""
    check_may_keep("the state of an audit")
    world.folder.mkdir(parents=True, exist_ok=True)
    said = {
        name: getattr(world, name)
        for name in ("source", "fingerprint", "labels", "seed", "brands", "has_brand", "mapping")
    }
    said["settings"] = world.settings.model_dump(mode="json", exclude_none=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=world.folder, delete=False) as part:
        json.dump(said, part, indent=2, ensure_ascii=False)
    os.replace(part.name, world.folder / _STATE)


def fingerprint(file: Path) -> str:
    """SHA-256 of a file.

    Raises
    ------
    WorkbenchError
        There is none.
    """
    try:
        return sha256_of(file)
    except OSError as error:
        raise WorkbenchError(f"{file} cannot be read: {error.strerror}. Name the vendor's export.") from None


def _settings_of(settings: Settings, folder: Path, has_brand: bool) -> Settings:
    """The user's settings, with everything that is stored in the audit's own folder."""
    own: dict[str, Any] = settings.model_dump(mode="json", exclude_none=True)
    own |= {"data": ".", "lake": {"root": "lake", "keep_versions_days": settings.lake.keep_versions_days}}
    own["labeling"] |= {"folder": str(settings.labeling_folder.resolve())}
    if has_brand:
        # The vendor's brand is the one that is judged: posts are not sought for others as well.
        own["brands"] = {}
    return parse_settings(own, folder)
