"""Which week, days and brand are looked at, where the parameters of a notebook leave it open."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import narwhals as nw
import pandas as pd

from workbench.errors import WorkbenchError, did_you_mean
from workbench.statistics.periods import Week, newest_complete_week, parse_week
from workbench.store.frames import in_memory

_FEWEST_WEEKS = 3


def choose_week(label: str, mentions: Any, first_day_of_week: str) -> Week:
    """The week of that label; empty: the newest complete week of the mentions.

    Examples
    --------
    >>> import pandas as pd
    >>> choose_week("", pd.DataFrame({"day": ["2026-10-24", "2026-10-25"]}), "monday").label
    '2026-W43'
    """
    if label:
        return parse_week(label, first_day_of_week)
    newest = in_memory(nw.from_native(mentions).select(nw.col("day").max()))
    return newest_complete_week(str(newest["day"].iloc[0]), first_day_of_week)


def choose_history(week: Week, weeks: int, with_posts: Collection[str]) -> tuple[str, list[str]]:
    """What a trend that ends with this week is drawn over: its weeks, or its days where data are young.

    Parameters
    ----------
    week, weeks
        The last week, and how many weeks are wanted.
    with_posts
        Labels of the weeks that have posts.

    Returns
    -------
    Grouping column, "week" or "day", and the labels wanted.

    Examples
    --------
    >>> week = Week(dt.date(2026, 10, 19))
    >>> choose_history(week, 3, ["2026-W41", "2026-W42", "2026-W43"])
    ('week', ['2026-W41', '2026-W42', '2026-W43'])
    >>> by, labels = choose_history(week, 3, ["2026-W43"])
    >>> by, labels[0], labels[-1]
    ('day', '2026-10-19', '2026-10-25')
    """
    labels = week.until_here(weeks)
    if len(set(with_posts) & set(labels)) >= _FEWEST_WEEKS:
        return "week", labels
    days = [week.first_day + dt.timedelta(days=number) for number in range(7)]
    return "day", [day.isoformat() for day in days]


def choose_rows(
    frame: pd.DataFrame,
    only: Mapping[str, str | Sequence[str]],
    by: Sequence[str],
    declared: Mapping[str, Sequence[str]],
) -> pd.DataFrame:
    """The rows of chosen groups; none of a group of which nothing was said, unless it is likely misspelt.

    Parameters
    ----------
    frame
        A measure frame.
    only
        For a grouping column the value or values that are wanted.
    by
        Its grouping columns.
    declared
        By column the names that the settings declare. Only of these columns is a misspelt value refused: elsewhere the
        nearest name may well be another group.

    Raises
    ------
    WorkbenchError
        A column is none of the grouping columns, or a value is nearly one of those that there are.
    """
    chosen = frame
    for column, wanted in only.items():
        if column not in by:
            raise WorkbenchError(
                f"{column} = {wanted!r} is wanted, but the figures are not by {column}. Add it to `by`."
            )
        values = [wanted] if isinstance(wanted, str) else list(wanted)
        known = sorted({*frame[column].dropna().astype(str), *declared.get(column, ())})
        for value in values if column in declared else ():
            if value not in known and (meant := did_you_mean(value, known)):
                raise WorkbenchError(f"no {column} is '{value}'.{meant}")
        chosen = chosen[chosen[column].isin(values)]
    return chosen.reset_index(drop=True)


def choose_brand(name: str, own: str | None, known: Sequence[str]) -> str:
    """That brand; empty: the own brand, else the one most spoken of.

    Parameters
    ----------
    name, own
        The brand asked for, and the own brand of the settings.
    known
        The brands that posts speak of, the most spoken of first.

    Raises
    ------
    WorkbenchError
        No post speaks of that brand.

    Examples
    --------
    >>> choose_brand("", None, ["Bolt", "Acme"]), choose_brand("", "Acme", ["Bolt", "Acme"])
    ('Bolt', 'Acme')
    >>> choose_brand("Acne", None, ["Bolt", "Acme"])
    Traceback (most recent call last):
    workbench.errors.WorkbenchError: no post speaks of a brand 'Acne'. Did you mean 'Acme'? Brands: Bolt, Acme.
    """
    wanted = name or (own if own in known else known[0]) or ""
    if wanted not in known:
        raise WorkbenchError(
            f"no post speaks of a brand '{wanted}'.{did_you_mean(wanted, known)} Brands: {', '.join(known)}."
        )
    return wanted
