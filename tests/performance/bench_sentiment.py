"""Sentiment models on real posts; run as a script with WORKBENCH_RESEARCH_DATA set.

Trains on one half of the airline posts and scores on the other: lexicon, linear model, the same cross-fitted, and
linear model with sentence embeddings where the extra `models` is installed. Prints macro-F1, accuracy, calibration
error before and after, the share of negatives and the signal of it, and posts a second. For information the same
models, which have not seen these texts, on TweetEval's validation posts, and how many cases of CheckList's tests they
fail (minimum functionality, invariance, direction), beside what is published of others. Then what a first round of
labels gives: a cross-fitted model of 150 labels a brand beside the lexicon, scored on all posts of these brands,
labelled or not, by predictions that are all held out. Takes some minutes.
"""

import os
import time
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from workbench.models.behaviour import behave
from workbench.models.calibration import expected_calibration_error
from workbench.models.classifier import LABELS, Classifier
from workbench.models.cross_fitting import train_cross_fitted
from workbench.models.embeddings import load_embedder
from workbench.models.evaluation import evaluate
from workbench.models.fair_rows import unseen
from workbench.models.labelled_files import read_labelled
from workbench.models.lexicon import LexiconModel
from workbench.models.linear import LinearModel, train_linear

Labelled = tuple[list[str], list[str]]


def main() -> None:
    folder = Path(os.environ["WORKBENCH_RESEARCH_DATA"])
    learn, score = airline_halves(folder)
    embed = load_embedder()
    models: dict[str, Classifier] = {"lexicon": LexiconModel(), "linear": train_linear(*learn)}
    if embed:
        models["joined"] = train_linear(*learn, embed=embed)
    models["cross-fitted"] = train_cross_fitted(*learn)
    tweets = read_labelled(folder / "tweeteval" / "sentiment" / "val_text.txt", "", "")
    rows = [row(name, model, score, tweets) for name, model in models.items()]
    print(f"trained on {len(learn[0]):,} airline posts, scored on {len(score[0]):,} others")
    print(pd.DataFrame(rows).to_string(index=False, float_format="{:.3f}".format))
    print("\ncases of CheckList's suite that fail, per cent")
    print(behaviour(models, folder).to_string(float_format="{:.0f}".format))
    print("\ncross-fitted on 150 labels a brand, scored on all posts")
    print(pd.DataFrame(few_labels(folder)).to_string(index=False, float_format="{:.3f}".format))


def few_labels(folder: Path, of_a_brand: int = 150, seed: int = 0) -> list[dict[str, object]]:
    """One line a model, with macro-F1 on all posts, on those that were not labelled, and on those that were."""
    rows = airline_posts(folder)
    drawn = rows.groupby("airline").sample(of_a_brand, random_state=seed)
    learn = list(drawn["text"]), list(drawn["airline_sentiment"])
    start = time.process_time()
    models: list[Classifier] = [LexiconModel(), train_cross_fitted(*learn)]
    seconds = [0.0, time.process_time() - start]
    parts = {"all": rows, "unlabelled": rows.drop(drawn.index), "labelled": drawn}
    table = []
    for model, trained in zip(models, seconds, strict=True):
        scored = {
            name: evaluate(model, list(part["text"]), list(part["airline_sentiment"]))
            for name, part in parts.items()
        }
        table.append(
            {
                "model": model.name,
                **{f"macro_f1 {name}": result["macro_f1"] for name, result in scored.items()},
                "training s": trained,
                "posts/s": round(scored["all"]["n"] / scored["all"]["seconds"]),
            }
        )
    return table


def airline_posts(folder: Path) -> pd.DataFrame:
    """The airline posts, each once."""
    return pd.read_csv(folder / "us_airline" / "tweets.csv", dtype=str).drop_duplicates("tweet_id")


def airline_halves(folder: Path, seed: int = 0) -> tuple[Labelled, Labelled]:
    """Two stratified halves of the airline posts, each post once, and in the second none that reads like a first."""
    rows = airline_posts(folder)
    halves = train_test_split(rows, test_size=0.5, stratify=rows["airline_sentiment"], random_state=seed)
    first, second = ((list(half["text"]), list(half["airline_sentiment"])) for half in halves)
    rows_to_score = unseen(first[0], second[0])
    return first, ([second[0][row] for row in rows_to_score], [second[1][row] for row in rows_to_score])


def row(name: str, model: Classifier, score: Labelled, tweets: Labelled) -> dict[str, object]:
    """One line of the table."""
    model.classify(score[0][:10], [""] * 10)  # what loads at the first call is not the stream's speed
    result = evaluate(model, *score)
    probabilities = model.classify(score[0], [""] * len(score[0]))
    given = np.array([LABELS.index(label) for label in score[1]])
    before = uncalibrated(model, probabilities)
    elsewhere = evaluate(model, *tweets)
    return {
        "model": name,
        "macro_f1": result["macro_f1"],
        "accuracy": result["accuracy"],
        "ece_before": expected_calibration_error(before, given),
        "ece": expected_calibration_error(probabilities, given),
        "negative": float((given == 0).mean()),
        "signal": float(probabilities[:, 0].mean()),
        "posts/s": round(result["n"] / result["seconds"]),
        "tweeteval_macro_f1": elsewhere["macro_f1"],
        "tweeteval_macro_recall": elsewhere["macro_recall"],
    }


def uncalibrated(model: Classifier, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """The probabilities as they were before the temperature, where the model has one."""
    if not isinstance(model, LinearModel):
        return probabilities
    raw = probabilities**model.learnt.temperature
    return raw / raw.sum(axis=1, keepdims=True)


def behaviour(models: dict[str, Classifier], folder: Path) -> pd.DataFrame:
    """A row a test and a column a model."""
    suite = folder / "checklist" / "sentiment.jsonl"
    told = {name: behave(model, suite)["tests"] for name, model in models.items()}
    tests = next(iter(told.values()))
    rates = {name: {test: 100 * of[test]["failure_rate"] for test in tests} for name, of in told.items()}
    kinds = {test: of["type"] for test, of in tests.items()}
    published = {test: str(of.get("published", "")) for test, of in tests.items()}
    return pd.DataFrame({"type": kinds, **rates, "published": published}).sort_values("type")


if __name__ == "__main__":
    main()
