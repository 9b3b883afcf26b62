"""Satisfaction and outcome: do people who spoke badly of the brand leave it more often?"""

import math
from collections.abc import Sequence
from typing import Any

import narwhals as nw
import pandas as pd
from narwhals.typing import FrameT, IntoFrameT

from workbench.statistics.association import (
    Association,
    correlation,
    difference_of_means,
    odds_ratio,
    risk_difference,
)
from workbench.statistics.measure import DETAIL_COLUMNS, MEASURE_COLUMNS, aggregate
from workbench.statistics.mentions import is_earned, with_columns_checked
from workbench.store.frames import in_memory

NOT_SHOWN = (
    "an association, not a cause; only of people who post and whose outcome is known; "
    "silent customers are missing"
)
_FEW_PEOPLE = 10
_UNITS = {
    "risk_difference": "share difference",
    "odds_ratio": "odds ratio",
    "difference_of_means": "share difference",
    "correlation_of_segments": "correlation",
}


def outcome_association(
    mentions: IntoFrameT,
    outcomes: IntoFrameT,
    by: Sequence[str] = ("brand",),
    *,
    cases: IntoFrameT | None = None,
    segment: str | None = None,
    mostly_negative: float = 0.5,
) -> pd.DataFrame:
    """How an outcome (churn, advocacy) goes together with what people said in public before it.

    It does not show that the one made the other. It speaks of people who post and whose outcome is
    known: silent customers, who leave without a word, are missing. Where the classifier errs, the
    association looks weaker than it is.

    Parameters
    ----------
    mentions
        Mention frame; its relevant, earned, classified mentions with a known author count.
    outcomes
        Table of outcomes: ``author``, ``brand``, ``outcome``, ``is_observed``, ``observed_at``. What a person
        said later than their outcome was known does not count.
    by
        Grouping columns of the mentions; outcomes are joined by author and brand. A person who posts in
        several groups is in each of them.
    cases
        If given (``author``, ``brand``, ``created_at``), only people with a support case, and only what they
        said since their first one: the level of the case, still one row a person.
    segment
        If given, a column of the mentions, for instance "region": also the correlation over its
        segments of mean negativity with the share of people with the outcome. A person who posts in several
        segments is in each of them, in this correlation only.
    mostly_negative
        A person spoke badly where the mean probability of negative over their mentions is at least this.

    Returns
    -------
    Small pandas frame, one row a group, outcome and metric: `by`, outcome, the columns of a measure
    frame, ``people`` and ``negative_people``; ``posts`` counts their mentions. Metrics:
    ``outcome_association.risk_difference`` (share with the outcome among those who spoke badly, less
    that among the others), ``.odds_ratio``, ``.difference_of_means`` (mean negativity of people with the
    outcome, less that of the others) and, with `segment`, ``.correlation_of_segments``. One row a person
    makes the rows independent. Status "few people" where either side has fewer than 10, "withheld"
    where there is nobody to compare.

    Raises
    ------
    WorkbenchError
        A column is missing.

    Notes
    -----
    Segments are groups of people: what holds between them need not hold between people (Robinson 1950, American
    Sociological Review 15, 351–357).

    Examples
    --------
    >>> mentions = pd.DataFrame(
    ...     {
    ...         "author": ["ann", "ann", "bob", "cat", "dan"],
    ...         "brand": "Acme",
    ...         "author_role": "customer",
    ...         "is_relevant": True,
    ...         "negative": [0.9, 0.7, 0.8, 0.1, 0.2],
    ...         "created_at": pd.Timestamp("2026-04-01", tz="UTC"),
    ...     }
    ... )
    >>> outcomes = pd.DataFrame(
    ...     {
    ...         "author": ["ann", "bob", "cat", "dan"],
    ...         "brand": "Acme",
    ...         "outcome": "churn",
    ...         "is_observed": [True, False, False, False],
    ...         "observed_at": pd.Timestamp("2026-05-01", tz="UTC"),
    ...     }
    ... )
    >>> told = outcome_association(mentions, outcomes)
    >>> told[["metric", "value", "people", "status"]].head(1)
                                    metric  value  people      status
    0  outcome_association.risk_difference    0.5       4  few people
    """
    by = list(by)
    groups = _grouped(_counted(_people(mentions, outcomes, by, cases), by, mostly_negative), by)
    rows = [
        _row(keys, group, name, found) for keys, group in groups for name, found in _compared(group).items()
    ]
    if segment:
        # Here alone a person stands once in each of their segments.
        parts = [*dict.fromkeys([*by, segment])]
        in_segments = _counted(_people(mentions, outcomes, parts, cases), parts, mostly_negative)
        whole = {tuple(keys.values()): group for keys, group in groups}
        for keys, group in _grouped(in_segments, by):
            found = _over_segments(group, segment)
            rows.append(_row(keys, whole[tuple(keys.values())], "correlation_of_segments", found))
    columns = [*by, "outcome", *MEASURE_COLUMNS, *DETAIL_COLUMNS]
    order = {f"outcome_association.{name}": place for place, name in enumerate(_UNITS)}
    frame = pd.DataFrame(rows, columns=columns)
    frame = frame.sort_values("metric", key=lambda names: names.map(order), kind="stable")
    return frame.reset_index(drop=True)


def _people(mentions: Any, outcomes: Any, by: list[str], cases: Any) -> Any:
    """One row a person, group and outcome: mean negativity, number of mentions, whether it came about."""
    frame = with_columns_checked(nw.from_native(mentions), [*by, "author", "negative", "created_at"])
    said = frame.filter(is_earned(), ~nw.col("author").is_null(), ~nw.col("negative").is_null())
    known = _known_outcomes(nw.from_native(outcomes))
    keys = list(dict.fromkeys([*by, "author", "brand"]))
    said = said.select(*keys, "created_at", negative=nw.col("negative").cast(nw.Float64))
    if cases is not None:
        said = _since_first_case(said, nw.from_native(cases))
    before = said.join(known, on=["author", "brand"]).filter(nw.col("created_at") <= nw.col("known_at"))
    groups = list(dict.fromkeys([*by, "author", "outcome"]))
    return before.group_by(*groups).agg(
        negative=nw.col("negative").mean(),
        mentions=nw.col("created_at").count(),
        has_outcome=nw.col("has_outcome").max(),
    )


def _known_outcomes(outcomes: FrameT) -> FrameT:
    with_columns_checked(outcomes, ["author", "brand", "outcome", "is_observed", "observed_at"], "outcomes")
    return outcomes.select(
        "author",
        "brand",
        "outcome",
        has_outcome=nw.when(nw.col("is_observed")).then(nw.lit(1.0)).otherwise(nw.lit(0.0)),
        known_at="observed_at",
    )


def _since_first_case(said: FrameT, cases: FrameT) -> FrameT:
    with_columns_checked(cases, ["author", "brand", "created_at"], "cases")
    first = (
        cases.filter(~nw.col("author").is_null())
        .select("author", "brand", opened="created_at")
        .group_by("author", "brand")
        .agg(opened=nw.col("opened").min())
    )
    return said.join(first, on=["author", "brand"]).filter(nw.col("created_at") >= nw.col("opened"))


def _counted(people: Any, by: Sequence[str], mostly_negative: float) -> pd.DataFrame:
    """Sums of each side of the comparison: small whatever the number of people."""
    is_negative = nw.when(nw.col("negative") >= mostly_negative).then(nw.lit(1.0)).otherwise(nw.lit(0.0))
    sides = people.with_columns(is_negative=is_negative, square=nw.col("negative") * nw.col("negative"))
    return in_memory(
        aggregate(
            sides,
            [*by, "outcome", "is_negative", "has_outcome"],
            people=nw.col("negative").count(),
            total=nw.col("negative").sum(),
            squares=nw.col("square").sum(),
            mentions=nw.col("mentions").sum(),
        )
    )


def _grouped(counted: pd.DataFrame, by: Sequence[str]) -> list[tuple[dict[str, Any], pd.DataFrame]]:
    keys = [*by, "outcome"]
    groups = counted.groupby(keys, dropna=False)
    return [(dict(zip(keys, names, strict=True)), group) for names, group in groups]


def _compared(group: pd.DataFrame) -> dict[str, Association]:
    """The comparisons of one group of people."""
    cells = {(n, o): 0 for n in (0, 1) for o in (0, 1)}
    for is_negative, has_outcome, count in zip(
        group["is_negative"], group["has_outcome"], group["people"], strict=True
    ):
        cells[int(is_negative), int(has_outcome)] = int(count)
    table = (cells[1, 1], cells[1, 0] + cells[1, 1], cells[0, 1], cells[0, 0] + cells[0, 1])
    sides = [_moments(group[group["has_outcome"] == side]) for side in (1, 0)]
    return {
        "risk_difference": risk_difference(*table),
        "odds_ratio": odds_ratio(*table),
        "difference_of_means": difference_of_means(*sides[0], *sides[1]),
    }


def _moments(side: pd.DataFrame) -> tuple[float, float, int]:
    """Mean, variance and number of people."""
    people = int(side["people"].sum())
    if people < 2:
        return math.nan, math.nan, people
    mean = side["total"].sum() / people
    return mean, max(0.0, (side["squares"].sum() - people * mean**2) / (people - 1)), people


def _over_segments(group: pd.DataFrame, segment: str) -> Association:
    outcome = group.assign(events=group["people"] * group["has_outcome"])
    segments = outcome.dropna(subset=segment).groupby(segment)[["people", "total", "events"]].sum()
    found = correlation(
        (segments["total"] / segments["people"]).to_numpy(float),
        (segments["events"] / segments["people"]).to_numpy(float),
    )
    words = f"{found.method} over {len(segments)} segments; what holds between segments need not hold between people"
    return Association(found.value, found.low, found.high, words)


def _row(keys: dict[str, Any], group: pd.DataFrame, name: str, found: Association) -> dict[str, Any]:
    people = int(group["people"].sum())
    negative = int(group.loc[group["is_negative"] == 1, "people"].sum())
    is_few = min(negative, people - negative) < _FEW_PEOPLE
    return {
        **keys,
        "metric": f"outcome_association.{name}",
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "unit": _UNITS[name],
        "posts": int(group["mentions"].sum()),
        "labels": 0,
        "kind": "signal",
        "method": f"{found.method}; one row a person; {NOT_SHOWN}",
        "vintage": "final",
        "status": "withheld" if math.isnan(found.value) else "few people" if is_few else "ok",
        "people": people,
        "negative_people": negative,
    }
