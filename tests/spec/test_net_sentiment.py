"""Specification: net sentiment, corrected by people's labels. Check it by eye."""

import pytest
from spec.labelled import labelled_mentions
from spec.table import on_every_engine, rows

from workbench.kpi.net_sentiment import net_sentiment

# Of 8 mentions of Acme the classifier calls 4 negative, 2 positive; it took one neutral of the four judged for
# positive. Of Bolt nobody judged anything; of Cord nothing was read.
MENTIONS = labelled_mentions("""
    brand | says     | people
    ------+----------+---------
    Acme  | negative | negative
    Acme  | negative | negative
    Acme  | positive | neutral
    Acme  | positive | positive
    Acme  | negative |
    Acme  | negative |
    Acme  | neutral  |
    Acme  | neutral  |
    Bolt  | negative |
    Bolt  | neutral  |
    Bolt  | positive |
    Bolt  | negative |
    Cord  |          |
""")

OF_LABELS = (-1 - 1 + 0 + 1) / 4
OF_ALL, OF_LABELLED = (2 - 4) / 8, (-1 - 1 + 1 + 1) / 4
# Of what the classifier says −1, −1, 1, 1 the mean is 0; people said −1, −1, 0, 1.
POWER = ((-1 * -1) + (-1 * -1) + (1 * 0) + (1 * 1)) / ((-1) ** 2 + (-1) ** 2 + 1**2 + 1**2)


@on_every_engine(MENTIONS)
def test_neutral_mentions_count_and_labels_correct(frame):
    net = net_sentiment(frame, by=["brand"], minimum_labels=4)
    assert rows(net, "brand", "metric", "value", "unit", "posts", "labels", "kind", "status") == [
        (
            "Acme",
            "net_sentiment",
            pytest.approx(OF_LABELS + POWER * (OF_ALL - OF_LABELLED)),
            "−1 to 1",
            8,
            4,
            "estimate",
            "ok",
        ),
        ("Bolt", "net_sentiment", (1 - 2) / 4, "−1 to 1", 4, 0, "signal", "no labels"),
        ("Cord", "net_sentiment", None, "−1 to 1", 0, 0, "signal", "withheld"),
    ]
    assert -1 < net["low"][0] < net["value"][0] < net["high"][0] < 1


@on_every_engine([])
def test_nothing_collected(frame):
    assert rows(net_sentiment(frame, by=["brand"])) == []
    assert rows(net_sentiment(frame, by=[]), "value", "posts", "status") == [(None, 0, "withheld")]
