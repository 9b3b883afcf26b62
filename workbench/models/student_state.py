"""A student on disk: arrays of numbers, and words as their bytes.

NumPy's own format and not skops: to load skops loads scikit-learn and PyTorch, which takes seconds. Nothing in such
a file can run as long as pickled objects are refused, and here they are.
"""

import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.models.student_evidence import KINDS, StudentNames
from workbench.models.student_features import Grams, StudentVocabulary
from workbench.models.student_reading import StudentReader, StudentWeights
from workbench.models.text_hashes import way_of_reading

STUDENT_FILE = "student.npz"
_PARTS = ("words", "pairs", "characters")
_NAMES = {
    "reading",
    "folds",
    "intercepts",
    *(f"{part}{end}" for part in _PARTS for end in ("", "_idf", "_weights")),
}

_OF_NAMES = {"near_words", "nearness", "standard", "evidence_weights"}

State = tuple[StudentReader, int, NDArray[np.uint64] | None]


def write_state(
    folder: Path, reader: StudentReader, folds: int, learned_from: NDArray[np.uint64] | None
) -> None:
    """Write everything learnt into that folder, with the way in which texts were read."""
    vocabulary, weights, names = reader.vocabulary, reader.weights, reader.names
    arrays: dict[str, Any] = {
        "reading": _bytes(way_of_reading()),
        "folds": np.array(folds),
        "intercepts": weights.intercepts,
    }
    for part in _PARTS:
        grams: Grams = getattr(vocabulary, part)
        # No gram has a line break: texts are cut at white space.
        arrays[part] = _bytes("\n".join(grams.names))
        arrays |= {f"{part}_idf": grams.idf, f"{part}_weights": getattr(weights, part)}
    if names is not None:
        arrays |= {
            "near_words": _bytes("\n".join(names.words)),
            "nearness": names.nearness,
            "standard": names.standard,
            "evidence_weights": weights.evidence,
        }
    if learned_from is not None:
        arrays["learned_from"] = learned_from
    np.savez_compressed(folder / STUDENT_FILE, **arrays)


def read_state(folder: Path, labels: tuple[str, ...]) -> State:
    """What `write_state` wrote there, for these labels.

    Raises
    ------
    WorkbenchError
        The file is not there, holds what could run, is no student, or its texts were read in another way.
    """
    file = folder / STUDENT_FILE
    if not file.is_file():
        raise WorkbenchError(
            f"{folder} has no {STUDENT_FILE}. Copy the whole folder of the model, or train again."
        )
    try:
        with open(file, "rb") as content, np.load(content, allow_pickle=False) as archive:
            found = _state({name: archive[name] for name in archive.files}, labels)
    except (
        zipfile.BadZipFile,
        zlib.error,
        AttributeError,
        EOFError,
        KeyError,
        TypeError,
        ValueError,
        OSError,
    ):
        found = None
    if found is None:
        raise WorkbenchError(f"{file} is not a model of this version of workbench. Train again.")
    return found


def _state(arrays: Mapping[str, NDArray[Any]], labels: tuple[str, ...]) -> State | None:
    """The parts of a student; None where they do not fit together."""
    is_told = arrays.keys() >= _OF_NAMES
    if (
        arrays.keys() - {"learned_from"} != _NAMES | (_OF_NAMES if is_told else set())
        or _text(arrays["reading"]) != way_of_reading()
    ):
        return None
    folds, hashes = int(arrays["folds"]), arrays.get("learned_from")
    count = folds * len(labels)
    if folds < 1 or not _is_array(arrays["intercepts"], (count,), np.float64):
        return None
    grams = {part: Grams(_lines(arrays[part]), arrays[f"{part}_idf"]) for part in _PARTS}
    weights = {part: arrays[f"{part}_weights"] for part in _PARTS}
    fits = all(
        _is_array(grams[part].idf, (len(grams[part].names),), np.float64)
        and _is_array(weights[part], (len(grams[part].names), count), np.float32)
        for part in _PARTS
    )
    words = set(grams["words"].names)
    pairs = [name.split(" ") for name in grams["pairs"].names]
    if not fits or not all(len(pair) == 2 and words.issuperset(pair) for pair in pairs):
        return None
    if hashes is not None and not _is_array(hashes, (len(hashes),), np.uint64):
        return None
    names = _names(arrays, labels, count) if is_told else None
    if is_told and names is None:
        return None
    evidence = arrays["evidence_weights"] if names else np.empty((0, count))
    told = StudentWeights(**weights, intercepts=arrays["intercepts"], evidence=evidence)
    return StudentReader(StudentVocabulary(**grams), told, names), folds, hashes


def _names(arrays: Mapping[str, NDArray[Any]], labels: tuple[str, ...], count: int) -> StudentNames | None:
    words = _lines(arrays["near_words"])
    fits = (
        _is_array(arrays["nearness"], (len(words), len(labels)), np.float32)
        and _is_array(arrays["standard"], (2, len(labels)), np.float64)
        and _is_array(arrays["evidence_weights"], (KINDS, count), np.float64)
    )
    return StudentNames(labels, words, arrays["nearness"], arrays["standard"]) if fits else None


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)


def _text(array: NDArray[np.uint8]) -> str:
    return array.astype(np.uint8).tobytes().decode("utf-8", "surrogatepass")


def _lines(array: NDArray[np.uint8]) -> tuple[str, ...]:
    text = _text(array)
    return tuple(text.split("\n")) if text else ()


def _is_array(value: NDArray[Any], shape: tuple[int, ...], kind: type) -> bool:
    return value.dtype == kind and value.shape == shape
