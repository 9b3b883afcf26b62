"""Ways to a share, on made mentions whose truth is known."""

import numpy as np
import pandas as pd
import pytest

from workbench.statistics.possible_ranks import possible_ranks, told_apart
from workbench.statistics.unheard import unheard
from workbench.statistics.ways import CORRECTED, coverage, redrawn, ways_to_a_share

POSTS, LABELS = 1_000, 150


@pytest.fixture(scope="module")
def mentions() -> pd.DataFrame:
    """Of one brand: half is negative; the classifier sees less, and a model that saw the labels knows them."""
    generator = np.random.default_rng(3)
    truth = (np.arange(POSTS) % 2).astype(float)
    prediction = np.clip(0.7 * truth + 0.05 + generator.normal(0, 0.05, POSTS), 0, 1)
    is_labelled = np.zeros(POSTS, bool)
    is_labelled[generator.choice(POSTS, LABELS, replace=False)] = True
    return pd.DataFrame(
        {
            "brand": "Acme",
            "lexicon": 0.0,
            "likeliest": truth,
            "prediction": prediction,
            "is_held_out": True,
            "label": np.where(is_labelled, truth, np.nan),
            "inclusion_probability": np.where(is_labelled, LABELS / POSTS, np.nan),
            "annotators": np.where(is_labelled, 1.0, np.nan),
            "reused": np.where(is_labelled, truth, 0.4 * truth),
            "truth": truth,
        }
    )


def of_ways(frame):
    return ways_to_a_share(frame).set_index("way")


def test_every_way_is_shown_beside_the_truth(mentions):
    ways = of_ways(mentions)
    assert len(ways) == 7
    assert (ways["truth"] == 0.5).all()
    assert ways.loc["Lexicon", "value"] == 0
    assert ways.loc[CORRECTED, "holds_truth"]
    assert ways.loc[CORRECTED, "labels"] == LABELS


def test_the_correction_is_narrower_than_the_labels_alone(mentions):
    widths = of_ways(mentions)["high"] - of_ways(mentions)["low"]
    assert widths[CORRECTED] < 0.5 * widths["Labels alone"]


def test_labels_that_trained_the_classifier_hide_its_errors(mentions):
    ways = of_ways(mentions)
    assert not ways.loc["Wrong: trained on the labels", "holds_truth"]


def test_a_classifier_that_learned_from_the_labels_is_not_corrected_by_them(mentions):
    assert CORRECTED not in of_ways(mentions.assign(is_held_out=False)).index


def test_without_labels_only_readings_are_shown(mentions):
    ways = of_ways(mentions.assign(label=np.nan, reused=np.nan))
    assert list(ways.index) == ["Lexicon", "Classifier, likeliest label", "Classifier, mean probability"]


def test_without_truth_no_way_is_judged(mentions):
    ways = ways_to_a_share(mentions.assign(truth=np.nan))
    assert ways["holds_truth"].isna().all()
    assert coverage(ways).empty


def test_coverage_counts_the_intervals_that_hold_the_truth(mentions):
    judged = coverage(ways_to_a_share(mentions)).set_index("way")
    assert judged.loc[CORRECTED, "interval_holds_truth"] == "1 of 1"
    assert judged.loc["Lexicon", "interval_holds_truth"] == "no interval"
    assert judged.loc["Lexicon", "mean_error"] == 0.5


def test_drawn_again_and_again_the_intervals_hold_the_truth(mentions):
    again = redrawn(mentions, draws=200).set_index("way")
    assert (again["samples"] == 200).all()
    assert again["holds_truth"].between(0.9, 0.99).all()
    assert again.loc[CORRECTED, "half_width"] < again.loc["Labels alone", "half_width"]


def test_what_has_no_interval_has_no_rank():
    frame = pd.DataFrame({"brand": ["Acme", "Bolt", "Crux"], "metric": "m", "value": [0.3, 0.5, 0.9]})
    frame = frame.assign(low=[0.2, 0.4, None], high=[0.4, 0.6, None])
    ranked = possible_ranks(frame, "m").set_index("brand")
    assert pd.isna(ranked.loc["Crux", "rank_low"])
    assert told_apart(ranked.reset_index()) == [["Bolt"], ["Acme"]]


def test_figures_do_not_speak_for_the_brands_own_posts_and_bots():
    frame = pd.DataFrame({"post_id": ["x:1", "x:2"], "platform": "x", "language": "de", "is_relevant": True})
    found = unheard(frame.assign(author_role=["customer", "bot"]), ["en"])
    assert found.unread == {"de": 1}
