"""The same mentions read in several ways: by the lexicon, by the model in use, and by one that saw the labels."""

import numpy as np
import pandas as pd

from workbench.errors import WorkbenchError
from workbench.models.classifier import LABELS
from workbench.models.lexicon import LexiconModel
from workbench.models.linear import train_linear
from workbench.statistics.readings_of_tasks import or_else


def readings(
    mentions: pd.DataFrame, truth: pd.DataFrame, label: str = "negative", seed: int = 0
) -> pd.DataFrame:
    """What `workbench.statistics.ways.ways_to_a_share` compares.

    Parameters
    ----------
    mentions
        Relevant, earned mentions in memory, with the columns of the mention frame.
    truth
        ``post_id``, ``brand`` and ``label`` of mentions whose truth is known. Where there is any, the others
        are left out: all ways then speak of the same mentions.
    label
        The sentiment whose share is wanted.
    seed
        Of the model that is trained on the labels.
    """
    read = mentions[mentions["negative"].notna()]
    judged = truth.assign(truth=(truth["label"] == label).astype(float))
    known = judged.groupby(["post_id", "brand"])["truth"].mean().reset_index()
    rows = read.merge(known, on=["post_id", "brand"], how="inner" if len(known) else "left")
    rows = rows.sort_values(["brand", "post_id"], ignore_index=True)
    lexicon = LexiconModel().classify(list(rows["text"]), list(rows["brand"]))
    return pd.DataFrame(
        {
            "brand": rows["brand"],
            "lexicon": (lexicon.argmax(axis=1) == LABELS.index(label)).astype(float),
            "likeliest": (rows["sentiment"] == label).astype(float),
            "prediction": rows[label].astype(float),
            "is_held_out": rows["is_held_out"].astype(bool),
            "label": rows[f"label_{label}"].astype(float),
            "inclusion_probability": rows["inclusion_probability"].astype(float),
            "annotators": rows["annotators"].astype(float),
            "relevance": or_else(rows, "label_relevant", 1.0),
            "reused": _reused(rows, label, seed),
            "truth": rows["truth"].astype(float),
        }
    )


def _reused(rows: pd.DataFrame, label: str, seed: int) -> np.ndarray:
    """Probabilities by a model that was trained on the very labels that are to correct it."""
    shares = rows[[f"label_{name}" for name in LABELS]].astype(float)
    # What people found irrelevant has no sentiment to learn.
    labelled = shares.sum(axis=1) > 0
    nothing = np.full(len(rows), np.nan)
    if not labelled.any():
        return nothing
    said = [LABELS[place] for place in shares[labelled].to_numpy().argmax(axis=1)]
    try:
        model = train_linear(list(rows.loc[labelled, "text"]), said, seed=seed)
    except WorkbenchError:  # too few labels to learn from: this way cannot be shown
        return nothing
    return model.classify(list(rows["text"]), list(rows["brand"]))[:, LABELS.index(label)]
