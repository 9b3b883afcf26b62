"""Tables of an audit: what is drawn and written, and that nothing of a file's words becomes markup."""

import pandas as pd
import pytest

from workbench.figures.audit_tables import audit_table, brand_rows, vendor_scores_table

RANKED = pd.DataFrame(
    {
        "brand": ["<b>Acme</b>", "Bolt", "Crux", "Dune"],
        "value": [0.6, 0.4, 0.35, None],
        "low": [0.5, 0.3, 0.25, None],
        "high": [0.7, 0.5, 0.45, None],
        "vendor": [0.1, 0.4, 0.4, 0.2],
        "verdict": ["too low", "within", "within", "not known"],
        "vendor_rank": [4, 1, 1, 3],
        "rank_low": [1, 2, 2, None],
        "rank_high": [1, 3, 3, None],
        "labels": [100, 90, 80, 0],
    }
)
FOLLOWING = pd.DataFrame(
    {
        "brand": ["<b>Acme</b>", "Bolt", "Crux", "Dune"],
        "more": [30, 30, 40, 0],
        "now": [0.1, 0.1, 0.1, None],
        "then": [0.08, 0.08, 0.08, None],
        "wanted": [1310, 290, 280, None],
    }
).astype({"more": "Int64", "wanted": "Int64"})


@pytest.fixture(scope="module")
def rows():
    return {row["brand"]: row for row in brand_rows(RANKED, FOLLOWING)}


def test_a_rank_that_cannot_be_is_crossed_out(rows):
    assert rows["<b>Acme</b>"]["vendor's rank"] == "4 ✗"
    # Bolt and Crux share ranks 1 and 2 with the vendor, and 2 is possible.
    assert rows["Bolt"]["vendor's rank"] == "1–2"
    assert rows["<b>Acme</b>"]["possible ranks"] == "1"
    assert rows["Crux"]["possible ranks"] == "2–3"


def test_what_nobody_labelled_is_not_made_up(rows):
    dune = rows["Dune"]
    assert dune["people"] == "none to judge by"
    assert (dune["possible ranks"], dune["after the next"], dune["for ±5 points"]) == ("", "", "")
    assert dune["vendor's rank"] == "3"


def test_figures_are_written_as_everywhere(rows):
    acme = {
        name: value.replace("\xa0", " ") for name, value in rows["<b>Acme</b>"].items() if name != "labels"
    }
    assert (acme["vendor"], acme["people"]) == ("10 %", "60 % (50–70 %)")
    assert (acme["after the next"], acme["for ±5 points"]) == ("±10 → ±8", "1,310")


def test_names_of_brands_are_no_markup():
    markup = audit_table(RANKED, FOLLOWING).data
    assert "&lt;b&gt;Acme&lt;/b&gt;" in markup
    assert "<b>Acme" not in markup
    assert markup.count('class="said"') == 4
    assert markup.count("<circle") == 3
    assert "with 100 more" in markup


def test_scores_by_sentiment():
    scores = pd.DataFrame(
        [
            (f"{what}.{label}", value, value - 0.1, value + 0.1)
            for label, value in {"negative": 0.4, "neutral": None, "positive": 0.8}.items()
            if value
            for what in ("precision", "recall")
        ]
        + [("precision.neutral", None, None, None), ("recall.neutral", 0.2, 0.1, 0.3)],
        columns=["metric", "value", "low", "high"],
    )
    markup = vendor_scores_table(scores, caption="Each").data.replace("\xa0", " ")
    assert "40 % (30–50 %)" in markup
    assert "none to judge by" in markup
