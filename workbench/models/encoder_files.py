"""A sentence encoder on disk: safetensors and JSON, and nothing that could run."""

import json
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError
from workbench.models.embeddings import load_encoder

_KINDS_OF_FILE = {".json", ".safetensors", ".txt", ".model"}
_OURS = "sentence_transformers."


def write_encoder(encoder: Any, folder: Path) -> None:
    """Write it whole: nothing else is needed to read it."""
    encoder.save_pretrained(str(folder), create_model_card=False)


def read_encoder(folder: Path) -> Any:
    """The encoder that was written into that folder; no network is asked.

    Raises
    ------
    WorkbenchError
        There is none, or something in it could run on this machine.
    """
    for file in folder.rglob("*"):
        if file.is_file() and file.suffix not in _KINDS_OF_FILE:
            raise WorkbenchError(
                f"{file} could run on this machine, so the model was not opened. Train it here."
            )
    listed = folder / "modules.json"
    try:
        modules = json.loads(listed.read_text(encoding="utf-8"))
        kinds = [module["type"] for module in modules]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        raise WorkbenchError(
            f"{folder} holds no sentence encoder. Copy the whole model, or train again."
        ) from None
    if not all(str(kind).startswith(_OURS) for kind in kinds):
        raise WorkbenchError(
            f"{listed} names code that is not of sentence-transformers, so the model was not opened. Train it here."
        )
    return load_encoder(str(folder))
