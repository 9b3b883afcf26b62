"""Charts in a notebook's output such that they survive Papermill, JupyterLab and the page offline."""

import os
from collections.abc import Mapping
from typing import Any

import altair as alt
import vl_convert

from workbench.figures.locale import chart_locales
from workbench.figures.painter import ask_painter, have_painted
from workbench.figures.theme import color
from workbench.store.shared_frames import VARIABLE as SHARED

# JupyterLab 4 draws Vega-Lite up to this version of the MIME type. Altair's own 'mimetype' renderer
# names one that nbformat refuses, and Papermill with it.
MIME_TYPE = "application/vnd.vegalite.v5+json"
VEGALITE = "6.4"
# Set where a notebook runs for a report, which draws its own pictures: none is drawn twice.
NO_STILLS = "WORKBENCH_NO_STILLS"


def enable_renderer() -> None:
    """Draw charts as Vega-Lite with a still picture (SVG), if one is wanted, and their description beside it."""
    alt.renderers.register("workbench", _render)
    alt.renderers.enable("workbench")


def picture(spec: dict) -> str:
    """Still picture (SVG) of a Vega-Lite specification."""
    order = _order(spec)
    return ask_painter(os.environ.get(SHARED, ""), order) or draw(order)


def without_words(spec: Mapping[str, Any]) -> dict[str, Any]:
    """What of a specification is drawn in a report, where title and data table stand beside the picture."""
    return {key: value for key, value in spec.items() if key not in ("$schema", "title", "usermeta")}


def draw(order: Mapping[str, Any]) -> str:
    """Still picture (SVG) of a specification, with the locales of its numbers and times."""
    return vl_convert.vegalite_to_svg(
        order["spec"],
        vl_version=VEGALITE,
        format_locale=order["format_locale"],
        time_format_locale=order["time_format_locale"],
    )


def _order(spec: Mapping[str, Any]) -> dict[str, Any]:
    numbers, times = chart_locales()
    return {"spec": spec, "format_locale": numbers, "time_format_locale": times}


def _render(spec: dict, **_options: object) -> dict[str, object]:
    schema = "https://vega.github.io/schema/vega-lite/v5.json"
    still = {} if os.environ.get(NO_STILLS) else {"image/svg+xml": picture(spec)}
    if still:
        # Our ink is for paper; a dark JupyterLab would show through.
        spec = {**spec, "background": color("paper")}
    else:
        have_painted(os.environ.get(SHARED, ""), _order(without_words(spec)))
    return {
        MIME_TYPE: {**spec, "$schema": schema},
        **still,
        "text/plain": spec.get("description", "A chart without description"),
    }
