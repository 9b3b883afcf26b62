"""What a model says of labelled posts that it has not learned from: on these thresholds and costs are looked at."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.models.classifier import Classifier, is_multi_label
from workbench.models.drawn_texts import first_of_each
from workbench.models.label_sets import matrix_of_sets
from workbench.models.labelled_files import read_labelled_file
from workbench.models.lake_labels import NONE, NOT
from workbench.models.posts_read import posts_read_by
from workbench.privacy.masking import NO_KEY, mask_texts
from workbench.statistics.intervals import Floats
from workbench.store.lake import Lake
from workbench.store.latest_judgements import drawn_judgements, with_answered_chances
from workbench.tables.posts import MENTION_KEY


class HeldOutAnswers(NamedTuple):
    """A row a labelled post, a column a label of the model."""

    labels: tuple[str, ...]
    probabilities: Floats
    holds: NDArray[np.bool_]
    judged: NDArray[np.bool_]
    """Whether anybody said if the label holds."""
    weights: Floats
    """How many posts each stands for: 1 / π of a drawn sample, else 1."""
    texts: tuple[str, ...] = ()
    """What the model read, masked."""
    left_out: int = 0
    """Rows of a file that have no text or no label."""
    repeated: int = 0
    """Rows of a file that read like one before, and so count no more."""

    def of(self, label: str) -> tuple[Floats, NDArray[np.bool_], Floats]:
        """Probabilities of one label, whether it holds, and weights, of the posts judged by it."""
        column = self.labels.index(label)
        rows = self.judged[:, column]
        return self.probabilities[rows, column], self.holds[rows, column], self.weights[rows]


def of_file(
    model: Classifier, file: Path, text_column: str = "text", label_columns: Sequence[str] = ("label",)
) -> HeldOutAnswers:
    """What a model says of a labelled file, of the texts that it has not learned from, those that read alike once.

    Raises
    ------
    WorkbenchError
        The file cannot be read (see `read_labelled_file`), or the model has learned from all of it.
    """
    found = read_labelled_file(
        file,
        text_column,
        label_columns,
        model.card["task"],
        classes=model.labels,
        is_multi_label=is_multi_label(model),
    )
    masked = mask_texts(found.texts, NO_KEY)[0]
    rows = np.flatnonzero(first_of_each(masked))
    texts, own = [masked[row] for row in rows], [found.labels[row] for row in rows]
    holds = matrix_of_sets([[one] if isinstance(one, str) else one or () for one in own], model.labels)
    judged = np.tile(np.isin(model.labels, found.looked_for or model.labels), (len(holds), 1))
    answers = _asked(model, texts, [""] * len(texts), holds, judged, np.ones(len(texts)))
    return answers._replace(left_out=found.left_out, repeated=len(masked) - len(texts))


def of_lake(model: Classifier, lake: Lake) -> HeldOutAnswers:
    """What a model says of the posts that people labelled at random, of those that it has not learned from.

    Of several people's answers the majority counts; a label about which they are even is not judged. Who found the
    post irrelevant, mixed or could not tell has judged no label; who found that none holds has judged all. Languages
    in which the model was not checked are left out.

    Raises
    ------
    WorkbenchError
        Nobody labelled posts at random, or the model has learned from all of them.
    """
    task = model.card["task"]
    judgements = with_answered_chances(lake, task, drawn_judgements(lake, task))
    if judgements.empty:
        raise WorkbenchError(
            f"nobody labelled posts at random for {task}, so nothing can be said of thresholds. Draw some: workbench "
            f"labels push --task {task} --strategy random; or name a labelled file."
        )
    yes, judged = (_shares(judgements, model, kind) for kind in ("yes", "judged"))
    chance = judgements.groupby(MENTION_KEY)["inclusion_probability"].max()
    posts = posts_read_by(lake, model, chance.index.get_level_values("post_id"))
    posts = chance.reset_index().merge(posts, on="post_id")
    rows = pd.MultiIndex.from_frame(posts[MENTION_KEY])
    said_yes, asked = yes.loc[rows].to_numpy(), judged.loc[rows].to_numpy()
    is_judged = (asked > 0) & (2 * said_yes != asked)
    weights = 1 / posts["inclusion_probability"].to_numpy(dtype=np.float64)
    return _asked(
        model,
        list(posts["text"]),
        list(posts["brand"]),
        is_judged & (2 * said_yes > asked),
        is_judged,
        weights,
    )


def _shares(judgements: pd.DataFrame, model: Classifier, kind: str) -> pd.DataFrame:
    """How many people said yes of each label, or said anything of it, by mention."""
    label, several = judgements["label"], is_multi_label(model)
    answers = {name: [name, f"{NOT}{name}", NONE] if several else list(model.labels) for name in model.labels}
    said = {name: label.eq(name) if kind == "yes" else label.isin(answers[name]) for name in model.labels}
    return pd.DataFrame(said).astype(float).groupby([judgements[name] for name in MENTION_KEY]).sum()


def _asked(
    model: Classifier,
    texts: Sequence[str],
    brands: Sequence[str],
    holds: NDArray[np.bool_],
    judged: NDArray[np.bool_],
    weights: Floats,
) -> HeldOutAnswers:
    rows = np.flatnonzero(np.array(model.held_out(texts), dtype=bool) & judged.any(axis=1))
    if not len(rows):
        raise WorkbenchError(
            f"model {model.name} has learned from all of these labelled posts, so they cannot show how well it does. "
            "Name a labelled file that it has not seen, or train with --cross-fitted."
        )
    read = [texts[i] for i in rows]
    said = model.classify(read, [brands[i] for i in rows])
    return HeldOutAnswers(model.labels, said, holds[rows], judged[rows], weights[rows], tuple(read))
