"""Colours and type of every chart: calm, apart for colour-blind eyes, light and dark.

Each colour is a pair. Charts are drawn in the light one; a report swaps it for the dark one where
the reader's screen is dark. So no two roles may share a light colour and differ in the dark.
"""

from collections.abc import Sequence
from typing import Any

import altair as alt

FONT = "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif"
WIDTH = 720  # of the still picture, in pixels; the live chart fits its page

# Role: (on white, on dark). tests/unit/test_theme.py holds their contrast and their distance to
# colour-blind eyes.
PALETTE: dict[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#14181e"),
    "ink": ("#1c2430", "#e9edf2"),
    "muted": ("#5b6675", "#a7b1be"),
    "grid": ("#e4e8ee", "#2c343f"),
    "own": ("#1f5fb0", "#7fb2f2"),
    "rival": ("#868f9d", "#818b98"),
    "negative": ("#c4500f", "#f5833a"),
    "neutral": ("#8a93a1", "#747e8b"),
    "positive": ("#0f5f70", "#8fe3ea"),
}

# For series none of which is ours; beyond six, small multiples say more.
SERIES: tuple[tuple[str, str], ...] = (
    PALETTE["own"],
    ("#a68419", "#d6a94f"),
    ("#017465", "#7af0d8"),
    ("#572a56", "#894daf"),
    ("#74350a", "#a15f0e"),
    ("#848ea2", "#7f899b"),
)


def color(role: str) -> str:
    """Light colour of a role."""
    return PALETTE[role][0]


def in_dark() -> dict[str, str]:
    """Dark colour of each light one."""
    return dict((*PALETTE.values(), *SERIES))


def series_colors(names: Sequence[str], own: str | None = None) -> list[str]:
    """Colours of named series: ours in colour and rivals grey, or a colour each where none is ours.

    Examples
    --------
    >>> series_colors(["Acme", "Bolt", "Crux"], own="Acme")
    ['#1f5fb0', '#868f9d', '#868f9d']
    >>> series_colors(["negative", "positive"])
    ['#c4500f', '#0f5f70']
    """
    if own in names:
        return [color("own" if name == own else "rival") for name in names]
    if all(name in ("negative", "neutral", "positive") for name in names):
        return [color(name) for name in names]
    return [SERIES[i % len(SERIES)][0] for i in range(len(names))]


class Figure(alt.LayerChart):
    """A chart of ours. A class, so that Altair need not hold each to the schema: that is an eighth of a report's time.

    What the tests draw is held to it, and so is what a notebook makes of such a chart by combining it with others.
    """

    is_checked = False

    def to_dict(self, validate: bool | None = None, **options: Any) -> dict[str, Any]:
        """As Altair's own; `validate` is false where nobody asks for it."""
        return super().to_dict(validate=self.is_checked if validate is None else validate, **options)


def styled(
    layers: Sequence[alt.Chart],
    title: str,
    subtitle: str,
    description: str,
    height: int,
    table: dict[str, Any],
    padding: dict[str, int] | None = None,
) -> alt.LayerChart:
    """A finished chart: type, colours, words, and the data table that a report shows beneath.

    Parameters
    ----------
    layers
        What is drawn, from back to front.
    title, subtitle
        What it says, and how to read it.
    description
        For those who do not see it: what is drawn, and what stands out.
    height
        Pixels.
    table
        ``columns`` (names), ``numeric`` (for each whether it is a number) and ``rows`` (texts).
    padding
        Pixels around the plot that direct labels need.
    """
    heading: Any = alt.TitleParams(title, subtitle=subtitle.splitlines())
    most = max((layer.data for layer in layers), key=len)
    finished: Any = Figure(
        layer=[_without(layer, most) for layer in layers],
        data=most,
        title=heading,
        width=WIDTH,
        height=height,
        description=description,
        padding=padding or {"left": 5, "right": 5, "top": 5, "bottom": 5},
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        usermeta={"table": table},
        config=_config(),
    )
    return finished


def _without(layer: alt.Chart, data: Any) -> alt.Chart:
    """The layer without data that all layers may share: what each holds Altair turns into rows each time."""
    if layer.data is not data:
        return layer
    bare: alt.Chart = layer.copy(deep=False)
    bare.data = alt.Undefined
    return bare


def haloed(base: alt.Chart, halo: int = 5, **marks: Any) -> list[alt.Chart]:
    """Text with a halo of paper beneath, so that it stays readable over lines."""
    text = {"align": "left", "baseline": "middle", "font": FONT, "fontSize": 12, **marks}
    paper = {"color": color("paper"), "stroke": color("paper"), "strokeWidth": halo, "strokeJoin": "round"}
    return [base.mark_text(**{**text, **paper}), base.mark_text(**text)]


def _config() -> alt.Config:
    axis = {
        "labelFont": FONT, "labelFontSize": 12, "labelColor": color("muted"),
        "titleFont": FONT, "titleFontSize": 12, "titleColor": color("muted"), "titleFontWeight": "normal",
        "gridColor": color("grid"), "domainColor": color("grid"), "tickColor": color("grid"),
    }  # fmt: skip
    return alt.Config(
        background="transparent",
        font=FONT,
        axis=axis,
        view=alt.ViewConfig(stroke=None),
        title=alt.TitleConfig(
            anchor="start", font=FONT, fontSize=15, fontWeight=600, color=color("ink"), offset=14,
            subtitleFont=FONT, subtitleFontSize=12, subtitleColor=color("muted"), subtitlePadding=5,
        ),
    )  # fmt: skip
