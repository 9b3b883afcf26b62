"""`Workbench`: what a notebook holds in its hand.

Its methods stay thin: they bring the lake, the settings and a function of the package together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import narwhals as nw
import pandas as pd

from workbench.choices import choose_brand, choose_history, choose_week
from workbench.journeys.graph import directly_follows
from workbench.journeys.steps import journey_steps
from workbench.measures import IN_OPENING_HOURS, OF_ANSWERS, find_measure, has_answers, withheld
from workbench.models.registry import current
from workbench.models.training import labelled_texts
from workbench.models.voices import texts_of, topics_of, voices_of
from workbench.runs.provenance import provenance
from workbench.settings import Settings
from workbench.statistics.business_hours import OpeningHours
from workbench.statistics.periods import Week
from workbench.store.checks import check_data
from workbench.store.engine import Engine
from workbench.store.frames import in_memory
from workbench.store.lake import Lake
from workbench.store.mention_frame import mention_frame


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
        measure = find_measure(name)
        if name == "share_of_voice":
            options.setdefault("brands", self.brands)
        if name in IN_OPENING_HOURS:
            options.setdefault("opening_hours", OpeningHours(**self.settings.opening_hours.model_dump()))
        frame = in_memory(measure(self.mentions, list(by), **options))
        return frame if self.has_answers or name not in OF_ANSWERS else withheld(frame)

    @cached_property
    def has_answers(self) -> bool:
        """Whether any answer by a brand's own account was collected: without, 0 % answered would be a lie."""
        return has_answers(self.mentions)

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

    def week(self, label: str = "") -> Week:
        """The week of that label; empty: the newest complete week of the data."""
        return choose_week(label, self.mentions, self.settings.first_day_of_week)

    def history(self, week: Week, weeks: int) -> tuple[str, list[str]]:
        """What a trend that ends with this week is drawn over: "week" or "day", and the labels wanted."""
        return choose_history(week, weeks, list(self.measure("volume", ["week"])["week"]))

    @cached_property
    def brands(self) -> list[str]:
        """The brands compared: those of the settings, or those that the posts name where it declares none."""
        return list(self.settings.brands) or sorted(self.measure("volume")["brand"])

    def brand(self, name: str = "") -> str:
        """That brand; empty: the own brand of `workbench.toml`, else the one most spoken of."""
        counted = self.measure("volume").sort_values("value", ascending=False)
        return choose_brand(name, self.settings.own_brand, list(counted["brand"]))

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
        return texts_of(self.mentions, brand, week.label, sentiment)

    def voices(self, brand: str, week: Week, count: int = 6, sentiment: str = "negative") -> pd.DataFrame:
        """Posts picked to represent those of a week: the middle ones of as many groups of like posts.

        Posts of platforms that may not be quoted are among them only to be counted.
        """
        return voices_of(self.texts(brand, week, sentiment), self.quotable, count)

    def topics(self, brand: str, week: Week, count: int = 5, sentiment: str = "negative") -> pd.DataFrame:
        """Key phrases of a week's posts by topic, with the number of posts of the topic: phrase, posts."""
        return topics_of(list(self.texts(brand, week, sentiment)["text"]), self.brands, count)

    def labelled(self, task: str = "sentiment") -> pd.DataFrame:
        """Texts with the label that people gave them: text, label. Contradictions are left out."""
        return labelled_texts(self.lake, task).to_pandas()

    def journeys(self, brand: str) -> Any:
        """Directly-follows graph of a brand's threads (networkx), with counts and waiting times."""
        mentions = nw.from_native(self.mentions).filter(nw.col("brand") == brand)
        return directly_follows(in_memory(journey_steps(mentions.to_native())))

    def provenance(self, **parameters: Any) -> dict[str, Any]:
        """Where the figures of this run come from."""
        return provenance(self.settings, self.versions, [self.model], parameters)
