"""Why did it move? A changed figure, attributed to what changed by swapping each part in and out.

Each part of the new report (data, labels, model, parameters, settings) is put alone into the old one, and the
notebook run again: what the figure moves then is that part's effect. Taken alone, effects need not add up to the
whole: what is missing is the interaction of the parts, and is named as such. As a second view each part is also taken
out of the new report alone. What remains between the change as reported and the change as made again is the work of
what cannot be swapped: code, packages, or something that no manifest knows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.errors import WorkbenchError
from workbench.provenance.factors import Compared, compare
from workbench.provenance.rerun import TOLERANCE, differing
from workbench.provenance.swaps import remake
from workbench.runs.recorded_values import numbers
from workbench.settings import Settings

Progress = Callable[[float, str], None]
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
        What the parts move together beyond what each moves alone.
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
    made = _swaps(compared, new, settings, progress)
    parts = list(compared.swapped)
    return compared, [attributed(name, was[name], now[name], parts, made) for name in names]


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
    known = [effect for effect in alone.values() if effect is not None]
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


def _swaps(
    compared: Compared, manifest: Mapping[str, Any], settings: Settings, progress: Progress
) -> dict[frozenset[str], Figures]:
    """Figures of every mix that is needed; each mix is run once."""
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
    for number, mix in enumerate(mixes):
        progress(number / len(mixes), f"{number + 1} of {len(mixes)} runs: {_said(mix, everything)}")
        try:
            figures = remake(manifest, settings, compared.mixed(mix)).figures
        except WorkbenchError as error:
            # The first line: the next names a copy in a folder that is gone by now.
            raise WorkbenchError(
                f"{_said(mix, everything)} cannot be made: {str(error).splitlines()[0]}"
            ) from None
        made[mix] = {k: v for name, value in figures.items() for k, v in numbers(value, name).items()}
    return made


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
