"""Any figure over time, of any part of the posts, with the band of its interval; and the code that draws it."""

import ipywidgets as controls
import pandas as pd

from workbench.errors import WorkbenchError
from workbench.figures.periods import every_period
from workbench.figures.trend import trend
from workbench.figures.words import metric_label
from workbench.measures import MEASURES
from workbench.widgets.beside_chart import as_code, as_table, limits
from workbench.widgets.later import Later, Setting
from workbench.widgets.parts import dropdown, message, period_controls
from workbench.widgets.question import GRAINS, Question
from workbench.widgets.still import STYLE, still
from workbench.workbench import Workbench

_LINES = ("brand", "platform", "language", "region", "product")
_ALL = "all"
_OF_A_BRAND = "share_of_voice"  # of all brands together it is always 1
_WIDTH = 640  # of the chart, in pixels: it stands beside its controls in JupyterLab
_MOST_LINES = 6
# Compares two periods and has no course over time.
_MEASURES = tuple(name for name in MEASURES if name != "sentiment_shift")


class KpiExplorer(controls.VBox):
    """Choose a figure, whose, of which part and when; see it with its interval, as a table and as code.

    Every control has a name and answers to the keyboard. The workbench keeps a measure once it is computed; moving the
    period or the lines only draws.

    Parameters
    ----------
    wb
        The opened workbench.
    measure
        What is shown first.
    brand
        The brand in colour; empty: the own brand of `workbench.toml`, else the one most spoken of.

    Raises
    ------
    WorkbenchError
        No post speaks of that brand.

    Examples
    --------
    In a notebook::

        from workbench import KpiExplorer, open_workbench
        wb = open_workbench()
        KpiExplorer(wb)
    """

    def __init__(self, wb: Workbench, measure: str = "net_sentiment", brand: str = "") -> None:
        self._wb, self._own = wb, wb.brand(brand)
        self._values = {name: found for name in _LINES if len(found := _values_of(wb, name)) > 1}
        self._setting = Setting()
        self._make_controls(measure)
        self._said, self._picture, self._more = controls.HTML(), controls.HTML(), controls.HTML()
        left = [self.figure, self.part, self.grain, self.line, self.shown, *self.only.values()]
        beside = [
            controls.VBox(left, layout={"flex": "0 0 300px"}),
            controls.VBox(
                [self._said, self._picture, self.period.box, self._more],
                layout={"flex": "1 1 480px", "min_width": "0"},
            ),
        ]
        super().__init__([controls.HBox(beside, layout={"flex_flow": "row wrap"})])
        self._follow()
        self._read()

    @property
    def question(self) -> Question:
        """What the controls ask as they stand."""
        first, last = self.period.ends
        line, only = (
            self.line.value,
            {name: box.value for name, box in self.only.items() if box.value != _ALL},
        )
        if self.figure.value == _OF_A_BRAND and line != "brand":
            only.setdefault("brand", self._own)
        is_whole = (first, last) == self.period.whole
        return Question(
            measure=self.figure.value,
            metric=self.part.value or self.figure.value,
            line=line,
            shown=tuple(self.shown.value),
            grain=self.grain.value,
            first="" if is_whole else first,
            last="" if is_whole else last,
            only={name: value for name, value in only.items() if name != line},
            own=self._own if line == "brand" and self._own in self.shown.value else None,
        )

    @property
    def frame(self) -> pd.DataFrame:
        """The measure frame of what is shown."""
        return self.question.of(self._measure(self.question))

    @property
    def code(self) -> str:
        """Lines of a notebook that draw what is shown."""
        return self.question.code

    @property
    def page(self) -> tuple[str, str]:
        """Markup of what is drawn and of what is said about it, as they stand in the page."""
        return self._picture.value + self._more.value, self._said.value

    def _make_controls(self, measure: str) -> None:
        if measure not in _MEASURES:
            raise WorkbenchError(
                f"the explorer has no measure '{measure}'. Measures: {', '.join(_MEASURES)}."
            )
        lines = [name for name in _LINES if name in self._values] or ["brand"]
        self.figure = dropdown("Figure", [(metric_label(name), name) for name in _MEASURES], measure)
        self.part = dropdown("Of it", [("all", "")], "")
        self.grain = dropdown("By", [(name, name) for name in GRAINS], "week")
        self.line = dropdown("Line per", [(name, name) for name in lines], lines[0])
        self.shown = controls.SelectMultiple(
            description="Lines", rows=6, style={"description_width": "7em"}, layout={"width": "290px"}
        )
        self._offer_lines()
        self.only = {
            name: dropdown(name.capitalize(), [("all", _ALL), *((v, v) for v in values)], _ALL)
            for name, values in self._values.items()
        }
        self.period = period_controls()
        self._disable_own_filter()

    def _follow(self) -> None:
        self._redraw = Later(self._draw)
        self._reread = Later(self._read)
        for control in (self.figure, self.grain, *self.only.values()):
            control.observe(self._setting.unless(self._reread), "value")
        self.line.observe(self._setting.unless(self._lines_changed), "value")
        for control in (self.part, self.shown, self.period.slider):
            control.observe(self._setting.unless(self._redraw), "value")

    def _lines_changed(self) -> None:
        with self._setting:
            self._offer_lines()
        self._disable_own_filter()
        self._reread()

    def _offer_lines(self) -> None:
        values = self._values.get(self.line.value, [self._own])
        first = [self._own] if self.line.value == "brand" else values[:_MOST_LINES]
        self.shown.options, self.shown.value = values, tuple(first)

    def _disable_own_filter(self) -> None:
        """What has a line each is chosen among the lines."""
        for name, box in self.only.items():
            box.layout.display = "none" if name == self.line.value else None

    def _read(self) -> None:
        """Compute what is asked, and offer its parts and periods."""
        self._said.value = message(f"Computing {metric_label(self.figure.value).lower()} …")
        try:
            measured = self._measure(self.question)
        except WorkbenchError as error:
            self._show("", "", message(str(error), is_wrong=True))
            return
        with self._setting:
            self._offer(measured)
        self._draw()

    def _offer(self, measured: pd.DataFrame) -> None:
        parts = sorted(measured["metric"].unique())
        if [value for _, value in self.part.options] != parts:
            self.part.options = [(metric_label(name), name) for name in parts]
            self.part.value = parts[0] if parts else None
        self.part.layout.display = None if len(parts) > 1 else "none"
        self.period.offer(every_period(measured[self.grain.value].dropna()))

    def _measure(self, question: Question) -> pd.DataFrame:
        return self._wb.measure(question.measure, question.by)

    def _draw(self) -> None:
        question, frame = self.question, self.frame
        if frame.empty:
            nothing = "Nothing to draw: choose at least one line, and a period with posts."
            self._show("", "", message(nothing))
            return
        if frame["value"].isna().all():
            self._show("", as_code(question.code), message(" ".join(limits(frame))))
            return
        chart = trend(frame, question.grain, color=question.line, title=question.title, own=question.own)
        spec = chart.properties(width=_WIDTH).to_dict()
        more = as_table(spec) + as_code(question.code)
        self._show(STYLE + still(spec), more, message(" ".join(limits(frame))))

    def _show(self, picture: str, more: str, said: str) -> None:
        self._picture.value, self._more.value, self._said.value = picture, more, said


def _values_of(wb: Workbench, column: str) -> list[str]:
    """Values of a column, the most frequent first."""
    counted = wb.measure("volume", [column]).dropna(subset=column)
    counted = counted[counted["value"] > 0]
    return [str(value) for value in counted.sort_values("value", ascending=False)[column]]
