"""What a long training has learnt so far, on disk: it goes on there when it is called again. No pickle, no text."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import WorkbenchError

_MOMENTS = ("exp_avg", "exp_avg_sq")


@contextmanager
def kept_until_done(checkpoints: Path | None, training: Sequence[Any]) -> Iterator[Path | None]:
    """A folder for this training alone: it stays where the training is stopped and goes once it is done.

    Parameters
    ----------
    checkpoints
        Folder of such folders; None to keep nothing.
    training
        What makes it this training and no other, as JSON; only its hash is kept. The order of texts belongs to it.
    """
    if checkpoints is None:
        yield None
        return
    place = checkpoints / hashlib.sha256(json.dumps(training).encode()).hexdigest()[:16]
    place.mkdir(parents=True, exist_ok=True)
    yield place
    shutil.rmtree(place)


def write_checkpoint(
    file: Path, parameters: Sequence[Any], optimizer: Any, step: int, training: Mapping[str, Any]
) -> None:
    """Weights and moments of AdamW after so many steps."""
    from safetensors.torch import save_file

    tensors = {}
    for number, parameter in enumerate(parameters):
        if parameter in optimizer.state:  # a part that the sentence's vector does not use learns nothing
            tensors[f"{number}"] = parameter.detach()
            tensors |= {f"{number}.{name}": optimizer.state[parameter][name] for name in _MOMENTS}
    making = file.with_name(f".{file.name}.{os.getpid()}")
    save_file(tensors, making, {"step": str(step), "of": json.dumps(training, sort_keys=True)})
    os.replace(making, file)


def read_checkpoint(
    file: Path, parameters: Sequence[Any], optimizer: Any, training: Mapping[str, Any]
) -> int:
    """Put back what was learnt; gives the number of steps made, 0 where nothing was kept.

    Raises
    ------
    WorkbenchError
        It is of another training.
    """
    import torch
    from safetensors import safe_open

    if not file.is_file():
        return 0
    with safe_open(file, framework="pt") as kept, torch.no_grad():
        told = kept.metadata()
        if told["of"] != json.dumps(training, sort_keys=True):
            raise WorkbenchError(f"{file} is the checkpoint of another training. Remove it, or name another.")
        names = set(kept.keys())
        for number, parameter in enumerate(parameters):
            if f"{number}" in names:
                parameter.copy_(kept.get_tensor(f"{number}"))
                moments = {name: kept.get_tensor(f"{number}.{name}") for name in _MOMENTS}
                optimizer.state[parameter] = {"step": torch.tensor(float(told["step"])), **moments}
    return int(told["step"])


def write_whole(file: Path, values: NDArray[np.float64]) -> None:
    """An array that is on disk whole or not at all."""
    making = file.with_suffix(".part")
    with open(making, "wb") as content:
        np.save(content, values, allow_pickle=False)
    making.replace(file)
