"""How much there is to learn from a mention: one number each, 0 or more, by one function a strategy.

Probabilities have a row a mention and a column a label; a row of nothing (a language that is not read) is of no known
use and is only drawn by the part of a queue that is random.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.cluster import MiniBatchKMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from workbench.models.doubts import POSITIVE
from workbench.models.embeddings import Embedder
from workbench.models.thresholds import Rule
from workbench.statistics.intervals import Floats
from workbench.text.normalise import normalise

# Above so many mentions sentences are compared by their words, which takes seconds where a transformer takes an hour.
MOST_EMBEDDED = 5_000
_DIMENSIONS = 64
_MENTIONS_OF_A_CLUSTER = 5


def uncertainty(probabilities: pd.DataFrame, is_multi_label: bool) -> Floats:
    """How close the model is to another answer: 1 where it cannot decide, 0 where it is sure.

    Of one label a post the margin between the two likeliest; of several the label nearest to one half.

    Notes
    -----
    Margin sampling: Settles 2009, Active Learning Literature Survey.

    Examples
    --------
    >>> sure, torn = {"bad": 0.9, "good": 0.1}, {"bad": 0.55, "good": 0.45}
    >>> uncertainty(pd.DataFrame([sure, torn]), is_multi_label=False).round(2).tolist()
    [0.2, 0.9]
    """
    values = probabilities.to_numpy(dtype=np.float64)
    if is_multi_label:
        return _known(1 - np.abs(2 * values - 1).min(axis=1))
    ordered = np.sort(values, axis=1)
    return _known(1 - (ordered[:, -1] - ordered[:, -2]))


def foremost(values: Floats, count: int) -> Floats:
    """The values of the most useful, and 0 of all others.

    Drawn in proportion to doubt, most of a queue would be of little: a hard post is hardly twice as doubtful as the
    usual one. So twice as many as are wanted come into question, of which chance takes half.

    Examples
    --------
    >>> foremost(np.array([0.5, 0.9, 0.7]), 2).tolist()
    [0.0, 0.9, 0.7]
    """
    kept = np.zeros_like(values)
    places = np.argsort(-values, kind="stable")[:count]
    kept[places] = values[places]
    return kept


def rarity(probabilities: pd.DataFrame, count: int) -> Floats:
    """How likely a mention has one of the labels, of the `count` likeliest; each label gets an equal part of them.

    Examples
    --------
    >>> said = pd.DataFrame({"feature_request": [0.3, 0.1, 0.1, 0.1], "churn_threat": [0.0, 0.0, 0.6, 0.1]})
    >>> rarity(said, 2).round(2).tolist()
    [1.0, 0.0, 1.0, 0.0]
    """
    each = max(1, count // max(1, probabilities.shape[1]))
    total = np.zeros(len(probabilities))
    for _, column in probabilities.items():
        values = foremost(_known(column.to_numpy(dtype=np.float64)), each)
        total += values / values.sum() if values.sum() > 0 else 0.0
    return total


def rare_labels(probabilities: pd.DataFrame) -> list[str]:
    """The labels that a model expects to be rarer than labels are on average.

    Examples
    --------
    >>> rare_labels(pd.DataFrame({"complaint": [0.9, 0.8], "praise": [0.1, 0.2], "pr_risk": [0.0, 0.1]}))
    ['praise', 'pr_risk']
    """
    expected = probabilities.mean()
    return [str(name) for name in expected.index[expected < expected.mean()]] or list(map(str, probabilities))


def impact(probabilities: pd.DataFrame, costs: Mapping[str, float], reach: pd.Series) -> Floats:
    """Reach × risk: how many may have seen it, times what it costs to miss what it likely is.

    Parameters
    ----------
    probabilities
        Of each label.
    costs
        What missing a label costs, for the labels that are a risk.
    reach
        Accounts that may have seen it; where nobody knows, the middle of what is known.

    Examples
    --------
    >>> said = pd.DataFrame({"pr_risk": [0.5, 0.1], "praise": [0.0, 0.9]})
    >>> impact(said, {"pr_risk": 50}, pd.Series([100, 1000])).round().tolist()
    [2500.0, 5000.0]
    """
    known = reach.astype("float64")
    middle = known.median() if known.notna().any() else 1.0
    seen = known.fillna(middle).clip(lower=1).to_numpy()
    risk = _known(probabilities[list(costs)].to_numpy(dtype=np.float64)) @ np.array(list(costs.values()))
    return np.asarray(seen * risk)


def abstention(probabilities: pd.DataFrame, rules: Mapping[str, Rule]) -> Floats:
    """How deep a mention lies between the thresholds of a label: 1 in the middle, towards them a half, 0 beyond.

    Parameters
    ----------
    probabilities
        Of each label.
    rules
        When a label is left to people; of several labels the deepest counts.

    Examples
    --------
    >>> said = pd.DataFrame({"negative": [0.1, 0.2, 0.5, 0.79, 0.8]})
    >>> abstention(said, {"negative": Rule(low=0.2, high=0.8)}).round(2).tolist()
    [0.0, 0.5, 1.0, 0.52, 0.0]
    """
    depth = np.zeros(len(probabilities))
    for label, rule in rules.items():
        values = probabilities[label].to_numpy(dtype=np.float64)
        half = (rule.high - rule.low) / 2
        is_between = (values >= rule.low) & (values < rule.high)
        depth = np.maximum(
            depth, np.where(is_between, 1 - np.abs(values - rule.low - half) / (2 * half), 0.0)
        )
    return depth


def doubtful_praise(probabilities: pd.DataFrame, sarcastic: pd.Series, sarcasm_from: float) -> Floats:
    """How likely what reads as praise is meant as its opposite: "Great, another outage"; 0 for all else.

    Parameters
    ----------
    probabilities
        Of each label.
    sarcastic
        Probability of sarcasm.
    sarcasm_from
        From which praise is doubtful: there is much praise, which would else drown what is in doubt.

    Examples
    --------
    >>> said = pd.DataFrame({"negative": [0.1, 0.1, 0.9], "positive": [0.9, 0.9, 0.1]})
    >>> doubtful_praise(said, pd.Series([0.8, 0.1, 0.8]), 0.5).tolist()
    [0.8, 0.0, 0.0]
    """
    is_praise = probabilities.fillna(0.0).idxmax(axis=1) == POSITIVE
    return np.where(
        is_praise & (sarcastic >= sarcasm_from), _known(sarcastic.to_numpy(dtype=np.float64)), 0.0
    )


def novelty(
    texts: Sequence[str], labelled: Sequence[str], size: int, seed: int, embed: Embedder | None = None
) -> tuple[Floats, NDArray[np.intp]]:
    """How unlike the others, and unlike what was labelled, a text is.

    Texts fall into clusters; each cluster gets an equal part of a queue, the less the more of it was labelled.

    Parameters
    ----------
    texts
        Of the mentions to draw from.
    labelled
        Texts of the task that have a label.
    size
        How many are to be drawn.
    seed
        Of the clusters.
    embed
        Sentence embeddings; without them, or of many texts, words are compared.

    Returns
    -------
    Usefulness of each text, and its cluster.
    """
    every = [*texts, *labelled]
    vectors = embed(every) if embed and len(every) <= MOST_EMBEDDED else _by_words(every)
    count = max(1, min(size, len(texts) // _MENTIONS_OF_A_CLUSTER))
    clusters = MiniBatchKMeans(count, random_state=seed, n_init=1, batch_size=2_048).fit_predict(vectors)
    own, known = clusters[: len(texts)], clusters[len(texts) :]
    sizes, seen = np.bincount(own, minlength=count), np.bincount(known, minlength=count)
    return 1 / (sizes[own] * (1.0 + seen[own])), np.asarray(own, dtype=np.intp)


def _by_words(texts: Sequence[str]) -> Floats:
    words = TfidfVectorizer(
        min_df=2 if len(texts) > 50 else 1, max_features=20_000, sublinear_tf=True, token_pattern=r"\w+"
    )
    counts = words.fit_transform(normalise(text) for text in texts)
    dimensions = min(_DIMENSIONS, counts.shape[1] - 1, counts.shape[0] - 1)
    if dimensions < 1:
        return np.zeros((len(texts), 1))
    return np.asarray(TruncatedSVD(dimensions, random_state=0).fit_transform(counts))


def _known(values: Floats) -> Floats:
    """Nothing known is no use."""
    return np.nan_to_num(values, nan=0.0)
