"""`Workbench`: what a notebook holds in its hand.

Its methods stay thin: they bring an opened lake, the settings and a function of the package together.
"""

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import pandas as pd

from workbench.choices import choose_brand, choose_history
from workbench.errors import one_of
from workbench.kpi.outcome_association import outcome_association
from workbench.measured_lake import MeasuredLake, each_once
from workbench.measures import POOLED
from workbench.models.classifier import LABELS
from workbench.models.languages import checked_languages
from workbench.models.voices import texts_of, topics_of, voices_of
from workbench.statistics.baseline import baseline
from workbench.statistics.periods import Week
from workbench.statistics.reference import declared_reference
from workbench.statistics.unheard import Unheard, unheard
from workbench.statistics.weights import frozen, weighted_channels


class Workbench(MeasuredLake):
    """An opened lake and every figure that can be made of it."""

    def _week(self, week: Week | str) -> Week:
        return self.week(week) if isinstance(week, str) else week

    def history(self, week: Week, weeks: int) -> tuple[str, list[str]]:
        """What a trend that ends with this week is drawn over: "week" or "day", and the labels wanted."""
        return choose_history(week, weeks, list(self.measure("volume", ["week"])["week"]))

    def brand(self, name: str = "") -> str:
        """That brand; empty: the own brand of `workbench.toml`, else the one most spoken of."""
        counted = self.measure("volume").sort_values("value", ascending=False)
        return choose_brand(name, self.settings.own_brand, list(counted["brand"]))

    def texts(self, brand: str, week: Week | str, sentiment: str = "negative") -> pd.DataFrame:
        """Masked texts of a brand's relevant, earned mentions of a week that the model reads as such.

        Returns
        -------
        Columns ``post_id``, ``platform``, ``text``, ``week``, in the order of ``post_id``.

        Raises
        ------
        WorkbenchError
            There is no such brand, week or sentiment.
        """
        one_of(sentiment, LABELS, "sentiment")
        return texts_of(self.mentions, self.brand(brand), self._week(week).label, sentiment)

    def voices(
        self, brand: str, week: Week | str, count: int = 6, sentiment: str = "negative"
    ) -> pd.DataFrame:
        """Posts picked to represent those of a week: the middle ones of as many groups of like posts.

        Posts of platforms that may not be quoted are among them only to be counted.
        """
        return voices_of(self.texts(brand, week, sentiment), self.quotable, count)

    def topics(
        self, brand: str, week: Week | str, count: int = 5, sentiment: str = "negative"
    ) -> pd.DataFrame:
        """Key phrases of a week's posts by topic, with the number of posts of the topic: phrase, posts."""
        return topics_of(list(self.texts(brand, week, sentiment)["text"]), self.brands, count)

    def journeys(self, brand: str) -> Any:
        """Directly-follows graph of a brand's threads (networkx), with counts and waiting times."""
        return super().journeys(self.brand(brand))

    def unheard(self, week: Week | str | None = None) -> Unheard:
        """Of whom the figures of a week, or of all posts, do not speak, as far as the data show it."""
        mentions = nw.from_native(self.mentions)
        if week is not None:
            mentions = mentions.filter(nw.col("week") == self._week(week).label)
        languages = checked_languages(self.model_card)
        return unheard(mentions.to_native(), languages, list(self.settings.platforms))

    def baseline(
        self,
        names: Sequence[str],
        by: Sequence[str] = ("brand",),
        *,
        week: Week | str,
        metrics: Sequence[str] = (),
        period: str = "week",
        **only: str,
    ) -> pd.DataFrame:
        """Figures beside their frozen baseline, until the end of a week: see `workbench.baseline`.

        Parameters
        ----------
        names
            Names of measures.
        by
            Grouping columns.
        week
            The last week.
        metrics
            Those of their figures that are looked at together; empty: all. The more are asked about, the more
            one has to differ to be called different.
        period
            day, week or month.
        only
            For a grouping column the value that is wanted.

        Raises
        ------
        WorkbenchError
            No baseline is declared in `workbench.toml`.
        """
        by = each_once(by)
        reference, until = declared_reference(self.settings), self._week(week).last_day
        frame = self.measures(names, [*by, period], **only)
        frame = frame[frame["metric"].isin(metrics)] if metrics else frame
        collected = list(self.measure("volume", [period])[period])
        return baseline(frame, by, reference, period=period, until=until, collected=collected)

    def weighted(self, name: str, week: Week | str, by: Sequence[str] = ("brand",)) -> pd.DataFrame:
        """A measure of a week over all platforms, unweighted and by the weights of `workbench.toml`."""
        week, by = self._week(week), each_once(by)
        weights, groups = self.settings.weights, [*by, "metric"]
        # Pooled with the weeks before, a platform would weigh by the posts of all of them.
        alone = {"pool_periods": 1} if name in POOLED else {}
        frame = self.measure(name, [*by, "platform", "week"], **alone)
        frame = frame[frame["week"] == week.label]
        told = weighted_channels(
            frame,
            representativeness=weights.representativeness,
            importance=weights.importance,
            by=groups,
            known_channels=list(self.measure("volume", ["platform"])["platform"]),
        )
        held = (
            frozen(weights.frozen_since, week.first_day)
            if weights.frozen_since
            else "no weights are declared"
        )
        return told.assign(method=told["method"] + f"; {held}")

    def outcome_association(self, by: Sequence[str] = ("brand",), **options: Any) -> pd.DataFrame:
        """How churn and advocacy go together with what people said; see `workbench.kpi.outcome_association`."""
        return outcome_association(self.mentions, self.table("outcomes"), by, **options)
