"""People's own error taken off shares: what can be reckoned by hand, and what is refused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.errors import WorkbenchError
from workbench.statistics.agreement_counts import drawn_weights
from workbench.statistics.people_error import carried_shares
from workbench.statistics.shared_confusion import SharedConfusion, shared_confusion

CLASSES = ("negative", "other")


DRAWS = 200


def known_confusion(rows, classes=CLASSES, posts=100) -> SharedConfusion:
    """A confusion that is known for certain."""
    probability = np.array(rows, dtype=float)
    draws = np.repeat(probability[None], DRAWS, axis=0)
    return SharedConfusion(
        classes, probability, draws, drawn_weights(np.ones(posts), DRAWS, 1), posts, 10_000
    )


def asked(
    negative: int, other: int, *, times: int = 1, chance: float = 0.1
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Posts that so many people called negative or not, with a classifier that says nothing of use."""
    answers = pd.DataFrame(
        {"negative": [times] * negative + [0] * other, "other": [0] * negative + [times] * other}
    )
    said = pd.DataFrame({"negative": 0.5, "other": 0.5}, index=range(negative + other))
    return answers, said.assign(inclusion_probability=chance, is_held_out=True)


def carried(confusion: SharedConfusion, answers, labelled, posts=1_000):
    return carried_shares(posts, dict.fromkeys(CLASSES, posts / 2), answers, labelled, confusion)


def test_the_truth_by_hand():
    """People miss a fifth of the negative and call a tenth of the others so: .31 = .8 x + .1 (1 − x)."""
    found = carried(known_confusion([[0.8, 0.2], [0.1, 0.9]]), *asked(31, 69))
    assert found["negative"].value == pytest.approx((0.31 - 0.1) / (0.8 - 0.1))
    assert found["other"].value == pytest.approx(1 - 0.3)
    assert found["negative"].low < 0.3 < found["negative"].high
    assert "100 posts that several judged" in found["negative"].method


def test_people_who_never_err_change_nothing():
    found = carried(known_confusion(np.eye(2)), *asked(31, 69))
    assert found["negative"].value == pytest.approx(0.31)


def test_it_costs_precision():
    sure, unsure = (
        carried(known_confusion(rows), *asked(31, 69))["negative"]
        for rows in (np.eye(2), [[0.8, 0.2], [0.1, 0.9]])
    )
    # What was a point of what people say is 1 / (.8 − .1) points of the truth.
    assert unsure.standard_error / sure.standard_error == pytest.approx(1 / 0.7, rel=0.05)
    doubtful = known_confusion([[0.8, 0.2], [0.1, 0.9]])
    shaken = np.random.default_rng(9).normal(0, 0.05, DRAWS)
    doubtful.draws[:, 1] += np.column_stack([shaken, -shaken])
    assert carried(doubtful, *asked(31, 69))["negative"].standard_error > 1.1 * unsure.standard_error


def test_a_part_of_the_posts_is_drawn_with_the_others():
    """The draws of the hundred are those of the two hundred from which people's error is known."""
    whole = known_confusion([[0.8, 0.2], [0.1, 0.9]], posts=200)
    answers, labelled = asked(31, 69)
    sums = dict.fromkeys(CLASSES, 500.0)
    found = carried_shares(1_000, sums, answers, labelled, whole, places=np.arange(100, 200))
    again = carried_shares(1_000, sums, answers, labelled, whole, places=np.arange(100))
    assert found["negative"].value == again["negative"].value
    assert found["negative"].standard_error == pytest.approx(again["negative"].standard_error, rel=0.2)


def test_who_hardly_differs_is_hardly_known():
    sure = known_confusion([[0.8, 0.2], [0.1, 0.9]])
    unsure = replace(sure, differing=4)
    widths = [(e.high - e.low) for e in (carried(c, *asked(31, 69))["negative"] for c in (sure, unsure))]
    assert widths[1] > 1.4 * widths[0]


def test_labelling_all_posts_leaves_peoples_error():
    found = carried(known_confusion([[0.8, 0.2], [0.1, 0.9]], posts=1_000), *asked(310, 690, chance=1.0))[
        "negative"
    ]
    assert 0.01 < found.high - found.low < 0.08
    certain = carried(known_confusion(np.eye(2), posts=1_000), *asked(310, 690, chance=1.0))["negative"]
    assert certain.high - certain.low < 1e-9


def test_a_share_stays_one():
    """Fewer are called negative than people call so by mistake."""
    found = carried(known_confusion([[0.8, 0.2], [0.2, 0.8]]), *asked(5, 95))
    assert (found["negative"].low, found["negative"].value, found["other"].value) == (0, 0, 1)
    assert found["negative"].high > 0.02


def test_irrelevant_posts_are_no_part_of_the_whole():
    """Of 100 posts 20 are irrelevant; 24 of the others are negative."""
    answers = pd.DataFrame({"negative": 0, "other": 0, "irrelevant": 0}, index=range(100))
    for name, rows in (("negative", slice(0, 23)), ("other", slice(24, 79)), ("irrelevant", slice(80, 99))):
        answers.loc[rows, name] = 1
    _, labelled = asked(24, 76)
    confusion = known_confusion(np.eye(3), (*CLASSES, "irrelevant"))
    found = carried_shares(1_000, dict.fromkeys(CLASSES, 500.0), answers, labelled, confusion)
    assert list(found) == ["negative", "other"]
    assert found["negative"].value == pytest.approx(24 / 80)


@pytest.fixture(scope="module")
def made() -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Answers of two people each to 2,000 posts, the classifier's likeliest class, and the truth."""
    rng = np.random.default_rng(3)
    truth = rng.random(2_000) < 0.3
    errs = np.where(truth, 0.25, 0.05)
    said = (rng.random((2, 2_000)) < np.where(truth, 1 - errs, errs)).sum(axis=0)
    group = np.where(rng.random(2_000) < 0.2, ~truth, truth)
    return pd.DataFrame({"negative": said, "other": 2 - said}), group, truth


def test_two_answers_tell_how_people_err_where_a_classifier_tells_posts_apart(made):
    answers, group, _ = made
    found = shared_confusion(answers, group)
    assert found.doubled == 2_000
    assert found.differing == int((answers["negative"] == 1).sum())
    table = found.table().set_index(["truth", "said"])
    assert table["probability"]["negative", "other"] == pytest.approx(0.25, abs=0.05)
    assert table["probability"]["other", "negative"] == pytest.approx(0.05, abs=0.02)
    assert (table["low"] < table["probability"]).all()
    assert (table["probability"] < table["high"]).all()


def test_who_finds_a_post_mixed_differs_from_nobody():
    agreed = [[2, 0, 0]] * 20 + [[0, 2, 0]] * 20
    alone, both_mixed, differ = [[0.5, 0, 0.5]] * 100, [[1, 0, 1]], [[1, 1, 0], [1.5, 0, 0.5]]
    rows = [*agreed, *alone, *both_mixed, *differ]
    answers = pd.DataFrame(rows, columns=["negative", "neutral", "positive"], dtype=float)
    mixed = [0.0] * 40 + [1.0] * 100 + [2.0] + [0.0, 1.0]
    found = shared_confusion(answers, ["x", "y"] * 71 + ["x"], mixed=mixed)
    assert (found.doubled, found.differing) == (43, 2)


def test_known_answers_help(made):
    answers, group, truth = made
    known = [CLASSES[0] if is_negative else CLASSES[1] for is_negative in truth[:500]] + [None] * 1_500
    without, helped = (
        shared_confusion(answers, group).table(),
        shared_confusion(answers, group, known=known).table(),
    )
    width = [(rows["high"] - rows["low"]).sum() for rows in (without, helped)]
    assert width[1] < 0.9 * width[0]


def test_the_same_seed_gives_the_same_draws(made):
    answers, group, _ = made
    one, other = (shared_confusion(answers.head(200), group[:200], seed=4) for _ in range(2))
    assert (one.draws == other.draws).all()


def test_what_tells_nothing_of_people_is_refused():
    answers, labelled = asked(31, 69)
    with pytest.raises(WorkbenchError, match="0 of 100 labelled posts were judged by two people"):
        shared_confusion(answers, ["x"] * 100)
    with pytest.raises(WorkbenchError, match="hardly to do with the truth"):
        carried(known_confusion([[0.5, 0.5], [0.49, 0.51]]), answers, labelled)
    with pytest.raises(WorkbenchError, match="learned from 100"):
        carried(known_confusion(np.eye(2)), answers, labelled.assign(is_held_out=False))
