"""What the simulations of corrected figures share: populations whose truth is known, draws, and a table.

A population is all posts of one brand, with the label of every one. A draw hides all labels but a few; the
interval from those few should hold the mean of all in 95 of 100 draws.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from workbench.models.classifier import LABELS
from workbench.models.lexicon import LexiconModel
from workbench.statistics.correction import corrected, interval

SAMPLE = Path(__file__).parents[1] / "data" / "sample"


@dataclass(frozen=True)
class Coverage:
    """How often an interval held the truth, and what it was like.

    Parameters
    ----------
    what
        Population, figure and method.
    labels
        Labels of each draw.
    truth
        Mean of all posts, or the true difference.
    bias
        Mean error.
    covered
        Share of draws whose interval held the truth.
    width
        Mean width of the interval.
    alone
        Mean width of that of the labels alone.
    draws
        How many.
    """

    what: str
    labels: int
    truth: float
    bias: float
    covered: float
    width: float
    alone: float
    draws: int

    @property
    def monte_carlo_error(self) -> float:
        return float(np.sqrt(self.covered * (1 - self.covered) / self.draws))

    def __str__(self) -> str:
        return (
            f"{self.what:58}{self.labels:4}{self.truth:7.3f}{self.bias:+9.4f}"
            f"{self.covered:9.4f} ±{self.monte_carlo_error:.4f}{self.width:8.3f}{self.alone:8.3f}"
        )


def coverage(what, labels, truth, values, low, high, alone=np.nan) -> Coverage:
    """Sums up draws."""
    held = (low <= truth + 1e-12) & (truth - 1e-12 <= high)
    return Coverage(
        what, labels, float(truth), float(values.mean() - truth), float(held.mean()),
        float((high - low).mean()), float(np.mean(alone)), len(held),
    )  # fmt: skip


def simulated(what, indicator, prediction, chosen, chance) -> Coverage:
    """Draws from one population, corrected, beside the labels alone.

    Parameters
    ----------
    indicator, prediction
        Of all posts, between 0 and 1.
    chosen, chance
        Places and inclusion probabilities of the labelled posts, one row a draw.
    """
    result = corrected(indicator[chosen], prediction[chosen], chance, prediction.mean())
    alone = corrected(indicator[chosen], np.zeros(chosen.shape), chance, 0.0)
    width = np.subtract(*interval(alone)[::-1])
    return coverage(what, chosen.shape[1], indicator.mean(), result.mean, *interval(result), width)


def print_table(title: str, rows: list[Coverage], capsys) -> None:
    head = f"{'':58}{'n':>4}{'truth':>7}{'bias':>9}{'covered':>9}  ±error{'width':>8}{'alone':>8}"
    with capsys.disabled():
        sys.stdout.write("\n".join(["", f"{title} ({rows[0].draws:,} draws)", head, *map(str, rows), ""]))


def drawn(rng: np.random.Generator, posts: int, labels: int, draws: int) -> np.ndarray:
    """Places of the labelled posts of each draw, at random without replacement."""
    parts = [
        rng.random((min(500, draws - start), posts), dtype=np.float32).argpartition(labels - 1, axis=1)[
            :, :labels
        ]
        for start in range(0, draws, 500)
    ]
    return np.concatenate(parts)


def airlines(research_data: Path) -> pd.DataFrame:
    """Tweets to six airlines: brand, author, created, sentiment, reason (of a complaint), text."""
    rows = pd.read_csv(research_data / "us_airline" / "tweets.csv", dtype=str).drop_duplicates("tweet_id")
    return pd.DataFrame(
        {
            "brand": rows["airline"],
            "author": rows["name"],
            "created": pd.to_datetime(rows["tweet_created"], utc=True),
            "sentiment": rows["airline_sentiment"],
            "reason": rows["negativereason"].fillna("none"),
            "text": rows["text"],
        }
    ).reset_index(drop=True)


def sample_world() -> pd.DataFrame:
    """The committed sample, customers' relevant mentions: brand, author, platform, created, sentiment, text."""
    truth = pd.read_parquet(SAMPLE / "truth.parquet")
    truth = truth[(truth["author_role"] == "customer") & truth["is_relevant"] & truth["sentiment"].notna()]
    posts = pd.read_csv(SAMPLE / "posts.csv.gz", dtype=str, keep_default_na=False).set_index("id")
    posts = posts.loc[truth["post_id"]]
    return pd.DataFrame(
        {
            "brand": truth["brand"].to_numpy(),
            "author": posts["author"].to_numpy(),
            "platform": posts["platform"].to_numpy(),
            "created": pd.to_datetime(posts["created_at"], utc=True, format="ISO8601").to_numpy(),
            "sentiment": truth["sentiment"].to_numpy(),
            "text": posts["text"].to_numpy(),
        }
    )


def with_lexicon(posts: pd.DataFrame) -> pd.DataFrame:
    """… with VADER's probabilities, trained on none of them."""
    said = LexiconModel().classify(list(posts["text"]), list(posts["brand"]))
    return posts.assign(**dict(zip(LABELS, said.T, strict=True)))


def with_other_brands(posts: pd.DataFrame, target: str = "sentiment") -> pd.DataFrame:
    """… with probabilities of a linear model that was trained on half of the brands, for the other half."""
    parts = []
    for half in _halves(sorted(posts["brand"].unique())):
        here = posts["brand"].isin(half)
        model = make_pipeline(
            TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
            LogisticRegression(C=10, max_iter=500),
        )
        model.fit(posts.loc[~here, "text"], posts.loc[~here, target])
        said = model.predict_proba(posts.loc[here, "text"])
        parts.append(posts[here].assign(**dict(zip(model.classes_, said.T, strict=True))))
    return pd.concat(parts).sort_index()


def _halves(brands: list[str]) -> Iterator[list[str]]:
    yield brands[::2]
    yield brands[1::2]
