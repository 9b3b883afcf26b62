"""Is a report what was signed: its signature, its page, every displayed figure, and the copy kept beside the run."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from workbench.errors import WorkbenchError
from workbench.reports.displayed import displayed_figures
from workbench.reports.entries import FAILURE_ELEMENT
from workbench.reports.page_parts import changed_parts, page_parts
from workbench.runs.kept_manifest import kept_manifest
from workbench.runs.manifest import SCHEMA, manifest_of, page_hash
from workbench.runs.manifest_shape import check_shape
from workbench.runs.signing import signature_fault
from workbench.settings import Settings

MOST_NAMED = 8


@dataclass(frozen=True)
class Finding:
    """What one check found: whether it holds (None: it is only said), and what in particular."""

    check: str
    holds: bool | None
    said: str
    details: tuple[str, ...] = ()


def read_report(report: Path) -> tuple[str, dict[str, Any]]:
    """A report's page and its manifest.

    Raises
    ------
    WorkbenchError
        There is no such file, or it holds no manifest that this version can read.
    """
    try:
        # Read as text, its line ends would become others, and the hash would not fit.
        html = report.read_bytes().decode()
    except FileNotFoundError:
        raise WorkbenchError(f"there is no report {report}. Reports are in the folder `reports`.") from None
    except (OSError, UnicodeDecodeError):
        raise WorkbenchError(
            f"{report} cannot be read as a report. Give an HTML file that workbench made."
        ) from None
    manifest = manifest_of(html)
    if manifest is None and FAILURE_ELEMENT in html:
        raise WorkbenchError(
            f"{report} is no report: it says why there is none, and shows no figure that could be checked."
        )
    if manifest is None:
        raise WorkbenchError(
            f"{report} holds no manifest: it was made by an older workbench or by something else (the list of reports "
            "is one), or its manifest was taken out. What is not in it cannot be checked; make the report again."
        )
    if manifest.get("schema") != SCHEMA:
        raise WorkbenchError(
            f"{report} has a manifest of schema {manifest.get('schema')}; this workbench knows {SCHEMA}. "
            "Update workbench, or verify it with the one that made it."
        )
    check_shape(manifest, str(report))
    return html, manifest


def verify(report: Path, settings: Settings) -> list[Finding]:
    """Check a report as it stands; whether its figures come out again is for `workbench.provenance.rerun`.

    Raises
    ------
    WorkbenchError
        It cannot be read, or holds no manifest.
    """
    html, manifest = read_report(report)
    fault = signature_fault(manifest, settings)
    signature = Finding("signature", not fault, fault or f"signed with the pinned key {manifest['key_id']}.")
    first = [signature, *_place(report, manifest, settings)]
    displayed = _displayed(html, manifest)
    if other := _of_another(html, manifest, displayed):
        return [*first, other, *_kept(manifest, settings)]
    return [*first, displayed, _page(html, manifest), *_kept(manifest, settings)]


def _place(report: Path, manifest: Mapping[str, Any], settings: Settings) -> list[Finding]:
    """Whether it lies where the report of its name lies: last week's page may stand under this week's name."""
    name, folder = manifest["order"]["name"], (settings.data_folder / "reports").resolve()
    if not report.resolve().is_relative_to(folder):
        return [Finding("name", None, f"it is the report {name}, made {manifest['made_at']}.")]
    lies_as = report.resolve().relative_to(folder).with_suffix("").as_posix()
    if lies_as == name:
        return []
    return [Finding("name", False, f"it lies where {lies_as} is looked for, and is the report {name}.")]


def _page(html: str, manifest: Mapping[str, Any]) -> Finding:
    if page_hash(html) == manifest.get("page"):
        return Finding("page", True, "the page is, byte for byte, the one that was made.")
    changed = "the page was changed after it was made."
    if "parts" not in manifest:
        return Finding("page", False, f"{changed} In which part cannot be told: an older workbench made it.")
    parts = changed_parts(manifest["parts"], page_parts(html))
    where = (
        ""
        if parts
        else " No text, chart, mark, style or script differs: it is in blanks, comments or their order."
    )
    return Finding("page", False, f"{changed}{where}", tuple(parts))


def _displayed(html: str, manifest: Mapping[str, Any]) -> Finding:
    """Which of the figures that a reader sees are not those that were made."""
    was = [(figure["where"], figure["text"]) for figure in manifest.get("displayed", [])]
    # Another workbench may find others in the same page: one that is byte for byte what it was shows what it showed.
    is_untouched = page_hash(html) == manifest.get("page")
    now = was if is_untouched else [(figure["where"], figure["text"]) for figure in displayed_figures(html)]
    if was == now:
        return Finding(
            "displayed figures", True, f"all {len(was):,} displayed figures are those that were made."
        )
    before, after = dict(was), dict(now)
    changed = [
        _edited(where, before[where], after[where])
        for where in before
        if after.get(where, before[where]) != before[where]
    ]
    gone = [f"{where}: taken out" for where in before if where not in after]
    added = [f"{where}: put in, '{after[where]}'" for where in after if where not in before]
    details = (*changed, *gone, *added) or ("they stand in another order",)
    number = "1 is not as it was" if len(details) == 1 else f"{len(details):,} are not as they were"
    return Finding("displayed figures", False, f"{number} made.", details)


def _of_another(html: str, manifest: Mapping[str, Any], displayed: Finding) -> Finding | None:
    """Whether the manifest speaks of another report than the page it stands in."""
    title = BeautifulSoup(html, "html.parser").h1
    shown = " ".join(title.get_text(" ").split()) if title else ""
    is_other_title = bool(shown) and shown != " ".join(str(manifest.get("title")).split())
    places = max(1, len(manifest.get("displayed", [])))
    is_other = (is_other_title and not displayed.holds) or len(displayed.details) > places / 2
    if page_hash(html) == manifest.get("page") or not is_other:
        return None
    name, made = manifest["order"]["name"], manifest["made_at"]
    return Finding(
        "page",
        False,
        f"the manifest is of another report: it speaks of '{name}' (made {made}), and the page shows "
        f"'{shown}' with other figures. Nothing vouches for this page.",
        displayed.details,
    )


def _kept(manifest: Mapping[str, Any], settings: Settings) -> list[Finding]:
    """The manifest in the page beside the one that was kept with the run, where this machine has it."""
    file = settings.data_folder / "runs" / f"{manifest['order']['name']}.manifest.json"
    kept = kept_manifest(file)
    if not kept:
        return []
    if kept == manifest:
        return [Finding("kept manifest", True, "the manifest is the one kept beside the run.")]
    if kept.get("made_at") != manifest.get("made_at"):
        said = (
            f"the run of this name was made again since ({kept.get('made_at')}); "
            f"this report is of {manifest.get('made_at')}."
        )
        return [Finding("kept manifest", None, said)]
    details = tuple(differences(kept, manifest))
    return [
        Finding(
            "kept manifest", False, f"the manifest is not the one kept beside the run ({file.name}).", details
        )
    ]


def differences(was: Any, now: Any, where: str = "") -> list[str]:
    """Where two manifests differ, and how.

    Examples
    --------
    >>> differences({"order": {"parameters": {"weeks": 12}}}, {"order": {"parameters": {"weeks": 8}}})
    ['order.parameters.weeks: was 12, is 8']
    """
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        names = dict.fromkeys([*was, *now])
        return [
            found
            for name in names
            for found in differences(was.get(name), now.get(name), f"{where}.{name}".strip("."))
        ]
    if isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        pairs = enumerate(zip(was, now, strict=True), start=1)
        return [found for place, (a, b) in pairs for found in differences(a, b, f"{where} {place}")]
    return [] if was == now else [f"{where}: was {_plain(was)}, is {_plain(now)}"]


def _edited(where: str, was: str, now: str) -> str:
    """What was changed in a displayed figure: only the words that differ, of a long one."""
    if len(was) < 40:
        return f"{where}: was '{was}', is '{now}'"
    words, others = was.split(), now.split()
    steps = SequenceMatcher(None, words, others, autojunk=False).get_opcodes()
    parts = [
        f"'{' '.join(words[a:b])}' became '{' '.join(others[c:d])}'"
        for kind, a, b, c, d in steps
        if kind != "equal"
    ]
    return f"{where}: {'; '.join(parts)}"


def _plain(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}…"
