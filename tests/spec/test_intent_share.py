"""Specification: intent share, corrected by people's labels. Check it by eye."""

import pandas as pd
import pytest
from spec.labelled import intent_mentions
from spec.table import native, on_every_engine, rows

from workbench.errors import WorkbenchError
from workbench.kpi.intent_share import intent_share

# The model sees a complaint in 6 of Acme's 8 mentions. Four were judged: it missed one of the two others. Praise
# it sees where people do.
MENTIONS = intent_mentions("""
    brand | author_role | is_relevant | says             | people
    ------+-------------+-------------+------------------+-----------------
    Acme  | customer    | yes         | complaint        | complaint
    Acme  | customer    | yes         | complaint,praise | complaint,praise
    Acme  | customer    | yes         | praise           | praise
    Acme  | customer    | yes         | -                | complaint
    Acme  | customer    | yes         | complaint        |
    Acme  | customer    | yes         | complaint        |
    Acme  | customer    | yes         | complaint        |
    Acme  | customer    | yes         | complaint        |
    Acme  | customer    | yes         |                  | praise
    Acme  | brand       | yes         | praise           | praise
    Acme  | customer    | no          | praise           | praise
    Bolt  | customer    | yes         | complaint        |
    Bolt  | customer    | yes         | -                |
    Cord  | customer    | yes         |                  |
""")

OF_LABELS = (1 + 1 + 0 + 1) / 4
OF_ALL, OF_LABELLED = 6 / 8, 2 / 4
# How well the model follows people on the labelled: covariance by variance of what it says.
POWER = ((1 - 0.75) * 0.5 + (1 - 0.75) * 0.5 + (0 - 0.75) * -0.5 + (1 - 0.75) * -0.5) / (4 * 0.5**2)


@on_every_engine(MENTIONS)
def test_each_intent_is_corrected_by_itself(frame):
    shares = intent_share(frame, by=["brand"], minimum_labels=4)
    assert rows(shares, "brand", "metric", "value", "posts", "labels", "kind", "status") == [
        (
            "Acme", "intent_share.complaint", pytest.approx(OF_LABELS + POWER * (OF_ALL - OF_LABELLED)),
            8, 4, "estimate", "ok",
        ),
        ("Bolt", "intent_share.complaint", 1 / 2, 2, 0, "signal", "no labels"),
        ("Cord", "intent_share.complaint", None, 0, 0, "signal", "withheld"),
        ("Acme", "intent_share.praise", pytest.approx(2 / 8), 8, 4, "estimate", "ok"),
        ("Bolt", "intent_share.praise", 0, 2, 0, "signal", "no labels"),
        ("Cord", "intent_share.praise", None, 0, 0, "signal", "withheld"),
    ]  # fmt: skip
    acme = shares.iloc[0]
    assert 0 < acme["low"] < acme["value"] < acme["high"] < 1


@on_every_engine(MENTIONS)
def test_only_the_intents_that_are_asked_for(frame):
    shares = intent_share(frame, by=[], intents=["praise"])
    assert rows(shares, "metric", "posts", "labels") == [("intent_share.praise", 8 + 2, 4)]
    with pytest.raises(
        WorkbenchError, match=r"no intent 'prase'\. Did you mean 'praise'\? Intents: complaint, praise"
    ):
        intent_share(frame, by=[], intents=["prase"])


IRRELEVANT = intent_mentions("""
    brand | says      | people
    ------+-----------+-----------
    Acme  | complaint | complaint
    Acme  | -         | -
    Acme  | -         | -
    Acme  | complaint | irrelevant
    Bolt  | complaint | irrelevant
""")


@on_every_engine(IRRELEVANT)
def test_what_people_found_irrelevant_is_no_part_of_the_whole(frame):
    """One of three relevant ones complains: all mentions were judged, so what the model says of them adds nothing."""
    shares = intent_share(frame, by=["brand"])
    assert rows(shares, "brand", "value", "labels", "status") == [
        ("Acme", pytest.approx(1 / 3), 4, "few labels"),
        ("Bolt", None, 1, "withheld"),
    ]
    assert "75 % of posts that people found relevant" in shares["method"].iloc[0]
    assert shares["method"].iloc[1] == "withheld: none of 1 judged mention is about the brand"


@on_every_engine([])
def test_without_intents_the_way_to_some_is_told(frame):
    with pytest.raises(WorkbenchError, match="models train --task intents"):
        intent_share(frame, by=["brand"])


def test_an_intent_that_nobody_looked_for_yet_is_a_signal():
    """Praise came to the task after the first of the two was judged."""
    frame = native("pandas", MENTIONS[:2])
    frame.loc[0, "judged_intent_praise"] = None
    shares = intent_share(frame, by=[]).set_index("metric")
    assert shares["labels"].to_dict() == {"intent_share.complaint": 2, "intent_share.praise": 1}
    nobody = intent_share(frame.assign(judged_intent_praise=float("nan")), by=[]).set_index("metric")
    assert nobody.loc["intent_share.praise", "kind"] == "signal"


def test_weeks_with_few_labels_are_pooled():
    drawn = pd.DataFrame(native("pandas", MENTIONS[:8])).assign(week=["2026-W40"] * 4 + ["2026-W41"] * 4)
    shares = intent_share(drawn, by=["week"], intents=["complaint"], minimum_labels=3)
    assert shares["status"].tolist() == ["ok", "pooled"]
    assert shares["labels"].tolist() == [4, 4]
