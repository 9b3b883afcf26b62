"""An audit of real posts whose truth is known: the lexicon as a vendor, and the labels of people as answers."""

import re

import numpy as np
import pandas as pd
import pytest

from workbench.audit.answers import take_file
from workbench.audit.begin import begin
from workbench.audit.opened import open_audit
from workbench.audit.result import findings
from workbench.audit.world import SAMPLE, TASK
from workbench.benchmarks.vendor import vendor_ranks, vendor_shares
from workbench.benchmarks.vendor_scores import audited, vendor_scores
from workbench.labels.drawn import recorded
from workbench.labels.tasks import load_task, tasks_folder
from workbench.models.classifier import top_labels
from workbench.models.lexicon import LexiconModel
from workbench.reference import FOLDER
from workbench.settings import parse_settings
from workbench.statistics.sentiment import LABELS
from workbench.store.schema import open_lake

pytestmark = [pytest.mark.research, pytest.mark.slow]

PAGE = (FOLDER / "audit.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| ([A-Z][\w ]+) \| (\d+) % \| (\d+) % \((\d+)–(\d+) %\) \| (\d+) % \|$", re.MULTILINE)
JUDGED = [*(f"label_{label}" for label in LABELS), "label_mixed", "label_relevant", "annotators"]


@pytest.fixture(scope="module")
def tweets(research_data):
    tweets = pd.read_csv(research_data / "us_airline" / "tweets.csv", dtype=str)
    said = top_labels(LexiconModel().classify(list(tweets["text"]), list(tweets["airline"])))
    return tweets.assign(sentiment=said)


@pytest.fixture(scope="module")
def audit(tmp_path_factory, tweets):
    """What the commands of the worked example leave."""
    folder = tmp_path_factory.mktemp("audit")
    columns = ["tweet_id", "tweet_created", "name", "text", "airline", "sentiment"]
    tweets[columns].to_csv(folder / "vendor.csv", index=False)
    truth = tweets.drop_duplicates("tweet_id")[["tweet_id", "airline_sentiment"]]
    truth.to_csv(folder / "answers.csv", index=False)
    settings = parse_settings({}, folder)
    world = begin(settings, folder / "vendor.csv", labels=600)
    lake = open_lake(world.settings)
    task = load_task(TASK, tasks_folder(world.settings))
    drawn = recorded(lake, SAMPLE)
    take_file(folder / "answers.csv", lake, world, drawn, task, "tweet_id", "airline_sentiment")
    with open_audit(settings=settings) as opened:
        yield opened


@pytest.fixture(scope="module")
def known(audit, tweets):
    """All audited mentions as if people had judged every one."""
    truth = tweets.drop_duplicates("tweet_id").set_index("tweet_id")["airline_sentiment"]
    rows = audit.mentions.assign(truth=audit.mentions["post_id"].str.removeprefix("x:").map(truth))
    shares = {f"label_{label}": (rows["truth"] == label).astype(float) for label in LABELS}
    return rows.assign(
        **shares, label_mixed=0.0, label_relevant=1.0, annotators=1.0, inclusion_probability=1.0
    )


def test_the_worked_example_is_what_its_commands_give(audit, known):
    stated = {brand: [int(number) for number in numbers] for brand, *numbers in ROW.findall(PAGE)}
    assert len(stated) == 6
    ranked = audit.ranks().set_index("brand")
    truth = known.groupby("brand")["label_negative"].mean()
    for brand, numbers in stated.items():
        found = [*ranked.loc[brand, ["vendor", "value", "low", "high"]], truth[brand]]
        assert np.abs(100 * np.array(found, dtype=float) - numbers).max() < 0.51, brand
    assert ranked.loc["United", "reversed_with"] == ["Virgin America"]
    told = " ".join(findings(audit)).replace("\xa0", " ")
    assert "right about 46 of 100 (42–51 % with 95 % confidence)" in told
    assert "right about 46 of 100 posts (42–51 %)" in PAGE
    assert "calling every post unhappy would be right about 62 of 100: that would be better" in told


def test_drawn_again_and_again_the_intervals_hold_the_truth(known):
    """33 labels of each airline, as `--labels 200` gives: the promise is 95 of 100, for every kind of figure."""
    truth = vendor_scores(known).set_index("metric")["value"].drop("relevant")
    of_brands = vendor_shares(known).set_index(["brand", "metric"])["value"]
    overall = vendor_shares(known, []).set_index("metric")["value"]
    generator = np.random.default_rng(0)
    scores, shares, together = [], [], []
    for _ in range(80):
        drawn = _drawn_anew(known, 33, generator)
        scores.append(_holds(vendor_scores(drawn).set_index("metric"), truth))
        shares.append(_holds(vendor_shares(drawn).set_index(["brand", "metric"]), of_brands).mean())
        together.append(_holds(vendor_shares(drawn, []).set_index("metric"), overall))
    # A single figure held by 95 % is held by 89 to 100 % of 80 samples.
    assert pd.DataFrame(scores).mean().between(0.89, 1).all()
    assert np.mean(scores) == pytest.approx(0.955, abs=0.02)
    assert np.mean(shares) == pytest.approx(0.955, abs=0.02)
    assert pd.DataFrame(together).mean().between(0.89, 1).all()


def test_brands_are_hardly_ever_said_to_be_in_the_wrong_order_when_they_are_not(known):
    right = {frozenset(pair) for pair in _reversed(vendor_ranks(vendor_shares(known)))}
    assert frozenset(("United", "Virgin America")) in right
    generator = np.random.default_rng(1)
    samples = [_drawn_anew(known, 100, generator) for _ in range(40)]
    said = [{frozenset(p) for p in _reversed(vendor_ranks(vendor_shares(drawn)))} for drawn in samples]
    assert np.mean([pairs <= right for pairs in said]) >= 0.95
    assert np.mean([len(pairs) for pairs in said]) > 0.5, (
        "an audit that never finds one would be right as well"
    )


def _drawn_anew(known, per_brand, generator):
    places = [
        generator.choice(rows, per_brand, replace=False) for rows in known.groupby("brand").indices.values()
    ]
    is_drawn = np.zeros(len(known), bool)
    is_drawn[np.concatenate(places)] = True
    drawn = known.copy()
    drawn.loc[~is_drawn, [*JUDGED, "inclusion_probability"]] = np.nan
    drawn.loc[is_drawn, "inclusion_probability"] = per_brand / drawn.groupby("brand")["brand"].transform(
        "size"
    )
    return audited(drawn)


def _holds(found, truth):
    found = found.loc[truth.index]
    return (found["low"] - 1e-9 <= truth) & (truth <= found["high"] + 1e-9)


def _reversed(ranked):
    pairs = zip(ranked["brand"], ranked["reversed_with"], strict=True)
    return [(brand, other) for brand, others in pairs for other in others]
