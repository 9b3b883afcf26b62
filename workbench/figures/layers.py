"""Places for the steps and paths of a graph, drawn in layers from top to bottom."""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx

# In units of the distance between two neighbours, and between two ranks.
BOX_WIDTH, BOX_HEIGHT = 0.7, 0.38
_PASSAGE = 0.45  # room for a path between two boxes
_TIP = 0.03  # between an arrow and its box
_CURVE_POINTS = 24  # per bend
_SWEEPS = 8

Point = tuple[float, float]
Edge = tuple[str, str]


@dataclass(frozen=True)
class Place:
    """Centre of a step: `x` among its neighbours, `y` its rank."""

    x: float
    y: float


@dataclass(frozen=True)
class Layout:
    """Where each step stands, and where each path passes the ranks between its two steps."""

    steps: dict[str, Place]
    ways: dict[Edge, list[Place]]


def lay_out(graph: nx.DiGraph) -> Layout:
    """Place steps and paths.

    Notes
    -----
    Sugiyama, Tagawa and Toda 1981: ranks are longest paths in the graph without the rarest paths that
    close a cycle; a path over several ranks takes a place of its own in each; places are sorted by the
    mean of those they are joined with, downwards and upwards in turn.

    Examples
    --------
    >>> graph = nx.DiGraph()
    >>> graph.add_edge("asked", "answered", count=2)
    >>> lay_out(graph).steps
    {'asked': Place(x=0.0, y=0), 'answered': Place(x=0.0, y=1)}
    """
    rank = {
        step: number
        for number, steps in enumerate(nx.topological_generations(_without_cycles(graph)))
        for step in sorted(steps)
    }
    chains = {edge: _chain(edge, rank) for edge in graph.edges}
    rows: dict[int, list[Hashable]] = defaultdict(list)
    for step, number in rank.items():
        rows[number].append(step)
    for chain in chains.values():
        for passage in chain[1:-1]:
            rows[passage[1]].append(passage)
    x = _sorted_places(list(rows.values()), [pair for chain in chains.values() for pair in pairwise(chain)])
    steps = {step: Place(x[step], number) for step, number in rank.items()}
    ways = {edge: [Place(x[p], p[1]) for p in chain[1:-1]] for edge, chain in chains.items()}
    return Layout(steps, ways)


def curves(layout: Layout) -> dict[Edge, list[Point]]:
    """Points of each path, from the edge of one box to the edge of the other."""
    ports = _ports(layout)
    return {edge: _curve(edge, layout, ports) for edge in layout.ways}


def label_spots(drawn: list[list[Point]], sizes: list[Point], placed: Iterable[Place]) -> list[Point]:
    """A point on each path for a label of that size (width, height), clear of boxes and other labels."""
    taken = [(place.x, place.y, BOX_WIDTH, BOX_HEIGHT) for place in placed]
    spots = []
    for curve, (width, height) in zip(drawn, sizes, strict=True):
        candidates = [
            curve[round(part * (len(curve) - 1))] for part in (0.5, 0.36, 0.64, 0.25, 0.75, 0.14, 0.86)
        ]
        free = (
            spot
            for spot in candidates
            if not any(
                abs(spot[0] - x) < (width + w) / 2 and abs(spot[1] - y) < (height + h) / 2
                for x, y, w, h in taken
            )
        )
        spots.append(next(free, candidates[0]))
        taken.append((*spots[-1], width, height))
    return spots


def _without_cycles(graph: nx.DiGraph) -> nx.DiGraph:
    """The graph with its commonest paths, as long as they close no cycle."""
    forward = nx.DiGraph()
    forward.add_nodes_from(graph.nodes)
    for start, end, _ in sorted(graph.edges(data="count"), key=lambda edge: (-edge[2], edge[0], edge[1])):
        if start != end and not nx.has_path(forward, end, start):
            forward.add_edge(start, end)
    return forward


def _chain(edge: Edge, rank: Mapping[str, int]) -> list:
    """The steps of a path, with a passage (path and rank) for each rank between them."""
    first, last = rank[edge[0]], rank[edge[1]]
    down = 1 if last > first else -1
    return [edge[0], *((edge, number) for number in range(first + down, last, down)), edge[1]]


def _sorted_places(
    rows: list[list[Hashable]], joined: list[tuple[Hashable, Hashable]]
) -> dict[Hashable, float]:
    """Place of each member of each row, after sorting rows by those they are joined with."""
    beside = defaultdict(set)
    for one, other in joined:
        beside[one].add(other)
        beside[other].add(one)
    x = {member: place for row in rows for member, place in _spread(row)}
    for sweep in range(_SWEEPS):
        is_upwards = sweep % 2
        ordered = rows[::-1] if is_upwards else rows
        for before, row in pairwise(ordered):
            mean = {
                member: _mean((x[b] for b in beside[member].intersection(before)), x[member])
                for member in row
            }
            row.sort(key=mean.__getitem__)
            x.update(_spread(row))
    return x


def _spread(row: list[Hashable]) -> list[tuple[Hashable, float]]:
    """Places of a row's members, centred; a passage needs less room than a step."""
    widths = [1.0 if isinstance(member, str) else _PASSAGE for member in row]
    left = -sum(widths) / 2
    return [(member, left + sum(widths[:i]) + widths[i] / 2) for i, member in enumerate(row)]


def _ports(layout: Layout) -> dict[tuple[Edge, str], float]:
    """Where along a box each path begins and ends, such that paths neither cross there nor meet."""
    sides: dict[tuple[str, bool], list[tuple[float, Edge]]] = defaultdict(list)
    for edge, way in layout.ways.items():
        start, end = (layout.steps[step] for step in edge)
        if start.y == end.y:
            continue
        line = [start, *way, end]
        sides[edge[0], end.y > start.y].append((line[1].x, edge))
        sides[edge[1], start.y > end.y].append((line[-2].x, edge))
    ports = {}
    for (step, _), paths in sides.items():
        pitch = min(0.16, 0.8 * BOX_WIDTH / len(paths))
        for i, (_, edge) in enumerate(sorted(paths)):
            ports[edge, step] = layout.steps[step].x + (i - (len(paths) - 1) / 2) * pitch
    return ports


def _curve(edge: Edge, layout: Layout, ports: dict[tuple[Edge, str], float]) -> list[Point]:
    start, end = (layout.steps[step] for step in edge)
    if start.y == end.y:
        return _sideways(start, end)
    half = math.copysign(BOX_HEIGHT / 2, end.y - start.y)
    tip = math.copysign(_TIP, half)
    # Straight between two boxes, so that it touches neither.
    passages = [(place.x, place.y + side) for place in layout.ways[edge] for side in (-half, half)]
    stops = [(ports[edge, edge[0]], start.y + half), *passages, (ports[edge, edge[1]], end.y - half - tip)]
    return [point for i in range(0, len(stops), 2) for point in _bend(stops[i], stops[i + 1])]


def _bend(start: Point, end: Point) -> list[Point]:
    middle = (start[1] + end[1]) / 2
    return _bezier(start, (start[0], middle), (end[0], middle), end)


def _sideways(start: Place, end: Place) -> list[Point]:
    """A path within a rank, or from a step back to itself at its right."""
    half = BOX_WIDTH / 2
    if start == end:
        x, y = start.x + half, start.y
        return _bezier((x, y - 0.1), (x + 0.3, y - 0.2), (x + 0.3, y + 0.2), (x + _TIP, y + 0.1))
    side = math.copysign(1, end.x - start.x)
    lift = -0.5 * BOX_HEIGHT * side  # there above, and back beneath
    first, last = (
        (start.x + side * half, start.y + lift / 2),
        (end.x - side * (half + _TIP), end.y + lift / 2),
    )
    return _bezier(first, (first[0], first[1] + 2 * lift), (last[0], last[1] + 2 * lift), last)


def _bezier(*control: Point) -> list[Point]:
    return [_at(i / _CURVE_POINTS, control) for i in range(_CURVE_POINTS + 1)]


def _at(t: float, control: tuple[Point, ...]) -> Point:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    x, y = (sum(w * point[axis] for w, point in zip(weights, control, strict=True)) for axis in (0, 1))
    return x, y


def _mean(values: Iterable[float], otherwise: float) -> float:
    known = list(values)
    return sum(known) / len(known) if known else otherwise
