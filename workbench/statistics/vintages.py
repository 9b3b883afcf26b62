"""Vintages: a figure is preliminary until its period is closed, and a figure that changes later is a revision."""

import datetime as dt
import json
from collections.abc import Sequence

import pandas as pd

from workbench.statistics.business_hours import DAY
from workbench.statistics.measure import DETAIL_COLUMNS, MEASURE_COLUMNS, Vintage, group_columns
from workbench.statistics.periods import days_of
from workbench.statistics.pooling import finest_period

REVISION_COLUMNS = (
    "metric", "value_before", "value", "change", "unit", "kind_before", "kind", "vintage_before", "vintage",
    "reported_at", "reported_in",
)  # fmt: skip

_SAME = 1e-9


def vintages(
    cells: pd.DataFrame, newest_epoch: pd.Series, observed_until_epoch: float, closing_days: int
) -> list[Vintage]:
    """Vintage of each cell: final once the data reach so many days past its end.

    Parameters
    ----------
    cells
        Grouping columns, one row a cell. The shortest period among them is what has to end.
    newest_epoch
        Newest post of each cell, seconds since 1970 UTC: the end of a cell without period.
    observed_until_epoch
        How far the data reach.
    closing_days
        Days in which posts and labels of a period still arrive.

    Examples
    --------
    >>> cells = pd.DataFrame({"week": ["2026-W43", "2026-W44"]})
    >>> november = dt.datetime(2026, 11, 14, tzinfo=dt.UTC).timestamp()
    >>> vintages(cells, pd.Series([0, 0]), november, closing_days=14)
    ['final', 'preliminary']
    """
    period = finest_period(list(cells.columns))
    labels: Sequence[str | None] = list(cells[period]) if period else [None] * len(cells)
    ends = [
        newest if pd.isna(label) else period_end_epoch(str(label))
        for label, newest in zip(labels, newest_epoch, strict=True)
    ]
    return ["final" if end + closing_days * DAY <= observed_until_epoch else "preliminary" for end in ends]


def period_end_epoch(label: str) -> int:
    """End of a day, week or month, in seconds since 1970 UTC.

    On the business clock it lies up to 14 hours beside that, and weeks that begin on Saturday or Sunday
    end up to two days sooner: little beside the days in which a period is closed.

    Examples
    --------
    >>> from workbench.statistics.business_hours import DAY
    >>> [period_end_epoch(label) // DAY for label in ("1970-01-02", "1970-W01", "1970-01")]
    [2, 4, 31]
    """
    after = days_of(label)[1] + dt.timedelta(days=1)
    return int(dt.datetime.combine(after, dt.time(), dt.UTC).timestamp())


def grouped(measures: pd.DataFrame) -> pd.DataFrame:
    """A measure frame whose grouping columns have become one, ``group``: their names and values as JSON.

    Examples
    --------
    >>> frame = pd.DataFrame({"brand": ["Acme"], "metric": "volume", "value": [3.0]})
    >>> grouped(frame)["group"].to_list()
    ['{"brand": "Acme"}']
    """
    by = group_columns(measures)
    groups = [
        # However a missing value came to be missing, in a notebook's records or in pandas, it is one group.
        json.dumps({name: None if pd.isna(v) else str(v) for name, v in zip(by, values, strict=True)})
        for values in measures[by].itertuples(index=False)
    ]
    return measures.drop(columns=[*by, *DETAIL_COLUMNS], errors="ignore").assign(group=groups)


def revisions(kept: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Figures that are no longer what they were when they were last reported.

    Parameters
    ----------
    kept
        The table `measures`: what reports have shown, and when.
    now
        Measure frame.

    Returns
    -------
    One row a figure that changed: the grouping columns of `now` and `REVISION_COLUMNS`; ``change`` is what is
    now less what was then, null where either is withheld, and ``reported_in`` the run that last showed it.

    Examples
    --------
    >>> then = {"run_id": "kpi/weekly/2026-W43", "group": '{"brand": "Acme"}', "metric": "net_sentiment"}
    >>> then |= {"value": -0.25, "kind": "estimate", "vintage": "preliminary", "recorded_at": 1}
    >>> now = {"brand": "Acme", "metric": "net_sentiment", "value": -0.5, "unit": "−1 to 1"}
    >>> now |= {"kind": "estimate", "vintage": "final"}
    >>> found = revisions(pd.DataFrame([then]), pd.DataFrame([now]))
    >>> found[["brand", "value_before", "value", "change", "vintage_before", "vintage"]]
      brand  value_before  value  change vintage_before vintage
    0  Acme         -0.25   -0.5   -0.25    preliminary   final
    """
    by = group_columns(now)
    # Most rows go before their groups are read: the table has every figure of every report.
    then = kept.sort_values("recorded_at").drop_duplicates(["metric", "group"], keep="last")
    then = then.assign(key=_keys(then)).drop_duplicates("key", keep="last")
    then = then.rename(columns={"recorded_at": "reported_at", "run_id": "reported_in"})
    both = now.assign(key=_keys(grouped(now))).merge(
        then[["key", "value", "kind", "vintage", "reported_at", "reported_in"]],
        on="key",
        suffixes=("", "_before"),
    )
    both["change"] = both["value"] - both["value_before"]
    is_other = (both["value"].isna() != both["value_before"].isna()) | (both["change"].abs() > _SAME)
    return both.loc[is_other, [*by, *REVISION_COLUMNS]].reset_index(drop=True)


def not_yet_kept(kept: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The figures that differ from what the same run last kept: a run made again keeps only what changed."""
    columns = ["run_id", *(column for column in rows.columns if column in (*MEASURE_COLUMNS, "group"))]
    last = kept.sort_values("recorded_at").drop_duplicates(["run_id", "metric", "group"], keep="last")
    known = set(map(_exact, last[columns].itertuples(index=False)))
    return rows[[_exact(row) not in known for row in rows[columns].itertuples(index=False)]]


def _keys(rows: pd.DataFrame) -> list[str]:
    """Metric and group, whatever the order of the grouping columns."""
    groups = [json.dumps(json.loads(group), sort_keys=True) for group in rows["group"]]
    return [f"{metric} {group}" for metric, group in zip(rows["metric"], groups, strict=True)]


def _exact(values: Sequence) -> tuple:
    return tuple(None if pd.isna(v) else round(v, 9) if isinstance(v, float) else v for v in values)
