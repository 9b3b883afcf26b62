"""The baseline: what is its reference, what differs from it, and what is said of how that was judged."""

import datetime as dt
import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.errors import WorkbenchError
from workbench.figures.baseline_chart import baseline_chart
from workbench.figures.baseline_table import differs_table
from workbench.kpi.sentiment_share import sentiment_share
from workbench.reports.baseline_statements import baseline_finding
from workbench.settings import parse_settings
from workbench.statistics.baseline import baseline
from workbench.statistics.multiple import adjusted
from workbench.statistics.reference import Event, Reference, days_of, declared_reference

OUTAGE = Event("national outage", dt.date(2026, 5, 12), dt.date(2026, 5, 15))
BILLING = Event("double billing", dt.date(2026, 9, 8), dt.date(2026, 9, 22))
REFERENCE = Reference(dt.date(2026, 3, 2), dt.date(2026, 5, 24), [OUTAGE, BILLING])
WEEKS = [f"2026-W{number:02}" for number in range(9, 40)]


def weekly(values, unit="mentions", metric="volume", **columns) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "brand": "Acme",
            "metric": metric,
            "week": WEEKS[: len(values)],
            "value": values,
            "unit": unit,
            **columns,
        }
    )


def counts(**changed: float) -> pd.DataFrame:
    """Weeks of about 100 mentions, and the ones that are said."""
    values = dict(zip(WEEKS, itertools.cycle([96.0, 104, 110, 90, 99, 103, 107, 92]), strict=False))
    values |= {week.replace("_", "-"): value for week, value in changed.items()}
    return weekly(list(values.values()))


def test_the_reference_is_frozen_and_leaves_events_out():
    told = baseline(counts(), ["brand"], REFERENCE)
    part = told.set_index("period")["part"]
    assert "2026-W09" not in part, "before the reference"
    assert part["2026-W20"] == "left out"
    assert (part == "reference").sum() == told["periods"].iloc[0] == 11
    assert told["left_out"].iloc[0] == "2026-W20 (national outage)"
    assert told.set_index("period")["event"]["2026-W38"] == "double billing"


def test_later_weeks_do_not_move_the_band():
    usual = baseline(counts(), ["brand"], REFERENCE)
    after = baseline(counts(**{"2026-W20": 900.0, "2026-W30": 500.0, "2026-W31": 5.0}), ["brand"], REFERENCE)
    pd.testing.assert_frame_equal(usual[["low", "high"]], after[["low", "high"]])
    assert after.loc[after["differs"], "period"].tolist() == ["2026-W30", "2026-W31"]
    assert not usual["differs"].any()


def test_a_week_of_the_reference_is_never_judged():
    told = baseline(counts(**{"2026-W12": 200.0}), ["brand"], REFERENCE)
    judged = told.set_index("period")["p_value"].notna()
    assert not judged["2026-W12"]
    assert not judged["2026-W20"]
    assert judged["2026-W22"]


def test_the_interval_is_that_of_a_week_and_not_of_the_mean():
    told = baseline(counts(), ["brand"], REFERENCE).iloc[-1]
    reference = counts().iloc[1:13]["value"]
    spread_of_mean = reference.std() / np.sqrt(11)
    assert told["high"] - told["expected"] > 2.5 * 1.96 * spread_of_mean


def test_what_is_judged_together_is_corrected_and_said():
    other = counts().assign(metric="other")
    alone = baseline(counts(**{"2026-W30": 125.0}), ["brand"], REFERENCE)
    both = baseline(pd.concat([counts(**{"2026-W30": 125.0}), other]), ["brand"], REFERENCE)
    p_alone, p_both = (
        frame[(frame["metric"] == "volume") & (frame["period"] == "2026-W30")]["p_value"].item()
        for frame in (alone, both)
    )
    assert p_both == pytest.approx(2 * p_alone)
    assert "judged 2 figures together: Holm, so that in 95 of 100 weeks" in both["method"].iloc[-1]
    assert "judged one figure: each figure for itself" in alone["method"].iloc[-1]


@pytest.mark.parametrize("correction", ["holm", "benjamini_hochberg"])
def test_adjusted_p_values_keep_their_order(correction):
    p = np.random.default_rng(1).uniform(0, 0.2, 30)
    told = adjusted(p, correction)
    assert (told >= p).all()
    assert (np.diff(told[np.argsort(p)]) >= 0).all()
    assert adjusted([], correction).size == 0


def test_a_silent_week_counts_as_zero_where_others_spoke():
    loud = counts()
    rare = counts().assign(brand="Rare", value=3.0)
    told = baseline(
        pd.concat([loud, rare[~rare["week"].isin(["2026-W12", "2026-W30"])]]), ["brand"], REFERENCE
    )
    of_rare = told[told["brand"] == "Rare"].set_index("period")
    assert of_rare["value"][["2026-W12", "2026-W30"]].tolist() == [0.0, 0.0]
    assert of_rare["periods"].iloc[0] == 11


def test_a_brand_alone_is_silent_where_posts_of_others_were_collected():
    rare = counts().assign(value=3.0)
    rare = rare[~rare["week"].isin(["2026-W12", "2026-W30"])]
    told = baseline(rare, ["brand"], REFERENCE, collected=[w for w in WEEKS if w != "2026-W30"]).set_index(
        "period"
    )
    assert told.loc["2026-W12", "value"] == 0.0
    assert "2026-W30" not in told.index, "nothing was collected"


def test_too_few_known_periods_withhold_the_interval():
    values = counts()
    values.loc[3:8, "value"] = None
    both = pd.concat([values, counts().assign(metric="other")])
    told = baseline(both, ["brand"], REFERENCE)
    withheld = told[told["metric"] == "volume"]
    assert withheld["low"].isna().all()
    assert not withheld["differs"].any()
    assert withheld["method"].str.startswith("withheld: 5 weeks of the reference are known").all()
    assert "2026-W12 (no figure of its own)" in withheld["left_out"].iloc[0]


def test_pooled_estimates_do_not_make_a_band():
    """One label a week: every figure is pooled with weeks before it, and none has enough even so."""
    weeks = [f"2026-W{number:02}" for number in range(1, 32)]
    posts = pd.DataFrame(
        [
            {"brand": "Acme", "week": week, "author": f"{week}-{number}", "created_epoch": 0, "is_held_out": True,
             "author_role": "customer", "is_relevant": True, "negative": 0.3, "neutral": 0.3, "positive": 0.4,
             "label_negative": float(week > "2026-W20") if number == 0 else None,
             "label_neutral": float(week <= "2026-W20") if number == 0 else None,
             "label_positive": 0.0 if number == 0 else None,
             "inclusion_probability": 0.1 if number == 0 else None, "annotators": 1 if number == 0 else None}
            for week in weeks
            for number in range(10)
        ]
    )  # fmt: skip
    told = baseline(sentiment_share(posts, ["brand", "week"]), ["brand"], REFERENCE)
    assert told["periods"].max() <= 1  # the first week alone has none before it
    assert told["status"].eq("withheld").all()


def test_an_index_near_zero_on_one_day_of_the_week_has_no_narrower_band_there():
    """Net sentiment is no share: its variance does not vanish with its mean."""
    generator = np.random.default_rng(3)
    days = pd.date_range("2026-03-02", "2026-06-14")
    means = np.where(days.day_of_week == 0, 0.02, 0.15)
    daily = pd.DataFrame(
        {"brand": "Acme", "metric": "net_sentiment_signal", "day": days.strftime("%Y-%m-%d"), "unit": "−1 to 1",
         "value": means + generator.normal(0, 0.05, len(days)), "posts": 300, "kind": "signal"}
    )  # fmt: skip
    told = baseline(daily, ["brand"], REFERENCE, period="day")
    told["weekday"] = pd.to_datetime(told["first_day"]).dt.day_of_week
    width = (told["high"] - told["low"]).groupby(told["weekday"]).first()
    assert width.max() < 1.1 * width.min()


@pytest.mark.parametrize("usual", [1.0, 2.0, 30.0])
def test_a_reference_that_never_varied_still_knows_chance(usual):
    told = baseline(weekly([usual] * 30 + [usual + 1]), ["brand"], REFERENCE)
    assert not told["differs"].any()


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (43.0, "mentions", "is 43, higher than the usual 25–42."),
        (0.312, "share", "is 31\u00a0%, just above the usual 25–31\u00a0%."),
        (0.2, "share", "is 20\u00a0%, lower than the usual 25–31\u00a0%."),
    ],
)
def test_a_sentence_never_says_that_a_figure_is_beyond_itself(value, unit, said):
    low, high = (24.2, 42.6) if unit == "mentions" else (0.25, 0.308)
    figure = {"metric": "volume", "period": "2026-W30", "part": "new", "event": "", "left_out": ""}
    figure |= {"value": value, "low": low, "high": high, "unit": unit, "differs": True, "p_value": 0.01}
    told = pd.DataFrame([figure | {"method": "said; judged one figure: …"}])
    assert baseline_finding(told, "2026-W30")[0].endswith(said)


def test_what_is_promised_follows_what_was_asked():
    both = pd.concat([counts(**{"2026-W30": 125.0}), counts().assign(metric="other")])
    holm = baseline(both, ["brand"], REFERENCE, confidence=0.8)
    assert "in 80 of 100 weeks without change" in holm["method"].iloc[-1]
    alone = baseline(both, ["brand"], REFERENCE, correction="none")
    assert alone["method"].iloc[-1].endswith("judged 2 figures together: each figure for itself")


def test_a_less_precise_estimate_has_a_wider_band():
    values = list(itertools.islice(itertools.cycle([0.31, 0.28, 0.33, 0.29, 0.30]), 31))
    shares = weekly(values, "share", "sentiment_share.negative", kind="estimate", posts=50)
    shares["low"], shares["high"] = shares["value"] - 0.03, shares["value"] + 0.03
    shares.loc[30, ["low", "high"]] = [0.1, 0.5]
    told = baseline(shares, ["brand"], REFERENCE)
    width = (told["high"] - told["low"]).to_numpy()
    assert width[-1] > 2 * width[-2]


def test_shares_and_indexes_stay_within_their_bounds():
    shares = weekly([0.0, 0.02] * 15, "share", "share_answered_24h", posts=20)
    told = baseline(shares, ["brand"], REFERENCE)
    assert (told["low"] >= 0).all()
    assert "Laney" in told["method"].iloc[-1]
    never = baseline(shares.assign(value=0.0), ["brand"], REFERENCE)
    assert never["high"].iloc[-1] > 0, "none of 220 does not mean never"


def test_days_are_compared_with_the_same_day_of_the_week():
    days = [str(day.date()) for day in pd.date_range("2026-03-02", "2026-06-07")]
    rng = np.random.default_rng(3)
    values = rng.poisson(np.array([80, 60, 60, 60, 60, 20, 20])[np.arange(len(days)) % 7]).astype(float)
    frame = pd.DataFrame(
        {"brand": "Acme", "metric": "volume", "day": days, "value": values, "unit": "mentions"}
    )
    frame.loc[frame["day"] == "2026-06-07", "value"] = 60.0
    told = baseline(frame, ["brand"], REFERENCE, period="day").set_index("period")
    assert told.loc["2026-06-07", "differs"], "a Sunday like a weekday"
    assert told.loc["2026-06-01", "low"] > told.loc["2026-06-06", "high"]
    assert "each day of the week for itself" in told["method"].iloc[0]


def test_incomplete_periods_are_left_away():
    told = baseline(counts(), ["brand"], REFERENCE, until=dt.date(2026, 7, 7))
    assert told["period"].max() == "2026-W27"


def test_errors_say_the_mend():
    with pytest.raises(WorkbenchError, match=r"holds 21 days.*8 weeks"):
        Reference(dt.date(2026, 3, 2), dt.date(2026, 3, 22))
    with pytest.raises(WorkbenchError, match=r"leaves 0 weeks.*collect older posts"):
        baseline(counts(), ["brand"], Reference(dt.date(2025, 1, 1), dt.date(2025, 6, 1)))
    with pytest.raises(WorkbenchError, match="no column 'week'"):
        baseline(counts().drop(columns="week"), ["brand"], REFERENCE)
    with pytest.raises(WorkbenchError, match="'spring' is no period"):
        days_of("spring")
    with pytest.raises(WorkbenchError, match="no baseline is declared"):
        declared_reference(parse_settings({}, Path(".")))


def test_the_chart_marks_events_and_what_differs():
    told = baseline(counts(**{"2026-W30": 500.0}), ["brand"], REFERENCE)
    chart = baseline_chart(told, title="Mentions of Acme").to_dict()
    drawn = list(itertools.chain.from_iterable(chart["datasets"].values()))
    assert {row["event"] for row in drawn if row.get("event")} == {"national outage", "double billing"}
    assert "1 differ: 2026-W30" in chart["description"]
    table = chart["usermeta"]["table"]
    assert [row[2] for row in table["rows"] if row[0] == "2026-W30"] == ["differs"]


def test_the_table_and_the_finding_say_the_same():
    told = baseline(counts(**{"2026-W38": 500.0}), ["brand"], REFERENCE)
    assert "differs: higher" in differs_table(told, "2026-W38").data
    sentences = baseline_finding(told, "2026-W38")
    assert sentences[0].startswith("Volume is 500, higher than the usual ")
    assert (
        "left out of the reference: 2026-W20 (national outage). In 2026-W38 falls: double billing."
        in sentences[1]
    )
    assert baseline_finding(told, "2026-W30")[0] == "No figure of 2026-W30 differs from its baseline."
    assert "not judged" in baseline_finding(told, "2026-W12")[0]
    assert "part of the reference" in differs_table(told, "2026-W12").data
