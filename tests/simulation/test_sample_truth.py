"""Does the sample world show what its parameters say? On a world large enough to tell."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline, make_union
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from workbench.sample.make import make_world
from workbench.sample.world import BRANDS, CRISES, LAUNCH_DAY, NEW_ANSWERING_FROM, OWN

pytestmark = pytest.mark.slow

HOUR, DAY = 3_600, 86_400


@pytest.fixture(scope="module")
def mentions(tmp_path_factory) -> pd.DataFrame:
    """Relevant mentions by customers, with text and day."""
    return relevant_mentions(tmp_path_factory.mktemp("world"), posts=60_000, seed=1)


def relevant_mentions(folder, posts: int, seed: int) -> pd.DataFrame:
    make_world(posts, seed, folder)
    raw = pd.read_csv(folder / "posts.csv.gz", dtype=str, keep_default_na=False)
    truth = pd.read_parquet(folder / "truth.parquet")
    joined = truth.merge(raw, left_on="post_id", right_on="id", suffixes=("", "_label"))
    joined = joined[(joined["author_role"] == "customer") & joined["is_relevant"]]
    created = pd.to_datetime(joined["created_at"])
    return joined.assign(day=created.dt.tz_convert("Europe/London").dt.date, hour=created.dt.hour)


@pytest.fixture(scope="module")
def own(mentions) -> pd.DataFrame:
    return mentions[mentions["brand"] == OWN]


@pytest.fixture(scope="module")
def eligible(mentions) -> pd.DataFrame:
    """What asks the brand that it addresses, late enough before the end to have been answered."""
    asks = mentions[mentions["is_asking"] & (mentions["directed_at"] == mentions["brand"])]
    return asks[asks["day"] < date(2026, 10, 28)]


def test_the_own_brand_has_about_a_third_of_the_conversation(mentions):
    share = mentions["brand"].value_counts(normalize=True)
    assert 0.32 < share[OWN] < 0.40
    assert list(share.index) == list(BRANDS)


@pytest.mark.parametrize("crisis", CRISES, ids=lambda crisis: crisis.name)
def test_a_crisis_multiplies_volume_and_anger(own, crisis):
    by_day = own.groupby("day").size()
    usual = by_day.median()
    assert by_day[crisis.first_day] > 0.6 * crisis.surge * usual
    during = own[(own["day"] >= crisis.first_day) & (own["day"] <= crisis.last_day)]
    of_it = during[during["is_crisis"]]
    assert (of_it["topic"] == crisis.topic).mean() > 0.95
    openers = of_it[of_it["in_reply_to"] == ""]
    assert abs((openers["sentiment"] == "negative").mean() - crisis.negative) < 0.06
    assert not mentions_outside(own, crisis)["is_crisis"].mean() > 0.05


def mentions_outside(own, crisis):
    ends = pd.Timedelta(days=14)
    return own[
        (own["day"] < crisis.first_day - ends) & (own["day"] > date(2026, 3, 1)) & (own["day"].map(is_quiet))
    ]


def is_quiet(day: date) -> bool:
    return all(not c.first_day <= day <= c.last_day + pd.Timedelta(days=7) for c in CRISES)


def test_the_launched_product_is_spoken_of_only_once_it_is_launched(own):
    launch = own[own["topic"] == "launch"]
    assert launch["day"].min() >= LAUNCH_DAY
    openers = launch[launch["in_reply_to"] == ""]
    assert (openers["product"] == "Pebble").mean() > 0.5
    first_month = own[(own["day"] >= LAUNCH_DAY) & (own["day"] < LAUNCH_DAY + pd.Timedelta(days=30))]
    assert (first_month["topic"] == "launch").mean() > 0.12


def test_weeks_and_days_have_their_rhythm(mentions):
    quiet = mentions[mentions["day"].map(is_quiet)]
    by_weekday = quiet["day"].map(date.weekday).value_counts(normalize=True)
    assert by_weekday[0] > 1.2 * by_weekday[5]
    by_hour = quiet["hour"].value_counts(normalize=True)
    assert by_hour[18] > 3 * by_hour[3]


def test_the_new_way_of_answering_shows(eligible):
    asks = eligible[eligible["brand"] == OWN]
    old, new = (asks[(asks["day"] >= NEW_ANSWERING_FROM) == is_new] for is_new in (False, True))
    assert answered(new) - answered(old) > 0.25
    assert new["response_seconds"].median() < 0.5 * old["response_seconds"].median()


def test_brands_differ_in_how_they_answer(eligible):
    share = eligible.groupby("brand").apply(answered, include_groups=False)
    assert share["Nimbrel"] > share["Quorrin"] > share["Ostrelle"] > share["Pendrift"]
    median = eligible.groupby("brand")["response_seconds"].median()
    assert median["Nimbrel"] < median["Quorrin"] < median["Pendrift"]


def answered(asks: pd.DataFrame) -> float:
    return (asks["response_seconds"] <= DAY).mean()


def test_brands_differ_in_mood(mentions):
    usual = mentions[~mentions["is_crisis"]]
    negative = (usual["sentiment"] == "negative").groupby(usual["brand"]).mean()
    assert negative["Pendrift"] > negative[OWN] > negative["Nimbrel"]


def test_experience_shows_in_recommendation_and_churn(tmp_path):
    make_world(60_000, 2, tmp_path)
    truth = pd.read_parquet(tmp_path / "truth.parquet")
    raw = pd.read_csv(tmp_path / "posts.csv.gz", dtype=str, keep_default_na=False).set_index("id")["author"]
    own = truth[(truth["brand"] == OWN) & (truth["author_role"] == "customer")]
    own = own.assign(author=raw[own["post_id"]].to_numpy())
    let_down = set(own.loc[(own["sentiment"] == "negative") & ~own["is_resolved"], "author"])
    outcomes = pd.read_csv(tmp_path / "outcomes.csv")
    churn = outcomes[outcomes["outcome"] == "churn"]
    left = churn.groupby(churn["author"].isin(let_down))["is_observed"].mean()
    assert left[True] > 1.8 * left[False]
    surveys = pd.read_csv(tmp_path / "surveys.csv")
    score = surveys.groupby(surveys["author"].isin(let_down))["score"].mean()
    assert score[True] < score[False] - 1


def test_a_lexicon_sees_too_little_anger(mentions):
    sample = mentions.dropna(subset=["sentiment"]).sample(4000, random_state=1)
    analyzer = SentimentIntensityAnalyzer()
    compound = np.array([analyzer.polarity_scores(text)["compound"] for text in sample["text"]])
    assert (compound <= -0.05).mean() < 0.7 * (sample["sentiment"] == "negative").mean()
    assert (compound >= 0.05).mean() > (sample["sentiment"] == "positive").mean()


def test_a_trained_classifier_is_good_and_not_perfect(tmp_path):
    """On a world of the committed size, from its human labels; the seed is another one."""
    mentions = relevant_mentions(tmp_path, posts=5000, seed=3).drop_duplicates("post_id", keep=False)
    mentions = mentions[mentions["sentiment"].notna() & (mentions["act"] != "repost")]
    labelled = mentions["sentiment_label"] != ""
    features = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2),
    )
    model = make_pipeline(features, LogisticRegression(C=10, max_iter=1000, class_weight="balanced"))
    model.fit(mentions.loc[labelled, "text"], mentions.loc[labelled, "sentiment_label"])
    rest = mentions[~labelled]
    assert 0.70 < f1_score(rest["sentiment"], model.predict(rest["text"]), average="macro") < 0.88
