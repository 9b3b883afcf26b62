import itertools
import json

import networkx as nx
import pandas as pd
import polars as pl
import pytest

from workbench.errors import WorkbenchError
from workbench.figures.bars import bars
from workbench.figures.brand_tables import brand_table, ranks_table, ways_table
from workbench.figures.dots import dots
from workbench.figures.fragments import without_style
from workbench.figures.journey_graph import journey_graph
from workbench.figures.layers import BOX_HEIGHT, BOX_WIDTH, curves, lay_out
from workbench.figures.numbers import format_change, format_duration, format_interval, format_value
from workbench.figures.periods import every_period
from workbench.figures.renderer import MIME_TYPE, NO_STILLS, enable_renderer, picture
from workbench.figures.tables import checks_table, phrases_table, records_table, verbatims
from workbench.figures.trend import trend
from workbench.reports.charts import chart_figure

MOOD = pd.DataFrame(
    {
        "brand": ["Acme", "Acme", "Acme", "Bolt", "Bolt"],
        "week": ["2026-W51", "2026-W52", "2027-W01", "2026-W51", "2027-W01"],
        "value": [-0.1, -0.2, None, 0.3, 0.31],
        "unit": "−1 to 1",
        "kind": "signal",
        "vintage": ["final", "preliminary", "final", "final", "final"],
    }
)


def values(chart):
    """Every data row of a chart's specification."""
    return list(itertools.chain.from_iterable(chart.to_dict()["datasets"].values()))


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0, "share", "0 %"),
        (0.0994, "share", "9.9 %"),
        (0.0996, "share", "10 %"),
        (1.0, "share", "100 %"),
        (-0.004, "−1 to 1", "0.00"),
        (-0.004, "", "0"),
        (1234.5, "mentions", "1,234.5"),
        (10.0, "mentions", "10"),
        (float("nan"), "share", "withheld"),
        (59.6, "s", "1 min"),
        (172800, "s", "2 d"),
    ],
)
def test_numbers_as_people_write_them(value, unit, text):
    assert format_value(value, unit).replace("\xa0", " ") == text


@pytest.mark.parametrize(
    ("change", "unit", "text"),
    [
        (0.2, "share", "+20 points"),
        (-0.004, "−1 to 1", "0.00"),
        (1980, "mentions", "+1,980"),
        (None, "s", ""),
    ],
)
def test_changes_carry_their_sign(change, unit, text):
    assert format_change(change, unit).replace("\xa0", " ") == text


def test_a_negative_duration_keeps_its_sign():
    assert format_duration(-3600) == "−1\xa0h"


@pytest.mark.parametrize(
    ("labels", "all_of_them"),
    [
        (["2026-02-27", "2026-03-01"], ["2026-02-27", "2026-02-28", "2026-03-01"]),
        (["2026-W52", "2027-W01"], ["2026-W52", "2026-W53", "2027-W01"]),
        (["2026-11", "2027-01"], ["2026-11", "2026-12", "2027-01"]),
        (["spring", "autumn"], ["autumn", "spring"]),
        ([], []),
    ],
)
def test_periods_without_posts_are_seen(labels, all_of_them):
    assert every_period(labels) == all_of_them


def test_a_line_has_one_figure_a_period():
    frame = pd.DataFrame({"week": ["2026-W10"] * 2, "platform": "x", "value": [0.2, 0.3], "unit": "share"})
    with pytest.raises(WorkbenchError, match="x has several figures for 2026-W10"):
        trend(frame, "week", color="platform", title="Share")


def test_trend_shows_gaps_and_what_is_preliminary():
    rows = {
        (r["series"], r["period"]): r for r in values(trend(MOOD, title="Mood", own="Acme")) if "fill" in r
    }
    assert rows["Bolt", "2026-W53"]["value"] is None, "a week without posts breaks the line"
    assert rows["Acme", "2026-W52"]["fill"] == "#ffffff", "a preliminary point is hollow"
    assert rows["Acme", "2026-W51"]["fill"] == rows["Acme", "2026-W51"]["stroke"]


def test_trend_says_what_kind_of_figure_it_is_and_what_stands_out():
    spec = trend(MOOD, title="Mood", own="Acme").to_dict()
    assert spec["title"]["subtitle"] == [
        "Signal: what the classifier says of every post; not yet corrected by people"
    ]
    assert "Acme −0.20 in 2026-W52" in spec["description"]
    assert ["Acme", "2026-W52", "−0.20"] in spec["usermeta"]["table"]["rows"]


def test_names_at_the_ends_of_lines_do_not_overlap():
    close = pd.DataFrame({"brand": list("abcd"), "week": "2026-W01", "value": [0.5, 0.5, 0.5, 0.9]})
    heights = sorted(r["height"] for r in values(trend(close, title="t")) if "height" in r)
    gaps = [b - a for a, b in itertools.pairwise(heights)]
    assert min(gaps) >= 0.9 / 320 * 15


def test_a_band_is_drawn_only_where_there_is_an_interval():
    def marks(frame):
        return [layer["mark"]["type"] for layer in trend(frame, title="t").to_dict()["layer"]]

    assert "area" not in marks(MOOD)
    assert "area" in marks(MOOD.assign(low=MOOD["value"] - 0.1, high=MOOD["value"] + 0.1))


ESTIMATES = MOOD.assign(
    kind="estimate", low=MOOD["value"] - 0.1, high=MOOD["value"] + 0.1, labels=40, posts=300, method=""
)


def test_a_signal_beside_an_estimate_is_named_thin_and_dashed():
    both = pd.concat([ESTIMATES, MOOD[MOOD["brand"] == "Acme"]])
    spec = trend(both, title="Mood", own="Acme").to_dict()
    rows = {
        (r["series"], r["period"]): r for r in values(trend(both, title="Mood", own="Acme")) if "fill" in r
    }
    signal, estimate = (rows[name, "2026-W51"] for name in ("Acme (signal)", "Acme"))
    assert signal["is_signal"]
    assert signal["width"] < estimate["width"]
    assert signal["stroke"] == estimate["stroke"]
    dashed = [
        layer for layer in spec["layer"] if layer["mark"].get("strokeDash") and "x" in layer["encoding"]
    ]
    assert {"filter": "datum.is_signal"} in dashed[0]["transform"]
    assert "Dashed: signal" in spec["title"]["subtitle"][0]


def test_the_data_of_a_trend_has_interval_labels_and_pool():
    pooled = ESTIMATES.assign(method="corrected; pooled over 2026-W49 to 2026-W51")
    table = trend(pooled, title="Mood", own="Acme").to_dict()["usermeta"]["table"]
    assert table["columns"] == ["Brand", "Week", "Pooled over", "Mood", "From", "To", "Posts", "Labels"]
    row = ["Acme", "2026-W51", "2026-W49 to 2026-W51", "−0.10", "−0.20", "0.00", "300", "40"]
    assert row in table["rows"]


def test_a_trend_of_pooled_periods_says_that_a_change_shows_late():
    pooled = ESTIMATES.assign(method="corrected; pooled over 2026-W49 to 2026-W51")
    assert "shows late" in trend(pooled, title="Mood").to_dict()["title"]["subtitle"][-1]
    assert "shows late" not in str(trend(ESTIMATES, title="Mood").to_dict()["title"])


def test_what_is_a_signal_for_want_of_labels_is_drawn_once():
    twice = trend(pd.concat([MOOD, MOOD]), title="Mood", own="Acme")
    assert len(values(twice)) == len(values(trend(MOOD, title="Mood", own="Acme")))


WAYS = pd.DataFrame(
    {
        "brand": ["Acme", "Acme"],
        "way": ["Lexicon", "Corrected"],
        "value": [0.2, 0.41],
        "low": [None, 0.34],
        "high": [None, 0.48],
        "truth": 0.43,
        "unit": "share",
    }
)


def test_dots_stand_beside_the_truth():
    spec = dots(WAYS, title="Ways", emphasised=["Corrected"]).to_dict()
    assert spec["usermeta"]["table"]["columns"][-1] == "Truth"
    assert "Acme 41\xa0% (34–48\xa0%), truth 43\xa0%" in spec["description"]
    inks = {
        r["way"]: r["ink"] for r in values(dots(WAYS, title="Ways", emphasised=["Corrected"])) if r["way"]
    }
    assert inks["Lexicon"] != inks["Corrected"]
    assert "tick" in [layer["mark"]["type"] for layer in spec["layer"]]
    unknown = dots(WAYS.assign(truth=None), title="Ways").to_dict()
    assert "tick" not in [layer["mark"]["type"] for layer in unknown["layer"]]


def test_ways_side_by_side_with_their_intervals():
    html = ways_table(WAYS, caption="Ways").data.replace("\xa0", " ")
    assert "43 %" in html
    assert "34–48 %" in html
    assert "not known" in ways_table(WAYS.assign(truth=None), caption="Ways").data


def test_ranks_are_ranges_and_a_signal_has_none():
    frame = pd.DataFrame({"brand": ["Acme", "Bolt", "Crux"], "value": [0.5, 0.4, 0.3], "unit": "share"})
    frame = frame.assign(low=[0.4, 0.38, None], high=[0.6, 0.42, None], rank_low=[1, 2, None])
    frame = frame.assign(rank_high=[1, 3, None], kind=["estimate", "estimate", "signal"], posts=90)
    html = ranks_table(
        frame.assign(labels=[20, 90, 0], status=["few labels", "ok", "no labels"]), own="Acme"
    ).data
    for words in (">1<", ">2–3<", ">not ranked<", "20, few", "40–60", "Signal"):
        assert words in html


def test_a_table_of_brands_has_intervals_and_labels():
    frame = WAYS.tail(1).assign(metric="unhappy", kind="estimate", labels=214)
    html = brand_table(frame).data.replace("\xa0", " ")
    assert '<span class="beneath">34–48 %</span><span class="beneath">214 labels</span>' in html
    assert "<circle" in html


@pytest.mark.parametrize(
    ("ends", "unit", "text"),
    [
        ((0.042, 0.12), "share", "4.2–12 %"),
        ((-0.1, 0.2), "−1 to 1", "−0.10 to 0.20"),
        ((60, 7200), "s", "1 min to 2 h"),
        ((None, 0.2), "share", ""),
        ((float("nan"), 0.2), "share", ""),
    ],
)
def test_intervals_as_people_write_them(ends, unit, text):
    assert format_interval(*ends, unit).replace("\xa0", " ") == text


def test_bars_are_sorted_and_say_what_is_withheld():
    frame = pl.DataFrame({"brand": ["Acme", "Bolt", "Crux"], "value": [0.2, None, 0.4], "unit": "share"})
    spec = bars(frame, title="Answered", own="Acme").to_dict()
    assert [row[0] for row in spec["usermeta"]["table"]["rows"]] == ["Crux", "Acme", "Bolt"]
    assert spec["usermeta"]["table"]["rows"][2][1] == "withheld"


def test_a_bar_has_one_figure_and_a_group_without_name_is_unknown():
    rows = pd.DataFrame({"region": ["London", None, None], "value": [1.0, 2.0, 3.0], "unit": "share"})
    with pytest.raises(WorkbenchError, match="unknown has several figures"):
        bars(rows, y="region", title="Mood")
    assert "unknown" in str(bars(rows[:2], y="region", title="Mood").to_dict())
    weeks = pd.DataFrame(
        {"region": ["London", None], "week": "2026-W43", "value": [1.0, 2.0], "unit": "share"}
    )
    assert "unknown" in str(trend(weeks, color="region", title="Mood").to_dict())


def test_a_missing_column_is_named():
    with pytest.raises(WorkbenchError, match=r"no column 'brnd'\. Did you mean 'brand'"):
        bars(MOOD, y="brnd", title="t")


def test_journey_ranks_follow_the_commonest_way_and_loops_go_back():
    graph = nx.DiGraph()
    graph.add_edge("asked", "answered", count=9)
    graph.add_edge("answered", "asked", count=2)
    graph.add_edge("answered", "thanked", count=5)
    assert [(s, p.y) for s, p in lay_out(graph).steps.items()] == [
        ("asked", 0),
        ("answered", 1),
        ("thanked", 2),
    ]


def test_paths_go_round_all_steps_between():
    graph = nx.DiGraph()
    for a, b, count in (
        ("a", "b", 9),
        ("b", "c", 9),
        ("b", "d", 8),
        ("c", "e", 9),
        ("a", "e", 1),
        ("e", "a", 1),
    ):
        graph.add_edge(a, b, count=count)
    layout = lay_out(graph)
    for edge, curve in curves(layout).items():
        for step, place in layout.steps.items():
            inside = [
                (x, y)
                for x, y in curve
                if abs(x - place.x) < BOX_WIDTH / 2 and abs(y - place.y) < BOX_HEIGHT / 2 - 1e-6
            ]
            assert inside == [], f"{edge} runs through {step}"


def test_steps_stand_beneath_those_they_follow():
    graph = nx.DiGraph()
    for a, b in (("top", "left"), ("top", "right"), ("left", "z"), ("right", "y")):
        graph.add_edge(a, b, count=1)
    x = {step: place.x for step, place in lay_out(graph).steps.items()}
    assert (x["left"] < x["right"]) == (x["z"] < x["y"]), "two paths cross that need not"


def test_journey_leaves_out_rare_paths_and_says_so():
    graph = nx.DiGraph()
    graph.add_nodes_from(["asked", "answered", "silent"], count=3)
    graph.add_edge("asked", "answered", count=9, median_wait_seconds=720.0)
    graph.add_edge("asked", "silent", count=1, median_wait_seconds=float("nan"))
    spec = journey_graph(graph, title="Ways", least=2).to_dict()
    assert spec["title"]["subtitle"] == ["1 path is left out, taken by fewer than 2 journeys."]
    assert spec["usermeta"]["table"]["rows"] == [["asked", "answered", "9", "12\xa0min"]]


@pytest.mark.parametrize(
    "chart",
    [
        pytest.param(lambda: trend(MOOD.head(0), title="t"), id="trend"),
        pytest.param(lambda: bars(MOOD.head(0), title="t"), id="bars"),
        pytest.param(lambda: journey_graph(nx.DiGraph(), title="t"), id="journey"),
        pytest.param(lambda: trend(MOOD.head(1), title="t", color=None), id="one point"),
        pytest.param(lambda: bars(MOOD.head(1).assign(value=0.0), title="t"), id="zero"),
    ],
)
def test_little_data_draws_without_error(chart):
    assert picture(chart().to_dict()).startswith("<svg")


def test_a_notebook_that_runs_for_a_report_draws_no_picture_of_its_own(monkeypatch):
    enable_renderer()
    monkeypatch.setenv(NO_STILLS, "1")
    assert list(trend(MOOD, title="Mood")._repr_mimebundle_()) == [MIME_TYPE, "text/plain"]


def test_what_is_drawn_ahead_while_the_notebook_runs_is_what_its_report_asks_for(monkeypatch):
    orders = []
    monkeypatch.setenv(NO_STILLS, "1")
    monkeypatch.setattr("workbench.figures.renderer.have_painted", lambda folder, order: orders.append(order))
    monkeypatch.setattr("workbench.figures.renderer.ask_painter", lambda folder, order: orders.append(order))
    enable_renderer()
    shown = trend(MOOD, title="Mood")._repr_mimebundle_()
    chart_figure(json.loads(json.dumps(shown[MIME_TYPE])), 1)
    ahead, asked = (json.dumps(order, sort_keys=True) for order in orders)
    assert ahead == asked


def test_the_renderer_gives_what_papermill_and_jupyterlab_take():
    enable_renderer()
    bundle = trend(MOOD, title="Mood")._repr_mimebundle_()
    assert bundle[MIME_TYPE]["background"] == "#ffffff", "readable in a dark JupyterLab"
    assert list(bundle) == [MIME_TYPE, "image/svg+xml", "text/plain"]
    assert bundle["text/plain"].startswith("Line chart. Mood.")
    assert bundle[MIME_TYPE]["$schema"].endswith("/v5.json")


def test_brand_table_puts_ours_first_and_escapes():
    frame = pd.DataFrame(
        {
            "brand": ["<i>B", "Zed"],
            "metric": "volume",
            "value": [1200, None],
            "unit": "mentions",
            "kind": "count",
        }
    )
    html = without_style(brand_table(frame, own="Zed").data)
    assert html.index("Zed") < html.index("&lt;i&gt;B")
    assert "<i>" not in html
    assert "1,200" in html
    assert "withheld" in html


def test_verbatims_quote_only_where_the_policy_allows():
    posts = pd.DataFrame(
        {
            "text": ["No <b>signal</b>, <USER:ab12cd34ef56>, call <PHONE>", "not to be quoted"],
            "platform": ["mastodon", "x"],
            "week": "2026-W47",
        }
    )
    html = without_style(verbatims(posts, quotable=["mastodon"]).data)
    assert "not to be quoted" not in html
    assert "1 post is not quoted" in html
    assert "No &lt;b&gt;signal&lt;/b&gt;" in html
    assert "ab12cd34ef56" not in html
    assert '<span class="masked">phone</span>' in html


def test_checks_table_says_that_nothing_was_found():
    columns = ["check", "subject", "finding", "advice"]
    assert "found nothing" in checks_table(pd.DataFrame(columns=columns)).data
    found = checks_table(
        pd.DataFrame([["days", "Acme", "2 days missing", "read <care>"]], columns=columns)
    ).data
    assert '<th scope="row">days</th>' in found
    assert "read &lt;care&gt;" in found


def test_tables_write_numbers_in_their_unit():
    html = records_table(
        pd.DataFrame({"step": ["asked", None], "wait": [720.0, None]}), "Waits", {"wait": "s"}
    ).data
    assert "12\xa0min" in html
    assert '<th scope="col" class="number">Wait</th>' in html
    assert "412" in phrases_table(pd.DataFrame({"phrase": ["no signal"], "posts": [412]})).data
