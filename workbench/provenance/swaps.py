"""A report's notebook run again with chosen parts of what it was made of; nothing is kept of it."""

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError
from workbench.provenance.tolerant import without_lost
from workbench.reports.displayed import displayed_figures
from workbench.reports.export import export_report
from workbench.runs.notebook import run_notebook
from workbench.runs.notebook_files import find_notebook
from workbench.runs.record import read_records
from workbench.runs.recorded_values import ORIGIN, without_words
from workbench.settings import Settings, find_settings, keeping, pinned
from workbench.settings.pinned import Pins


@dataclass(frozen=True)
class Ingredients:
    """What can be opened again of a report: table versions, models by task, settings and parameters."""

    tables: Mapping[str, int]
    models: Mapping[str, str]
    settings: Mapping[str, Any]
    parameters: Mapping[str, Any]

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> "Ingredients":
        """Those of a manifest."""
        return cls(
            dict(manifest["tables"]),
            {task: model["name"] for task, model in manifest["models"].items()},
            dict(manifest["settings"]["values"]),
            dict(manifest["order"]["parameters"]),
        )


@dataclass(frozen=True)
class Remade:
    """What came out: recorded figures, the parameters that the notebook itself noted, and what its page displays.

    ``displayed`` is None where no page was made.
    """

    figures: Mapping[str, Any]
    noted: Mapping[str, Any]
    displayed: list[dict[str, str]] | None = None


def remake(
    manifest: Mapping[str, Any],
    settings: Settings,
    ingredients: Ingredients,
    *,
    with_page: bool = False,
    is_tolerant: bool = False,
) -> Remade:
    """Run the notebook of a report with these ingredients, in a folder that is gone afterwards.

    Parameters
    ----------
    manifest
        Of the report.
    settings
        Where lake and models are.
    ingredients
        What to run it with.
    with_page
        Whether to make its page too, for what a reader sees.
    is_tolerant
        Whether to go on after a figure that cannot be made, for those that can.

    Raises
    ------
    WorkbenchError
        A cell failed, or would have kept something, or the notebook is none of ours.
    """
    source = own_notebook(str(manifest["order"]["notebook"]), settings)
    with tempfile.TemporaryDirectory(prefix="workbench-") as place:
        folder = Path(place)
        if is_tolerant:
            source = without_lost(source, folder / "source.ipynb")
        with _keeping_nothing(ingredients, folder):
            executed = run_notebook(
                source, folder / "run.ipynb", ingredients.parameters, find_settings(), progress=False
            )
        records = read_records(executed)
        displayed = None
        if with_page:
            page = export_report(executed, folder / "page.html", manifest, manifest["locale"] or None)
            displayed = displayed_figures(page.read_bytes().decode())
    origin = records.pop(ORIGIN, None) or {}
    figures = {name: without_words(value, name) for name, value in records.items()}
    return Remade(figures, origin.get("parameters", {}), displayed)


def own_notebook(name: str, settings: Settings) -> Path:
    """The notebook of that name, if it is one of ours: a forged manifest shall not choose what runs here.

    Raises
    ------
    WorkbenchError
        It is none, or lies elsewhere.
    """
    if not re.fullmatch(r"[\w-]+/[\w-]+", name):
        beside = (settings.folder / name).resolve()
        if not beside.is_relative_to(settings.folder.resolve()):
            raise WorkbenchError(
                f"the report is of the notebook {name}, which lies outside notebooks/ and the folder of "
                "workbench.toml. It is not run from a report: put it under notebooks/, if it is yours."
            )
        name = str(beside)
    return find_notebook(name, settings)


@contextmanager
def _keeping_nothing(ingredients: Ingredients, folder: Path) -> Iterator[None]:
    """The environment of such a run: pinned, and told to keep nothing."""
    pins = Pins(dict(ingredients.tables), dict(ingredients.models), dict(ingredients.settings))
    file = folder / "pins.json"
    file.write_text(json.dumps(asdict(pins)), encoding="utf-8")
    before = {name: os.environ.get(name) for name in (pinned.VARIABLE, keeping.VARIABLE)}
    os.environ |= {pinned.VARIABLE: str(file), keeping.VARIABLE: "1"}
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
