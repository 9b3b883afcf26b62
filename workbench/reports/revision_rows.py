"""What a final report changed of the preliminary one: each figure as it was, as it is, and why."""

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.figures.fragments import table_markup
from workbench.figures.locale import in_locale
from workbench.figures.numbers import format_count, with_interval
from workbench.runs.recorded_values import numbers
from workbench.tables import BATCHES, NEAR_DUPLICATES, OUTPUTS

_COLUMNS = ("figure", "was", "is", "why")
_VALUE = ": value"
_MOST = 50


def revision_rows(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, str]]:
    """The figures of the first screen that a later report shows otherwise than an earlier one.

    Parameters
    ----------
    before, after
        Manifests of the two; their ``tiles`` are compared by name, and written in the ``locale`` of the later. Of
        reports without tiles, the column ``value`` of the frames that were recorded.

    Returns
    -------
    ``figure``, ``was``, ``is`` and ``why`` of each, in the order of the later report. Why: the posts and labels that
    it rests on now, and whatever else differs in what the two were made of. How much each of these moved the
    figure, ``workbench diff`` works out by making it again.

    Examples
    --------
    >>> def report(posts, value, version):
    ...     tile = {"label": "Unhappy", "value": value, "unit": "share", "posts": posts}
    ...     return {"tiles": [tile], "tables": {"posts": version}}
    >>> [row] = revision_rows(report(900, 0.41, 12), report(960, 0.43, 13))
    >>> row["was"], row["is"], row["why"]
    ('41\\xa0%', '43\\xa0%', 'posts 900 → 960; later data in posts')
    """
    with in_locale(after.get("locale")):
        return _rows(before, after)


def _rows(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, str]]:
    is_tiled = bool(before.get("tiles") or after.get("tiles"))
    earlier, later = (_tiles(told) if is_tiled else _recorded(told) for told in (before, after))
    general = _differences(before, after)
    rows = []
    for label in dict.fromkeys([*later, *earlier]):
        was, now = _shown(earlier.get(label)), _shown(later.get(label))
        if was != now:
            why = [*_counts(earlier.get(label, {}), later.get(label, {})), *general]
            rows.append(
                {"figure": label, "was": was, "is": now, "why": "; ".join(why) or "nothing recorded differs"}
            )
    if len(rows) > _MOST:
        rest = {"figure": f"{format_count(len(rows) - _MOST)} more", "was": "", "is": "", "why": "as above"}
        rows = [*rows[:_MOST], rest]
    return rows


def revisions_table(rows: Sequence[Mapping[str, str]]) -> str:
    """The table of what changed; empty without rows."""
    if not rows:
        return ""
    cells = [[str(row[column]) for column in _COLUMNS] for row in rows]
    heads = ["Figure", "Was", "Is", "Why"]
    return table_markup("Figures revised since the preliminary report", heads, cells, [False] * 4)


def _tiles(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {tile["label"]: tile for tile in manifest.get("tiles") or []}


def _recorded(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Every recorded value, told by its place in words."""
    figures = manifest.get("figures") or {}
    found = {
        where: n for name, figure in figures.items() for where, n in numbers(figure["value"], name).items()
    }
    return {where.removesuffix(_VALUE): {"value": n} for where, n in found.items() if where.endswith(_VALUE)}


def _shown(tile: Mapping[str, Any] | None) -> str:
    if tile is None:
        return "not shown"
    return with_interval(tile.get("value"), tile.get("low"), tile.get("high"), tile.get("unit", ""))


def _counts(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Posts and labels of a figure, where their number changed."""
    pairs = {what: (was.get(what), now.get(what)) for what in ("posts", "labels")}
    return [
        f"{what} {format_count(first)} → {format_count(last)}"
        for what, (first, last) in pairs.items()
        if first is not None and last is not None and first != last
    ]


# What the workbench notes of its own work: no reader looks for a cause there.
_BOOKS = {*OUTPUTS, BATCHES.name, NEAR_DUPLICATES.name}


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What the two reports were made of that is not the same, in a few words each."""
    tables, now = before.get("tables") or {}, after.get("tables") or {}
    moved = [name for name in now if name in tables and now[name] != tables[name] and name not in _BOOKS]
    said = [f"later data in {', '.join(moved)}"] if moved else []
    names = {
        "models": "another model", "parameters": "other parameters", "settings": "other settings",
        "lock": "other packages", "code": "other code",
    }  # fmt: skip
    return said + [words for key, words in names.items() if _part(before, key) != _part(after, key)]


def _part(manifest: Mapping[str, Any], key: str) -> Any:
    return manifest.get("order", {}).get("parameters") if key == "parameters" else manifest.get(key)
