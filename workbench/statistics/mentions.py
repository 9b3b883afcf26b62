"""Which mentions count, and which of them a brand ought to answer: one home for both rules."""

from collections.abc import Sequence

import narwhals as nw
from narwhals.typing import FrameT, IntoFrameT

from workbench.errors import WorkbenchError, did_you_mean
from workbench.store.frames import column_names

NOT_EARNED = ("brand", "bot", "promoter")


def is_earned() -> nw.Expr:
    """Relevant, and written neither by the brand nor by a bot nor as promotion."""
    return nw.col("is_relevant") & ~nw.col("author_role").is_in(NOT_EARNED)


def is_eligible() -> nw.Expr:
    """Earned, directed at the brand and asking something: what `share_answered` counts."""
    is_directed = (nw.col("directed_at") == nw.col("brand")).fill_null(False)
    return is_earned() & nw.col("is_asking") & is_directed


def earned(mentions: IntoFrameT) -> IntoFrameT:
    """The relevant, earned mentions of a mention frame.

    Examples
    --------
    >>> import pandas as pd
    >>> earned(pd.DataFrame({"author_role": ["customer", "brand", "bot"], "is_relevant": [True] * 3}))
      author_role  is_relevant
    0    customer         True
    """
    frame = with_columns_checked(nw.from_native(mentions), ["author_role", "is_relevant"])
    return frame.filter(is_earned()).to_native()


def eligible(mentions: IntoFrameT) -> IntoFrameT:
    """The mentions of a mention frame that the brand ought to answer."""
    frame = with_columns_checked(nw.from_native(mentions), ["directed_at", "is_asking"])
    return frame.filter(is_eligible()).to_native()


def with_columns_checked(frame: FrameT, columns: Sequence[str], what: str = "mentions") -> FrameT:
    """The frame as it is, once it is known to have the columns a measure groups by or needs.

    Parameters
    ----------
    frame
        The frame.
    columns
        Names of columns.
    what
        What it holds, for the message.

    Raises
    ------
    WorkbenchError
        Names the first column that is missing.
    """
    known = column_names(frame)
    for column in columns:
        if column not in known:
            raise WorkbenchError(
                f"the {what} have no column '{column}'.{did_you_mean(column, known)} They have: {', '.join(known)}."
            )
    return frame
