"""Any sequence classifier of Hugging Face, by name or folder: the fair opponent of what was trained here."""

import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from workbench.errors import WorkbenchError
from workbench.models.classifier import LABELS
from workbench.models.embeddings import MISSING
from workbench.models.features import without_masks
from workbench.sources.values import sentiment

_TEXTS_AT_ONCE = 32
_PERSON = re.compile(r"<USER(?::[0-9a-f]+)?>|(?<![\w.])@\w+")
_LINK = re.compile(r"<URL>|https?://\S+")
_LONGEST = 256  # word pieces: a post is shorter


class HuggingFaceModel:
    """A sequence classifier that others trained; `load_hugging_face` makes it."""

    def __init__(
        self, name: str, classes: Sequence[str], columns: Sequence[int], tokenizer: Any, network: Any
    ):
        self.name = name
        self.labels = tuple(classes)
        self._columns, self._tokenizer, self._network = list(columns), tokenizer, network

    @property
    def card(self) -> dict[str, Any]:
        """What it is."""
        missing = [label for number, label in enumerate(self.labels) if number not in self._columns]
        never = [f"Never says: {', '.join(missing)}."] if missing else []
        return {
            "name": self.name,
            "task": "sentiment" if self.labels == LABELS else "other",
            "kind": "hugging-face",
            "labels": list(self.labels),
            "is_multi_label": False,
            "what": f"sequence classifier of Hugging Face, as it is: {self.name}",
            "trained_on": None,
            "trained_at": None,
            "settings": {"transformers": version("transformers"), "word_pieces": _LONGEST},
            "scores": None,
            "calibration": None,
            "uses_brand": False,
            "languages": {},
            "limits": ["What it has learned from is not known here: it may have seen these texts.", *never],
            "licence": "see its own card",
            "code_version": version("workbench"),
        }

    def classify(self, texts: Sequence[str], brands: Sequence[str]) -> NDArray[np.float64]:
        """Probabilities of our labels, one row a text; the brand is not looked at."""
        said = np.zeros((len(texts), len(self.labels)))
        by_length = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            rows = by_length[start : start + _TEXTS_AT_ONCE]
            probabilities = softmax(self._logits([as_published(texts[row]) for row in rows]), axis=1)
            for theirs, ours in enumerate(self._columns):
                said[rows, ours] += probabilities[:, theirs]
        return said

    def held_out(self, texts: Sequence[str]) -> list[bool]:
        """Never: nobody here knows what it has learned from."""
        return [False] * len(texts)

    def _logits(self, texts: list[str]) -> NDArray[np.float64]:
        import torch

        read = self._tokenizer(texts, padding=True, truncation=True, max_length=_LONGEST, return_tensors="pt")
        with torch.inference_mode():
            return self._network(**read).logits.numpy().astype(np.float64)


def load_hugging_face(
    name: str, classes: Sequence[str] = LABELS, meaning: Mapping[str, str] | None = None
) -> HuggingFaceModel:
    """A classifier by its name at Hugging Face, or a folder; only safetensors are opened, and no code of its own.

    Parameters
    ----------
    classes
        Our labels.
    meaning
        Our label of each of its labels, where the words do not tell: ``{"LABEL_0": "negative", …}``.

    Raises
    ------
    WorkbenchError
        It is not there, has no safetensors, or a label of it means none of ours.
    """
    if find_spec("transformers") is None or find_spec("torch") is None:
        raise WorkbenchError(f"'{name}' is a transformer and {MISSING}.")
    from transformers import AutoModelForSequenceClassification, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        # Code that comes with a model is never run, whoever would say yes to it.
        tokenizer = AutoTokenizer.from_pretrained(name, trust_remote_code=False)
        network = AutoModelForSequenceClassification.from_pretrained(
            name, use_safetensors=True, trust_remote_code=False
        ).eval()
    except (OSError, ValueError):
        raise WorkbenchError(
            f"'{name}' could not be loaded as a sequence classifier with safetensors. Name one of Hugging Face, which "
            "needs the network (HF_HUB_OFFLINE=0) until it has been loaded once, or a folder that holds one."
        ) from None
    theirs = [str(label) for _, label in sorted(network.config.id2label.items())]
    columns = [_ours(name, label, theirs, tuple(classes), meaning or {}) for label in theirs]
    return HuggingFaceModel(name, classes, columns, tokenizer, network)


def as_published(text: str) -> str:
    """A masked text as published models of posts were given theirs: people and links alike, other masks gone.

    Examples
    --------
    >>> as_published("@Acme <USER:0123456789ab> LATE https://t.co/x <CASE:0123456789ab>")
    '@user @user LATE http  '
    """
    people = _PERSON.sub("@user", text)
    return without_masks(_LINK.sub("http", people))


def _ours(
    name: str, label: str, theirs: Sequence[str], classes: Sequence[str], meaning: Mapping[str, str]
) -> int:
    """Place of the label of ours that this one of theirs means."""
    folded = {one.casefold(): number for number, one in enumerate(classes)}
    word = meaning.get(label, label).casefold()
    known = folded.get(word, folded.get(sentiment(word), -1) if set(classes) <= set(LABELS) else -1)
    # Numbers are no words: a file may count from negative to positive, a model may count the other way.
    if known < 0 or (label not in meaning and not any(letter.isalpha() for letter in label)):
        raise WorkbenchError(
            f"'{name}' has the labels {', '.join(theirs)}, and what '{label}' means among {', '.join(classes)} is not "
            f"guessed. Tell it for each: --meaning '{label}={classes[0]}'."
        )
    return known
