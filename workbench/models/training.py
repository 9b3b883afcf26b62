"""Train, evaluate and compare sentiment models, on labels of the lake or of a file."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from sklearn.model_selection import train_test_split

from workbench.errors import WorkbenchError
from workbench.models.classification import read_texts
from workbench.models.classifier import LABELS, Classifier
from workbench.models.cross_fitting import CrossFitted, train_cross_fitted
from workbench.models.embeddings import load_embedder
from workbench.models.evaluation import evaluate, read_labelled
from workbench.models.lexicon import LexiconModel
from workbench.models.linear import LinearModel, train_linear
from workbench.models.registry import current, list_models, save
from workbench.privacy.masking import mask_texts
from workbench.settings import Settings
from workbench.store.lake import Lake
from workbench.store.schema import open_lake

Progress = Callable[[float, str], None]
# A file's texts are masked before a model may remember their words; nobody is to be recognised by
# the tokens, so the key need not be secret.
_NO_KEY = bytes(32)


def labelled_texts(lake: Lake, task: str = "sentiment") -> pa.Table:
    """Posts of the lake with the label that people gave them, each post once.

    Returns
    -------
    Columns ``text`` (with the captions of its media), ``label``, ``language``, in the order of post_id.
    Of each person's judgements the latest counts. A post whose labels contradict each other teaches
    nothing and is left out, and so are labels that no classifier gives (irrelevant, mixed, …). Truth (strategy
    ``truth``) is for scoring and never stands here.
    """
    columns = ["post_id", "brand", "annotator", "label", "labelled_at"]
    labels = lake.read("labels", columns, where=f"task = '{task}' AND strategy <> 'truth'").to_pandas()
    # Two at once contradict each other, and here a doubtful post can be left out. Of a drawn sample none can, so
    # the mention frame takes one of the two.
    latest = labels.groupby(["post_id", "brand", "annotator"], dropna=False)["labelled_at"].transform("max")
    judged = labels[labels["labelled_at"] == latest].groupby("post_id")["label"].agg(["nunique", "first"])
    agreed = judged["first"][(judged["nunique"] == 1) & judged["first"].isin(LABELS)]
    agreed = pa.table(
        {"post_id": pa.array(agreed.index, pa.string()), "label": pa.array(agreed, pa.string())}
    )
    posts = lake.read("posts", ["post_id", "text", "media", "language"])
    joined = posts.join(agreed, "post_id", join_type="inner").sort_by("post_id")
    return pa.table(
        {"text": read_texts(joined), "label": joined["label"], "language": joined["language"]},
        schema=pa.schema([("text", pa.string()), ("label", pa.string()), ("language", pa.string())]),
    )


def train_sentiment(
    settings: Settings,
    file: Path | None = None,
    text_column: str = "text",
    label_column: str = "label",
    seed: int = 0,
    progress: Progress = lambda done, what: None,
    *,
    with_embeddings: bool = True,
    cross_fitted: bool | None = None,
) -> dict[str, Any]:
    """Train a sentiment model, keep it, and give its card.

    Parameters
    ----------
    settings
        Where models are kept, and the lake.
    file, text_column, label_column
        A labelled file and its columns; without a file, the labels of the lake.
    seed
        The same seed and labels make the same model.
    progress
        Called with the share done and what is being done.
    with_embeddings
        Whether sentence embeddings are tried too, where the extra `models` is installed. A model that
        uses them reads hundreds of posts a second, not thousands.
    cross_fitted
        Whether each text shall be read by a model that has not learned from it, so that labels of the
        lake can correct what the model says (see `train_cross_fitted`), or by one plain model that
        learns from all of them. None: cross-fitted from the lake, plain from a file.

    Raises
    ------
    WorkbenchError
        There are no labels, or too few.
    """
    origin: dict[str, Any]
    if file is not None:
        texts, labels = read_labelled(file, text_column, label_column)
        texts, languages, origin = mask_texts(texts, _NO_KEY)[0], None, {"file": file.name}
    else:
        lake = open_lake(settings)
        rows = labelled_texts(lake)
        if not rows.num_rows:
            raise WorkbenchError(
                f"the lake {lake.root} has no sentiment labels. Ingest a file that has a column of labels, or name "
                "a labelled file: workbench models train --file FILE --text COLUMN --label COLUMN."
            )
        texts, labels, languages = (rows[name].to_pylist() for name in rows.column_names)
        origin = {"labels_version": lake.current_versions()["labels"]}
    embed = load_embedder(settings.embeddings) if with_embeddings else None
    train = train_cross_fitted if (file is None if cross_fitted is None else cross_fitted) else train_linear
    model: LinearModel | CrossFitted = train(
        texts, labels, seed=seed, embed=embed, languages=languages, origin=origin, progress=progress
    )
    save(model, settings.data_folder / "models")
    return model.card


def evaluate_sentiment(
    settings: Settings, file: Path, text_column: str, label_column: str, model: str = ""
) -> dict[str, Any]:
    """Score a model (the one in use, where none is named) on a labelled file; see `evaluate`."""
    texts, labels = read_labelled(file, text_column, label_column)
    chosen = current(settings.data_folder / "models", "sentiment", model or settings.sentiment_model)
    return evaluate(chosen, mask_texts(texts, _NO_KEY)[0], labels)


def sentiment_models(settings: Settings) -> list[dict[str, Any]]:
    """The models there are, with what they learned from, how well, and which is in use."""
    folder = settings.data_folder / "models"
    used = current(folder, "sentiment", settings.sentiment_model).name
    return [
        {
            "name": card["name"],
            "is_used": card["name"] == used,
            "trained_on": (card["trained_on"] or {}).get("n"),
            "macro_f1": (card["scores"] or {}).get("macro_f1"),
            "trained_at": card["trained_at"],
        }
        for card in list_models(folder, "sentiment")
    ]


def compare_sentiment_models(
    texts: Sequence[str], labels: Sequence[str], held_out: float = 0.3, seed: int = 0
) -> pd.DataFrame:
    """The lexicon and a model trained on one part, scored on the other part of the same labels.

    Returns
    -------
    One row a model: ``model``, ``n`` (held-out posts), ``accuracy``, ``macro_f1``, ``macro_recall``.

    Raises
    ------
    WorkbenchError
        The labels are too few to train on.
    """
    numbers = np.arange(len(texts))
    learn, score = train_test_split(numbers, test_size=held_out, random_state=seed, stratify=list(labels))
    texts, labels = list(texts), list(labels)
    trained = train_linear([texts[i] for i in learn], [labels[i] for i in learn], seed=seed)
    names: dict[str, Classifier] = {"lexicon": LexiconModel(), "linear": trained}
    rows = []
    for name, model in names.items():
        result = evaluate(model, [texts[i] for i in score], [labels[i] for i in score])
        rows.append({"model": name, **{k: result[k] for k in ("n", "accuracy", "macro_f1", "macro_recall")}})
    return pd.DataFrame(rows)
