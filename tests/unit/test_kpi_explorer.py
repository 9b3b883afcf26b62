"""The explorer shows what the measures say, once computed, and gives the code that says the same."""

import asyncio

import pytest
from pandas.testing import assert_frame_equal
from unit.explored import explored

from workbench.errors import WorkbenchError
from workbench.figures.trend import trend
from workbench.widgets.kpi_explorer import KpiExplorer
from workbench.widgets.later import Later
from workbench.widgets.parts import period_controls


@pytest.fixture(scope="module")
def wb(tmp_path_factory):
    made = explored(tmp_path_factory.mktemp("lake"))
    yield made
    made.engine.close()


def drawn_by_code(explorer, wb):
    """Frame and chart that the explorer's lines make when they are run."""
    lines = [
        line for line in explorer.code.splitlines() if line.startswith(("frame", "trend"))
    ]  # the first lines open the lake of the settings file
    names = {"wb": wb, "trend": trend}
    exec("\n".join(lines[:-1]), names)
    return names["frame"].reset_index(drop=True), eval(lines[-1], names)


def test_it_begins_with_the_own_brand_and_the_whole_time(wb):
    explorer = KpiExplorer(wb)
    expected = wb.measures(["net_sentiment"], ["brand", "week"], brand="Acme")
    assert_frame_equal(explorer.frame, expected)
    assert explorer.period.ends == ("2026-W10", "2026-W12")
    assert 'role="img"' in explorer.page[0]


def test_figure_part_slice_period_and_grain_are_what_is_measured(wb):
    explorer = KpiExplorer(wb)
    explorer.figure.value = "sentiment_share"
    explorer.part.value = "sentiment_share.neutral"
    explorer.only["platform"].value = "facebook"
    explorer.grain.value = "day"
    assert explorer.frame[["brand", "platform", "day", "posts"]].to_numpy().tolist() == [
        ["Acme", "facebook", "2026-03-09", 12]
    ]
    assert "Sentiment share, neutral: facebook" in explorer.page[0]


def test_the_period_is_moved_by_slider_and_lists_alike(wb):
    explorer = KpiExplorer(wb)
    explorer.period.slider.index = (1, 2)
    assert (explorer.period.first.value, explorer.period.last.value) == ("2026-W11", "2026-W12")
    assert explorer.frame["week"].tolist() == ["2026-W11", "2026-W12"]
    explorer.period.last.value = "2026-W10"
    assert explorer.period.ends == ("2026-W10", "2026-W10"), "the first goes along"
    assert explorer.frame["week"].tolist() == ["2026-W10"]


def test_the_whole_time_stays_the_whole_time_where_there_is_more_of_it():
    period = period_controls()
    period.offer(["2026-W10", "2026-W11"])
    period.offer(["2026-W09", "2026-W10", "2026-W11", "2026-W12"])
    assert period.ends == ("2026-W09", "2026-W12")
    period.slider.index = (1, 2)
    period.offer(["2026-W10", "2026-W11", "2026-W12"])
    assert period.ends == ("2026-W10", "2026-W11"), "what somebody chose stays"


@pytest.mark.parametrize("line", ["brand", "platform"])
def test_the_code_makes_the_same_figure(wb, line):
    explorer = KpiExplorer(wb, "sentiment_share")
    explorer.line.value = line
    explorer.shown.value = explorer.shown.options
    explorer.period.slider.index = (0, 1)
    frame, chart = drawn_by_code(explorer, wb)
    assert_frame_equal(frame, explorer.frame)
    assert frame[line].nunique() == 2
    assert chart.to_dict()["description"] in explorer.page[0]


def test_a_measure_is_computed_once_a_way_of_parting_the_posts(wb, monkeypatch):
    explorer = KpiExplorer(wb)
    asked = []
    measure = type(wb)._measure
    monkeypatch.setattr(
        type(wb), "_measure", lambda self, *given: asked.append(given[:2]) or measure(self, *given)
    )
    explorer.shown.value = ("Acme", "Bolt")
    explorer.period.slider.index = (0, 1)
    explorer.figure.value = "volume"
    explorer.grain.value = "month"
    explorer.figure.value, explorer.grain.value = "net_sentiment", "week"
    assert [(name, *by) for name, by in asked] == [
        ("volume", "brand", "week"),
        ("volume", "brand", "month"),
        ("net_sentiment", "brand", "month"),
    ]


def test_it_says_what_is_withheld_and_what_no_label_corrects(wb):
    explorer = KpiExplorer(wb, "share_answered")
    assert "figures withheld: no answer by a brand was collected." in explorer.page[1]
    assert "<svg" not in explorer.page[0], "no axis is drawn around nothing"
    explorer.figure.value = "net_sentiment"
    explorer.shown.value = ("Bolt",)
    assert "without labels: what the classifier says, corrected by nobody." in explorer.page[1]
    explorer.shown.value = ()
    assert "Nothing to draw" in explorer.page[1]
    assert explorer.page[0] == ""


def test_what_cannot_be_measured_is_said_where_the_chart_would_stand(wb, monkeypatch):
    explorer = KpiExplorer(wb)

    def fails(*_given):
        raise WorkbenchError("the mentions have no column 'x'. <b>")

    monkeypatch.setattr(type(wb), "measure", fails)
    explorer.figure.value = "volume"
    assert explorer.page[0] == ""
    assert 'role="alert"' in explorer.page[1]
    assert "no column &#x27;x&#x27;. &lt;b&gt;" in explorer.page[1]


def test_a_measure_that_has_no_course_over_time_is_refused(wb):
    with pytest.raises(WorkbenchError, match=r"no measure 'sentiment_shift'.*Measures: volume"):
        KpiExplorer(wb, "sentiment_shift")


def test_of_several_moves_the_last_is_drawn():
    drawn = []

    async def move():
        later = Later(lambda: drawn.append(len(drawn)), pause=0.02)
        for _ in range(5):
            later()
        assert drawn == []
        await asyncio.sleep(0.1)

    asyncio.run(move())
    assert drawn == [0]


def test_share_of_voice_by_platform_is_that_of_one_brand(wb):
    explorer = KpiExplorer(wb, "share_of_voice")
    explorer.line.value = "platform"
    assert set(explorer.frame["brand"]) == {"Acme"}
    assert "Share of voice: Acme" in explorer.page[0]
    assert_frame_equal(drawn_by_code(explorer, wb)[0], explorer.frame)
