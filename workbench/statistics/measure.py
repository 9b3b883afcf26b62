"""The measure frame: the one shape in which every figure is handed on, on every engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import narwhals as nw
from narwhals.typing import FrameT

from workbench.store.frames import column_names

MEASURE_COLUMNS = (
    "metric", "value", "low", "high", "unit", "posts", "labels", "kind", "method", "vintage", "status",
)  # fmt: skip
# Said beside a figure by some measures, and no group either.
DETAIL_COLUMNS = ("people", "negative_people")

Vintage = Literal["preliminary", "final"]


@dataclass(frozen=True)
class Metric:
    """What is said of one figure besides its value.

    Parameters
    ----------
    name
        Name of the figure, `measure` or `measure.part`.
    unit
        Unit of the value.
    method
        How it was computed, in words that may stand beneath a chart.
    kind
        signal (what a classifier says), estimate (corrected by people) or count.
    horizon_seconds
        How long after a post its part of the figure is settled. A group with a younger post is
        preliminary. Zero: settled at once.
    rests_on
        Column of the number of what it is made of, where that are fewer than ``posts``.
    fewest, status_of_fewer
        From how many on the figure is taken as it is, and the status of one of fewer.
    """

    name: str
    unit: str
    method: str
    kind: Literal["signal", "estimate", "count"] = "count"
    horizon_seconds: int = 0
    rests_on: str = ""
    fewest: int = 0
    status_of_fewer: str = "ok"

    @property
    def column(self) -> str:
        """Column of the value before it becomes a row; Spark reads a dot as a field of a struct."""
        return self.name.replace(".", "_")


def is_count(unit: str) -> bool:
    """Whether figures of this unit are whole things that were counted."""
    return unit in ("mentions", "posts", "people", "cases", "threads", "conversations")


def group_columns(measures: Any) -> list[str]:
    """The columns of a measure frame that say of whom or when a figure is."""
    return [name for name in measures.columns if name not in (*MEASURE_COLUMNS, *DETAIL_COLUMNS)]


def aggregate(frame: FrameT, by: Sequence[str], **aggregates: nw.Expr) -> FrameT:
    """One row per group; without grouping columns one row for all, even for an empty frame."""
    return frame.group_by(*by).agg(**aggregates) if by else frame.select(**aggregates)


def with_every_group(rows: FrameT, mentions: FrameT, by: Sequence[str]) -> FrameT:
    """`rows`, and one row of nulls for each group of `mentions`, so that a group with nothing to count is seen.

    A join would lose groups whose column is null: in SQL null equals nothing. The added rows carry
    ``latest_epoch``, the newest post of the group. All but the groups becomes Float64, the number that
    can be missing on every engine.
    """
    numbers = [name for name in column_names(rows) if name not in by]
    missing = nw.lit(None, nw.Float64)
    latest = aggregate(mentions, by, latest_epoch=nw.col("created_epoch").max())
    return nw.concat(
        [
            rows.select(*by, nw.col(*numbers).cast(nw.Float64), latest_epoch=missing),
            latest.select(
                *by, *[missing.alias(name) for name in numbers], nw.col("latest_epoch").cast(nw.Float64)
            ),
        ]
    )


def ratio(part: nw.Expr, whole: nw.Expr) -> nw.Expr:
    """The part of the whole; null where there is no whole."""
    # As a power, because Sail divides no fractions (pysail 0.7: try_divide wants whole numbers).
    return nw.when(whole != 0).then(part * whole**-1.0)


def measure_frame(
    aggregated: FrameT,
    by: Sequence[str],
    metrics: Sequence[Metric],
    *,
    vintage: Vintage = "final",
    observed_until_epoch: int | None = None,
) -> FrameT:
    """Turn one row per group into one row per group and metric.

    Parameters
    ----------
    aggregated
        One row a group: `by`, ``posts`` (mentions the figures rest on) and one column per metric,
        named by its `column`. With a horizon also ``newest_epoch`` (newest post counted) and
        ``latest_epoch`` (newest post at all), in seconds.
    by
        Grouping columns.
    metrics
        The figures.
    vintage
        Vintage of metrics without a horizon.
    observed_until_epoch
        End of the data, seconds since 1970 UTC; without it, the newest post of the frame.

    Returns
    -------
    Frame of the kind given: `by` and `MEASURE_COLUMNS`, sorted by metric and `by`. A null value, where
    there is nothing to count, has the status withheld.

    Examples
    --------
    >>> import pandas as pd
    >>> counted = nw.from_native(pd.DataFrame({"brand": ["Acme"], "posts": [3], "volume": [3]}))
    >>> frame = measure_frame(counted, ["brand"], [Metric("volume", "mentions", "all of them")])
    >>> frame.select("brand", "metric", "value", "unit", "posts", "kind", "vintage", "status").to_native()
      brand  metric  value      unit  posts   kind vintage status
    0  Acme  volume    3.0  mentions      3  count   final     ok
    """
    has_horizon = any(metric.horizon_seconds for metric in metrics)
    if has_horizon:
        latest = (
            nw.col("latest_epoch").max() if observed_until_epoch is None else nw.lit(observed_until_epoch)
        )
        aggregated = aggregated.with_columns(observed_until=latest)
    long = _one_row_a_metric(aggregated, [metric.column for metric in metrics])
    said = long.select(
        *by,
        nw.col("value"),
        metric=_said(metrics, "name"),
        low=nw.lit(None, nw.Float64),
        high=nw.lit(None, nw.Float64),
        unit=_said(metrics, "unit"),
        posts=nw.col("posts").cast(nw.Int64),
        labels=nw.lit(0, nw.Int64),
        kind=_said(metrics, "kind"),
        method=_said(metrics, "method"),
        vintage=_vintage(metrics) if has_horizon else nw.lit(vintage),
        status=nw.when(nw.col("value").is_null()).then(nw.lit("withheld")).otherwise(_status(metrics)),
    )
    # The metric first: Sail (pysail 0.7) takes the rows of one group for equal and drops what is sorted after it.
    return nw.maybe_reset_index(said.select(*by, *MEASURE_COLUMNS).sort("metric", *by))


def _one_row_a_metric(aggregated: FrameT, columns: list[str]) -> FrameT:
    aggregated = aggregated.with_columns(nw.col(*columns).cast(nw.Float64))
    index = [name for name in column_names(aggregated) if name not in columns]
    native: Any = aggregated.to_native()
    if aggregated.implementation.is_duckdb():
        # Narwhals unpivots on DuckDB's default connection only, and loses nulls.
        names = ", ".join(f"'{column}'" for column in columns)
        values = ", ".join(f'"{column}"' for column in columns)
        kept = ", ".join(f'"{column}"' for column in index)
        return nw.from_native(
            native.project(f"{kept}, unnest([{names}]) AS figure, unnest([{values}]) AS value")
        )
    return aggregated.unpivot(on=columns, index=index, variable_name="figure", value_name="value")


def _said(metrics: Sequence[Metric], attribute: str) -> nw.Expr:
    """What is said of each row's metric."""
    expression = nw.lit(getattr(metrics[-1], attribute))
    for metric in metrics[:-1]:
        is_this = nw.col("figure") == metric.column
        expression = nw.when(is_this).then(nw.lit(getattr(metric, attribute))).otherwise(expression)
    return expression


def _status(metrics: Sequence[Metric]) -> nw.Expr:
    """Whether what a figure rests on is enough to take it as it is."""
    expression = nw.lit("ok")
    for metric in metrics:
        if metric.rests_on:
            is_few = (nw.col("figure") == metric.column) & (nw.col(metric.rests_on) < metric.fewest)
            expression = nw.when(is_few).then(nw.lit(metric.status_of_fewer)).otherwise(expression)
    return expression


def _vintage(metrics: Sequence[Metric]) -> nw.Expr:
    """A post younger than the horizon may still change the figure: it is right-censored."""
    is_open = nw.col("newest_epoch") + _said(metrics, "horizon_seconds") > nw.col("observed_until")
    return nw.when(is_open).then(nw.lit("preliminary")).otherwise(nw.lit("final"))
