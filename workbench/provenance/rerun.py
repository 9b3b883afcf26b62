"""A report made again of what it was made of: do its figures come out as they stand in it?"""

import contextlib
import math
from collections.abc import Mapping
from typing import Any

from workbench.errors import WorkbenchError
from workbench.progress import Progress
from workbench.provenance.changed_rows import changed_rows
from workbench.provenance.opened_again import code_since, lake_of, lost_models, lost_tables, tampered
from workbench.provenance.swaps import Ingredients, Remade, own_notebook, remake
from workbench.provenance.verify import Finding
from workbench.reports.displayed import displayed_figures
from workbench.runs.manifest import notebook_hash, page_hash
from workbench.runs.recorded_values import numbers, texts
from workbench.settings import Settings
from workbench.store.damage import damaged_files
from workbench.tables import OUTPUTS

TOLERANCE = 1e-9  # relative: sums over threads end in other last digits each time
_NEXT_TO_NOTHING = 1e-12  # what such sums leave where the answer is 0


def rerun(html: str, manifest: Mapping[str, Any], settings: Settings, progress: Progress) -> list[Finding]:
    """Make a report again, with the same tables, models, settings and parameters, and compare.

    Nothing is written: a notebook that would keep something, as one that trains a model, cannot be made again
    this way, and it is said.

    Parameters
    ----------
    html, manifest
        Its page and its manifest, as `workbench.provenance.verify.read_report` gives them.

    Returns
    -------
    What was found of its ``ingredients``, its ``figures made again``, its ``displayed figures made again``, the
    ``code`` that made it, and what changed ``since``, in this order, as far as each applies.
    """
    progress(0.0, "opening tables and models as they were")
    lost = lost_tables(lake_of(manifest, settings), manifest["tables"])
    gone_models = lost_models(manifest, settings)
    changed = tampered(manifest, settings, lost)
    found = [_ingredients(manifest, changed, [*lost.values(), *gone_models.values()])]
    progress(0.2, "running the notebook again")
    try:
        made = remake(
            manifest, settings, Ingredients.of(manifest), with_page=not lost, is_tolerant=bool(lost)
        )
    except WorkbenchError as error:
        reason = str(error).splitlines()[0].replace(": this run keeps nothing", ". This run keeps nothing")
        found.append(
            Finding(
                "figures made again",
                False,
                f"none can be made again: {reason}",
                _damaged(manifest, settings, lost),
            )
        )
    else:
        found += _compared(manifest, made, [*lost.values(), *gone_models.values()])
        if made.displayed is not None:
            found.append(_shown(html, manifest, made.displayed))
    progress(0.9, "looking at what changed since")
    found += _since(manifest, settings, lost)
    return found


def differing(was: Mapping[str, float], now: Mapping[str, float]) -> list[str]:
    """Names of the numbers that are not the same within the tolerance, in the order of the first.

    Examples
    --------
    >>> differing({"a": 1.0, "b": 2.0}, {"a": 1.0 + 1e-12, "b": 2.1, "c": 3.0})
    ['b', 'c']
    """
    names = dict.fromkeys([*was, *now])
    return [name for name in names if name not in was or name not in now or not is_same(was[name], now[name])]


def is_same(one: float, other: float) -> bool:
    """Whether two numbers are one within the stated tolerance."""
    return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=_NEXT_TO_NOTHING)


def _damaged(manifest: Mapping[str, Any], settings: Settings, lost: Mapping[str, str]) -> tuple[str, ...]:
    """Files that no longer are what the lake's log says: of the tables that still open, the likeliest reason."""
    there = {name: version for name, version in manifest["tables"].items() if name not in lost}
    return tuple(damaged_files(lake_of(manifest, settings).at(there))) if there else ()


def _ingredients(manifest: Mapping[str, Any], changed: list[str], lost: list[str]) -> Finding:
    if not manifest["tables"]:
        said = (
            "its notebook did not say which tables it read (record('provenance', wb.provenance())): "
            "it is made again of those of today."
        )
        return Finding("ingredients", None, said)
    if not changed and not lost:
        return Finding("ingredients", True, "tables and models open as they were, and are what they were.")
    parts = [
        f"{len(changed)} changed behind the lake's back" if changed else "",
        f"{len(lost)} lost" if lost else "",
    ]
    return Finding("ingredients", False, f"{' and '.join(filter(None, parts))}.", (*changed, *lost))


def _compared(manifest: Mapping[str, Any], made: Remade, lost: list[str]) -> list[Finding]:
    told = manifest["figures"]
    missing = [name for name in told if name not in made.figures]
    differ = [
        line
        for name in told
        if name in made.figures
        for line in _figure(name, told[name]["value"], made.figures[name])
    ]
    # Where what it rests on is lost, the run could not say with what parameters it ran.
    noted = [
        f"parameter {name}: the report was made with {value}, its manifest says {made.noted.get(name)}"
        for name, value in manifest.get("noted", {}).items()
        if made.noted and made.noted.get(name) != value
    ]
    why = [f"{line}: what rests on it cannot be made again" for line in lost] if missing else []
    gone = [*why, *(f"{name}: lost" for name in missing)]
    count, within = (
        sum(len(numbers(told[n]["value"], n)) for n in told if n not in missing),
        f"{TOLERANCE:g} relative",
    )
    if not differ and not noted and not gone:
        said = f"all {count:,} recorded numbers came out the same (within {within})."
        return [Finding("figures made again", True, said)]
    parts = [
        f"{len(differ):,} recorded figures differ (tolerance {within})" if differ else "",
        f"{len(noted)} parameters differ" if noted else "",
        f"{len(missing)} of {len(told)} records are lost{_others(told, missing)}" if missing else "",
    ]
    said = f"{'; '.join(filter(None, parts))}."
    return [Finding("figures made again", False, said, (*noted, *differ, *gone))]


def _others(told: Mapping[str, Any], missing: list[str]) -> str:
    return ", the others were made again" if len(missing) < len(told) else ""


def _figure(name: str, was: Any, now: Any) -> list[str]:
    before, after = numbers(was, name), numbers(now, name)
    lines = [
        f"{key}: is {_plain(before.get(key))}, made again {_plain(after.get(key))}"
        for key in differing(before, after)
    ]
    return lines or ([f"{name}: its words differ"] if texts(was, name) != texts(now, name) else [])


def _shown(html: str, manifest: Mapping[str, Any], displayed: list[dict[str, str]]) -> Finding:
    # Another workbench may have found others in this page: where nobody touched it, both are read in one way.
    is_untouched = page_hash(html) == manifest.get("page")
    told = displayed_figures(html) if is_untouched else manifest["displayed"]
    was, now = ({figure["where"]: figure["text"] for figure in figures} for figures in (told, displayed))
    details = [
        f"{where}: '{was.get(where, 'not shown')}', made again '{now.get(where, 'not shown')}'"
        for where in {**was, **now}
        if was.get(where) != now.get(where)
    ]
    said = (
        f"{len(details):,} differ." if details else f"all {len(was):,} displayed figures came out the same."
    )
    return Finding("displayed figures made again", not details, said, tuple(details))


def _since(manifest: Mapping[str, Any], settings: Settings, lost: Mapping[str, str]) -> list[Finding]:
    """What is otherwise now; it changes nothing of the report, and is only said."""
    lake = lake_of(manifest, settings)
    now, told = lake.current_versions(), []
    for name, version in manifest["tables"].items():
        if name in OUTPUTS or name in lost or now.get(name) == version:
            continue
        rows = changed_rows(lake, name, version, now.get(name))
        if rows is None or rows:
            told.append(f"{rows or name} (version {version} → {now.get(name, 'gone')})")
    unknown = sorted(name for name in manifest["tables"] if name in lost)
    same = f"of {', '.join(unknown)} it cannot be told; the other data are the same today."
    data = "the data changed since." if told else same if unknown else "the data are the same today."
    code = [*notebook_since(manifest, settings), *code_since(manifest)]
    return [
        Finding(
            "code",
            None,
            "made by other code or packages than are here." if code else "the code is the one here.",
            tuple(code),
        ),
        Finding("since", None, data, tuple(told)),
    ]


def notebook_since(manifest: Mapping[str, Any], settings: Settings) -> list[str]:
    """Whether the notebook that was run again is, cell by cell, the one that the report was made with."""
    with contextlib.suppress(WorkbenchError):  # none of that name: then nothing ran, and that was said
        source = own_notebook(str(manifest["order"]["notebook"]), settings)
        if notebook_hash(source) != manifest["order"]["notebook_hash"]:
            return [f"notebook {source}: its cells are not those that the report was made with"]
    return []


def _plain(number: float | None) -> str:
    return "not there" if number is None else f"{number:.10g}"
