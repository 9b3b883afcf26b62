"""What cannot be drawn, and why: said before anything is written."""

import re
from collections.abc import Mapping

import pandas as pd

from workbench.errors import WorkbenchError
from workbench.labels.frames import KEY, fingerprint

_ID = re.compile(r"[\w.:-]{1,80}")


def check_name(name: str) -> None:
    """Refuse what cannot be the name of a sample or task.

    Raises
    ------
    WorkbenchError
        It has other signs than letters, digits and . : _ - or too many of them.
    """
    if not _ID.fullmatch(name):
        raise WorkbenchError(
            f"'{name}' is no name of a sample or task: letters, digits and . : _ - are, at most 80."
        )


def check_draw(
    frame: pd.DataFrame, sample_id: str, size: int | Mapping[str, int], seed: int, task: str
) -> None:
    """Refuse names, sizes and seeds that are none, and a frame of nothing.

    Raises
    ------
    WorkbenchError
        Says which and what was expected.
    """
    for name in (sample_id, task):
        check_name(name)
    fewest = min(size.values(), default=0) if isinstance(size, Mapping) else size
    if fewest < 1:
        raise WorkbenchError(f"a sample of {fewest} of each stratum: expected 1 or more.")
    if seed < 0:
        raise WorkbenchError(f"seed {seed}: expected 0 or more.")
    if frame.empty:
        raise WorkbenchError("there is no mention left to draw from. Choose other days or brands.")


def refuse_another_kind(before: pd.DataFrame, task: str, strategy: str, seed: int) -> None:
    """A name stands for one sample: of one task, strategy and seed.

    Parameters
    ----------
    before
        What was drawn under the name, as `label_samples` has it.
    task, strategy, seed
        What is to be drawn now.

    Raises
    ------
    WorkbenchError
        It is of another task, strategy or seed.
    """
    first = before.iloc[0]
    if first["task"] != task:
        raise WorkbenchError(
            f"{_was(before)} for the task {first['task']}. Give this one another name: --id NAME."
        )
    if first["strategy"] != strategy:
        raise WorkbenchError(
            f"{_was(before)} by the strategy {first['strategy']}, not {strategy}. Give this one another "
            "name: --id NAME."
        )
    if first["seed"] != seed:
        raise WorkbenchError(
            f"{_was(before)} with seed {first['seed']}, not {seed}. A sample is drawn once: go on with "
            f"--seed {first['seed']}, or draw one of other days under another name (--id NAME)."
        )


def refuse_another_frame(before: pd.DataFrame, frame: pd.DataFrame, stored: pd.DataFrame) -> None:
    """A sample speaks for the mentions that it was drawn from.

    Parameters
    ----------
    before
        What was drawn then.
    frame, stored
        The mentions to draw from now, and those of then.

    Raises
    ------
    WorkbenchError
        Mentions came or went since.
    """
    if before["frame"].iloc[0] != fingerprint(frame):
        both = len(frame.merge(stored[KEY], on=KEY))
        raise WorkbenchError(
            f"{_was(before)} from {len(stored):,} mentions; since then {len(frame) - both:,} came and "
            f"{len(stored) - both:,} went. What was drawn stays valid for the mentions of then: label it as it is, "
            "and draw the others as a sample of their own: --only-new --id NAME."
        )


def refuse_another_draw(before: pd.DataFrame, had: Mapping[str, int], wanted: Mapping[str, int]) -> None:
    """A sample is drawn once and made larger only: drawing until its figure pleases would make its interval a lie.

    Parameters
    ----------
    before
        What was drawn then.
    had, wanted
        How many mentions of each stratum were drawn, and would be now.

    Raises
    ------
    WorkbenchError
        Other numbers would be drawn, or of other strata.
    """
    if had != wanted:
        raise WorkbenchError(
            f"{_was(before)} with {len(before):,} mentions (strata: {len(had):,}); these options "
            f"give {sum(wanted.values()):,} (strata: {len(wanted):,}). A sample is drawn once: go on with the "
            "options of then, or draw one of other days under another name (--id NAME)."
        )


def refuse_another_size(before: pd.DataFrame, size: int) -> None:
    """What teaches was picked by a model that knows more by now: more of it are another queue.

    Raises
    ------
    WorkbenchError
        Another number is asked for.
    """
    if size != len(before):
        raise WorkbenchError(
            f"{_was(before)} with {len(before):,} mentions, not {size:,}. Go on with -n {len(before)}, or draw more "
            "as a queue of their own: --id NAME."
        )


def refuse_smaller(before: pd.DataFrame, size: int) -> None:
    """What was handed to people is not taken back.

    Raises
    ------
    WorkbenchError
        Fewer are asked for than were drawn.
    """
    if size < len(before):
        raise WorkbenchError(
            f"{_was(before)} with {len(before):,} mentions. A sample is made larger, never smaller: go on with "
            f"-n {len(before)} or more."
        )


def refuse_overlap(frame: pd.DataFrame, taken: pd.DataFrame) -> None:
    """A mention that two samples could draw has a greater chance of being labelled than either says.

    Raises
    ------
    WorkbenchError
        Mentions of the frame stand in that of another sample.
    """
    both = frame.merge(taken, on=KEY)
    if len(both):
        names = sorted(both["sample_id"].unique())
        raise WorkbenchError(
            f"{len(both):,} of {len(frame):,} mentions could be drawn by sample {', '.join(map(repr, names[:3]))}"
            f"{' and others' if len(names) > 3 else ''} already, so their chance of being labelled would not be "
            "the one recorded. Choose other days or brands, or leave them out: --only-new. Or enlarge that "
            "sample: its name (--id) and more than were drawn (-n, or --per-brand)."
        )


def _was(before: pd.DataFrame) -> str:
    first = before.iloc[0]
    return f"sample '{first['sample_id']}' was drawn on {first['drawn_at']:%Y-%m-%d}"
