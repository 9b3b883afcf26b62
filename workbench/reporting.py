"""From the name of a notebook to its report: refresh, run, keep the figures, export."""

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

import workbench
from workbench.errors import WorkbenchError, did_you_mean
from workbench.refresh import refresh
from workbench.reports.export import export_report
from workbench.runs.notebook import run_notebook
from workbench.runs.parameters import declared_parameters, read_parameters
from workbench.runs.record import read_records, recorded_frame
from workbench.session import open_workbench
from workbench.settings import Settings, find_settings, load_settings
from workbench.statistics.measure import MEASURE_COLUMNS
from workbench.statistics.vintages import grouped, not_yet_kept
from workbench.store.schema import open_lake

Progress = Callable[[float, str], None]


def run_job(notebook: str, pairs: Sequence[str], progress: Progress) -> Path:
    """Run a notebook and keep it with its outputs; every figure it records goes to the table `measures`.

    Parameters
    ----------
    notebook
        Its path, or its name under `notebooks/`, for instance "kpi/weekly".
    pairs
        ``name=value``, in the types that the notebook declares.
    progress
        Called with the share done and what is being done.

    Raises
    ------
    WorkbenchError
        There is no such notebook or parameter, or a cell failed.
    """
    settings = load_settings()
    source = find_notebook(notebook, settings)
    parameters: dict[str, Any] = read_parameters(source, pairs)
    progress(0.0, "bringing mentions and predictions up to date")
    refresh(settings, progress)
    declared = declared_parameters(source)
    if "week" in declared and not parameters.get("week"):
        # Resolved before the run, so that the run can be named and made again.
        parameters["week"] = open_workbench().week().label
    period = parameters.get("week") or f"{dt.date.today():%Y-%m-%d}"
    output = settings.data_folder / "runs" / source.parent.name / source.stem / f"{period}.ipynb"
    progress(0.0, "running the notebook")
    made = run_notebook(source, output, parameters, find_settings(), progress=False)
    keep_measures(settings, f"{source.parent.name}/{source.stem}/{period}", read_records(made))
    return made


def report_job(notebook: str, pairs: Sequence[str], progress: Progress) -> Path:
    """Run a notebook and make one self-contained HTML file of it; gives its path."""
    executed = run_job(notebook, pairs, progress)
    progress(0.9, "making the report")
    folder = Path(*("reports" if part == "runs" else part for part in executed.parts[-4:]))
    return export_report(executed, executed.parents[3] / folder.with_suffix(".html"))


def find_notebook(name: str, settings: Settings) -> Path:
    """The notebook of that path or name.

    Raises
    ------
    WorkbenchError
        There is none; names the nearest.
    """
    folders = [
        Path.cwd() / "notebooks",
        settings.folder / "notebooks",
        Path(workbench.__file__).parents[1] / "notebooks",
    ]
    for candidate in (Path(name), *(folder / f"{name.removesuffix('.ipynb')}.ipynb" for folder in folders)):
        if candidate.is_file() and candidate.suffix == ".ipynb":
            return candidate
    known = sorted({f"{f.parent.name}/{f.stem}" for folder in folders for f in folder.glob("*/*.ipynb")})
    raise WorkbenchError(
        f"there is no notebook '{name}'.{did_you_mean(name, known)} Notebooks: {', '.join(known)}."
    )


def keep_measures(settings: Settings, run_id: str, records: dict[str, Any]) -> int:
    """Add the recorded measure frames to the table `measures`; gives the number of figures that are new or changed.

    A figure that a run has shown before and shows otherwise now is added, and what it was stays.
    """
    frames = [
        recorded_frame(v) for v in records.values() if isinstance(v, dict) and set(v) == {"columns", "rows"}
    ]
    frames = [frame for frame in frames if set(MEASURE_COLUMNS) <= set(frame.columns) and len(frame)]
    if not frames:
        return 0
    lake = open_lake(settings)
    rows = pd.concat([grouped(frame) for frame in frames], ignore_index=True)
    rows = not_yet_kept(lake.read("measures").to_pandas(), rows.assign(run_id=run_id))
    rows = rows.assign(recorded_at=dt.datetime.now(dt.UTC))
    return lake.merge("measures", pa.Table.from_pandas(rows, preserve_index=False))
