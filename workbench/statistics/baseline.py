"""What was usual in a closed period."""

from collections.abc import Sequence

import pandas as pd


def baseline(measures: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Lowest, middle and highest value of each metric over the periods of a measure frame.

    Parameters
    ----------
    measures
        Measure frame with several periods per group; periods that are withheld are not counted.
    by
        Grouping columns that stay; all others are periods.

    Returns
    -------
    One row a group and metric: `by`, metric, ``periods``, ``lowest``, ``median``, ``highest``, unit.

    Examples
    --------
    >>> weekly = pd.DataFrame({"brand": "Acme", "metric": "volume", "value": [3, 9, 5], "unit": "mentions"})
    >>> baseline(weekly, ["brand"])
      brand  metric  periods  lowest  median  highest      unit
    0  Acme  volume        3       3     5.0        9  mentions
    """
    known = measures.dropna(subset="value").groupby([*by, "metric"], sort=False)
    table = known.agg(
        periods=("value", "count"),
        lowest=("value", "min"),
        median=("value", "median"),
        highest=("value", "max"),
        unit=("unit", "first"),
    )
    return table.reset_index()
