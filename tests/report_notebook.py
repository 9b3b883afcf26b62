"""Notebooks made for tests, executed or about to be."""

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook


def write_notebook(path: Path, *cells: str) -> Path:
    """A notebook of the given cells.

    One that starts with 'parameters:' is the cell of parameters, one with 'text:' is markdown; all
    others are code.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=[_cell(cell) for cell in cells]), path)
    return path


def _cell(source: str) -> nbformat.NotebookNode:
    kind, colon, rest = source.partition(":\n")
    if colon and kind == "text":
        return new_markdown_cell(rest)
    if colon and kind == "parameters":
        return new_code_cell(rest, metadata={"tags": ["parameters"]})
    return new_code_cell(source.strip())


IMPORTS = """
import networkx as nx
import pandas as pd
from workbench.figures.bars import bars
from workbench.figures.journey_graph import journey_graph
from workbench.figures.renderer import enable_renderer
from workbench.figures.brand_tables import brand_table, ranks_table
from workbench.figures.dots import dots
from workbench.figures.tables import checks_table, phrases_table, verbatims
from workbench.figures.tile_list import tiles_preview
from workbench.figures.tiles import Tile
from workbench.figures.trend import trend
from workbench.reports.statements import change_sentence, finding
from workbench.runs.record import record
enable_renderer()
"""

FRAMES = """
moods = {
    "Acme": [-.05, -.07, -.04, -.02, -.06, -.03, 0.01, -.02, -.08, -.11, -.12, -.25],
    "Bolt Mobile": [.08, .06, .09, .05, .07, .1, .08, None, .05, .09, .07, .08],
    "Crux": [-.14, -.12, -.15, -.11, -.13, -.16, -.12, -.14, -.18, -.13, -.12, -.14],
    "Delta Net": [-.15, -.13, -.17, -.12, -.14, -.18, -.13, -.16, -.2, -.15, -.14, -.15],
}
moods = pd.DataFrame(
    [(brand, f"2026-W{36 + i}", v) for brand, values in moods.items() for i, v in enumerate(values)],
    columns=["brand", "week", "value"],
).assign(metric="net_sentiment", unit="−1 to 1", kind="signal", posts=1204, vintage="final")
moods.loc[moods["week"] == "2026-W47", "vintage"] = "preliminary"
mood = moods[moods["week"] == "2026-W47"]
answered = pd.DataFrame({
    "brand": ["Acme", "Bolt Mobile", "Crux", "Delta Net"], "metric": "share_answered_1h",
    "value": [.31, .44, .087, None], "low": [.28, .41, .06, None], "high": [.34, .47, .12, None],
    "unit": "share", "kind": "count", "posts": [840, 1210, 410, 3],
})
unhappy = moods[moods["brand"] == "Acme"].assign(
    metric="sentiment_share.negative", value=[.3, .31, .28, .27, .3, .29, .26, .3, .33, .36, .38, .41], unit="share",
    kind="estimate", labels=40, method="corrected; pooled over 2026-W36 to 2026-W37", status="ok",
)
unhappy = unhappy.assign(low=unhappy["value"] - .07, high=unhappy["value"] + .07)
signals = unhappy.assign(value=unhappy["value"] + .04, kind="signal", low=None, high=None, labels=0, method="")
ranked = pd.DataFrame({
    "brand": ["Crux", "Acme", "Bolt Mobile"], "value": [.47, .41, .2], "low": [.4, .34, None], "high": [.54, .48, None],
    "unit": "share", "kind": ["estimate", "estimate", "signal"], "rank_low": [1, 1, None], "rank_high": [2, 2, None],
    "labels": [150, 20, 0], "posts": [900, 1204, 300], "status": ["ok", "few labels", "no labels"],
})
ways = pd.DataFrame({
    "brand": ["Acme", "Acme", "Crux", "Crux"], "way": ["Lexicon", "Corrected by labels"] * 2, "unit": "share",
    "value": [.2, .41, .31, .47], "low": [None, .34, None, .4], "high": [None, .48, None, .54],
    "labels": [0, 150, 0, 150], "truth": [.43, .43, .45, .45],
})
first = answered.assign(metric="first_response_time", value=[11520, 2400, 86400, None], unit="s")
"""

TILES = """
tiles = [
    Tile("Net sentiment", -.25, "−1 to 1", change=-.13, compared_with="2026-W46", target=0, status="missed",
        vintage="preliminary", posts=1204, owner="Head of care", decision="below zero, a daily stand-up"),
    Tile("Answered within 1 h", .31, "share", .28, .34, change=.04, compared_with="2026-W46", target=.3,
        status="met", kind="estimate", posts=840, owner="Social desk", decision="below 30 %, an evening shift"),
    Tile("Median first response", 11520, "s", change=-720, compared_with="2026-W46", target=7200, at_least=False,
        status="missed", kind="count", posts=260, good="down", note="Of those answered."),
    Tile("Unhappy mentions", .41, "share", .34, .48, change=.03, change_low=-.02, change_high=.08, target=.4,
        at_least=False, compared_with="2026-W46", status="unsure", kind="estimate", posts=1204, labels=214,
        good="down"),
    Tile("Mentions", 12040, "mentions", change=1980, compared_with="2026-W46", kind="count", good="none"),
    Tile("Share of voice", None, "share", kind="count", compared_with="2026-W46", note="Too few posts."),
]
tiles_preview(tiles)
"""

JOURNEY = """
graph = nx.DiGraph()
steps = {"asked": 840, "answered": 560, "asked_again": 260, "hand_off": 170, "acknowledged": 190, "silent": 280}
graph.add_nodes_from((name, {"count": count}) for name, count in steps.items())
paths = [
    ("asked", "answered", 500, 11520), ("asked", "asked_again", 190, 40000), ("asked", "silent", 150, None),
    ("asked_again", "answered", 120, 5400), ("answered", "asked_again", 70, 900),
    ("answered", "hand_off", 170, 60), ("answered", "acknowledged", 150, 1500),
    ("hand_off", "acknowledged", 40, 90000), ("asked_again", "silent", 130, None),
    ("asked_again", "asked_again", 20, 3600), ("hand_off", "silent", 1, None),
]
graph.add_edges_from((a, b, {"count": n, "median_wait_seconds": wait}) for a, b, n, wait in paths)
journey_graph(graph, title="One in six is never answered", subtitle="Week 2026-W47; median wait.", least=2)
"""

VOICES = """
verbatims(pd.DataFrame({
    "text": ["No <b>signal</b>, <USER:ab12cd34ef56> please call <PHONE>!", "Fixed, thanks @Acme", "secret"],
    "platform": ["mastodon", "bluesky", "x"], "week": "2026-W47",
}), quotable=["mastodon", "bluesky"])
"""

FINDING = """
finding(
    change_sentence("Net sentiment signal", -.25, -.12, "−1 to 1"),
    change_sentence("Share answered", .31, .27, "share"),
)
"""

RECORDS = """
record("tiles", tiles)
record("provenance", {
    "made_at": "2026-11-23T09:12:00+00:00", "tables": {"posts": 12, "mentions": 9}, "schema_version": 1,
    "models": ["tfidf 2026-11-01"], "parameters": {"week": week, "brand": brand}, "commit": "0123456789ab",
    "package": "0.1.0", "python": "3.11.7", "lock": "a" * 64, "settings": None,
})
"""

# A report with every kind of figure, on made numbers.
REPORT = (
    "text:\n# Weekly satisfaction of Acme\n\nIs the outage of 18 November still felt, and do we answer faster?",
    'parameters:\nweek: str = "2026-W47"  # ISO week\nbrand: str = "Acme"  # the brand reported on',
    IMPORTS,
    FRAMES,
    "text:\n## Data\n\nPosts of eight months, in the business time zone. `week` is an ISO week.",
    'checks_table(pd.DataFrame(columns=["check", "subject", "finding", "advice"]))',
    'checks_table(pd.DataFrame({"check": ["days"], "subject": ["Crux"], "finding": ["2 days without posts"],'
    ' "advice": ["Read its volume with care."]}))',
    "text:\n## Measure",
    TILES,
    "print('printed text stays out')",
    "text:\n## Figure",
    'trend(moods, title="Net sentiment fell below all rivals", own="Acme", target=0.05)',
    'bars(answered, title="A third of those who ask are answered within the hour", own="Acme", target=.3)',
    'bars(mood, title="Net sentiment this week", own="Acme")',
    'brand_table(pd.concat([mood, answered, first]), own="Acme", caption="Brands in week 2026-W47")',
    'trend(pd.concat([unhappy, signals]), title="Unhappy mentions", own="Acme")',
    'ranks_table(ranked, own="Acme", caption="Unhappy mentions, ranked")',
    'dots(ways, title="Why a signal is corrected", emphasised=["Corrected by labels"])',
    JOURNEY,
    VOICES,
    'phrases_table(pd.DataFrame({"phrase": ["no signal", "router restart"], "posts": [412, 96]}))',
    'pd.DataFrame({"brand": ["Acme"], "posts": [3]})',
    "text:\n## Finding",
    FINDING,
    RECORDS,
)
