"""`MeasuredLake`: an opened lake and its figures, each made once.

A measure is computed over all posts; what is asked again, here or by a run beside this one, is read.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import pandas as pd

from workbench.choices import choose_rows, choose_week
from workbench.errors import one_of
from workbench.measures import ESTIMATES, IN_OPENING_HOURS, OF_ANSWERS, find_measure, has_answers, withheld
from workbench.opened_lake import OpenedLake
from workbench.statistics.business_hours import OpeningHours
from workbench.statistics.periods import Week
from workbench.statistics.possible_ranks import possible_ranks
from workbench.statistics.vintages import revisions
from workbench.store.frames import in_memory
from workbench.store.shared_frames import is_being_made, shared_frame


class MeasuredLake(OpenedLake):
    """An opened lake and the measures of its mentions."""

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
        by = each_once(by)
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
        names, by = each_once(names), each_once(by)
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

    @cached_property
    def brands(self) -> list[str]:
        """The brands compared: those of the settings, or those that the posts name where it declares none."""
        return list(self.settings.brands) or sorted(self.measure("volume")["brand"])


def each_once(names: str | Sequence[str]) -> list[str]:
    """Names, of which one may be given by itself, each once."""
    return [names] if isinstance(names, str) else list(dict.fromkeys(names))


def _asked(name: str, by: Sequence[str], **options: Any) -> str:
    """What tells one measure from another."""
    return repr((name, list(by), sorted(options.items())))


def _is_plain(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, (str, int, float))
