"""Why did it move? A changed figure, attributed to what changed by swapping each part in and out.

Each part of the new report (data, labels, model, parameters, settings) is put alone into the old one, and the
notebook run again: what the figure moves then is that part's effect. Taken alone, effects need not add up to the
whole: what is missing is the interaction of the parts, and is named as such. As a second view each part is also taken
out of the new report alone. What remains between the change as reported and the change as made again is the work of
what cannot be swapped: code, packages, or something that no manifest knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from workbench.errors import WorkbenchError
from workbench.progress import Progress
from workbench.provenance.factors import Compared, compare
from workbench.provenance.opened_again import code_since, lake_of, lost_tables, tampered
from workbench.provenance.rerun import TOLERANCE, differing, notebook_since
from workbench.provenance.swaps import remake
from workbench.runs.recorded_values import numbers
from workbench.settings import Settings

Figures = Mapping[str, float]


@dataclass(frozen=True)
class Moved:
    """One figure that is not what it was.

    Attributes
    ----------
    figure, was, now
        Its name, and its values as reported.
    alone
        By part: what it moves when that part alone is put into the old report; None where there is no such
        figure then.
    last
        By part: what it moves when that part is the last to be put in.
    interactions
        What the parts move together beyond what each moves alone; one that cannot be put in alone counts as the last.
    remainder
        What none of these explains.
    """

    figure: str
    was: float
    now: float
    alone: Mapping[str, float | None]
    last: Mapping[str, float | None]
    interactions: float | None
    remainder: float | None

    @property
    def change(self) -> float:
        """What is now less what was."""
        return self.now - self.was


def why_moved(
    old: Mapping[str, Any], new: Mapping[str, Any], settings: Settings, progress: Progress
) -> tuple[Compared, list[Moved]]:
    """What differs between two reports, and how much of each moved figure is due to what.

    Parameters
    ----------
    old, new
        Manifests of two reports of one notebook.
    settings
        Where lake and models are.
    progress
        Told how many of the runs are done.

    Raises
    ------
    WorkbenchError
        The reports are of different notebooks or lakes, or a run failed.
    """
    compared, was, now = compare(old, new, settings), _recorded(old), _recorded(new)
    names = [name for name in differing(was, now) if name in was and name in now]
    if not names:
        return compared, []
    made, failed = _swaps(compared, new, settings, progress)
    parts = list(compared.swapped)
    told = [*compared.not_swapped, *_otherwise_here(old, new, settings), *failed]
    told += _not_the_same("old", was, made[frozenset()]) + _not_the_same("new", now, made[frozenset(parts)])
    moved = [attributed(name, was[name], now[name], parts, made) for name in names]
    return replace(compared, not_swapped=list(dict.fromkeys(told))), moved


def _otherwise_here(old: Mapping[str, Any], new: Mapping[str, Any], settings: Settings) -> list[str]:
    """What both are made again with, and neither was made with: the code here, and files changed behind the lake."""
    since = [*notebook_since(new, settings), *code_since(new)]
    changed = [
        line
        for one in (old, new)
        for line in tampered(one, settings, lost_tables(lake_of(one, settings), one["tables"]))
    ]
    return [*(f"here, not in the new report: {line}" for line in since), *changed]


def _not_the_same(which: str, reported: Figures, made: Figures) -> list[str]:
    """That a report does not come out again as it stands: then the code is another, or something nobody wrote down."""
    differ = [name for name in differing(reported, made) if name in reported and name in made]
    if not differ:
        return []
    return [f"the {which} report made again has {len(differ):,} other figures than it shows, as {differ[0]}"]


def only_in_one(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[str]]:
    """Figures that only one of two reports has: ``gone`` are those of the old one, ``new`` those of the new."""
    was, now = _recorded(old), _recorded(new)
    return {
        "gone": [name for name in was if name not in now],
        "new": [name for name in now if name not in was],
    }


def attributed(
    name: str, was: float, now: float, parts: list[str], made: Mapping[frozenset[str], Figures]
) -> Moved:
    """One figure's change by part.

    Parameters
    ----------
    name
        The figure.
    was, now
        As reported.
    parts
        What differs.
    made
        Figures made again, by the set of parts that were taken from the new report: none, each alone, all but
        each, and all.

    Examples
    --------
    >>> runs = {(): 10, ("data",): 12, ("labels",): 11, ("data", "labels"): 14}
    >>> made = {frozenset(parts): {"share": value} for parts, value in runs.items()}
    >>> moved = attributed("share", 10, 15, ["data", "labels"], made)
    >>> moved.alone, moved.interactions, moved.remainder
    ({'data': 2, 'labels': 1}, 1, 1)
    """
    everything = frozenset(parts)

    def step(before: frozenset[str], after: frozenset[str]) -> float | None:
        first, last = made[before].get(name), made[after].get(name)
        return None if first is None or last is None else _rounded(last - first, was, now)

    alone = {part: step(frozenset(), frozenset({part})) for part in parts}
    last = {part: step(everything - {part}, everything) for part in parts}
    whole = step(frozenset(), everything)
    effects = list(alone.values())
    if effects.count(None) == 1:
        # As the new week, which the old data have not: put in after all others it has an effect too.
        effects = [last[part] if effect is None else effect for part, effect in alone.items()]
    known = [effect for effect in effects if effect is not None]
    is_known = whole is not None and len(known) == len(parts)
    return Moved(
        name,
        was,
        now,
        alone,
        last,
        _rounded(whole - sum(known), was, now) if whole is not None and is_known else None,
        None if whole is None else _rounded((now - was) - whole, was, now),
    )


def verdicts(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Tiles of which it is told otherwise in the new report whether they reached their target, by their labels.

    Examples
    --------
    >>> verdicts({"tiles": [{"label": "Mood", "status": "met"}]}, {"tiles": [{"label": "Mood", "status": "unsure"}]})
    {'Mood': ('met', 'unsure')}
    """
    was, now = (
        {str(tile["label"]): tile.get("status") or "none" for tile in one["tiles"]} for one in (old, new)
    )
    return {label: (was[label], now[label]) for label in was if label in now and was[label] != now[label]}


def _swaps(
    compared: Compared, manifest: Mapping[str, Any], settings: Settings, progress: Progress
) -> tuple[dict[frozenset[str], Figures], list[str]]:
    """Figures of every mix that is needed, each run once; and why those that cannot be made cannot."""
    everything = frozenset(compared.swapped)
    mixes = dict.fromkeys(
        [
            frozenset(),
            *(frozenset({part}) for part in everything),
            *(everything - {part} for part in everything),
            everything,
        ]
    )
    made: dict[frozenset[str], Figures] = {}
    failed = []
    for number, mix in enumerate(mixes):
        progress(number / len(mixes), f"{number + 1} of {len(mixes)} runs: {_said(mix, everything)}")
        try:
            figures = remake(manifest, settings, compared.mixed(mix)).figures
        except WorkbenchError as error:
            # The first line: the next names a copy in a folder that is gone by now.
            why = f"{_said(mix, everything)} cannot be made: {str(error).splitlines()[0]}"
            if mix in (frozenset(), everything):
                raise WorkbenchError(why) from None
            # As the new week in the old data, which have no such week: of other mixes something is known all the same.
            failed.append(why)
            made[mix] = {}
            continue
        made[mix] = {k: v for name, value in figures.items() for k, v in numbers(value, name).items()}
    return made, failed


def _recorded(manifest: Mapping[str, Any]) -> dict[str, float]:
    pairs = ((name, figure["value"]) for name, figure in manifest["figures"].items())
    return {key: number for name, value in pairs for key, number in numbers(value, name).items()}


def _said(mix: frozenset[str], everything: frozenset[str]) -> str:
    if mix == everything:
        return "the new report"
    return f"the old report with the new {', '.join(sorted(mix))}" if mix else "the old report"


def _rounded(change: float, was: float, now: float) -> float:
    """Without the last digits, in which the same figure differs from run to run."""
    return 0 if abs(change) <= TOLERANCE * max(abs(was), abs(now)) else change
