"""Specification: sentiment signal and net sentiment signal. Check it by eye."""

import pytest
from spec.table import mentions, on_every_engine, rows

from workbench.kpi.net_sentiment_signal import net_sentiment_signal
from workbench.kpi.sentiment_signal import sentiment_signal

MENTIONS = mentions("""
    brand | author_role | is_relevant | negative | neutral | positive
    ------+-------------+-------------+----------+---------+---------
    Acme  | customer    | yes         | 0.7      | 0.2     | 0.1
    Acme  | customer    | yes         | 0.1      | 0.3     | 0.6
    Acme  | customer    | yes         |          |         |
    Acme  | brand       | yes         | 0.0      | 0.0     | 1.0
    Acme  | customer    | no          | 1.0      | 0.0     | 0.0
    Bolt  | customer    | yes         |          |         |
""")


@on_every_engine(MENTIONS)
def test_signal_is_the_mean_probability_of_classified_earned_mentions(frame):
    """Acme rests on its first two rows; of Bolt nothing has been classified."""
    figures = rows(
        sentiment_signal(frame, by=["brand"]), "brand", "metric", "value", "posts", "kind", "status"
    )
    assert figures == [
        ("Acme", "sentiment_signal.negative", pytest.approx((0.7 + 0.1) / 2), 2, "signal", "ok"),
        ("Bolt", "sentiment_signal.negative", None, 0, "signal", "withheld"),
        ("Acme", "sentiment_signal.neutral", pytest.approx((0.2 + 0.3) / 2), 2, "signal", "ok"),
        ("Bolt", "sentiment_signal.neutral", None, 0, "signal", "withheld"),
        ("Acme", "sentiment_signal.positive", pytest.approx((0.1 + 0.6) / 2), 2, "signal", "ok"),
        ("Bolt", "sentiment_signal.positive", None, 0, "signal", "withheld"),
    ]


@on_every_engine(MENTIONS)
def test_net_sentiment_counts_the_neutral(frame):
    positive, negative, neutral = 0.1 + 0.6, 0.7 + 0.1, 0.2 + 0.3
    assert rows(
        net_sentiment_signal(frame, by=["brand"]), "brand", "value", "unit", "posts", "kind", "status"
    ) == [
        (
            "Acme",
            pytest.approx((positive - negative) / (positive + negative + neutral)),
            "−1 to 1",
            2,
            "signal",
            "ok",
        ),
        ("Bolt", None, "−1 to 1", 0, "signal", "withheld"),
    ]


@on_every_engine(MENTIONS)
def test_without_groups_there_is_one_figure_each(frame):
    assert len(rows(sentiment_signal(frame, by=[]))) == 3
    assert rows(net_sentiment_signal(frame, by=[]), "value", "posts") == [(pytest.approx((0.7 - 0.8) / 2), 2)]


@on_every_engine([])
def test_nothing_collected(frame):
    assert rows(sentiment_signal(frame, by=["brand"])) == []
    assert rows(net_sentiment_signal(frame, by=[]), "value", "posts", "status") == [(None, 0, "withheld")]
