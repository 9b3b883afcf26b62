"""A job: one notebook, when it runs, for whom, and what happens when it does not work."""

import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from workbench.runs.order import Engine
from workbench.schedule.cron import check_cron
from workbench.schedule.relative_dates import check_instant
from workbench.schedule.segments import check_for_each
from workbench.schedule.zones import check_zone

TRIGGERS = ("cron", "after", "before")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(value: Any) -> Any:
    """Seconds of a duration: a number, or a number with s, m, h or d.

    Raises
    ------
    ValueError
        It is no duration.

    Examples
    --------
    >>> seconds("2h"), seconds("1.5 m"), seconds(90)
    (7200.0, 90.0, 90.0)
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd]?)", str(value).strip().casefold())
    if isinstance(value, bool) or not match:
        raise ValueError(f"'{value}' is no duration. Expected seconds, or a text such as 90s, 30m, 2h or 1d")
    return float(match[1]) * _SECONDS[match[2] or "s"]


def _some_time(value: float) -> float:
    if value <= 0:
        raise ValueError("0 seconds are none. Expected a longer time")
    return value


Seconds = Annotated[float, BeforeValidator(seconds)]


def _clock_time(value: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError(f"'{value}' is no time of day. Expected hours and minutes such as 07:00")
    return value


ClockTime = Annotated[str, AfterValidator(_clock_time)]


def trigger_fault(given: Iterable[str]) -> str:
    """What is wrong with these triggers of one job; empty where there is exactly one.

    Examples
    --------
    >>> trigger_fault(["cron", "after"])
    'expected exactly one of cron, after and before; found cron and after'
    """
    names = list(given)
    expected = f"expected exactly one of {', '.join(TRIGGERS[:-1])} and {TRIGGERS[-1]}"
    return "" if len(names) == 1 else f"{expected}; found {' and '.join(names) or 'none'}"


class Declared(BaseModel):
    """Refuses what is no field, and is not changed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CalendarTrigger(Declared):
    """So many days after, or before, each date of a calendar."""

    calendar: str = Field(description="Name of a calendar of `workbench.toml`, for instance releases")
    days: int = Field(1, ge=0, le=366, description="How many days after (or before) the date; 0: on the day")
    at: ClockTime = Field("07:00", description="Time of day, in the job's time zone")


class Retries(Declared):
    """What is tried again when a run fails, and after which pauses."""

    times: int = Field(0, ge=0, le=20, description="How often a failed run is tried again")
    wait_seconds: Seconds = Field(60.0, description="Pause before the first new try: seconds, or 5m")
    factor: float = Field(2.0, ge=1, le=10, description="Each further pause is so many times the one before")

    def pause_before(self, attempt: int) -> float | None:
        """Seconds to wait before that attempt (the first is 1); None where there is no such attempt.

        Examples
        --------
        >>> retries = Retries(times=3, wait_seconds=60, factor=2)
        >>> [retries.pause_before(attempt) for attempt in (1, 2, 3, 4, 5)]
        [0.0, 60.0, 120.0, 240.0, None]
        """
        if attempt > self.times + 1:
            return None
        return 0.0 if attempt <= 1 else self.wait_seconds * self.factor ** (attempt - 2)


class OnFailure(Declared):
    """What to do once the last attempt has failed."""

    notify: tuple[str, ...] = Field(
        (), description="Channels of `workbench.toml` that are told; without it those that `[notify]` names"
    )


class Requires(Declared):
    """What must be there before the run is final."""

    tables: tuple[str, ...] = Field((), description="Tables that must be complete")
    complete_until: Annotated[str, AfterValidator(check_instant)] = Field(
        "end of period",
        description="Up to when: end of period (that of the job's first relative date), end of yesterday, end of "
        "previous month …, or slot",
    )
    labels: bool = Field(False, description="Whether the queues to estimate with must be labelled as well")
    wait: Seconds = Field(21600.0, description="How long the run waits for it: seconds, or 6h")
    then: Literal["preliminary", "wait"] = Field(
        "preliminary",
        description="When that is over: publish a preliminary report, marked, or go on waiting",
    )
    final_after: int | None = Field(
        None,
        ge=0,
        description="Days after which the report counts as final in any case; without it: closing_days of the settings",
    )


class Job(Declared):
    """One notebook, when it runs and for whom."""

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9_-]*$",
        max_length=60,
        description="Its name, unique in all files: small letters, digits, - and _; part of the path of its reports",
    )
    title: str = Field("", description="What people call it")
    notebook: str = Field(description="The notebook, as kpi/weekly, or its path")
    cron: Annotated[str, AfterValidator(check_cron)] | None = Field(
        None, description="When: minute, hour, day of the month, month, day of the week (0 and 7 are Sunday)"
    )
    after: CalendarTrigger | None = Field(None, description="Instead of cron: after each date of a calendar")
    before: CalendarTrigger | None = Field(
        None, description="Instead of cron: before each date of a calendar"
    )
    time_zone: Annotated[str, AfterValidator(check_zone)] | None = Field(
        None, description="IANA time zone of cron, times and dates; without it: that of the settings"
    )
    parameters: dict[str, Any] = Field(
        {}, description="Values of the notebook's parameters; dates may be relative"
    )
    for_each: Annotated[dict[str, Any], AfterValidator(check_for_each)] = Field(
        {},
        description="One run for each brand, product or region: all, a list, or products `of brand`; the notebook "
        "gets it in the parameter of that name",
    )
    retries: Retries = Field(Retries(), description="What is tried again")
    timeout: Annotated[Seconds, AfterValidator(_some_time)] | None = Field(
        7200.0, description="When to give up on a run: seconds, or 2h; null: never"
    )
    catch_up: Literal["none", "latest", "all"] = Field(
        "latest", description="Which of the slots that passed while no scheduler ran are run late"
    )
    owner: str = Field("", description="Who answers for it")
    on_failure: OnFailure = Field(OnFailure(), description="What to do once the last attempt has failed")
    engine: Engine = Field(
        "kernel", description="kernel: a fresh one; warm: forked from a process that is ready"
    )
    requires: Requires | None = Field(None, description="What must be there before the run is final")
    checks: tuple[str, ...] = Field((), description="Checks that must find nothing, or there is no report")

    @model_validator(mode="after")
    def _one_trigger(self) -> Self:
        wrong = trigger_fault(name for name in TRIGGERS if getattr(self, name) is not None)
        if wrong:
            raise ValueError(wrong)
        return self

    def zone(self, default: str) -> str:
        """Name of the zone in which its times are meant."""
        return self.time_zone or default
