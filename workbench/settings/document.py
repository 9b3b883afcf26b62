"""The one settings file, `workbench.toml`: read, checked whole, explained."""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from babel.localedata import locale_identifiers
from pydantic import AfterValidator, BaseModel, Field, ValidationError

from workbench.errors import WorkbenchError, did_you_mean
from workbench.settings.pinned import pinned_settings
from workbench.settings.sections import (
    LABEL_STUDIO_TOKEN,
    Baseline,
    Brand,
    CalendarDay,
    Cost,
    Event,
    Labeling,
    Lake,
    NoticeChannel,
    Notify,
    OpeningHours,
    Platform,
    Schedule,
    Section,
    Signing,
    Target,
    Weights,
)

FILE_NAME = "workbench.toml"


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"'{name}' is no IANA time zone.{did_you_mean(name, available_timezones())}")
    return name


def _known_locale(name: str) -> str:
    known = locale_identifiers()
    spelled = name.replace("-", "_")
    if spelled not in known:
        near = did_you_mean(spelled, known)
        raise ValueError(
            f"'{name}' is no locale.{near} Give a language, perhaps with a country: en, de, fr_CH."
        )
    return spelled


def _web_address(address: str) -> str:
    if address and not address.startswith(("https://", "http://")):
        raise ValueError(
            "is the address of a folder on the web, such as https://intranet.example.org/reports"
        )
    return address


class Settings(Section):
    """Everything that can be set."""

    folder: Path = Field(Path("."), exclude=True, description="Folder of the settings file; not set in it")
    data: str = Field("data", description="Folder for runs, reports, models, rejected rows and the vault")
    time_zone: Annotated[str, AfterValidator(_known_zone)] = Field(
        "UTC", description="Business time zone (IANA name)"
    )
    first_day_of_week: Literal["monday", "saturday", "sunday"] = Field(
        "monday", description="First day of the week"
    )
    locale: Annotated[str, AfterValidator(_known_locale)] = Field(
        "en",
        description="How reports write dates and numbers: a language, perhaps with a country, like de or fr_CH",
    )
    reports_address: Annotated[str, AfterValidator(_web_address)] = Field(
        "",
        description="Web address at which readers find the folder of reports; empty: e-mails name the file",
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
    calendars: dict[str, list[CalendarDay]] = Field(
        {},
        description="Days that jobs follow, by calendar: `[[calendars.releases]]` with `name` and `date`, as often as "
        "there are days",
    )
    weights: Weights = Field(Weights(), description="Weights of channels")
    signing: Signing = Field(Signing(), description="Keys under reports")
    labeling: Labeling = Field(Labeling(), description="Label Studio and the work of labelling")
    schedule: Schedule = Field(Schedule(), description="Budget of scheduled runs")
    notify: Notify = Field(Notify(), description="Notices of failed jobs and other events")
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
    def signing_key_file(self) -> Path:
        """The private key under reports: outside the lake, so that a copy of the lake signs nothing."""
        named = self.signing.private_key
        return self.folder / named if named else self.data_folder / "vault" / "signing.key"

    @property
    def secret_names(self) -> set[str]:
        """Environment variables that hold secrets: of the channels of notices, and of a team's Label Studio."""
        channels = self.notify.channels.values()
        return {LABEL_STUDIO_TOKEN} | {
            name for one in channels for name in (one.password_env, one.url_env) if name
        }

    def model_named_for(self, task: str) -> str:
        """The model that the settings name for a task; empty where they leave it to the registry."""
        return self.sentiment_model if task == "sentiment" else ""

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
        return parse_settings(pinned_settings({}), folder=Path.cwd())
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WorkbenchError(f"settings file {file} does not exist. Name another, or create it.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WorkbenchError(f"{file} is not valid TOML: {error}.") from None
    return parse_settings(pinned_settings(content), folder=file.resolve().parent, name=str(file))


def parse_settings(content: dict[str, Any], folder: Path, name: str = FILE_NAME) -> Settings:
    """Settings from a parsed TOML document; every error at once.

    Raises
    ------
    WorkbenchError
        Something in it is wrong; names all of it.

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
        "calendars": CalendarDay,
        "weights": Weights,
        "labeling": Labeling,
        "schedule": Schedule,
        "signing": Signing,
        "costs": Cost,
        "notify": NoticeChannel if "channels" in location[1:-1] else Notify,
    }
    model = sections.get(str(location[0]), Settings) if len(location) > 1 else Settings
    return [key for key in model.model_fields if key != "folder"]
