"""The journey graph: which step directly follows which, how often, and after how long."""

from typing import Any

import narwhals as nw
import networkx as nx
import pandas as pd
from narwhals.typing import FrameT, IntoFrame


def directly_follows(events: IntoFrame) -> nx.DiGraph:
    """Graph of the steps that follow each other directly within a case.

    Parameters
    ----------
    events
        One row an event: ``case_id``, ``step``, ``created_epoch`` (seconds) and ``position``, its number
        within the case; see `journey_steps`.

    Returns
    -------
    Directed graph with a node per step (``count`` of events, ``starts`` and ``ends``: cases that begin and
    end with it) and an edge per succession (``count``, ``median_wait_seconds``). The graph itself knows
    its number of ``cases``.

    Notes
    -----
    The directly-follows graph of process mining (van der Aalst, Process Mining, 2016), as PM4Py counts
    it. It shows what followed, not what caused it, and its paths may mix cases: no single case need
    have taken a path that can be drawn along its edges.

    Examples
    --------
    >>> import pandas as pd
    >>> events = pd.DataFrame(
    ...     {
    ...         "case_id": ["a", "a", "b", "b"],
    ...         "step": ["asked", "answered", "asked", "answered"],
    ...         "created_epoch": [0, 60, 100, 220],
    ...         "position": [1, 2, 1, 2],
    ...     }
    ... )
    >>> graph = directly_follows(events)
    >>> graph.edges["asked", "answered"]
    {'count': 2, 'median_wait_seconds': 90.0}
    >>> graph.nodes["asked"]
    {'count': 2, 'starts': 2, 'ends': 0}
    """
    frame: Any = nw.from_native(events)
    # What follows the last step is null: one pass gives edges, nodes, starts and ends.
    follows = (
        _with_next(frame)
        .group_by("step", "next_step")
        .agg(count=nw.len(), starts=nw.col("is_first").sum(), median_wait_seconds=nw.col("wait").median())
    )
    rows = _rows(follows)
    graph = nx.DiGraph(cases=0)
    graph.add_nodes_from((row["step"] for row in rows), count=0, starts=0, ends=0)
    for row in rows:
        step, next_step, count, starts = row["step"], row["next_step"], int(row["count"]), int(row["starts"])
        node = graph.nodes[step]
        node["count"] += count
        node["starts"] += starts
        graph.graph["cases"] += starts
        if next_step is None:
            node["ends"] += count
        else:
            graph.add_edge(
                step, next_step, count=count, median_wait_seconds=float(row["median_wait_seconds"])
            )
    return graph


def edges_table(graph: nx.DiGraph) -> pd.DataFrame:
    """The paths of a journey graph, the most frequent first: from, to, count, median_wait (seconds).

    Examples
    --------
    >>> graph = nx.DiGraph()
    >>> graph.add_edge("asked", "answered", count=2, median_wait_seconds=90.0)
    >>> edges_table(graph)
        from        to  count  median_wait
    0  asked  answered      2         90.0
    """
    rows = [(a, b, edge["count"], edge["median_wait_seconds"]) for a, b, edge in graph.edges(data=True)]
    table = pd.DataFrame(rows, columns=["from", "to", "count", "median_wait"])
    return table.sort_values(["count", "from", "to"], ascending=[False, True, True], ignore_index=True)


def _with_next(events: FrameT) -> FrameT:
    def beside(column: str, rows: int) -> nw.Expr:
        return nw.col(column).shift(rows).over("case_id", order_by="position")

    beside_it = events.with_columns(
        next_step=beside("step", -1), next_epoch=beside("created_epoch", -1), step_before=beside("step", 1)
    )
    return beside_it.with_columns(
        is_first=nw.when(nw.col("step_before").is_null()).then(nw.lit(1)).otherwise(nw.lit(0)),
        wait=(nw.col("next_epoch") - nw.col("created_epoch")).cast(nw.Float64),
    )


def _rows(frame: nw.DataFrame | nw.LazyFrame) -> list[dict]:
    """The rows in a fixed order, so that the same events draw the same graph; what is missing is None."""
    frame = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    rows = frame.to_arrow().to_pylist()
    return sorted(rows, key=lambda row: (row["step"], row["next_step"] or ""))
