"""Days, as people write them."""

import datetime as dt

from workbench.errors import WorkbenchError


def day_named(text: str) -> dt.date:
    """A day written as an ISO date.

    Raises
    ------
    WorkbenchError
        It is none.

    Examples
    --------
    >>> day_named("2026-03-01")
    datetime.date(2026, 3, 1)
    """
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise WorkbenchError(f"'{text}' is no date. Write it as 2026-03-01.") from None
