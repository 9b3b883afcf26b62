import datetime as dt

import pandas as pd
import pytest

from workbench.reporting import keep_measures
from workbench.settings import parse_settings
from workbench.statistics.vintages import period_end_epoch, revisions, vintages
from workbench.store.schema import open_lake


@pytest.mark.parametrize(
    ("label", "end"),
    [
        ("2026-12-31", "2027-01-01"),
        ("2026-W53", "2027-01-04"),
        ("2026-W01", "2026-01-05"),
        ("2026-12", "2027-01-01"),
        ("2028-02", "2028-03-01"),
    ],
)
def test_a_period_ends_where_the_next_begins(label, end):
    assert dt.datetime.fromtimestamp(period_end_epoch(label), dt.UTC).date().isoformat() == end


def test_a_cell_without_period_is_final_once_its_newest_post_is_old_enough():
    cells, newest = pd.DataFrame({"brand": ["Acme", "Bolt"]}), pd.Series([0, 86400])
    assert vintages(cells, newest, 14 * 86400, 14) == ["final", "preliminary"]


def test_of_several_periods_the_shortest_has_to_end():
    cells = pd.DataFrame({"month": ["2026-10"], "day": ["2026-10-01"]})
    assert vintages(cells, pd.Series([0]), period_end_epoch("2026-10-02"), 1) == ["final"]


def shown(value: float | None, vintage: str = "final", brand: str = "Acme", **rest: object) -> dict:
    row = {
        "brand": brand, "week": "2026-W43", "metric": "net_sentiment", "value": value, "low": None, "high": None,
        "unit": "−1 to 1", "posts": 9, "labels": 0, "kind": "signal", "method": "said", "vintage": vintage,
        "status": "ok",
    }  # fmt: skip
    return row | rest


def recorded(*rows: dict) -> dict:
    frame = pd.DataFrame(list(rows))
    return {
        "figures": {
            "columns": list(frame),
            "rows": frame.astype(object).where(frame.notna(), None).to_numpy().tolist(),
        }
    }


@pytest.fixture
def settings(tmp_path):
    return parse_settings({}, folder=tmp_path)


def kept(settings) -> pd.DataFrame:
    return open_lake(settings).read("measures").to_pandas().sort_values("recorded_at")


def test_a_run_made_again_adds_only_what_changed_and_keeps_what_was(settings):
    first, second = shown(-0.2, "preliminary"), shown(0.4, brand="Bolt")
    assert keep_measures(settings, "kpi/weekly/2026-W43", recorded(first, second)) == 2
    assert keep_measures(settings, "kpi/weekly/2026-W43", recorded(first, second)) == 0
    final = shown(-0.3, kind="estimate", labels=40, low=-0.4, high=-0.2)
    assert keep_measures(settings, "kpi/weekly/2026-W43", recorded(final, second)) == 1
    acme = kept(settings)[lambda rows: rows["group"].str.contains("Acme")]
    assert acme["value"].tolist() == [-0.2, -0.3]
    assert acme["vintage"].tolist() == ["preliminary", "final"]
    assert keep_measures(settings, "kpi/weekly/2026-W44", recorded(final)) == 1, "another run showed it, too"


def test_revisions_compare_with_what_was_last_reported_whatever_the_run(settings):
    keep_measures(
        settings, "kpi/weekly/2026-W43", recorded(shown(-0.1, "preliminary"), shown(0.4, brand="Bolt"))
    )
    keep_measures(settings, "kpi/weekly/2026-W44", recorded(shown(-0.2, "preliminary")))
    now = pd.DataFrame([shown(-0.3, kind="estimate"), shown(0.4, brand="Bolt"), shown(0.1, brand="Cord")])
    found = revisions(kept(settings), now[["week", "brand", *now.columns[2:]]])
    assert found[["brand", "value_before", "value", "kind_before", "kind", "vintage_before", "vintage"]].to_dict(
        "records"
    ) == [
        {
            "brand": "Acme", "value_before": -0.2, "value": -0.3, "kind_before": "signal", "kind": "estimate",
            "vintage_before": "preliminary", "vintage": "final",
        }
    ]  # fmt: skip
    assert found["change"].item() == pytest.approx(-0.1)
    assert found["reported_in"].item() == "kpi/weekly/2026-W44"


def test_a_figure_that_is_withheld_now_is_a_revision(settings):
    keep_measures(settings, "kpi/weekly/2026-W43", recorded(shown(-0.1), shown(None, brand="Bolt")))
    now = pd.DataFrame([shown(None), shown(None, brand="Bolt")]).astype({"value": float})
    found = revisions(kept(settings), now)
    assert found["brand"].tolist() == ["Acme"]
    assert found["change"].isna().all()


def test_nothing_was_reported_yet(settings):
    assert revisions(kept(settings), pd.DataFrame([shown(0.1)])).empty


def test_a_figure_of_a_missing_group_is_found_again(settings):
    before = shown(3.0, product=None)
    keep_measures(settings, "kpi/weekly/2026-W43", recorded(before))
    now = pd.DataFrame([shown(9.0, product=float("nan"))])
    assert revisions(kept(settings), now)["change"].tolist() == [6.0]


def test_how_many_people_a_figure_rests_on_makes_it_no_other_figure(settings):
    keep_measures(settings, "kpi/outcome", recorded(shown(0.5, people=40, negative_people=10)))
    now = pd.DataFrame([shown(0.25, people=41, negative_people=11)])
    assert revisions(kept(settings), now)["change"].tolist() == [-0.25]
