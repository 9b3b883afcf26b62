"""The manifest of a report: everything it was made of, every figure's value, and its place in the page."""

import ast
import datetime as dt
import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat

from workbench.errors import WorkbenchError
from workbench.runs.canonical import canonical, digest
from workbench.runs.code_state import code_state, packages, python
from workbench.runs.inputs import (
    label_sets,
    model_identities,
    seeds_of_models,
    seeds_of_samples,
    table_contents,
)
from workbench.runs.made_by import made_by
from workbench.runs.order import Order
from workbench.runs.parameters import declared_parameters
from workbench.runs.record import read_records
from workbench.runs.recorded_values import ORIGIN, without_words
from workbench.runs.signing import signing_key_id
from workbench.settings import Settings
from workbench.settings.pinned import PLACES
from workbench.store.lake import Lake

SCHEMA = 1
ELEMENT = '<script type="application/json" id="manifest">'
_END = "</script>"


def make_manifest(
    order: Order, executed: Path, settings: Settings, lake_root: str | None = None
) -> dict[str, Any]:
    """What a report is made of, not signed yet.

    Parameters
    ----------
    order
        What was ordered.
    executed
        The notebook that ran; what it recorded are the figures.
    settings
        Those in force.
    lake_root
        The lake that was read, where it is not that of the settings.

    Returns
    -------
    Plain JSON. ``tables`` have versions and ``contents`` hashes of their files; ``parameters`` have every declared
    one, given or not; ``figures`` have for each recorded name its ``value``, the ``code`` of the notebook that it
    hangs on and the ``functions`` called there. Nobody's words are in it: see `without_words`.
    """
    records, notebook = read_records(executed), nbformat.read(executed, as_version=4)
    origin = records.get(ORIGIN) or {}
    root = lake_root or settings.lake_root
    lake = Lake(root, settings.lake.keep_versions_days, origin.get("tables") or {})
    title, question = _heading(notebook)
    parameters = {**_defaults(order.source), **order.parameters}
    return {
        "schema": SCHEMA,
        "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "title": str(records.get("title") or title),
        "question": question,
        "period": str(parameters.get("week") or order.name.split("/")[min(2, order.name.count("/"))]),
        "locale": settings.locale,
        "order": _ordered(order, parameters, settings),
        "noted": origin.get("parameters") or {},
        "seeds": _seeds(lake, parameters, origin, settings),
        "lake": lake_place(root, settings.folder),
        **_read(lake, origin, settings),
        "code": code_state(),
        "python": python(),
        "packages": packages(),
        "lock": origin.get("lock"),
        "settings": {"hash": origin.get("settings"), "values": _values(settings)},
        "figures": _figures(records, notebook),
        "tiles": without_words(records.get("tiles") or []),
        "key_id": signing_key_id(settings),
    }


def notebook_hash(source: Path) -> str:
    """SHA-256 over kind and text of every cell: equal where the same would run."""
    notebook = nbformat.read(source, as_version=4)
    return digest([[cell.cell_type, cell.source] for cell in notebook.cells])


def page_hash(html: str) -> str:
    """SHA-256 of a page without its manifest, so that the manifest can hold it.

    Examples
    --------
    >>> page = f"<body><p>41</p>{ELEMENT}</script></body>"
    >>> page_hash(with_manifest(page, {"schema": 1})) == page_hash(page)
    True
    >>> page_hash(page.replace("41", "14")) == page_hash(page)
    False
    """
    return hashlib.sha256(without_manifest(html).encode()).hexdigest()


def without_manifest(html: str) -> str:
    """The page with nothing in the place of its manifest."""
    before, _, after = _parts(html)
    return f"{before}{ELEMENT}{_END}{after}"


def with_manifest(html: str, manifest: Mapping[str, Any]) -> str:
    """The page with this manifest in it, instead of any other; where it has no place for one, last in the body."""
    before, _, after = _parts(html)
    # As a character code no text in it can end the element or begin a comment; a reader of JSON sees the same.
    written = canonical(manifest).replace("<", "\\u003c")
    return f"{before}{ELEMENT}{written}{_END}{after}"


def manifest_of(html: str) -> dict[str, Any] | None:
    """The manifest in a page; None where there is none.

    Raises
    ------
    WorkbenchError
        What stands there is no manifest, or not written as `with_manifest` writes it. No hash of the page covers
        the element itself, so that whatever else stood in it would be shown to readers and found by nobody.
    """
    if ELEMENT not in html:
        return None
    _, written, _ = _parts(html)
    try:
        manifest = json.loads(written)
        is_ours = isinstance(manifest, dict) and with_manifest(html, manifest) == html
    except (ValueError, WorkbenchError, RecursionError):
        is_ours = False
    if not is_ours:
        raise WorkbenchError("the manifest in this page cannot be read: it was changed, or cut off.")
    return manifest


def _ordered(order: Order, parameters: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    return {
        "name": order.name,
        "notebook": _notebook_name(order.source, settings.folder),
        "notebook_hash": notebook_hash(order.source),
        "job": order.job,
        "slot": order.slot,
        "segment": dict(order.segment),
        "vintage": order.vintage,
        "reasons": list(order.reasons),
        "owner": order.owner,
        "parameters": parameters,
    }


def _read(lake: Lake, origin: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """What was read: tables, labels and models. Of a notebook that does not say at which versions, nothing."""
    is_read = bool(lake.versions)
    return {
        "tables": dict(lake.versions),
        "contents": table_contents(lake) if is_read else {},
        "schema_version": origin.get("schema_version"),
        "models": model_identities(origin.get("models_in_use") or {}, settings.data_folder / "models"),
        "labels": label_sets(lake) if is_read else {},
    }


def _seeds(
    lake: Lake, parameters: Mapping[str, Any], origin: Mapping[str, Any], settings: Settings
) -> dict[str, Any]:
    """Seeds of the parameters, of the samples that were drawn, and of the models in use."""
    models = seeds_of_models(origin.get("models_in_use") or {}, settings.data_folder / "models")
    return {
        **{name: value for name, value in parameters.items() if "seed" in name},
        **{
            f"sample {name}": seed for name, seed in (seeds_of_samples(lake) if lake.versions else {}).items()
        },
        **{f"model {name}": seed for name, seed in models.items()},
    }


def _figures(records: Mapping[str, Any], notebook: nbformat.NotebookNode) -> dict[str, Any]:
    behind = made_by(notebook)
    return {
        name: {"value": without_words(value, name), **behind.get(name, {"code": [], "functions": []})}
        for name, value in records.items()
        if name != ORIGIN
    }


def _defaults(source: Path) -> dict[str, Any]:
    """Values of the parameters that nobody gave; one that is not written out plainly is left to the notebook."""
    found = {}
    for name, parameter in declared_parameters(source).items():
        try:
            found[name] = ast.literal_eval(parameter.default)
        except (ValueError, SyntaxError):
            continue
    return found


def _values(settings: Settings) -> dict[str, Any]:
    """The settings that make figures, as they were in force, without those that only say what is the usual."""
    return settings.model_dump(mode="json", exclude_defaults=True, exclude=set(PLACES))


def _notebook_name(source: Path, folder: Path) -> str:
    """The name by which it is found again on any machine, else its path."""
    source = source.resolve()
    if source.parent.parent.name == "notebooks":
        return f"{source.parent.name}/{source.stem}"
    is_beside = source.is_relative_to(folder.resolve())
    return (source.relative_to(folder.resolve()) if is_beside else source).as_posix()


def lake_place(root: str, folder: Path) -> str:
    """The lake as seen from the settings file: a copy of both is found again, wherever it lies."""
    return root if "://" in root else os.path.relpath(root, folder)


def _heading(notebook: nbformat.NotebookNode) -> tuple[str, str]:
    """Title and question, as the first cell has them."""
    first = notebook.cells[0].source if notebook.cells else ""
    heading = re.match(r"\s*# +(.+)\n*((?:.*\S.*\n?)*)", first)
    return (heading[1].strip(), " ".join(heading[2].split())) if heading else ("", "")


def _parts(html: str) -> tuple[str, str, str]:
    """What stands before the manifest, the manifest, and what stands after it."""
    if ELEMENT in html:
        before, _, rest = html.rpartition(ELEMENT)
        written, _, after = rest.partition(_END)
        return before, written, after
    body_end = [found.start() for found in re.finditer("</body>", html)]
    place = body_end[-1] if body_end else len(html)
    return html[:place], "", html[place:]
