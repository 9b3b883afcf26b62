"""How well a model reads what may be ironic: praise that is none is its likeliest mistake."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from workbench.errors import WorkbenchError
from workbench.models.classifier import Classifier
from workbench.models.doubts import SARCASM, SARCASTIC, sarcasm_threshold
from workbench.models.drawn_texts import alike
from workbench.models.evaluation import said_by
from workbench.models.held_out_answers import HeldOutAnswers
from workbench.models.in_use import current, is_one_in_use
from workbench.models.slices import irony_slices, scores_by_slice
from workbench.settings import Settings


def scores_on_irony(
    settings: Settings, model: Classifier, held_out: Callable[[], HeldOutAnswers]
) -> pd.DataFrame:
    """Scores of a model on posts that the model of sarcasm in use takes for ironic, and on the others.

    Parameters
    ----------
    settings
        Where the models are.
    model, held_out
        A model, and what gives its answers on labelled posts that it has not learned from, if there are any.

    Returns
    -------
    See `workbench.models.slices.scores_by_slice`; no row where no model of sarcasm is in use.
    """
    if not is_one_in_use(settings.data_folder / "models", SARCASM):
        return pd.DataFrame(columns=["slice", "n", "accuracy", "macro_f1", "status"])
    try:
        answers = held_out()
    except WorkbenchError:  # it has learned from all of them
        return pd.DataFrame([{"slice": SARCASTIC, "n": 0, "status": "withheld"}])
    rows = np.flatnonzero(answers.judged.all(axis=1))
    said = said_by(model, answers.probabilities[rows])
    texts = [answers.texts[row] for row in rows]
    return scores_by_slice(answers.holds[rows], said, by_irony(settings, texts), alike(texts))


def by_irony(settings: Settings, texts: Sequence[str]) -> list[str]:
    """Sarcastic or literal, as the model of sarcasm in use takes each masked text.

    Raises
    ------
    WorkbenchError
        There is none.
    """
    judge = current(settings.data_folder / "models", SARCASM)
    said = judge.classify(texts, [""] * len(texts))
    return irony_slices(said[:, judge.labels.index(SARCASTIC)], sarcasm_threshold(settings))
