"""Parameters that take a date: which form each takes, and whether a value has it."""

import datetime as dt
import re
from typing import Any

from workbench.errors import WorkbenchError
from workbench.schedule.relative_dates import form_of, is_relative, near_to
from workbench.statistics.periods import parse_week

# By their names: a notebook declares them as text, and says their form in a comment only.
FORMS = {
    "week": "week", "month": "month", "quarter": "quarter", "day": "day", "date": "day", "first_day": "day",
    "last_day": "day", "since": "day", "until": "day", "reference": "days",
}  # fmt: skip
_EXPECTED = {
    "week": "an ISO week such as 2026-W43, or last complete ISO week, last week of previous quarter …",
    "month": "a month such as 2026-10, or previous month",
    "quarter": "a quarter such as 2026-Q3, or previous quarter",
    "day": "a day such as 2026-10-01, or yesterday, 28 days ago, first day of previous month …",
    "days": "first and last day such as 2026-07-01:2026-09-30, or days of previous quarter …",
}


def date_fault(name: str, value: Any) -> str:
    """What is wrong with a date given to that parameter; empty where nothing is, or it takes no date.

    Examples
    --------
    >>> date_fault("week", "last complet ISO week")
    "'last complet ISO week' is no week. Did you mean 'last complete ISO week'? Expected an ISO week such as \
2026-W43, or last complete ISO week, last week of previous quarter …"
    >>> date_fault("week", "yesterday")
    "'yesterday' is a day. Expected an ISO week such as 2026-W43, or last complete ISO week, last week of previous \
quarter …"
    >>> date_fault("week", "2026-W43"), date_fault("brand", "yesterday")
    ('', '')
    """
    form = FORMS.get(name)
    if form is None or not isinstance(value, str) or value == "":
        return ""
    if is_relative(value):
        found = form_of(value)
        return "" if found == form else f"'{value}' is a {found}. Expected {_EXPECTED[form]}"
    if _is_written(form, value):
        return ""
    return f"'{value}' is no {form}.{near_to(value)} Expected {_EXPECTED[form]}"


def _is_written(form: str, value: str) -> bool:
    try:
        if form == "week":
            parse_week(value, "monday")
        elif form == "quarter":
            return re.fullmatch(r"\d{4}-Q[1-4]", value) is not None
        else:
            days = [f"{value}-01"] if form == "month" else value.split(":") if form == "days" else [value]
            dates = [dt.date.fromisoformat(day) for day in days]
            # Python reads 2026-W43 and 20261001 as days too.
            is_plain = [str(date) for date in dates] == days
            return is_plain and len(dates) == (2 if form == "days" else 1) and dates == sorted(dates)
    except (ValueError, WorkbenchError):
        return False
    return True
