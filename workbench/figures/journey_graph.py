"""The steps of journeys as a graph from top to bottom: how many went which way, and how long it took."""

import math
from typing import Any

import altair as alt
import networkx as nx
import pandas as pd

from workbench.figures.layers import BOX_HEIGHT, BOX_WIDTH, Layout, Place, Point, curves, label_spots, lay_out
from workbench.figures.numbers import format_count, format_duration, format_value
from workbench.figures.theme import WIDTH, color, haloed, styled

_ROW = 132  # pixels between two ranks
_COLUMN = 165  # least pixels between two neighbours, or names do not fit in their boxes

_Path = tuple[str, dict[str, Any], list[Point]]  # name, data, curve


def journey_graph(graph: nx.DiGraph, *, title: str, subtitle: str = "", least: int = 1) -> alt.LayerChart:
    """Draw a directly-follows graph in layers; the wider a path, the more journeys took it.

    Parameters
    ----------
    graph
        Nodes with ``count`` (how often the step came), edges with ``count`` and, where known,
        ``median_wait_seconds``.
    title, subtitle
        What it says, and how to read it.
    least
        Paths that fewer journeys took are left out, and the subtitle says so.
    """
    kept = graph.edge_subgraph([(a, b) for a, b, count in graph.edges(data="count") if count >= least])
    layout = lay_out(kept)
    placed, paths = layout.steps, _paths(kept, layout)
    xs = [x for *_, points in paths for x, _ in points] + [place.x for place in placed.values()]
    left, right = min(xs, default=0) - BOX_WIDTH / 2, max(xs, default=0) + BOX_WIDTH / 2
    ranks = 1 + max((place.y for place in placed.values()), default=0)
    axes = {
        "x": alt.X("x:Q", axis=None, scale=alt.Scale(domain=[left, right], nice=False)),
        "y": alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[ranks - 0.7, -0.3], nice=False)),
    }
    chart = styled(
        [*_lines(paths, axes), *_boxes(kept, placed, axes), *_labels(paths, placed, right - left, axes)],
        title,
        f"{subtitle} {_left_out(graph, kept, least)}".strip(),
        _description(title, kept),
        int(_ROW * ranks),
        _table(kept),
    )
    chart.usermeta["least_width"] = int(_COLUMN * (right - left))
    return chart


def _paths(graph: nx.DiGraph, layout: Layout) -> list[_Path]:
    """Each path: its name, its data and its curve; the commonest first, beneath the others."""
    drawn = curves(layout)
    return [(f"{_words(a)} → {_words(b)}", data, drawn[a, b]) for a, b, data in _by_count(graph)]


def _lines(paths: list[_Path], axes: dict[str, Any]) -> list[alt.Chart]:
    most = max((data["count"] for _, data, _ in paths), default=1)
    width = {name: 1.2 + 9 * math.sqrt(data["count"] / most) for name, data, _ in paths}
    points = [
        (name, i, x, y, width[name], _label(data))
        for name, data, curve in paths
        for i, (x, y) in enumerate(curve)
    ]
    tips = [(*curve[-1], _angle(curve), 50 + 14 * width[name]) for name, _, curve in paths]
    lines = alt.Chart(pd.DataFrame(points, columns=["name", "order", "x", "y", "width", "label"])).encode(
        **axes,
        detail="name:N",
        order="order:Q",
        strokeWidth=alt.StrokeWidth("width:Q", scale=None),
        tooltip=[alt.Tooltip("name:N", title="Path"), alt.Tooltip("label:N", title="Journeys")],
    )
    arrows = alt.Chart(pd.DataFrame(tips, columns=["x", "y", "angle", "size"])).encode(
        **axes, angle=alt.Angle("angle:Q", scale=None), size=alt.Size("size:Q", scale=None)
    )
    return [
        lines.mark_line(color=color("rival"), opacity=0.45),
        arrows.mark_point(shape="triangle", filled=True, color=color("muted"), opacity=1),
    ]


def _angle(curve: list[Point]) -> float:
    """Direction in which a path arrives, clockwise from upwards, as Vega turns a triangle."""
    (x0, y0), (x1, y1) = curve[-3], curve[-1]
    return math.degrees(math.atan2((x1 - x0) * _COLUMN * 1.4, (y0 - y1) * _ROW))


def _labels(
    paths: list[_Path], placed: dict[str, Place], width: float, axes: dict[str, Any]
) -> list[alt.Chart]:
    texts = [_label(data) for _, data, _ in paths]
    sizes = [(7 * len(text) * width / WIDTH, 18 / _ROW) for text in texts]
    spots = label_spots([curve for *_, curve in paths], sizes, placed.values())
    rows = [(x, y, text) for (x, y), text in zip(spots, texts, strict=True)]
    base = alt.Chart(pd.DataFrame(rows, columns=["x", "y", "label"])).encode(**axes, text=alt.Text("label:N"))
    return haloed(base, halo=8, align="center", color=color("ink"))


def _boxes(graph: nx.DiGraph, placed: dict[str, Place], axes: dict[str, Any]) -> list[alt.Chart]:
    rows = [
        {
            "name": _words(step), "count": format_value(graph.nodes[step].get("count")),
            "x": place.x, "y": place.y, "upper": place.y - 0.08, "lower": place.y + 0.09,
            "left": place.x - BOX_WIDTH / 2, "right": place.x + BOX_WIDTH / 2,
            "top": place.y - BOX_HEIGHT / 2, "bottom": place.y + BOX_HEIGHT / 2,
        }
        for step, place in placed.items()
    ]  # fmt: skip
    columns = ["name", "count", "x", "y", "upper", "lower", "left", "right", "top", "bottom"]
    base = alt.Chart(pd.DataFrame(rows, columns=columns)).encode(**axes)
    box = base.mark_rect(cornerRadius=8, fill=color("paper"), stroke=color("own"), strokeWidth=1.6)
    edges = {
        "x": alt.X("left:Q", axis=None),
        "y": alt.Y("top:Q", axis=None),
        "x2": "right:Q",
        "y2": "bottom:Q",
    }
    upper, lower = alt.Y("upper:Q", axis=None), alt.Y("lower:Q", axis=None)
    name = haloed(
        base.encode(y=upper, text=alt.Text("name:N")),
        align="center",
        fontSize=13,
        fontWeight=600,
        color=color("ink"),
    )
    count = haloed(base.encode(y=lower, text=alt.Text("count:N")), align="center", color=color("muted"))
    return [box.encode(**edges), *name, *count]


def _by_count(graph: nx.DiGraph) -> list[tuple[str, str, dict[str, Any]]]:
    return sorted(graph.edges(data=True), key=lambda edge: -edge[2]["count"])


def _words(step: str) -> str:
    return step.replace("_", " ")


def _label(data: dict[str, Any]) -> str:
    wait = _wait(data)
    return format_value(data["count"]) + (f" · {wait}" if wait else "")


def _wait(data: dict[str, Any]) -> str:
    wait = data.get("median_wait_seconds")
    return "" if wait is None or math.isnan(wait) else format_duration(wait)


def _left_out(graph: nx.DiGraph, kept: nx.DiGraph, least: int) -> str:
    count = graph.number_of_edges() - kept.number_of_edges()
    if not count:
        return ""
    paths = "1 path is" if count == 1 else f"{count} paths are"
    return f"{paths} left out, taken by fewer than {format_count(least)} journeys."


def _table(graph: nx.DiGraph) -> dict[str, Any]:
    rows = [
        [_words(a), _words(b), format_value(data["count"]), _wait(data)] for a, b, data in _by_count(graph)
    ]
    columns = ["From", "To", "Journeys", "Median wait"]
    return {"columns": columns, "numeric": [False, False, True, True], "rows": rows}


def _description(title: str, graph: nx.DiGraph) -> str:
    common = "; ".join(
        f"{_words(a)} to {_words(b)} {format_value(d['count'])}" for a, b, d in _by_count(graph)[:6]
    )
    return f"Graph of steps. {title}. Commonest paths: {common or 'none'}."
