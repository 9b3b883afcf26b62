"""Whether 03/11/2026 is in March or in November: the column says it, or the user is asked."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.errors import WorkbenchError
from workbench.sources.dates import DAY_FIRST, number


@dataclass(frozen=True)
class Order:
    """How many dates of a column can only be read day first, only month first, or both ways."""

    day_first: int = 0
    month_first: int = 0
    either: int = 0

    def __add__(self, other: "Order") -> "Order":
        return Order(
            self.day_first + other.day_first, self.month_first + other.month_first, self.either + other.either
        )

    @property
    def is_decided(self) -> bool:
        """Whether the dates say it themselves, or need no order at all."""
        return bool(self.day_first or self.month_first) or not self.either


def order_of(values: pa.Array) -> Order:
    """What a column says about the order of its numeric dates; a date with points is day first.

    Examples
    --------
    >>> order_of(pa.array(["24/11/2026", "03/11/2026", "2026-11-24"]))
    Order(day_first=1, month_first=0, either=1)
    """
    parts = pc.extract_regex(pc.utf8_trim_whitespace(values), f"^{DAY_FIRST}$").drop_null()
    first, second = number(parts, "day"), number(parts, "month")
    with_points = np.asarray(pc.equal(pc.struct_field(parts, "mark"), "."), bool)
    either = (first <= 12) & (second <= 12) & (first != second)
    return Order(
        day_first=int(((first > 12) & (second <= 12) | either & with_points).sum()),
        month_first=int(((first <= 12) & (second > 12)).sum()),
        either=int((either & ~with_points).sum()),
    )


def decide_order(column: str, sample: pa.Array, whole: Iterable[pa.Array]) -> bool | None:
    """Whether the numeric dates of a column are day first; None where it has none that matter.

    Parameters
    ----------
    column
        Its name, for messages.
    sample, whole
        Its first values, and all of them in pieces, which are read only where the sample can be read
        both ways.

    Raises
    ------
    WorkbenchError
        All can be read both ways, or both orders occur.
    """
    order = order_of(sample)
    if not order.is_decided:
        for values in whole:
            order += order_of(values)
            if order.day_first or order.month_first:
                break
    if not order.is_decided:
        raise WorkbenchError(
            f"column '{column}': all its dates can be read day first and month first. "
            "Say which in mapping.toml:\n  [dates]\n  day_first = true"
        )
    fewer, more = sorted((order.day_first, order.month_first))
    if fewer > 0.01 * more:
        raise WorkbenchError(
            f"column '{column}': {order.day_first:,} dates of the first rows can only be day first and "
            f"{order.month_first:,} only month first. A spreadsheet has mixed them up: export it again, "
            "with dates like 2026-11-24."
        )
    return order.day_first > order.month_first if more else None
