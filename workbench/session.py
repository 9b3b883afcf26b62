"""`open_workbench`: what a notebook holds in its hand."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import narwhals as nw
import pandas as pd

from workbench.benchmarks.share_of_voice import share_of_voice
from workbench.errors import WorkbenchError, did_you_mean
from workbench.figures.renderer import enable_renderer
from workbench.journeys.graph import directly_follows
from workbench.journeys.steps import journey_steps
from workbench.kpi.acknowledged_resolution import acknowledged_resolution
from workbench.kpi.first_response_time import first_response_time
from workbench.kpi.net_sentiment import net_sentiment
from workbench.kpi.sentiment_signal import sentiment_signal
from workbench.kpi.share_answered import share_answered
from workbench.kpi.volume import volume
from workbench.models.phrases import key_phrases, representative
from workbench.models.registry import current
from workbench.models.training import labelled_texts
from workbench.runs.provenance import provenance
from workbench.settings import Settings, load_settings
from workbench.statistics.business_hours import OpeningHours
from workbench.statistics.mentions import earned
from workbench.statistics.periods import Week, newest_complete_week, parse_week
from workbench.store.checks import check_data
from workbench.store.engine import Engine, open_engine
from workbench.store.lake import Lake
from workbench.store.mention_frame import mention_frame
from workbench.store.schema import open_lake

MEASURES: dict[str, Callable[..., Any]] = {
    measure.__name__: measure
    for measure in (
        volume,
        sentiment_signal,
        net_sentiment,
        share_answered,
        first_response_time,
        acknowledged_resolution,
        share_of_voice,
    )
}
_OF_ANSWERS = ("share_answered", "first_response_time", "acknowledged_resolution")


@dataclass
class Workbench:
    """A lake, at fixed versions, with the settings that give it meaning.

    Frames are the engine's own (a DuckDB relation, a Spark frame), so that a million posts stay where
    they are; ``.df()`` or ``.toPandas()`` brings one into memory.
    """

    settings: Settings
    lake: Lake
    engine: Engine
    versions: Mapping[str, int] = field(default_factory=dict)

    def table(self, name: str) -> Any:
        """A table of the lake."""
        return self.engine.table(self.lake, name)

    @property
    def posts(self) -> Any:
        """All posts, masked."""
        return self.table("posts")

    @cached_property
    def model(self) -> str:
        """Name of the model whose sentiment signal is shown."""
        return current(self.settings.data_folder / "models", "sentiment", self.settings.sentiment_model).name

    @cached_property
    def mentions(self) -> Any:
        """One row a post and brand, with everything that a measure needs."""
        frame = mention_frame(
            self.engine,
            self.lake,
            time_zone=self.settings.time_zone,
            first_day_of_week=self.settings.first_day_of_week,
            model=self.model,
        )
        return self.engine.keep(frame)

    def measure(self, name: str, by: Sequence[str] = ("brand",), **options: Any) -> pd.DataFrame:
        """A measure, as a small frame.

        Parameters
        ----------
        name
            One of `MEASURES`, for instance "net_sentiment".
        by
            Grouping columns: brand, product, region, platform, language, day, week, month.
        options
            What else the measure takes.

        Returns
        -------
        The measure frame: `by`, metric, value, low, high, unit, posts, labels, kind, method, vintage, status.

        Raises
        ------
        WorkbenchError
            There is no such measure or column.
        """
        if name not in MEASURES:
            raise WorkbenchError(
                f"there is no measure '{name}'.{did_you_mean(name, MEASURES)} Measures: {', '.join(MEASURES)}."
            )
        if name == "share_of_voice":
            options.setdefault("brands", self.brands)
        if name in ("share_answered", "first_response_time"):
            options.setdefault("opening_hours", OpeningHours(**self.settings.opening_hours.model_dump()))
        frame = _small(MEASURES[name](self.mentions, list(by), **options))
        return frame if self.has_answers or name not in _OF_ANSWERS else _withheld(frame)

    @cached_property
    def has_answers(self) -> bool:
        """Whether any answer by a brand's own account was collected: without, 0 % answered would be a lie."""
        is_answer = (nw.col("author_role") == "brand") & ~nw.col("in_reply_to").is_null()
        answers = nw.from_native(self.mentions).filter(is_answer).head(1)
        return bool(len(_small(answers.select("post_id").to_native())))

    def measures(
        self, names: Sequence[str], by: Sequence[str] = ("brand",), **only: str | Sequence[str]
    ) -> pd.DataFrame:
        """Several measures beneath each other, of chosen groups only.

        Parameters
        ----------
        names
            Names of measures.
        by
            Grouping columns.
        only
            For a grouping column the value or values that are wanted, for instance ``week="2026-W43"``.
            Everything is measured over all posts first: an answer may come a week after the question.
        """
        frame = pd.concat([self.measure(name, by) for name in names], ignore_index=True)
        for column, wanted in only.items():
            frame = frame[frame[column].isin([wanted] if isinstance(wanted, str) else list(wanted))]
        return frame.reset_index(drop=True)

    def history(self, week: Week, weeks: int) -> tuple[str, list[str]]:
        """What a trend that ends with this week is drawn over: its weeks, or its days where data are young.

        Returns
        -------
        Grouping column, "week" or "day", and the labels wanted.
        """
        labels = week.until_here(weeks)
        with_posts = set(self.measure("volume", ["week"])["week"])
        if len(with_posts & set(labels)) >= 3:
            return "week", labels
        days = [week.first_day + dt.timedelta(days=number) for number in range(7)]
        return "day", [day.isoformat() for day in days]

    def week(self, label: str = "") -> Week:
        """The week of that label; empty: the newest complete week of the data."""
        first = self.settings.first_day_of_week
        if label:
            return parse_week(label, first)
        newest = _small(nw.from_native(self.mentions).select(nw.col("day").max()).to_native())["day"].iloc[0]
        return newest_complete_week(str(newest), first)

    @cached_property
    def brands(self) -> list[str]:
        """The brands compared: those of the settings, or those that the posts name where it declares none."""
        return list(self.settings.brands) or sorted(self.measure("volume")["brand"])

    def brand(self, name: str = "") -> str:
        """That brand; empty: the own brand of `workbench.toml`, else the one most spoken of.

        Raises
        ------
        WorkbenchError
            No mention is of that brand.
        """
        counted = self.measure("volume").sort_values("value", ascending=False)
        known = list(counted["brand"])
        own = self.settings.own_brand
        wanted = name or (own if own in known else known[0]) or ""
        if wanted not in known:
            raise WorkbenchError(
                f"no post speaks of a brand '{wanted}'.{did_you_mean(wanted, known)} Brands: {', '.join(known)}."
            )
        return wanted

    def checks(self) -> pd.DataFrame:
        """What is wrong with the data: check, subject, finding, advice."""
        return check_data(self.mentions, self.table("labels"), self.table("batches"), self.table("brands"))

    @property
    def quotable(self) -> list[str]:
        """Platforms whose policy in `workbench.toml` allows quotation."""
        return [name for name, platform in self.settings.platforms.items() if platform.quotation]

    def texts(self, brand: str, week: Week, sentiment: str = "negative") -> pd.DataFrame:
        """Masked texts of a brand's relevant, earned mentions of a week that the model reads as such.

        Returns
        -------
        Columns ``post_id``, ``platform``, ``text``, ``week``, in the order of ``post_id``.
        """
        mentions = earned(
            nw.from_native(self.mentions).filter(
                nw.col("brand") == brand, nw.col("week") == week.label, nw.col("sentiment") == sentiment
            )
        )
        columns = ["post_id", "platform", "text", "week"]
        return _small(nw.from_native(mentions).select(columns).to_native()).sort_values(
            "post_id", ignore_index=True
        )

    def voices(self, brand: str, week: Week, count: int = 6, sentiment: str = "negative") -> pd.DataFrame:
        """Posts picked to represent those of a week: the middle ones of as many groups of like posts.

        Posts of platforms that may not be quoted are among them only to be counted.
        """
        texts = self.texts(brand, week, sentiment)
        quotable = texts["platform"].isin(self.quotable)
        chosen = texts[quotable].reset_index(drop=True)
        picked = chosen.iloc[representative(list(chosen["text"]), count)]
        return pd.concat([picked, texts[~quotable]], ignore_index=True)

    def topics(self, brand: str, week: Week, count: int = 5, sentiment: str = "negative") -> pd.DataFrame:
        """Key phrases of a week's posts by topic, with the number of posts of the topic: phrase, posts."""
        names = re.compile(
            "|".join(map(re.escape, sorted(self.brands, key=len, reverse=True))), re.IGNORECASE
        )
        # Everybody names the brand: it tells no topic from another.
        texts = [names.sub(" ", text) for text in self.texts(brand, week, sentiment)["text"]]
        topics = key_phrases(texts, count, 4)
        return pd.DataFrame(
            [(", ".join(topic.phrases), topic.texts) for topic in topics], columns=["phrase", "posts"]
        )

    def labelled(self, task: str = "sentiment") -> pd.DataFrame:
        """Texts with the label that people gave them: text, label. Contradictions are left out."""
        return labelled_texts(self.lake, task).to_pandas()

    def journeys(self, brand: str) -> Any:
        """Directly-follows graph of a brand's threads (networkx), with counts and waiting times."""
        mentions = nw.from_native(self.mentions).filter(nw.col("brand") == brand)
        return directly_follows(_small(journey_steps(mentions.to_native())))

    def provenance(self, **parameters: Any) -> dict[str, Any]:
        """Where the figures of this run come from."""
        return provenance(self.settings, self.versions, [self.model], parameters)


def open_workbench(
    settings: Path | str | None = None, versions: Mapping[str, int] | None = None
) -> Workbench:
    """Open the lake of a settings file.

    Parameters
    ----------
    settings
        The settings file; otherwise the nearest `workbench.toml`, or what ``WORKBENCH_SETTINGS`` names.
    versions
        Table versions to open, as a report's provenance gives them; otherwise the present ones, which
        stay the same for this workbench whatever is written meanwhile.

    Raises
    ------
    WorkbenchError
        The settings are wrong, or there are no posts yet.

    Examples
    --------
    >>> wb = open_workbench("data/sample/workbench.toml")  # doctest: +SKIP
    >>> wb.measure("sentiment_signal", by=["brand", "week"])  # doctest: +SKIP
    """
    loaded = load_settings(settings)
    now = open_lake(loaded)
    lake = now.at(versions if versions is not None else now.current_versions())
    if "posts" not in lake.versions:
        raise WorkbenchError(
            f"the lake {now.root} holds no posts yet. Run: workbench ingest FILE; or try the sample: "
            "workbench sample load, then open_workbench('data/sample/workbench.toml')."
        )
    enable_renderer()
    return Workbench(loaded, lake, open_engine(loaded.lake.engine), dict(lake.versions))


def _withheld(frame: pd.DataFrame) -> pd.DataFrame:
    """Figures of answers where no answer was collected."""
    return frame.assign(value=None, status="withheld", method="withheld: no answer by a brand was collected")


def _small(frame: Any) -> pd.DataFrame:
    """A frame that is small by now, in memory."""
    lazy = nw.from_native(frame)
    return (lazy.collect() if isinstance(lazy, nw.LazyFrame) else lazy).to_pandas()
