"""The sections of `workbench.toml`, one model each."""

import datetime as dt
import math
import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from workbench.errors import did_you_mean

WEIGHTS_TOLERANCE = 0.01  # shares are often given in whole percent
BASELINE_WEEKS = 8


def _adding_to_one(weights: dict[str, float]) -> dict[str, float]:
    if any(not 0 <= weight <= 1 for weight in weights.values()):
        raise ValueError("a weight is a share: from 0 to 1")
    total = math.fsum(weights.values())
    if weights and round(abs(total - 1), 9) > WEIGHTS_TOLERANCE:
        raise ValueError(
            f"the weights add to {total:.4g}, not to 1. Give every channel its share of the whole"
        )
    return weights


def _environment_name(name: str) -> str:
    # What was written instead is not repeated: it may be the secret itself.
    if name and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise ValueError(
            "is the name of an environment variable, such as OPS_WEBHOOK; the secret itself never stands in this file"
        )
    return name


LABEL_STUDIO_TOKEN = "LABEL_STUDIO_API_KEY"
"""Environment variable that holds the token of a Label Studio that a team shares."""


def _without_password(address: str) -> str:
    if "@" in address.partition("://")[2].partition("/")[0]:
        raise ValueError(
            "holds a user or a password, which would be shown. Leave out what stands before the @"
        )
    return address


EnvironmentName = Annotated[str, AfterValidator(_environment_name)]


class Section(BaseModel):
    """Refuses what is no setting, and is not changed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Brand(Section):
    """A brand or competitor and the words by which posts speak of it."""

    role: Literal["own", "competitor"] = Field("competitor", description="own, or competitor")
    keywords: list[str] = Field([], description="Words or phrases that name it; its name is always one")
    exclusions: list[str] = Field([], description="Phrases that make a post about a namesake instead")
    accounts: list[str] = Field([], description="Its accounts, without @")
    products: list[str] = Field([], description="Names of its products")


class Platform(Section):
    """What a platform's terms allow."""

    quotation: bool = Field(False, description="Whether a report may quote masked posts")


class Target(Section):
    """What a KPI should reach, who owns it and which decision it serves."""

    value: float = Field(description="The value wanted")
    at_least: bool = Field(True, description="true: at least this value; false: at most")
    owner: str = Field("", description="Who answers for it")
    decision: str = Field("", description="What is decided by it")


class OpeningHours(Section):
    """When the brand answers, in the business time zone; answers are timed by the calendar and by these."""

    opens: int = Field(9, ge=0, le=23, description="Full hour at which it opens")
    closes: int = Field(17, ge=1, le=24, description="Full hour at which it closes")
    days: list[int] = Field([0, 1, 2, 3, 4], description="Days of the week, 0 is Monday")


class _Days(Section):
    first: dt.date = Field(description="First day, in the business time zone")
    last: dt.date = Field(description="Last day, inclusive")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"last ({self.last}) is before first ({self.first}); exchange them")
        return self


class Baseline(_Days):
    """The frozen reference with which later periods are compared: declared before the change, then left alone."""

    @model_validator(mode="after")
    def _long_enough(self) -> Self:
        days = (self.last - self.first).days + 1
        if days < BASELINE_WEEKS * 7:
            raise ValueError(
                f"{self.first} to {self.last} are {days} days; a baseline needs {BASELINE_WEEKS} weeks "
                f"({BASELINE_WEEKS * 7} days) or more"
            )
        return self


class Event(_Days):
    """Days that were not as usual: marked in charts, and left out of the baseline."""

    name: str = Field(description="What happened, as charts and tables shall call it")
    kind: Literal["crisis", "holiday", "launch"] = Field("crisis", description="crisis, holiday or launch")


class CalendarDay(Section):
    """A day of a calendar that jobs follow: a release, a business review."""

    name: str = Field(description="What happens on that day")
    date: dt.date = Field(description="The day, in the time zone of the job that follows it")


class Weights(Section):
    """Weights of channels (platforms), declared before the figures they weigh and frozen for a year."""

    frozen_since: dt.date | None = Field(
        None, description="Day from which the weights hold; with none, no weighted figure is shown"
    )
    representativeness: Annotated[dict[str, float], AfterValidator(_adding_to_one)] = Field(
        {},
        description="Share of your customers on each platform, from a source outside these posts; adds to 1",
    )
    importance: Annotated[dict[str, float], AfterValidator(_adding_to_one)] = Field(
        {}, description="How much each platform matters to you: a declared judgement; adds to 1"
    )

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if (self.representativeness or self.importance) and self.frozen_since is None:
            raise ValueError(
                "weights need frozen_since, the day on which they were declared, e.g. 2026-01-01"
            )
        return self


class Labeling(Section):
    """Where people label, and what their time costs."""

    folder: str = Field("labeling", description="Folder of the labelling tasks (relative to this file)")
    server: Annotated[str, AfterValidator(_without_password)] = Field(
        "", description="URL of a Label Studio that a team shares; empty: one of your own on 127.0.0.1"
    )
    port: int = Field(8080, ge=1024, le=65535, description="Port of your own Label Studio")
    seconds_per_label: float = Field(15, gt=0, description="What one judgement takes a person, in seconds")
    hourly_cost: float = Field(30, ge=0, description="What an hour of labelling costs, in your currency")
    doubled: float = Field(
        0.2, ge=0, le=1, description="Share of an estimation sample that two people label, for agreement"
    )
    most_distressing: int = Field(
        20, ge=0, description="Distressing posts that one queue may hold; more wait for the next"
    )


class Signing(Section):
    """By which keys reports are known to be ours; `workbench key` makes one and prints what to put here."""

    public_key: str = Field("", description="Public key that reports are verified by")
    former_public_keys: list[str] = Field([], description="Public keys of earlier years, still trusted")
    private_key: str = Field(
        "",
        description="File of the private key (relative to this file); empty: in the vault of the data folder",
    )


class Cost(Section):
    """What a wrong or an open answer about one label costs, in one unit of your choice."""

    missed: float = Field(gt=0, description="A post that has the label and is not found")
    false_alarm: float = Field(1, gt=0, description="A post that is said to have the label and has not")
    review: float | None = Field(
        None, gt=0, description="A person looking at a post; with none, no post goes to people for doubt"
    )


class NoticeChannel(Section):
    """One way by which notices go out. Passwords and addresses that carry a token stand in the environment."""

    kind: Literal["log", "email", "webhook", "apprise"] = Field(
        description="log: a file; email: SMTP; webhook: as Slack takes it (Mattermost, Rocket.Chat too); apprise: "
        "any service of Apprise"
    )
    file: str = Field(
        "runs/notices.log", description="log: the file, in the data folder; - is standard error"
    )
    host: str = Field("", description="email: the mail server")
    port: int | None = Field(
        None, ge=1, le=65535, description="email: its port; otherwise 587, or with tls 465, or with none 25"
    )
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="email: starttls, tls from the first byte, or none (on this machine alone)"
    )
    user: str = Field("", description="email: whom to sign in as; empty: nobody")
    password_env: EnvironmentName = Field(
        "", description="email: environment variable that holds the password"
    )
    sender: str = Field("", description="email: address it comes from")
    to: list[str] = Field([], description="email: addresses it goes to; each gets a mail of its own")
    url_env: EnvironmentName = Field(
        "", description="webhook, apprise: environment variable that holds the address"
    )
    timeout_seconds: float = Field(20, gt=0, le=120, description="How long to wait for an answer, in seconds")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        needed = {"email": ["host", "sender", "to"], "webhook": ["url_env"], "apprise": ["url_env"]}
        missing = [name for name in needed.get(self.kind, []) if not getattr(self, name)]
        if missing:
            raise ValueError(f"a channel of kind {self.kind} needs {' and '.join(missing)}")
        if self.user and not self.password_env:
            raise ValueError("a user needs password_env, the environment variable that holds the password")
        if self.user and self.security == "none":
            raise ValueError("a password is not sent unencrypted; set security to starttls or tls")
        if any(address.count("@") != 1 or any(c.isspace() for c in address) for address in self._addresses):
            raise ValueError("sender and to are addresses such as reports@example.org")
        return self

    @property
    def _addresses(self) -> list[str]:
        return [self.sender, *self.to] if self.kind == "email" else []


class Notify(Section):
    """Who is told of what happened while nobody looked."""

    channels: dict[str, NoticeChannel] = Field({}, description="Channels by name; with none, a log file")
    failures: list[str] = Field([], description="Channels told of failed jobs; empty: all")
    attempts: int = Field(
        72,
        ge=1,
        description="How often delivery is tried, with a growing pause of an hour at most; then given up",
    )
    repeat_after_hours: float = Field(
        12, ge=0, description="A job that goes on failing is told again after this time, with the count"
    )

    @model_validator(mode="after")
    def _known(self) -> Self:
        for name in self.channels:
            if not re.fullmatch(r"[\w-]+", name):
                raise ValueError(f"'{name}' is no name of a channel; use letters, digits, _ and -")
        known = list(self.channels) or ["log"]  # there without being declared
        for name in self.failures:
            if name not in known:
                raise ValueError(
                    f"failures names '{name}', which is no channel.{did_you_mean(name, known)} Channels: "
                    f"{', '.join(known)}"
                )
        return self


class Schedule(Section):
    """How much `workbench schedule run` may do at once."""

    parallel: int = Field(0, ge=0, description="Most runs at once; 0: one a core")
    memory_gb: float = Field(
        0, ge=0, description="Memory that runs may hold together, in GB; 0: three quarters of the machine's"
    )
    run_memory_gb: float = Field(
        1,
        gt=0,
        description="Memory that one run is expected to take, in GB; it begins only when that is there",
    )
    grace_seconds: float = Field(
        60, ge=0, description="How long notebooks may go on when the scheduler is told to stop, in seconds"
    )


class Lake(Section):
    """Where the tables are and what computes on them."""

    root: str = Field("data/lake", description="Folder (relative to this file) or s3://, abfss://, gs:// URL")
    engine: str = Field("duckdb", description="duckdb, or sc://host:port for Spark Connect")
    keep_versions_days: int = Field(
        400, ge=7, description="How long old table versions stay readable, in days"
    )
