"""VADER as a classifier: the published rule, in probabilities."""

import numpy as np
import pytest
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from workbench.models.classifier import top_labels
from workbench.models.lexicon import LexiconModel, compound, probabilities


def published_rule(score: float) -> str:
    if score >= 0.05:
        return "positive"
    return "negative" if score <= -0.05 else "neutral"


def test_largest_probability_follows_the_published_rule_at_every_score():
    scores = np.round(np.arange(-10_000, 10_001) / 10_000, 4)
    said = probabilities(scores)
    assert top_labels(said) == [published_rule(score) for score in scores]
    np.testing.assert_allclose(said.sum(axis=1), 1)


def test_probabilities_are_smooth_and_rise_with_the_score():
    said = probabilities(np.linspace(-1, 1, 2_001))
    assert (np.diff(said[:, 2]) > 0).all()
    assert (np.diff(said[:, 0]) < 0).all()
    assert np.abs(np.diff(said, axis=0)).max() < 0.01


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("The crew was great", "positive"),
        ("The crew was not great", "negative"),
        ("Flight 12 lands at noon", "neutral"),
        ("", "neutral"),
        ("Late 😭", "negative"),
        (":)", "positive"),
    ],
)
def test_negation_emoji_and_facts(text, label):
    assert top_labels(LexiconModel().classify([text], ["Acme"])) == [label]


def test_scores_are_those_of_the_package():
    text = "VERY good service, but the seats are kind of awful!!!"
    assert compound(text) == SentimentIntensityAnalyzer().polarity_scores(text)["compound"] != 0


def test_masks_do_not_change_the_score():
    """In capitals, a mask would make VADER read the other capitals as shouting."""
    assert compound("GREAT <EMAIL> SERVICE <USER:0123456789ab>") == compound("GREAT SERVICE")


def test_no_texts_give_no_rows():
    assert LexiconModel().classify([], []).shape == (0, 3)


def test_a_document_does_not_stop_the_stream():
    """VADER's rules take quadratic time: 200,000 words would take hours."""
    assert LexiconModel().classify(["good bad " * 100_000], ["Acme"]).shape == (1, 3)


def test_its_card_says_that_it_ignores_the_brand():
    assert LexiconModel().card["uses_brand"] is False
    assert LexiconModel().card["name"] == LexiconModel().name
