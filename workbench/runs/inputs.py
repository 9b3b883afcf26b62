"""What a run read: the content of tables at their versions, sets of labels, models."""

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc

from workbench.file_hash import sha256_of
from workbench.models.lexicon import NAME as LEXICON
from workbench.models.registry import CARD_FILE
from workbench.runs.canonical import digest
from workbench.runs.code_state import packages
from workbench.store.lake import Lake


def table_contents(lake: Lake) -> dict[str, str]:
    """SHA-256 over the files of every table of a lake opened at versions: a version whose files were changed shows.

    Of a lake in the cloud over names and sizes of the files, which are not fetched for it.
    """
    return {name: _content(lake, name) for name in lake.versions}


def label_sets(lake: Lake) -> dict[str, dict[str, Any]]:
    """The labels of each task: their number, and a hash that is equal only where all of them are."""
    delta = lake.delta("labels")
    return {} if delta is None else _label_sets(lake.root, delta.version())


def model_identities(models: Mapping[str, str], folder: Path) -> dict[str, dict[str, str]]:
    """For each task the name of its model, and a hash of the card, which has the hashes of all its files."""
    return {task: {"name": name, "version": _version(folder / task, name)} for task, name in models.items()}


def seeds_of_samples(lake: Lake) -> dict[str, int]:
    """With what seed each sample was drawn that people label."""
    delta = lake.delta("label_samples")
    return {} if delta is None else _seeds_of_samples(lake.root, delta.version())


def seeds_of_models(models: Mapping[str, str], folder: Path) -> dict[str, int]:
    """With what seed each model learned; a lexicon did not."""
    cards = {name: folder / task / name / CARD_FILE for task, name in models.items()}
    read = {
        name: json.loads(card.read_text(encoding="utf-8")) for name, card in cards.items() if card.is_file()
    }
    seeds = {name: (card.get("settings") or {}).get("seed") for name, card in read.items()}
    return {name: seed for name, seed in seeds.items() if seed is not None}


def _version(folder: Path, name: str) -> str:
    if name == LEXICON:
        return packages().get("vadersentiment", "")
    card = folder / name / CARD_FILE
    return sha256_of(card) if card.is_file() else ""


def _content(lake: Lake, name: str) -> str:
    delta = lake.delta(name)
    files = sorted(delta.file_uris()) if delta is not None else []
    if any("://" in file for file in files):
        actions = delta.get_add_actions(flatten=True) if delta is not None else None
        columns = pa.table(actions).select(["path", "size_bytes"]).to_pylist() if actions is not None else []
        return digest(sorted([row["path"], row["size_bytes"]] for row in columns))
    return digest([[Path(file).name, _file(Path(unquote(file)))] for file in files])


def _file(file: Path) -> str:
    try:
        stat = file.stat()
    except FileNotFoundError:
        return "gone"
    return _hash(str(file), stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=4096)
def _hash(file: str, size: int, changed_at: int) -> str:
    """Files of the lake are never changed, so that a long process reads each only once."""
    return sha256_of(Path(file))


@lru_cache(maxsize=64)
def _seeds_of_samples(root: str, version: int) -> dict[str, int]:
    drawn = Lake(root, versions={"label_samples": version}).read("label_samples", ["sample_id", "seed"])
    pairs = drawn.group_by(["sample_id", "seed"]).aggregate([]).sort_by("sample_id").to_pylist()
    return {row["sample_id"]: row["seed"] for row in pairs}


@lru_cache(maxsize=64)
def _label_sets(root: str, version: int) -> dict[str, dict[str, Any]]:
    columns = ["task", "annotation_id", "post_id", "brand", "label", "annotator"]
    labels = Lake(root, versions={"labels": version}).read("labels", columns)
    sets = {}
    for task in pc.unique(labels["task"]).to_pylist():
        rows = labels.filter(pc.equal(labels["task"], task)).sort_by(
            [(name, "ascending") for name in columns]
        )
        lines = "\n".join("\x1f".join(map(str, row.values())) for row in rows.to_pylist())
        sets[str(task)] = {"hash": hashlib.sha256(lines.encode()).hexdigest(), "count": rows.num_rows}
    return sets
