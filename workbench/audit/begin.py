"""Begin an audit, or go on with it: read the export, take what the vendor says, draw what people shall judge."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from workbench.audit.drawing import draw
from workbench.audit.export import check_export, take_answers
from workbench.audit.world import (
    World,
    audit_name,
    fingerprint,
    list_audits,
    make_world,
    open_world,
    save_world,
)
from workbench.errors import WorkbenchError
from workbench.ingest import ingest
from workbench.progress import Progress, silent
from workbench.settings import Settings
from workbench.sources.guessing import guess_mapping
from workbench.sources.layouts import Layout
from workbench.sources.mapping import Mapping, load_mapping
from workbench.sources.sniffing import sniff
from workbench.store.schema import open_lake

LABELS = 200


def begin(
    settings: Settings,
    file: Path,
    *,
    name: str = "",
    labels: int | None = None,
    seed: int | None = None,
    mapping: Path | None = None,
    brands: tuple[str, ...] = (),
    encoding: str | None = None,
    progress: Progress = silent,
    say: Callable[[str], None] = lambda line: None,
) -> World:
    """The audit of a vendor's export, with its sample drawn; begun already, it is gone on with.

    Parameters
    ----------
    settings
        Of the user; the audit gets a lake and a key of its own beneath their data folder.
    file
        The export, in any form that `workbench.ingest` reads.
    name
        Of the audit; otherwise that of the file.
    labels
        How many posts people shall judge, `LABELS` without; more than before enlarges the sample.
    seed
        Of the draw.
    mapping
        A `mapping.toml` for the file; otherwise its columns are guessed.
    brands
        Only these.
    encoding
        Of the file, where the guess is wrong.
    progress
        Called with the share done and what is being done.
    say
        Called with what somebody should know: rows that could not be read, the same export in another audit.

    Raises
    ------
    WorkbenchError
        The export cannot be audited, or an audit of that name was begun otherwise.
    """
    name = audit_name(file, name)
    if name in list_audits(settings):
        world = _go_on(open_world(settings, name), file, labels, seed, mapping, brands)
        if not file.is_file():
            say(f"{file} is not there; this is the audit '{name}' of {world.source}.")
        if encoding:
            say("--encoding counts where an audit begins: what was read stays as it is.")
    else:
        if labels is not None and labels < 1:
            raise WorkbenchError(
                f"{labels} labels: expected 1 or more; {LABELS} tell most of what can be told."
            )
        for other in _of_same_file(settings, file):
            say(f"audit '{other}' is of the same export; --name {other} goes on with it.")
        layout = sniff(file, encoding)
        columns = load_mapping(mapping, layout) if mapping else guess_mapping(layout)
        check_export(layout, columns, settings)
        say(_columns_read(columns))
        has_brand = "brand" in columns.fields
        world = make_world(settings, file, name, labels or LABELS, seed or 0, brands, has_brand, mapping)
        _read(world, layout, columns, progress, say)
    draw(world, open_lake(world.settings))
    # Written down once all of it is there: what was stopped before is done again.
    save_world(world)
    return world


def _columns_read(columns: Mapping) -> str:
    """Whose sentiment is audited: an export may hold that of several vendors.

    Examples
    --------
    >>> print(_columns_read(Mapping({"text": ("body",), "sentiment": ("Tone",), "brand": ("Brand",)})))
    The vendor's sentiment is read from column 'Tone', the brand from 'Brand'; --mapping names others.
    """
    told = [f"The vendor's sentiment is read from column {_named(columns.sources('sentiment'))}"]
    if brands := columns.sources("brand"):
        told.append(f"the brand from {_named(brands)}")
    return f"{', '.join(told)}; --mapping names others."


def _named(columns: tuple[str, ...]) -> str:
    return " and, where that is empty, ".join(f"'{column}'" for column in columns)


def _go_on(
    world: World,
    file: Path,
    labels: int | None,
    seed: int | None,
    mapping: Path | None,
    brands: tuple[str, ...],
) -> World:
    if file.is_file() and fingerprint(file) != world.fingerprint:
        raise WorkbenchError(
            f"audit '{world.name}' is of another file ({world.source}, with other contents). Begin one of its own: "
            "--name NAME."
        )
    is_known = world.mapping is not None
    if mapping and is_known and (not mapping.is_file() or fingerprint(mapping) != world.mapping):
        raise WorkbenchError(
            f"audit '{world.name}' was begun with {'another mapping' if world.mapping else 'guessed columns'}, and "
            f"what was read stays as it is. Begin another with {mapping}: --name NAME."
        )
    for what, asked, was in (("seed", seed, world.seed), ("brand", brands or None, world.brands)):
        if asked is not None and asked != was:
            raise WorkbenchError(
                f"audit '{world.name}' was begun with another {what} ({was or 'none named'}). A sample is drawn once: "
                f"go on without --{what}, or begin another audit (--name NAME)."
            )
    return replace(world, labels=labels if labels is not None else world.labels)


def _of_same_file(settings: Settings, file: Path) -> list[str]:
    """Audits that were begun with a file of the same contents."""
    if not file.is_file():
        return []
    same = []
    for name in list_audits(settings):
        with suppress(WorkbenchError):  # a damaged one is told of where it is asked for
            if open_world(settings, name).fingerprint == fingerprint(file):
                same.append(name)
    return same


def _read(
    world: World, layout: Layout, columns: Mapping, progress: Progress, say: Callable[[str], None]
) -> None:
    """Take the export into the lake of the audit, and what the vendor says of its posts."""
    if Path(world.settings.lake_root).exists():
        _refuse_answered(world)
    # What an attempt left that went wrong before there was a sample may be of another file.
    shutil.rmtree(world.settings.lake_root, ignore_errors=True)
    read = ingest(layout.path, world.settings, columns, layout, progress)
    if read.rejected_file:
        told = (
            f"{read.counts.rejected:,} of {read.counts.read:,} rows could not be read, most because of: "
            f"{_commonest_reason(read.rejected_file)}. Lines and reasons are in {read.rejected_file}."
        )
        if not read.counts.stored:
            raise WorkbenchError(
                f"{layout.path}: {told} Name the right columns in mapping.toml and pass --mapping mapping.toml."
            )
        say(told)
    progress(0.95, "what the vendor says")
    if left_out := take_answers(open_lake(world.settings), world.has_brand):
        say(
            f"{left_out:,} rows name a post again, about another brand, and are left out: of each post the brand that "
            "stands first is audited. Where that matters, audit a file for each brand."
        )


def _refuse_answered(world: World) -> None:
    """An audit whose state was lost may hold what people said."""
    try:
        lake = open_lake(world.settings)
        answers = lake.read("labels", ["annotation_id"], where="strategy <> 'imported'").num_rows
    except WorkbenchError as error:
        raise WorkbenchError(
            f"what an audit '{world.name}' left cannot be read: {error} Remove {world.folder}, or begin another audit: "
            "--name NAME."
        ) from None
    if answers:
        raise WorkbenchError(
            f"{world.folder} holds {answers:,} answers of an audit '{world.name}', but no audit.json. Put that file "
            "back, or begin another audit: --name NAME."
        )


def _commonest_reason(rejected: Path) -> str:
    """Why most rows were refused; what a cell says is left out, so that reasons of one kind are one."""
    with rejected.open(encoding="utf-8") as rows:
        reasons = Counter(re.sub(r"'[^']*'", "'…'", json.loads(row)["reason"]) for row in rows)
    return reasons.most_common(1)[0][0].rstrip(".")
