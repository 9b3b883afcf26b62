"""Sentiment shift: whether the share of negative mentions changed, and how much of that is a change of mix."""

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from narwhals.typing import FrameT, IntoFrameT

from workbench.errors import WorkbenchError
from workbench.statistics.cells import CLOSING_DAYS, counts, labelled_mentions, places_of, population
from workbench.statistics.clusters import Cell
from workbench.statistics.differences import corrected_difference
from workbench.statistics.estimates import method_words
from workbench.statistics.figure import Figure
from workbench.statistics.kitagawa import kitagawa
from workbench.statistics.labelled import relevance_of
from workbench.statistics.measure import MEASURE_COLUMNS, aggregate
from workbench.statistics.mentions import with_columns_checked
from workbench.statistics.prevalence import Estimate
from workbench.statistics.readings_of_tasks import SENTIMENT
from workbench.statistics.vintages import vintages
from workbench.store.frames import in_memory

FIGURE = Figure("sentiment_shift.negative", "share", {"negative": 1.0})
PARTS = ("sentiment_shift.mix", "sentiment_shift.within")


def sentiment_shift(
    mentions: IntoFrameT,
    by: Sequence[str],
    *,
    period: str = "week",
    before: str | Sequence[str] = "",
    after: str | Sequence[str] = "",
    mix_by: str = "platform",
    closing_days: int = CLOSING_DAYS,
    observed_until_epoch: int | None = None,
) -> pd.DataFrame:
    """Share of negative mentions after less before, corrected by people's labels, per group.

    With an interval of its own: two intervals that overlap can still differ. It speaks of the people who
    might have written, not of these posts alone, so posts of one author go together. Mix is what
    would have changed had each platform stayed as it was, within what changed on the platforms themselves;
    the two add up to the shift, and neither is a cause.

    Parameters
    ----------
    mentions
        Mention frame.
    by
        Grouping columns, without the period.
    period
        Column that tells before from after: day, week, month.
    before, after
        A period, or several that are taken together where labels are few. Without, the newest period and the
        one before.
    mix_by
        Column by which the mix is told: platform, product, language. Empty: the shift alone.
    closing_days
        Days after its end in which a period is still preliminary.
    observed_until_epoch
        How far the data reach, seconds since 1970 UTC; without it, the newest post or collection.

    Returns
    -------
    Measure frame in memory, whatever the engine, with the columns ``before`` and ``after``, the periods
    compared, beside `by`: metrics ``sentiment_shift.negative``, ``.mix`` and
    ``.within``, unit share (a difference: 0.03 is three points more), ``posts`` and ``labels`` those of both
    periods. Where one of them has no label the shift is that of the signal and has the status "no labels";
    where there is nothing to compare or to split it is withheld, and ``method`` says why.

    Raises
    ------
    WorkbenchError
        The mentions lack a column, the period is among the groups, a period is both before and after, or the
        labels cannot correct.

    Notes
    -----
    Kitagawa 1955 for the parts; authors as clusters.
    """
    by, mix = list(by), [mix_by] if mix_by else []
    if period in by:
        raise WorkbenchError(
            f"sentiment_shift compares two periods of '{period}', so that it cannot group by it: leave it out of `by`."
        )
    frame = with_columns_checked(
        nw.from_native(mentions), [*by, *SENTIMENT.needed, "author", "created_epoch", "post_id", period, *mix]
    )
    cells = population(frame, [*by, period])
    windows = _windows(cells[period], before, after)
    authors, labelled = _of_authors(frame, [*by, period, *mix], period, windows)
    groups = cells[by].drop_duplicates(ignore_index=True) if by else pd.DataFrame(index=[0])
    reached = observed_until_epoch if observed_until_epoch is not None else cells["reached_epoch"].max()
    last = pd.DataFrame({period: [max(windows[1], default=None)]})
    vintage = vintages(last, pd.Series([np.inf]), reached, closing_days)[0]
    rows = []
    for group, (own, judged) in enumerate(
        zip(places_of(groups, authors, by), places_of(groups, labelled, by), strict=True)
    ):
        sides = [_side(authors.take(own), labelled.take(judged), period, window, mix) for window in windows]
        for row in _shift(sides, mix_by, *map(_worded, windows)):
            rows.append(groups.iloc[group].to_dict() | row | {"unit": FIGURE.unit, "vintage": vintage})
    long = pd.DataFrame(rows, columns=[*by, *MEASURE_COLUMNS])
    # As groups: another week's shift is another figure, and no revision of this one.
    for place, (name, window) in enumerate(zip(("before", "after"), windows, strict=True)):
        long.insert(len(by) + place, name, _worded(window))
    return long.sort_values(["metric", *by], ignore_index=True)


def _windows(known: pd.Series, before: str | Sequence[str], after: str | Sequence[str]) -> list[list[str]]:
    """Periods before and after, as lists; open ones become the newest two that have posts."""
    periods = sorted(known.dropna().unique())
    late = _listed(after) or periods[-1:]
    early = _listed(before) or [p for p in periods if late and p < min(late)][-1:]
    if both := sorted({*early} & {*late}):
        raise WorkbenchError(
            f"{', '.join(both)} stands before and after: a shift is between periods that have none in common."
        )
    return [early, late]


def _listed(periods: str | Sequence[str]) -> list[str]:
    return ([periods] if periods else []) if isinstance(periods, str) else sorted(periods)


def _worded(window: list[str]) -> str:
    """Periods in words.

    Examples
    --------
    >>> _worded(["2026-W42"]), _worded(["2026-W40", "2026-W41", "2026-W42"])
    ('2026-W42', '2026-W40 to 2026-W42 (3 periods)')
    """
    if len(window) > 1:
        return f"{window[0]} to {window[-1]} ({len(window)} periods)"
    return "".join(window)


def _of_authors(
    frame: FrameT, by: list[str], period: str, windows: list[list[str]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What the authors of both windows wrote, summed up by the engine, and what of it people judged."""
    compared = frame.filter(nw.col(period).is_in([label for window in windows for label in window]))
    # A post without author is an author of its own.
    named = compared.with_columns(
        author=nw.when(nw.col("author").is_null()).then(nw.col("post_id")).otherwise(nw.col("author")),
        negative=nw.col("negative").cast(nw.Float64),
    )
    sums = aggregate(
        named.filter(counts()),
        list(dict.fromkeys([*by, "author"])),
        posts=nw.col("negative").count(),
        prediction_sum=nw.col("negative").sum(),
    )
    authors, labelled = in_memory(sums), labelled_mentions(named, by)
    # Numbers for names, which pandas is slow to look up.
    names = pd.Index(authors["author"].unique())
    number = names.get_indexer(authors["author"]), names.get_indexer(labelled["author"])
    return authors.assign(author=number[0]), labelled.assign(author=number[1])


def _side(
    authors: pd.DataFrame, labelled: pd.DataFrame, period: str, window: list[str], mix: list[str]
) -> Cell:
    own = labelled[labelled[period].isin(window)]
    return Cell(
        authors=authors.loc[authors[period].isin(window), ["author", *mix, "posts", "prediction_sum"]],
        labelled=FIGURE.judged(own).join(own[["author", *mix]]),
    )


def _shift(sides: list[Cell], mix_by: str, early: str, late: str) -> list[dict[str, Any]]:
    """Rows of one group: the shift, and its parts."""
    before, after = sides
    posts = [int(side.authors["posts"].sum()) for side in sides]
    parts = PARTS if mix_by else ()
    if not all(posts):
        why = "withheld: no mentions to compare" + (
            f" in {early or 'any period before'}" if posts[1] else f" in {late}"
        )
        return [_uncorrected(metric, posts, why) for metric in (FIGURE.metric, *parts)]
    if not all(relevance_of(side.labelled).any() for side in sides):
        means = [
            side.authors["prediction_sum"].sum() / count for side, count in zip(sides, posts, strict=True)
        ]
        why = f"signal: no labels in one of the periods; mean predicted probability of {late} less {early}"
        signal = _uncorrected(FIGURE.metric, posts, why) | {
            "value": means[1] - means[0],
            "status": "no labels",
        }
        return [
            signal,
            *(_uncorrected(part, posts, "withheld: no labels in one of the periods") for part in parts),
        ]
    whole, words = corrected_difference(before, after), f"{late} less {early}"
    if not mix_by:
        return [_corrected(FIGURE.metric, whole, words)]
    try:
        split = kitagawa(before, after, mix_by)
    except WorkbenchError as error:
        # What is wrong with the labels themselves was said above: here they are too few to be split.
        kept = [_uncorrected(part, posts, f"withheld: {error}") for part in parts]
        return [_corrected(FIGURE.metric, whole, words), *kept]
    estimates = (split.total, split.mix, split.within)
    return [
        _corrected(metric, estimate, f"{words}; mix by {mix_by}")
        for metric, estimate in zip((FIGURE.metric, *parts), estimates, strict=True)
    ]


def _corrected(metric: str, estimate: Estimate, words: str) -> dict[str, Any]:
    return {
        "metric": metric,
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "posts": estimate.posts,
        "labels": estimate.labels,
        "kind": "estimate",
        "method": f"{words}; {method_words(estimate)}",
        "status": "few labels" if estimate.warning else "ok",
    }


def _uncorrected(metric: str, posts: list[int], why: str) -> dict[str, Any]:
    return {
        "metric": metric,
        "value": np.nan,
        "low": np.nan,
        "high": np.nan,
        "posts": sum(posts),
        "labels": 0,
        "kind": "signal",
        "method": why,
        "status": "withheld",
    }
