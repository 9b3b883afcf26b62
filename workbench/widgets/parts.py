"""Controls that explorers share: each has a name that is seen and heard."""

from collections.abc import Sequence
from html import escape
from typing import Any

import ipywidgets as controls

from workbench.widgets.later import Setting

_STYLE = {"description_width": "7em"}


def dropdown(name: str, options: Sequence[tuple[str, Any]], value: Any) -> controls.Dropdown:
    """A named list of which one is chosen."""
    return controls.Dropdown(
        description=name, options=list(options), value=value, style=_STYLE, layout={"width": "290px"}
    )


def message(words: str, is_wrong: bool = False) -> str:
    """Markup of a sentence that screen readers say when it changes."""
    color = "var(--jp-error-color1, #a6301c)" if is_wrong else "var(--jp-content-font-color2, #5b6675)"
    role = "alert" if is_wrong else "status"
    return f'<p role="{role}" style="margin:0;line-height:1.4;min-height:1.4em;color:{color}">{escape(words)}</p>'


class Period:
    """First and last period: a slider with two handles and, as that has no name to hear, two lists beside it."""

    def __init__(self) -> None:
        width = {"width": "12em"}
        self.first = controls.Dropdown(
            description="From", options=[""], style={"description_width": "3em"}, layout=width
        )
        self.last = controls.Dropdown(
            description="To", options=[""], style={"description_width": "2em"}, layout=width
        )
        self.slider = controls.SelectionRangeSlider(
            options=["", ""],
            index=(0, 1),
            readout=False,
            continuous_update=False,
            layout={"flex": "1 1 10em", "margin": "2px 12px"},
        )
        self.box = controls.HBox(
            [self.first, self.slider, self.last], layout={"max_width": "660px", "display": "none"}
        )
        self._offering = Setting()
        self.slider.observe(self._offering.unless(self._moved), "index")
        self.first.observe(lambda _: self._chosen(self.first), "index")
        self.last.observe(lambda _: self._chosen(self.last), "index")

    @property
    def ends(self) -> tuple[str, str]:
        """Labels of the first and the last period."""
        first, last = (self.slider.options[place] for place in self.slider.index)
        return str(first), str(last)

    @property
    def whole(self) -> tuple[str, str]:
        """Labels of the first and the last period that there are."""
        return str(self.slider.options[0]), str(self.slider.options[-1])

    def offer(self, labels: Sequence[str]) -> None:
        """Let these be chosen from; what was chosen stays where it is among them, and the whole stays the whole."""
        options = list(labels) or [""]
        if options == list(self.first.options):
            return
        before, was_whole = self.ends, self.ends == self.whole
        with self._offering:
            self.first.options = self.last.options = options
            # The slider wants two ends, also where there is one period.
            self.slider.options = options if len(options) > 1 else options * 2
            stays = not was_whole and all(end in options for end in before)
            ends = before if stays else (options[0], options[-1])
            self.slider.index = (options.index(ends[0]), len(options) - 1 - options[::-1].index(ends[1]))
        self._moved()
        self.box.layout.display = None if len(options) > 1 else "none"

    def _moved(self) -> None:
        last = len(self.first.options) - 1
        with self._offering:
            self.first.index, self.last.index = (min(end, last) for end in self.slider.index)

    def _chosen(self, moved: controls.Dropdown) -> None:
        """A first period after the last takes the last along, and the other way round."""
        if self._offering or moved.index is None:
            return
        first, last = self.first.index, self.last.index
        ends = (first, max(first, last)) if moved is self.first else (min(first, last), last)
        self.slider.index = ends


def period_controls() -> Period:
    """First and last period, of which none is known yet."""
    return Period()
