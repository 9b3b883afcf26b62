"""Specification: the steps of journeys and the graph they make. Check it by eye."""

import gzip
import xml.etree.ElementTree as ElementTree
from collections import Counter
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from spec.table import mentions, on_every_engine, rows

from workbench.journeys.graph import directly_follows
from workbench.journeys.steps import STEPS, journey_steps

DAY = 86_400

MENTIONS = mentions("""
    post_id | thread_id | in_reply_to | brand | author | author_role | is_asking | created_epoch | text
    --------+-----------+-------------+-------+--------+-------------+-----------+---------------+---------------------
    1       | a         |             | Acme  | ann    | customer    | yes       |             0 | No signal?
    2       | a         | 1           | Acme  | acme   | brand       | no        |            60 | Please restart it.
    3       | a         | 2           | Acme  | ann    | customer    | yes       |           100 | How?
    4       | a         | 3           | Acme  | acme   | brand       | no        |           300 | Pull the plug.
    5       | a         | 4           | Acme  | ann    | customer    | no        |           400 | Works, thanks!
    6       | a         | 4           | Acme  | ben    | customer    | no        |           500 | Thanks from me too
    7       | b         |             | Acme  | cat    | customer    | yes       |             0 | Thanks, but why?
    8       | b         | 7           | Acme  | acme   | brand       | no        |            60 | Please DM us.
    9       | c         |             | Bolt  | dan    | customer    | yes       |             0 | Hello?
    10      | c         | 9           | Bolt  | dan    | customer    | no        |            20 | Thanks for waiting…
    11      | d         |             | Bolt  | eve    | customer    | yes       |        700000 | Hello?
""")


@on_every_engine(MENTIONS)
def test_steps(frame):
    """ben asked nothing, so he has no case; b goes on in private; c hears nothing for a week, d not yet."""
    events = journey_steps(frame, observed_until_epoch=20 + 7 * DAY + 100_000)
    assert sorted(rows(events, "case_id", "position", "step", "post_id", "created_epoch")) == sorted(
        [
            ("1", 1, "asked", "1", 0),
            ("1", 2, "answered", "2", 60),
            ("1", 3, "asked_again", "3", 100),
            ("1", 4, "answered", "4", 300),
            ("1", 5, "acknowledged", "5", 400),
            ("7", 1, "asked", "7", 0),
            ("7", 2, "hand_off", "8", 60),
            ("9", 1, "asked", "9", 0),
            ("9", 2, "replied", "10", 20),
            ("9", 3, "silence", None, 20 + 7 * DAY),
            ("11", 1, "asked", "11", 700000),
        ],
    )
    assert {row[0] for row in rows(events, "step")} == set(STEPS)


@on_every_engine(MENTIONS)
def test_a_case_that_is_not_a_week_old_is_open(frame):
    assert ("silence",) not in rows(journey_steps(frame, observed_until_epoch=20 + 7 * DAY - 1), "step")


@on_every_engine(MENTIONS)
def test_graph(frame):
    graph = directly_follows(journey_steps(frame))
    assert graph.graph["cases"] == 4
    assert graph.nodes["asked"] == {"count": 4, "starts": 4, "ends": 1}
    assert graph.nodes["answered"] == {"count": 2, "starts": 0, "ends": 0}
    assert graph.edges["asked", "answered"] == {"count": 1, "median_wait_seconds": 60}
    assert graph.edges["replied", "silence"] == {"count": 1, "median_wait_seconds": 7 * DAY}
    assert sum(ends for _, ends in graph.nodes(data="ends")) == 4


@on_every_engine([])
def test_nothing_collected(frame):
    graph = directly_follows(journey_steps(frame))
    assert (len(graph), graph.graph["cases"]) == (0, 0)


def test_wait_is_the_median():
    events = pd.DataFrame(
        {
            "case_id": list("aabbcc"),
            "step": ["x", "y"] * 3,
            "created_epoch": [0, 1, 0, 2, 0, 60],
            "position": [1, 2] * 3,
        }
    )
    assert directly_follows(events).edges["x", "y"] == {"count": 3, "median_wait_seconds": 2}


# What PM4Py prints for its running example (discover_directly_follows_graph).
RUNNING_EXAMPLE = {
    ("register request", "examine casually"): 3,
    ("register request", "check ticket"): 2,
    ("register request", "examine thoroughly"): 1,
    ("examine casually", "check ticket"): 4,
    ("examine casually", "decide"): 2,
    ("examine thoroughly", "check ticket"): 2,
    ("examine thoroughly", "decide"): 1,
    ("check ticket", "decide"): 6,
    ("check ticket", "examine casually"): 2,
    ("check ticket", "examine thoroughly"): 1,
    ("decide", "reinitiate request"): 3,
    ("decide", "pay compensation"): 3,
    ("decide", "reject request"): 3,
    ("reinitiate request", "examine casually"): 1,
    ("reinitiate request", "check ticket"): 1,
    ("reinitiate request", "examine thoroughly"): 1,
}


@pytest.mark.research
def test_running_example_as_process_mining_counts_it(research_data):
    graph = directly_follows(_events(research_data / "event_logs" / "01_running-example.xes.gz"))
    assert {(a, b): count for a, b, count in graph.edges(data="count")} == RUNNING_EXAMPLE
    assert {step: n for step, n in graph.nodes(data="starts") if n} == {"register request": 6}
    assert {step: n for step, n in graph.nodes(data="ends") if n} == {
        "pay compensation": 3,
        "reject request": 3,
    }


@pytest.mark.research
def test_receipt_log_as_counted_one_by_one(research_data):
    events = _events(research_data / "event_logs" / "08_receipt.xes.gz")
    graph = directly_follows(events)
    pairs = Counter()
    for _, case in events.groupby("case_id", sort=False):
        steps = case["step"].tolist()
        pairs.update(pairwise(steps))
    assert {(a, b): count for a, b, count in graph.edges(data="count")} == dict(pairs)
    assert graph.graph["cases"] == events["case_id"].nunique()


def _events(path: Path) -> pd.DataFrame:
    """Events of an XES log, in the order in which the log has them."""
    found = []
    with gzip.open(path) as file:
        for number, trace in enumerate(t for _, t in ElementTree.iterparse(file) if t.tag.endswith("trace")):
            for position, event in enumerate((e for e in trace if e.tag.endswith("event")), start=1):
                values = {attribute.get("key"): attribute.get("value") for attribute in event}
                when = datetime.fromisoformat(values["time:timestamp"])
                found.append((str(number), values["concept:name"], int(when.timestamp()), position))
    return pd.DataFrame(found, columns=["case_id", "step", "created_epoch", "position"])
