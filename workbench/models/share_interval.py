"""The interval of a share that was counted, also where none or all were so."""

from typing import Any

from workbench.statistics.intervals import Floats, bounded_interval


def share_interval(share: Any, count: Any, freedom: Any = 1e9) -> tuple[Floats, Floats]:
    """Wilson's interval, 95 %, of shares of so many observations.

    Parameters
    ----------
    share, count
        Between 0 and 1, and of how many (where they weigh unlike: as how many alike they tell); one or many.
    freedom
        Degrees of freedom; less than that many, where `count` was itself estimated.

    Examples
    --------
    Ten of ten are not all there are:

    >>> low, high = share_interval(1.0, 10)
    >>> f"{low:.2f} {high:.2f}"
    '0.72 1.00'
    """
    # Where all were alike their variance tells nothing of how many they were: given per observation, it does.
    return bounded_interval(share, 1 / count, freedom, spread=1.0)
