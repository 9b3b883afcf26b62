"""When things happen: week and day, season, crises, the launch, opening hours."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from workbench.sample.arrays import Real, Whole, YesNo, pick
from workbench.sample.world import (
    BRANDS,
    CRISES,
    DAYS,
    FIRST_DAY,
    LAST_DAY,
    LAUNCH_DAY,
    NAMES,
    OWN,
    TIME_ZONE,
)

DAY, HOUR = 86_400, 3_600
ZONE = ZoneInfo(TIME_ZONE)

# Monday to Sunday, and midnight to midnight in the business time zone.
WEEK = np.array([1.18, 1.10, 1.05, 1.02, 1.00, 0.80, 0.85])
HOURS = np.array(
    [2, 1, 1, 1, 1, 2, 4, 7, 10, 11, 11, 11, 11, 10, 10, 10, 11, 12, 13, 14, 13, 11, 8, 4], float
)


def epoch(day: date, hour: int = 0) -> int:
    """Seconds since 1970 of an hour of a day in the business time zone."""
    return int(datetime.combine(day, time(hour), ZONE).timestamp())


START, END = epoch(FIRST_DAY), epoch(LAST_DAY + timedelta(days=1))

# Seconds the business time zone is ahead of UTC, by day; the changes themselves are at night.
_AHEAD = np.array(
    [
        int(datetime.combine(FIRST_DAY + timedelta(days=i), time(12), ZONE).utcoffset().total_seconds())  # type: ignore[union-attr]
        for i in range(DAYS + 1)
    ]
)


def day_of(moments: Whole) -> Whole:
    """Number of the business day of each moment, the first being 0."""
    day = np.clip((moments - START) // DAY, 0, DAYS)
    return np.clip((moments + _AHEAD[day] - START - _AHEAD[0]) // DAY, 0, DAYS)


def _surge(brand: str) -> Real:
    """Extra conversation of a brand by crisis and day, as a multiple of the usual."""
    days = np.arange(DAYS)
    extra = np.zeros((len(CRISES), DAYS))
    for i, crisis in enumerate(CRISES):
        since = days - (crisis.first_day - FIRST_DAY).days
        during = (since >= 0) & (days <= (crisis.last_day - FIRST_DAY).days)
        extra[i] = np.where(during, (crisis.surge - 1) * np.exp(-since.clip(0) / crisis.decay_days), 0)
    return extra if brand == OWN else extra * 0


def draw_moments(rng: np.random.Generator, count: int) -> tuple[Whole, Whole, Whole]:
    """Brand, crisis (-1: none) and moment (seconds since 1970) of `count` conversations."""
    days = np.arange(DAYS)
    usual = WEEK[(FIRST_DAY.weekday() + days) % 7] * (1 + 0.15 * days / DAYS)
    parts = [np.vstack([usual, usual * _surge(name)]) * BRANDS[name].share for name in NAMES]
    weights = np.stack(parts)
    cell = pick(rng, weights.ravel(), count)
    brand, cause, day = np.unravel_index(cell, weights.shape)
    hour = pick(rng, HOURS, count)
    local = START + _AHEAD[0] + day * DAY + hour * HOUR + rng.integers(0, HOUR, count)
    return brand.astype(int), cause.astype(int) - 1, local - _AHEAD[day]


def launch_share(moments: Whole) -> Real:
    """Part of the own brand's conversation that is about the launched product."""
    since = day_of(moments) - (LAUNCH_DAY - FIRST_DAY).days
    return np.where(since >= 0, 0.04 + 0.30 * np.exp(-since.clip(0) / 20), 0.0)


def is_summer(moments: Whole) -> YesNo:
    """July and August, when people travel."""
    day = day_of(moments)
    return (day >= (date(2026, 7, 1) - FIRST_DAY).days) & (day < (date(2026, 9, 1) - FIRST_DAY).days)


def next_opening(moments: Whole, brand: Whole) -> Whole:
    """Each moment, or where the brand's support is closed then, its next opening."""
    opens = np.array([BRANDS[name].opens[0] for name in NAMES])[brand] * HOUR
    closes = np.array([BRANDS[name].opens[1] for name in NAMES])[brand] * HOUR
    weekends = np.array([BRANDS[name].answers_on_weekends for name in NAMES])[brand]
    for _ in range(3):  # a closed evening, then Saturday, then Sunday
        day = day_of(moments)
        midnight = START + _AHEAD[0] + day * DAY - _AHEAD[day]
        within = moments - midnight
        is_weekend = ~weekends & ((FIRST_DAY.weekday() + day) % 7 >= 5)
        moments = np.where(
            is_weekend | (within >= closes), midnight + DAY + opens, np.maximum(moments, midnight + opens)
        )
    return moments


def iso(moments: Whole) -> list[str]:
    """Moments as `2026-03-01T09:30:00Z`."""
    return [f"{text}Z" for text in np.datetime_as_string(moments.astype("datetime64[s]"))]
