"""Judgements of people who were removed from Label Studio."""

import pandas as pd

from workbench.labels.received import with_known_people


def said(**annotators: str) -> pd.DataFrame:
    return pd.DataFrame({"annotation_id": list(annotators), "annotator": list(annotators.values())})


def test_who_left_is_known_by_what_was_fetched_before():
    held = said(first="ann", second="bob")
    now = said(first="account 5", second="bob", third="account 5", fourth="account 6")
    assert with_known_people(now, held, {"bob"})["annotator"].tolist() == ["ann", "bob", "ann", "account 6"]


def test_a_stand_in_of_two_people_takes_neither_for_the_other():
    now = said(first="account None", second="account None", third="account None")
    found = with_known_people(now, said(first="ann", second="bob"), set())["annotator"]
    assert found.tolist() == ["ann", "bob", "account None"]


def test_where_nobody_left_nothing_changes():
    assert with_known_people(said(first="ann"), said(), {"ann"})["annotator"].tolist() == ["ann"]
    assert with_known_people(said(), said(first="ann"), {"ann"}).empty
