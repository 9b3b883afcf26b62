"""The models there are for a task: which is in use, and how well each does on labelled texts."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError
from workbench.models.classifier import Classifier, is_multi_label
from workbench.models.drawn_texts import contradictory
from workbench.models.evaluation import evaluate
from workbench.models.in_use import current, is_one_in_use, newest
from workbench.models.irony_scores import by_irony
from workbench.models.labelled_files import read_labelled_file
from workbench.models.registry import list_models, named
from workbench.privacy.masking import NO_KEY, mask_texts
from workbench.settings import Settings
from workbench.text.language import languages

CHAMPION = "champion"
BLANK = "none"  # what a slice is called of which nothing is said


def evaluate_model(
    settings: Settings,
    task: str,
    file: Path,
    text_column: str,
    label_columns: Sequence[str],
    model: str = "",
    slice_column: str | None = None,
    by: str = "",
) -> dict[str, Any]:
    """Score a model (the newest, where none is named) on a labelled file; see `evaluate`.

    Parameters
    ----------
    model
        Name of a model, or ``champion`` for the one in use.
    slice_column
        A column of the file whose values divide the texts, to score each part too.
    by
        Instead of such a column: ``language``, as it is recognised, or ``sarcasm``, as the model of sarcasm in use
        says.

    Raises
    ------
    WorkbenchError
        There is no such model or column, or the file cannot be read.
    """
    if by and by not in SLICES:
        raise WorkbenchError(
            f"scores are told by {' or '.join(sorted(SLICES))}, not by '{by}'. Or name a column: --slice."
        )
    if by and slice_column:
        raise WorkbenchError(
            "scores are told by a column (--slice) or by what is recognised (--by): name one."
        )
    folder = settings.data_folder / "models"
    in_use = model_in_use(settings, task) if model == CHAMPION else None
    chosen = in_use or named(folder, task, model or newest(folder, task))
    found = read_labelled_file(
        file,
        text_column,
        label_columns,
        task,
        classes=chosen.labels,
        is_multi_label=is_multi_label(chosen),
        slice_column=slice_column,
    )
    texts = mask_texts(found.texts, NO_KEY)[0]
    column = found.slices and [one or BLANK for one in mask_texts(found.slices, NO_KEY)[0]]
    slices = SLICES[by](settings, texts) if by else column
    scores = evaluate(chosen, texts, found.labels, slices=slices, among=found.looked_for)
    return {
        **scores,
        "learned_from": list(chosen.held_out(texts)).count(False),
        "rows_left_out": found.left_out,
        "contradictory": contradictory(texts, found.labels),
    }


def _by_language(settings: Settings, texts: Sequence[str]) -> list[str | None]:
    return languages(texts)


SLICES: dict[str, Callable[[Settings, Sequence[str]], Sequence[str | None]]] = {
    "sarcasm": by_irony,
    "language": _by_language,
}


def model_in_use(settings: Settings, task: str = "sentiment") -> Classifier:
    """The model that speaks of posts: the one that the settings name, else the champion, else the newest."""
    return current(settings.data_folder / "models", task, settings.model_named_for(task))


def models_of(settings: Settings, task: str = "sentiment") -> list[dict[str, Any]]:
    """The models there are for a task, with what they learned from, how well, and which is in use."""
    cards = list_models(settings.data_folder / "models", task)
    used = model_in_use(settings, task).name if is_one_in_use(settings.data_folder / "models", task) else None
    return [
        {
            "name": card["name"],
            "is_used": card["name"] == used,
            "trained_on": (card["trained_on"] or {}).get("n"),
            "macro_f1": (card["scores"] or {}).get("macro_f1"),
            "trained_at": card["trained_at"],
        }
        for card in cards
    ]
