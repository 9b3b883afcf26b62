"""Read what people said, masked, page by page; tick posts and send them to be labelled."""

from functools import partial
from typing import Any

import ipywidgets as controls
import pandas as pd

from workbench.errors import WorkbenchError, one_of
from workbench.figures.fragments import fragment
from workbench.figures.numbers import count_posts
from workbench.labels.picked import send_picked, sent_sentence
from workbench.labels.tasks import task_names, tasks_folder
from workbench.widgets.later import Later, Setting
from workbench.widgets.parts import dropdown, message, period_controls
from workbench.widgets.verbatim_markup import counted, project_link, quoted
from workbench.widgets.verbatim_posts import ANY, ORDERS, Wanted, chosen, posts_of, unquoted
from workbench.workbench import Workbench

_ON_A_PAGE = 6
_SENTIMENTS = ("negative", "neutral", "positive")


class VerbatimBrowser(controls.VBox):
    """Posts of platforms whose terms allow quotation, masked; the others are counted.

    Arrow keys on the field of pages turn them. Ticked posts go to Label Studio in a queue of their own: they teach
    models, and no figure rests on them, for nobody knows the chance with which an eye falls on a post.

    Parameters
    ----------
    wb
        The opened workbench.
    brand
        Whose posts are shown first; empty: the own brand of `workbench.toml`, else the one most spoken of.
    task
        What people are asked about the posts that are sent.

    Raises
    ------
    WorkbenchError
        No post speaks of that brand.

    Examples
    --------
    In a notebook::

        from workbench import VerbatimBrowser, open_workbench
        wb = open_workbench()
        VerbatimBrowser(wb)
    """

    def __init__(self, wb: Workbench, brand: str = "", task: str = "sentiment") -> None:
        self._wb = wb
        self._posts: dict[str, pd.DataFrame] = {}
        self._picked: dict[tuple[str, str], None] = {}
        self._keys: list[tuple[str, str]] = []  # of the posts on the page, as it is drawn
        self._setting = Setting()
        self._make_controls(wb.brand(brand), task)
        filters = [self.brand, self.sentiment, self.platform, self.words, self.order]
        reading = [
            self.period.box,
            self._said,
            *(controls.HBox([box, text]) for box, text in self._rows),
            controls.HBox([self.back, self.page, self.on]),
            controls.HBox([self.send, self.clear, self.task]),
            self._told,
        ]
        super().__init__(
            [
                controls.HTML(fragment("", "style").data, layout={"display": "none"}),
                controls.HBox(
                    [
                        controls.VBox(filters, layout={"flex": "0 0 300px"}),
                        controls.VBox(reading, layout={"flex": "1 1 480px", "min_width": "0"}),
                    ],
                    layout={"flex_flow": "row wrap"},
                ),
            ]
        )
        self._follow()
        self._brand_changed()

    @property
    def posts(self) -> pd.DataFrame:
        """The posts that the controls choose, in their order, without those that may not be quoted."""
        return chosen(self._all, self._wanted, self._wb.quotable)

    @property
    def picked(self) -> pd.DataFrame:
        """The mentions that are ticked, on whatever page: post_id, brand."""
        return pd.DataFrame(list(self._picked), columns=["post_id", "brand"])

    @property
    def shown(self) -> tuple[str, ...]:
        """Markup of the posts on this page, of what is said of them, and of what became of those sent."""
        return (*(text.value for _, text in self._rows), self._said.value, self._told.value)

    def send_picked(self) -> None:
        """Hand what is ticked to the people who label, and say what became of it; what failed stays ticked."""
        self._told.value = message(f"Sending {count_posts(len(self._picked))} to Label Studio …")
        try:
            told = send_picked(self._wb.settings, self.picked, self.task.value)
        except WorkbenchError as error:
            self._told.value = message(
                f"{error} Your ticks stay: sent again, nothing is there twice.", is_wrong=True
            )
            return
        self._told.value = message(sent_sentence(told)) + "".join(
            project_link(one) for one in told["projects"]
        )
        self._untick()

    @property
    def _all(self) -> pd.DataFrame:
        if self.brand.value not in self._posts:
            self._posts[self.brand.value] = posts_of(self._wb.mentions, self.brand.value)
        return self._posts[self.brand.value]

    @property
    def _wanted(self) -> Wanted:
        first, last = self.period.ends
        return Wanted(
            self.sentiment.value, self.platform.value, first, last, self.words.value, self.order.value
        )

    def _make_controls(self, brand: str, task: str) -> None:
        quotable = [(name, name) for name in self._wb.quotable]
        feelings = [(name, name) for name in _SENTIMENTS]
        known = task_names(tasks_folder(self._wb.settings))
        one_of(task, known, "labelling task")
        tasks = [(name, name) for name in known]
        self.brand = dropdown("Brand", [(name, name) for name in self._wb.brands], brand)
        self.sentiment = dropdown("Sentiment", [("any", ANY), *feelings], "negative")
        self.platform = dropdown("Platform", [("any", ANY), *quotable], ANY)
        self.words = controls.Text(
            description="Words", placeholder="all of these", style={"description_width": "7em"},
            layout={"width": "290px"}, continuous_update=True,
        )  # fmt: skip
        self.order = dropdown("Order", [(name, name) for name in ORDERS], next(iter(ORDERS)))
        self.period = period_controls()
        self._said, self._told = controls.HTML(), controls.HTML()
        self._rows = [(_tick(), controls.HTML(layout={"flex": "1 1 0"})) for _ in range(_ON_A_PAGE)]
        self.back = controls.Button(description="Previous", layout={"width": "7em"})
        self.on = controls.Button(description="Next", layout={"width": "7em"})
        self.page = controls.BoundedIntText(
            1, min=1, max=1, description="Page", continuous_update=True, style={"description_width": "3em"},
            layout={"width": "8em"},
        )  # fmt: skip
        self.send = controls.Button(button_style="primary", layout={"width": "14em"})
        self.clear = controls.Button(description="Untick all", layout={"width": "7em"})
        self.task = dropdown("Task", tasks, task)

    def _follow(self) -> None:
        later = Later(self._first_page)
        for control in (self.sentiment, self.platform, self.words, self.order, self.period.slider):
            control.observe(self._setting.unless(later), "value")
        self.brand.observe(lambda _: self._brand_changed(), "value")
        turned = Later(self._draw)
        self.page.observe(self._setting.unless(turned), "value")
        self.back.on_click(lambda _: self._turn(-1))
        self.on.on_click(lambda _: self._turn(1))
        self.send.on_click(lambda _: self.send_picked())
        self.clear.on_click(lambda _: self._untick())
        for place, (box, _) in enumerate(self._rows):
            box.observe(partial(self._ticked, place), "value")

    def _brand_changed(self) -> None:
        with self._setting:
            self.period.offer(sorted(self._all["week"].unique()))
        self._first_page()

    def _first_page(self) -> None:
        with self._setting:
            self._to_the_first()
        self._draw()

    def _to_the_first(self) -> None:
        self.page.max = max(1, -(-len(self.posts) // _ON_A_PAGE))
        self.page.value = 1

    def _turn(self, pages: int) -> None:
        self.page.value = min(max(1, self.page.value + pages), self.page.max)

    def _draw(self) -> None:
        posts = self.posts
        start = (self.page.value - 1) * _ON_A_PAGE
        rows: list[Any] = posts.iloc[start : start + _ON_A_PAGE].to_dict("records")
        with self._setting:
            self._fill(rows, start)
        self._said.value = message(counted(len(posts), start, len(rows), self._wanted, self._left_out()))
        self.back.disabled, self.on.disabled = self.page.value <= 1, self.page.value >= self.page.max
        self._name_send()

    def _fill(self, rows: list[Any], start: int) -> None:
        self._keys = [_key(row) for row in rows]
        for place, (box, text) in enumerate(self._rows):
            is_there = place < len(rows)
            box.layout.display = text.layout.display = None if is_there else "none"
            text.value = quoted(rows[place]) if is_there else ""
            box.description = f"Post {start + place + 1}"
            box.value = is_there and self._keys[place] in self._picked

    def _left_out(self) -> dict[str, int]:
        return unquoted(self._all, self._wanted, self._wb.quotable)

    def _ticked(self, place: int, change: Any) -> None:
        if self._setting:
            return
        key = self._keys[place]
        if change["new"]:
            self._picked[key] = None
        else:
            self._picked.pop(key, None)
        self._name_send()

    def _untick(self) -> None:
        self._picked.clear()
        self._draw()

    def _name_send(self) -> None:
        count = len(self._picked)
        self.send.description = f"Send {count_posts(count)} to labelling" if count else "Send to labelling"
        self.send.disabled = self.clear.disabled = not count


def _tick() -> controls.Checkbox:
    return controls.Checkbox(indent=False, layout={"width": "6.5em", "flex": "0 0 auto"})


def _key(post: Any) -> tuple[str, str]:
    return post["post_id"], post["brand"]
