"""What was found of a report, in lines for a terminal."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from workbench.provenance.difference import Moved
from workbench.provenance.factors import Compared
from workbench.provenance.verify import MOST_NAMED, Finding

_ONLY_NAMED = 3
_VERDICTS = {
    "met": "target met", "missed": "target missed", "unsure": "whether the target is met cannot be told yet",
    "none": "no target",
}  # fmt: skip
_MARKS = {True: "✓", False: "✗", None: "·"}


def say(report: Path, found: Sequence[Finding]) -> str:
    """The verdict, then one line a check, with the first of what it names beneath it.

    Examples
    --------
    >>> print(say(Path("a.html"), [Finding("page", False, "it was changed.", ("tile 'Mood': was 1, is 2",))]))
    a.html does not hold.
    ✗ page: it was changed.
        tile 'Mood': was 1, is 2
    """
    faults = [finding for finding in found if finding.holds is False]
    lines = [f"{report} {'does not hold' if faults else 'holds'}."]
    for finding in found:
        lines.append(f"{_MARKS[finding.holds]} {finding.check}: {finding.said}")
        lines += [f"    {detail}" for detail in finding.details[:MOST_NAMED]]
        if len(finding.details) > MOST_NAMED:
            lines.append(f"    and {len(finding.details) - MOST_NAMED:,} more (all of them with --json)")
    return "\n".join(lines)


def say_difference(
    old: Path,
    new: Path,
    compared: Compared,
    moved: Sequence[Moved],
    only: Mapping[str, Sequence[str]],
    judged: Mapping[str, tuple[str, str]],
) -> str:
    """What differs between two reports, in lines; the figures that moved go in a table of their own.

    `only` are the figures that are ``gone`` from the old report, and ``new``; `judged` the tiles whose verdict is
    another, with what it was and is.
    """
    lines = [f"{old} → {new}", "", "What differs, and was swapped:"]
    for part, found in compared.swapped.items():
        lines += [f"  {part}: {line}" for line in found[:MOST_NAMED]]
        lines += [f"  {part}: and {len(found) - MOST_NAMED:,} more"] if len(found) > MOST_NAMED else []
    if not compared.swapped:
        lines.append("  nothing")
    if compared.not_swapped:
        lines += ["", "What differs, and could not be swapped (its effect is in the remainder):"]
        lines += [f"  {line}" for line in compared.not_swapped]
    lines += ["", f"{len(moved):,} recorded figures moved." if moved else "No recorded figure moved."]
    lines += [f"{tile}: {_VERDICTS[was]} → {_VERDICTS[now]}" for tile, (was, now) in judged.items()]
    for names, where in ((only["gone"], "old"), (only["new"], "new")):
        if names:
            more = ", …" if len(names) > _ONLY_NAMED else ""
            lines.append(f"{len(names):,} only in the {where} report: {', '.join(names[:_ONLY_NAMED])}{more}")
    return "\n".join(lines)


def legend(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """What the marks in these rows mean, a sentence each; none where there are none.

    Examples
    --------
    >>> legend([{"figure": "Mood", "data": "?"}])
    ['?: there is no such figure then, so that the effect cannot be told.']
    """
    cells = [cell for row in rows for cell in row.values()]
    told = {
        "last": "last: cannot be put into the old report alone; what it moves when it is put in after all others.",
        "?": "?: there is no such figure then, so that the effect cannot be told.",
    }
    return [words for mark, words in told.items() if any(cell.split(" ")[-1] == mark for cell in cells)]


def moved_rows(moved: Sequence[Moved], most: int) -> list[dict[str, str]]:
    """The figures that moved, headline figures first, each with the effects of the parts put in alone."""
    ordered = sorted(moved, key=_rank)
    return [
        {
            "figure": one.figure.removesuffix(": value"),
            "was": _number(one.was),
            "is": _number(one.now),
            "change": _signed(one.change),
            **{part: _effect(effect, one.last.get(part)) for part, effect in one.alone.items()},
            "interactions": _signed(one.interactions),
            "remainder": _signed(one.remainder),
        }
        for one in ordered[:most]
    ]


def _effect(alone: float | None, last: float | None) -> str:
    """What a part moves, put in alone; where it cannot be, put in after all others, and marked so."""
    return f"{_signed(last)} last" if alone is None and last is not None else _signed(alone)


def _rank(one: Moved) -> int:
    """Tiles before other figures, and both before their ends, posts and labels."""
    where, _, field = one.figure.rpartition(": ")
    if field != "value" and where:
        return 2
    return 0 if where.startswith("tiles,") else 1


def _number(value: float) -> str:
    return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"


def _signed(value: float | None) -> str:
    if value is None:
        return "?"
    return "0" if value == 0 else f"{value:+.3g}"
