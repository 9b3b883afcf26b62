"""`Workbench`: what a notebook holds in its hand.

Its methods stay thin: they bring an opened lake, the settings and a function of the package together.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import narwhals as nw
import pandas as pd

from workbench.choices import choose_brand, choose_history, choose_rows, choose_week
from workbench.errors import one_of
from workbench.kpi.outcome_association import outcome_association
from workbench.measures import (
    ESTIMATES,
    IN_OPENING_HOURS,
    OF_ANSWERS,
    POOLED,
    find_measure,
    has_answers,
    withheld,
)
from workbench.models.classifier import LABELS
from workbench.models.languages import checked_languages
from workbench.models.voices import texts_of, topics_of, voices_of
from workbench.opened_lake import OpenedLake
from workbench.statistics.baseline import baseline
from workbench.statistics.business_hours import OpeningHours
from workbench.statistics.periods import Week
from workbench.statistics.possible_ranks import possible_ranks
from workbench.statistics.reference import declared_reference
from workbench.statistics.unheard import Unheard, unheard
from workbench.statistics.vintages import revisions
from workbench.statistics.weights import frozen, weighted_channels
from workbench.store.frames import in_memory
from workbench.store.shared_frames import is_being_made, shared_frame


class Workbench(OpenedLake):
    """An opened lake and every figure that can be made of it."""

    def measure(self, name: str, by: str | Sequence[str] = ("brand",), **options: Any) -> pd.DataFrame:
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
        by = _columns(by)
        if not all(map(_is_plain, options.values())):  # a long table is not told apart by what is shown of it
            return self._measure(name, by, options)
        # A report asks for some figures twice; of a lake at fixed versions they are the same.
        asked = _asked(name, by, **options)
        if asked not in self._measured:
            self._measured[asked] = shared_frame(
                self.known_by, asked, lambda: self._measure(name, by, options)
            )
        return self._measured[asked].copy()

    def _is_being_made(self, name: str, by: Sequence[str]) -> bool:
        return is_being_made(self.known_by, _asked(name, by))

    @cached_property
    def _measured(self) -> dict[str, pd.DataFrame]:
        """Measures made so far, by what was asked."""
        return {}

    def _measure(self, name: str, by: list[str], options: dict[str, Any]) -> pd.DataFrame:
        measure = find_measure(name)
        if name == "share_of_voice":
            options.setdefault("brands", self.brands)
        if name in IN_OPENING_HOURS:
            options.setdefault("opening_hours", OpeningHours(**self.settings.opening_hours.model_dump()))
        if name in ESTIMATES:
            options.setdefault("closing_days", self.settings.closing_days)
        if name == "sentiment_shift" and options.get("period", "week") == "week":
            options.setdefault("after", self.week().label)
        frame = in_memory(measure(self.mentions, by, **options))
        return frame if self.has_answers or name not in OF_ANSWERS else withheld(frame)

    @cached_property
    def has_answers(self) -> bool:
        """Whether any answer by a brand's own account was collected: without, 0 % answered would be a lie."""
        return has_answers(self.mentions)

    def measures(
        self,
        names: str | Sequence[str],
        by: str | Sequence[str] = ("brand",),
        **only: str | Sequence[str],
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

        Raises
        ------
        WorkbenchError
            There is no such measure or column, or a value that is wanted is likely misspelt.
        """
        names, by = _columns(names), _columns(by)
        made: dict[str, pd.DataFrame] = {}
        while len(made) < len(set(names)):
            # What a run beside this one is making comes last: two that begin together share the work.
            left = [name for name in names if name not in made]
            name = next((name for name in left if not self._is_being_made(name, by)), left[0])
            made[name] = self.measure(name, by)
        frame = pd.concat([made[name] for name in names], ignore_index=True)
        return choose_rows(frame, only, by, {"brand": list(self.settings.brands)})

    def ranks(self, metric: str, by: str = "brand", **only: str) -> pd.DataFrame:
        """Groups by a corrected figure, with the ranks that each may have: some cannot be told apart.

        Parameters
        ----------
        metric
            For instance "sentiment_share.negative".
        by
            What is ranked.
        only
            The period, for instance ``week="2026-W43"``; without, all posts.

        Returns
        -------
        See `possible_ranks`.

        Raises
        ------
        WorkbenchError
            The measure has no such figure.
        """
        frame = self.measures(metric.partition(".")[0], [by, *only], **only)
        known = sorted(frame["metric"].unique())
        if known:
            one_of(metric, known, "figure")
        return possible_ranks(frame, metric, by)

    def revisions(self, now: pd.DataFrame) -> pd.DataFrame:
        """Figures of a measure frame that differ from what reports have shown before; see `revisions`."""
        return revisions(in_memory(self.table("measures")), now)

    def week(self, label: str = "") -> Week:
        """The week of that label; empty: the newest complete week of the data."""
        # The mentions are put together only where they are asked for.
        return choose_week(label, None if label else self.mentions, self.settings.first_day_of_week)

    def _week(self, week: Week | str) -> Week:
        return self.week(week) if isinstance(week, str) else week

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
        by = _columns(by)
        reference, until = declared_reference(self.settings), self._week(week).last_day
        frame = self.measures(names, [*by, period], **only)
        frame = frame[frame["metric"].isin(metrics)] if metrics else frame
        collected = list(self.measure("volume", [period])[period])
        return baseline(frame, by, reference, period=period, until=until, collected=collected)

    def weighted(self, name: str, week: Week | str, by: Sequence[str] = ("brand",)) -> pd.DataFrame:
        """A measure of a week over all platforms, unweighted and by the weights of `workbench.toml`."""
        week, by = self._week(week), _columns(by)
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


def _columns(names: str | Sequence[str]) -> list[str]:
    """Names, of which one may be given by itself, each once."""
    return [names] if isinstance(names, str) else list(dict.fromkeys(names))


def _asked(name: str, by: Sequence[str], **options: Any) -> str:
    """What tells one measure from another."""
    return repr((name, list(by), sorted(options.items())))


def _is_plain(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, (str, int, float))
