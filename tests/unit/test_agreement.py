"""Agreement beyond chance: published examples, what chance gives, and what cannot be told."""

import numpy as np
import pandas as pd
import pytest

from workbench.errors import WorkbenchError
from workbench.statistics.agreement import ALL, agreement, agreement_of_pairs

# Krippendorff 2011, "Computing Krippendorff's alpha-reliability", section C: four people, twelve units.
PUBLISHED = """
1 2 3 3 2 1 4 1 2 * * *
1 2 3 3 2 2 4 1 2 5 * 3
* 3 3 3 2 3 4 2 2 5 1 *
1 2 3 3 2 4 4 1 2 5 1 *
"""


def judged(drawing: str) -> pd.DataFrame:
    """A line a person, a column an item; a star is an answer that is missing."""
    return pd.DataFrame(
        [
            {"item": item, "annotator": f"person {person}", "label": label}
            for person, line in enumerate(drawing.strip().splitlines())
            for item, label in enumerate(line.split())
            if label != "*"
        ]
    )


def together(drawing: str, **options) -> pd.Series:
    return agreement(judged(drawing), [], **options).set_index("label").loc[ALL]


def test_alpha_is_the_published_one():
    """.743 there, for nominal data; the last unit, judged once, is left out."""
    found = together(PUBLISHED)
    assert found["alpha"] == pytest.approx(0.743, abs=0.0005)
    assert (found["items"], found["judgements"], found["annotators"]) == (11, 40, 4)


def test_kappa_is_the_one_of_the_textbook():
    """Fifty proposals, two readers: both yes 20, both no 15, and 5 and 10 apart; .7 agree, .5 would by chance."""
    lines = [
        "yes " * 20 + "yes " * 5 + "no " * 10 + "no " * 15,
        "yes " * 20 + "no " * 5 + "yes " * 10 + "no " * 15,
    ]
    found = together("\n".join(lines))
    assert found["observed_agreement"] == pytest.approx(0.7)
    assert found["kappa"] == pytest.approx((0.7 - 0.5) / (1 - 0.5))
    assert found["kappa_low"] < found["kappa"] < found["kappa_high"]


def test_of_two_people_alpha_has_their_habits_in_common():
    """Cohen expects from what each of the two gives, Krippendorff from what both give, and counts the pairs."""
    found = together("a a a b b\na a b b b")
    given = {"a": 5, "b": 5}
    by_chance = 1 - sum(n * (n - 1) for n in given.values()) / (10 * 9)
    assert found["alpha"] == pytest.approx(1 - (1 / 5) / by_chance)
    assert found["kappa"] == pytest.approx(1 - (1 / 5) / (1 - (3 / 5 * 2 / 5 + 2 / 5 * 3 / 5)))


def test_agreement_by_luck_is_none():
    rng = np.random.default_rng(0)
    lines = [" ".join(rng.choice(["often", "rare"], 2_000, p=[0.9, 0.1])) for _ in range(2)]
    found = together("\n".join(lines))
    assert found["observed_agreement"] > 0.8
    assert abs(found["alpha"]) < 0.06
    assert abs(found["kappa"]) < 0.06


def test_each_label_against_the_others():
    rows = agreement(judged("a a b b c c\na a b c c b"), ["a", "b"]).set_index("label")
    assert rows.loc["a", "alpha"] == 1
    assert rows.loc["b", "observed_agreement"] == pytest.approx(4 / 6)
    assert rows.loc["b", "alpha"] < rows.loc[ALL, "alpha"] < 1


def test_that_all_agree_on_a_few_proves_little():
    few, many = together("a b a b a b\na b a b a b"), together("a b " * 100 + "\n" + "a b " * 100)
    assert few["alpha"] == many["alpha"] == 1
    assert few["alpha_low"] < 0.5
    assert many["alpha_low"] > 0.95
    assert few["warning"] == "only 6 items: the interval is wide"


def test_where_one_answer_was_ever_given_nothing_is_told():
    found = together("a a a\na a a")
    assert found["observed_agreement"] == 1
    assert np.isnan(found["alpha"])
    assert found["warning"] == "only one answer was ever given"


def test_several_labels_an_item():
    """ann and bob agree on the complaint of 1 and 2; of praise they disagree in 2; 3 is judged by one."""
    rows = [
        (1, "ann", "complaint"), (1, "ann", "not:praise"), (1, "bob", "complaint"), (1, "bob", "not:praise"),
        (2, "ann", "not:complaint"), (2, "ann", "praise"), (2, "bob", "not:complaint"), (2, "bob", "not:praise"),
        (3, "ann", "complaint"), (3, "ann", "praise"),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["item", "annotator", "label"])
    found = agreement(frame, ["complaint", "praise"], is_multi_label=True).set_index("label")
    assert found["observed_agreement"].to_dict() == {ALL: 1 / 2, "complaint": 1, "praise": 1 / 2}
    assert found["items"].tolist() == [2, 2, 2]
    assert found.loc[ALL, "judgements"] == 4


def test_who_reads_the_instruction_otherwise():
    found = agreement_of_pairs(judged("a b a b a b a b\na b a b a b a b\na a a a b b b b"))
    pairs = found.set_index(["annotator", "other"])["kappa"]
    assert pairs["person 0", "person 1"] == 1
    assert pairs["person 0", "person 2"] == pytest.approx(0)
    assert len(found) == 3


def test_the_same_seed_gives_the_same_interval():
    assert together(PUBLISHED, seed=3).equals(together(PUBLISHED, seed=3))
    wide, narrow = together(PUBLISHED, confidence=0.99), together(PUBLISHED, confidence=0.8)
    assert wide["alpha_low"] < narrow["alpha_low"]


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        (judged("a b"), "no item was judged by two people"),
        (judged("a b\na b").drop(columns="annotator"), "no column annotator"),
        (pd.concat([judged("a b\na b")] * 2), "4 of 8 judgements repeat"),
        (judged("a b\na b").assign(label=["a", None, "a", "b"]), "1 of 4 judgements lack"),
    ],
)
def test_what_cannot_be_compared_is_refused(frame, told):
    with pytest.raises(WorkbenchError, match=told):
        agreement(frame, ["a"])


def test_whoever_gives_one_answer_only_makes_a_kappa_without_an_interval():
    """Kappa is 0 whatever the other says: no draw of these items says otherwise."""
    found = together("a a a a\na b a b")
    assert found["kappa"] == pytest.approx(0)
    assert found[["kappa_low", "kappa_high"]].isna().all()
    assert "only 4 items" in found["warning"]
