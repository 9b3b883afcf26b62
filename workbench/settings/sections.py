"""The sections of `workbench.toml`, one model each."""

import datetime as dt
import math
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

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
    server: str = Field(
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


class Cost(Section):
    """What a wrong or an open answer about one label costs, in one unit of your choice."""

    missed: float = Field(gt=0, description="A post that has the label and is not found")
    false_alarm: float = Field(1, gt=0, description="A post that is said to have the label and has not")
    review: float | None = Field(
        None, gt=0, description="A person looking at a post; with none, no post goes to people for doubt"
    )


class Lake(Section):
    """Where the tables are and what computes on them."""

    root: str = Field("data/lake", description="Folder (relative to this file) or s3://, abfss://, gs:// URL")
    engine: str = Field("duckdb", description="duckdb, or sc://host:port for Spark Connect")
    keep_versions_days: int = Field(
        400, ge=7, description="How long old table versions stay readable, in days"
    )
