"""What was learnt, on disk: text and arrays of numbers and nothing else, so that nothing in a model can run."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import skops.io
from skops.io.exceptions import UntrustedTypesFoundException

from workbench.errors import WorkbenchError
from workbench.models.text_hashes import way_of_reading

MODEL_FILE = "model.skops"


def write_state(state: Mapping[str, Any], folder: Path) -> None:
    """Write what was learnt into that folder, with the way in which texts were read."""
    whole = {**state, "reading": way_of_reading()}
    skops.io.dump(whole, folder / MODEL_FILE, compression=zipfile.ZIP_DEFLATED)


def read_state(folder: Path) -> dict[str, Any]:
    """What `write_state` wrote there; whoever asked for it checks its parts.

    Raises
    ------
    WorkbenchError
        The file is not there, holds what could run, is no model, or its texts were read in another way.
    """
    file = folder / MODEL_FILE
    if not file.is_file():
        raise WorkbenchError(
            f"{folder} has no {MODEL_FILE}. Copy the whole folder of the model, or train again."
        )
    state = _plain(file)
    if not isinstance(state, dict) or state.pop("reading", way_of_reading()) != way_of_reading():
        raise no_model(folder)
    return state


def no_model(folder: Path) -> WorkbenchError:
    """What is said of a file whose parts are not those of a model."""
    return WorkbenchError(
        f"{folder / MODEL_FILE} is not a model of this version of workbench. Train again and put that one in use: "
        "workbench models train; workbench models promote NAME --reason WHY."
    )


def _plain(file: Path) -> Any:
    try:
        untrusted = sorted(skops.io.get_untrusted_types(file=file))
        if untrusted:
            raise WorkbenchError(
                f"{file} holds what could run on this machine ({', '.join(untrusted)}), so it was not "
                "opened. Models are trained here with `workbench models train`."
            )
        return skops.io.load(file, trusted=[])
    except (UntrustedTypesFoundException, zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise WorkbenchError(f"{file} is not a model file ({type(error).__name__}). Train again.") from None
