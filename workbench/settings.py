"""The one settings file, `workbench.toml`: read, checked whole, explained."""

import datetime as dt
import math
import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from workbench.errors import WorkbenchError, did_you_mean

FILE_NAME = "workbench.toml"
WEIGHTS_TOLERANCE = 0.01  # shares are often given in whole percent
BASELINE_WEEKS = 8


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"'{name}' is no IANA time zone.{did_you_mean(name, available_timezones())}")
    return name


def _adding_to_one(weights: dict[str, float]) -> dict[str, float]:
    if any(not 0 <= weight <= 1 for weight in weights.values()):
        raise ValueError("a weight is a share: from 0 to 1")
    total = math.fsum(weights.values())
    if weights and round(abs(total - 1), 9) > WEIGHTS_TOLERANCE:
        raise ValueError(
            f"the weights add to {total:.4g}, not to 1. Give every channel its share of the whole"
        )
    return weights


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Brand(_Section):
    """A brand or competitor and the words by which posts speak of it."""

    role: Literal["own", "competitor"] = Field("competitor", description="own, or competitor")
    keywords: list[str] = Field([], description="Words or phrases that name it; its name is always one")
    exclusions: list[str] = Field([], description="Phrases that make a post about a namesake instead")
    accounts: list[str] = Field([], description="Its accounts, without @")
    products: list[str] = Field([], description="Names of its products")


class Platform(_Section):
    """What a platform's terms allow."""

    quotation: bool = Field(False, description="Whether a report may quote masked posts")


class Target(_Section):
    """What a KPI should reach, who owns it and which decision it serves."""

    value: float = Field(description="The value wanted")
    at_least: bool = Field(True, description="true: at least this value; false: at most")
    owner: str = Field("", description="Who answers for it")
    decision: str = Field("", description="What is decided by it")


class OpeningHours(_Section):
    """When the brand answers, in the business time zone; answers are timed by the calendar and by these."""

    opens: int = Field(9, ge=0, le=23, description="Full hour at which it opens")
    closes: int = Field(17, ge=1, le=24, description="Full hour at which it closes")
    days: list[int] = Field([0, 1, 2, 3, 4], description="Days of the week, 0 is Monday")


class _Days(_Section):
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


class Weights(_Section):
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


class Labeling(_Section):
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


class Cost(_Section):
    """What a wrong or an open answer about one label costs, in one unit of your choice."""

    missed: float = Field(gt=0, description="A post that has the label and is not found")
    false_alarm: float = Field(1, gt=0, description="A post that is said to have the label and has not")
    review: float | None = Field(
        None, gt=0, description="A person looking at a post; with none, no post goes to people for doubt"
    )


class Lake(_Section):
    """Where the tables are and what computes on them."""

    root: str = Field("data/lake", description="Folder (relative to this file) or s3://, abfss://, gs:// URL")
    engine: str = Field("duckdb", description="duckdb, or sc://host:port for Spark Connect")
    keep_versions_days: int = Field(
        400, ge=7, description="How long old table versions stay readable, in days"
    )


class Settings(_Section):
    """Everything that can be set."""

    folder: Path = Field(Path("."), exclude=True, description="Folder of the settings file; not set in it")
    data: str = Field("data", description="Folder for runs, reports, models, rejected rows and the vault")
    time_zone: Annotated[str, AfterValidator(_known_zone)] = Field(
        "UTC", description="Business time zone (IANA name)"
    )
    first_day_of_week: Literal["monday", "saturday", "sunday"] = Field(
        "monday", description="First day of the week"
    )
    lake: Lake = Field(Lake(), description="Tables and engine")
    brands: dict[str, Brand] = Field({}, description="Brands and competitors by name")
    platforms: dict[str, Platform] = Field({}, description="Policies by platform")
    targets: dict[str, Target] = Field({}, description="Targets by measure")
    opening_hours: OpeningHours = Field(OpeningHours(), description="Business hours")
    closing_days: int = Field(
        14,
        ge=0,
        description="The figures of a period are final this many days after its end, preliminary until then",
    )
    baseline: Baseline | None = Field(None, description="Frozen reference of later comparisons")
    events: list[Event] = Field([], description="Crises, holidays and launches")
    weights: Weights = Field(Weights(), description="Weights of channels")
    labeling: Labeling = Field(Labeling(), description="Label Studio and the work of labelling")
    costs: dict[str, dict[str, Cost]] = Field({}, description="Costs of wrong answers by task and label")
    sentiment_model: str = Field(
        "",
        description="Model for the sentiment signal; empty: the one promoted, else the newest trained, else the "
        "lexicon",
    )
    embeddings: str = Field(
        "", description="Sentence-transformers model name or folder; empty: the packaged MiniLM"
    )

    @property
    def data_folder(self) -> Path:
        """Absolute folder of runs, reports, models, rejected rows and the vault."""
        return self.folder / self.data

    @property
    def lake_root(self) -> str:
        """Absolute folder or URL of the tables."""
        return self.lake.root if "://" in self.lake.root else str(self.folder / self.lake.root)

    @property
    def labeling_folder(self) -> Path:
        """Absolute folder of the labelling tasks."""
        return self.folder / self.labeling.folder

    @property
    def key_file(self) -> Path:
        """The pseudonym key: outside the lake, so that a copy of the lake names nobody."""
        return self.data_folder / "vault" / "pseudonym.key"

    @property
    def own_brand(self) -> str | None:
        """The first brand whose role is own."""
        return next((name for name, brand in self.brands.items() if brand.role == "own"), None)


def load_settings(path: Path | str | None = None) -> Settings:
    """Read the settings.

    Parameters
    ----------
    path
        The file. Without it: the file named by ``WORKBENCH_SETTINGS``, else the nearest
        `workbench.toml` in this folder or above it, else the defaults in this folder.

    Raises
    ------
    WorkbenchError
        Lists everything that is wrong with the file at once, each with its mend.
    """
    file = find_settings(path)
    if file is None:
        return Settings(folder=Path.cwd())
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WorkbenchError(f"settings file {file} does not exist. Name another, or create it.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WorkbenchError(f"{file} is not valid TOML: {error}.") from None
    return parse_settings(content, folder=file.resolve().parent, name=str(file))


def parse_settings(content: dict[str, Any], folder: Path, name: str = FILE_NAME) -> Settings:
    """Settings from a parsed TOML document; every error at once.

    Examples
    --------
    >>> parse_settings({"time_zon": "UTC"}, Path("."))
    Traceback (most recent call last):
    workbench.errors.WorkbenchError: workbench.toml: 1 setting is wrong.
      time_zon: is no setting. Did you mean 'time_zone'?
    """
    try:
        return Settings.model_validate({**content, "folder": folder})
    except ValidationError as invalid:
        lines = [f"  {'.'.join(map(str, e['loc']))}: {_explain(e)}" for e in invalid.errors()]
    count = f"{len(lines)} setting is wrong" if len(lines) == 1 else f"{len(lines)} settings are wrong"
    raise WorkbenchError("\n".join([f"{name}: {count}.", *lines]))


def find_settings(path: Path | str | None = None) -> Path | None:
    """The settings file in force: the one named, else by environment, else the nearest above this folder."""
    named = path or os.environ.get("WORKBENCH_SETTINGS")
    if named:
        return Path(named)
    here = Path.cwd()
    return next((f for d in (here, *here.parents) if (f := d / FILE_NAME).is_file()), None)


def _explain(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return f"is no setting.{did_you_mean(str(error['loc'][-1]), _keys_beside(error['loc']))}"
    return error["msg"].removeprefix("Value error, ")


def _keys_beside(location: tuple[str | int, ...]) -> list[str]:
    """Settings that may stand where the wrong one stood."""
    sections: dict[str, type[BaseModel]] = {
        "lake": Lake,
        "opening_hours": OpeningHours,
        "brands": Brand,
        "platforms": Platform,
        "targets": Target,
        "baseline": Baseline,
        "events": Event,
        "weights": Weights,
        "labeling": Labeling,
        "costs": Cost,
    }
    model = sections.get(str(location[0]), Settings) if len(location) > 1 else Settings
    return [key for key in model.model_fields if key != "folder"]
