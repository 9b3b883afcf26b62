"""What a model says of the texts of a file that is not in the lake."""

from pathlib import Path

import numpy as np
import pandas as pd

from workbench.errors import WorkbenchError
from workbench.models.classifier import Classifier, is_multi_label
from workbench.models.evaluation import said_by
from workbench.models.in_use import current
from workbench.models.labelled_rows import read_columns
from workbench.models.languages import checked_languages
from workbench.privacy.masking import NO_KEY, mask_texts
from workbench.progress import Progress, silent
from workbench.settings import Settings
from workbench.text.language import languages

_CHUNK = 2_000


def predict_file(
    settings: Settings,
    file: Path,
    text_column: str = "text",
    task: str = "sentiment",
    model: str = "",
    progress: Progress = silent,
) -> pd.DataFrame:
    """What a model (the one in use, where none is named) says of each text of a file; nothing is stored.

    Returns
    -------
    One row a row of the file, in its order: ``row`` from 1, ``label`` (several are separated by ``|``), the
    probability of each label (0–1) in ``p_`` and its name, ``is_withheld`` and ``model``. No text: it may hold personal
    data. A row without a text has neither label nor probabilities; nor has one that is withheld, as the model was not
    checked in its language. What is too short to tell its language is read: whoever names a file knows what is in it.

    Raises
    ------
    WorkbenchError
        No such file, column or model, or no text in the file.
    """
    chosen = current(settings.data_folder / "models", task, model or settings.model_named_for(task))
    (cells,) = read_columns(file, [text_column])
    texts = [(place, text) for place, text in enumerate(cells) if text and text.strip()]
    if not texts:
        raise WorkbenchError(f"{file} has no text in column '{text_column}'. Name another: --text COLUMN.")
    names = [f"p_{label}" for label in chosen.labels]
    found = pd.DataFrame(np.nan, index=range(len(cells)), columns=names)
    labels, withheld = np.full(len(cells), None, dtype=object), np.zeros(len(cells), dtype=bool)
    for start in range(0, len(texts), _CHUNK):
        places, chunk = zip(*texts[start : start + _CHUNK], strict=True)
        found.iloc[list(places)], labels[list(places)], withheld[list(places)] = _said(chosen, chunk)
        progress((start + len(chunk)) / len(texts), f"{len(texts):,} texts")
    found.insert(0, "row", range(1, len(cells) + 1))
    found.insert(1, "label", labels)
    return found.assign(is_withheld=withheld, model=chosen.name)


def _said(chosen: Classifier, texts: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Probabilities and labels of texts, and which are withheld, as the model was not checked in their language."""
    masked = mask_texts(texts, NO_KEY)[0]
    checked = checked_languages(chosen.card)
    may = [checked is None or language is None or language in checked for language in languages(masked)]
    is_read = np.array(may, dtype=bool)
    read = [text for text, may in zip(masked, is_read, strict=True) if may]
    probabilities, labels = np.full((len(masked), len(chosen.labels)), np.nan), np.full(len(masked), None)
    if read:
        probabilities[is_read] = chosen.classify(read, [""] * len(read))
        labels[is_read] = _labels(chosen, probabilities[is_read])
    return probabilities, labels, ~is_read


def _labels(chosen: Classifier, probabilities: np.ndarray) -> list[str]:
    said = said_by(chosen, probabilities)
    if is_multi_label(chosen):
        return ["|".join(np.array(chosen.labels)[row]) for row in said]
    return [chosen.labels[place] for place in said.argmax(axis=1)]
