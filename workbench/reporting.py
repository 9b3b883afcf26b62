"""From the name of a notebook to its report: refresh, run, keep the figures, export."""

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from workbench.errors import WorkbenchError, one_of
from workbench.progress import Progress
from workbench.refresh import refresh
from workbench.reports.export import export_report
from workbench.reports.failure import say_failed
from workbench.reports.index import write_index
from workbench.reports.pages import write_page
from workbench.reports.revision_rows import revision_rows
from workbench.runs.alone import LONGEST_SECONDS, alone, by_hand, is_scheduled
from workbench.runs.canonical import canonical
from workbench.runs.checks_held import CHECKS, unmet
from workbench.runs.code_state import keep_large_patch
from workbench.runs.kept_manifest import kept_manifest, kept_order
from workbench.runs.manifest import make_manifest
from workbench.runs.notebook import run_notebook, running_file
from workbench.runs.notebook_files import find_notebook
from workbench.runs.order import Order
from workbench.runs.parameters import declared_parameters, read_parameters
from workbench.runs.record import read_records, recorded_frame
from workbench.runs.row_hashes import keep_row_hashes
from workbench.runs.segments import SEGMENTS, is_too_long, segment_path
from workbench.runs.signing import check_key, signed
from workbench.session import open_workbench
from workbench.settings import Settings, find_settings, load_settings
from workbench.statistics.measure import MEASURE_COLUMNS
from workbench.statistics.vintages import grouped, not_yet_kept
from workbench.store.lake import Lake
from workbench.store.schema import open_lake


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
    return run_order(order_of(settings, notebook, pairs, progress), settings, progress)


def report_job(notebook: str, pairs: Sequence[str], progress: Progress, checks: Sequence[str] = ()) -> Path:
    """Run a notebook and make one self-contained HTML file of it; gives its path.

    Where that fails, or one of the named checks found something, a page says so in the place of the report, and the
    last good one stays.

    Raises
    ------
    WorkbenchError
        There is no such notebook, parameter or check; or as `fulfil`.
    """
    for check in checks:
        one_of(check, CHECKS, "check")
    settings = load_settings()
    order = order_of(settings, notebook, pairs, progress)
    order = replace(order, checks=(*order.checks, *checks))
    try:
        return fulfil(order, settings, progress)
    except WorkbenchError as error:
        # Where a scheduled run came first, it was the one beside it that failed.
        ran = by_hand(order) if is_scheduled(order, settings) else order
        say_failed(ran, settings, str(error))
        raise


def order_of(settings: Settings, notebook: str, pairs: Sequence[str], progress: Progress) -> Order:
    """What a person orders: the notebook of that name, on data brought up to date.

    A brand, product or region that is given names the report too, so that it takes no other's place. A scheduled report
    stays as it is: one that would take its place is called ``NAME/by-hand``.

    Raises
    ------
    WorkbenchError
        There is no such notebook or parameter, or a brand, product or region is too long to name a file.
    """
    source = find_notebook(notebook, settings)
    parameters: dict[str, Any] = read_parameters(source, pairs)
    progress(0.0, "bringing mentions and predictions up to date")
    refresh(settings, progress)
    declared = declared_parameters(source)
    if "week" in declared and not parameters.get("week"):
        # Resolved before the run, so that the run can be named and made again.
        parameters["week"] = open_workbench().week().label
    period = parameters.get("week") or f"{dt.date.today():%Y-%m-%d}"
    # A brand, product or region has a page of its own, as in a job that runs for each.
    segment = {name: str(parameters[name]) for name in SEGMENTS if parameters.get(name)}
    if long := [name for name, value in segment.items() if is_too_long(value)]:
        raise WorkbenchError(f"{long[0]} '{segment[long[0]][:40]}…' is too long to name a file. Shorten it.")
    parts = (source.parent.name, source.stem, period, segment_path(segment))
    order = Order(source, "/".join(part for part in parts if part), parameters, segment=segment)
    return by_hand(order) if _is_taken(order, settings) else order


def _is_taken(order: Order, settings: Settings) -> bool:
    """Whether a scheduled run has made the report of that name, or somebody is just making it."""
    running = running_file(order.run_file(settings.data_folder))
    with suppress(OSError):
        # It is written after every cell; one that was left by a killed run is not waited for.
        if time.time() - running.stat().st_mtime < LONGEST_SECONDS:
            return True
    return is_scheduled(order, settings)


def run_order(order: Order, settings: Settings, progress: Progress) -> Path:
    """Run what was ordered and keep its figures; gives the executed notebook.

    Raises
    ------
    WorkbenchError
        A cell failed.
    """
    with alone(order, settings, progress) as own:
        made = _executed(own, settings, progress)
        keep_measures(settings, own.name, read_records(made))
        return made


def _executed(order: Order, settings: Settings, progress: Progress) -> Path:
    progress(0.0, "running the notebook")
    return run_notebook(
        order.source,
        order.run_file(settings.data_folder),
        order.parameters,
        find_settings(),
        progress=False,
        engine=order.engine,
        timeout_seconds=order.timeout_seconds,
    )


def fulfil(order: Order, settings: Settings, progress: Progress) -> Path:
    """Run what was ordered and make its report; gives the path of the report.

    Whoever asked says where that fails (`workbench.reports.failure.say_failed`).

    Raises
    ------
    WorkbenchError
        A cell failed, a check that must hold did not, or the key that signs cannot be used.
    """
    check_key(settings, is_needed=bool(order.job))
    with alone(order, settings, progress) as own:
        return _made(own, settings, progress)


def _made(order: Order, settings: Settings, progress: Progress) -> Path:
    executed = _executed(order, settings, progress)
    _check_held(order, executed)
    # Figures that nobody is shown are none that could be revised.
    keep_measures(settings, order.name, read_records(executed))
    progress(0.9, "making the report")
    report = publish(order, executed, order.report_file(settings.data_folder), settings)
    with suppress(OSError):  # the report is there, whether or not it is listed
        write_index(settings.data_folder / "reports", settings.locale)
    return report


def publish(
    order: Order, executed: Path, report: Path, settings: Settings, lake_root: str | None = None
) -> Path:
    """The report of an executed notebook, with its signed manifest in it and beside the run; gives its path.

    Parameters
    ----------
    order, executed
        What was ordered, and the notebook that ran.
    report
        The file to write.
    settings
        Those in force.
    lake_root
        The lake that was read, where it is not that of the settings.

    Raises
    ------
    WorkbenchError
        A cell failed.
    """
    manifest = make_manifest(order, executed, settings, lake_root)
    keep_large_patch(manifest["code"], settings.data_folder / "runs" / "patches")
    # Without them a changed file is told all the same, but not row by row.
    with suppress(OSError, duckdb.Error):
        lake = Lake(lake_root or settings.lake_root, versions=manifest["tables"])
        keep_row_hashes(lake, manifest["contents"], settings)
    kept = order.manifest_file(settings.data_folder)
    if _is_preliminary(kept):
        if revised := revision_rows(kept_manifest(kept), manifest):
            manifest["revisions"] = revised
        _keep_preliminary(order, report, settings)
    sealed: dict[str, Any] = {}

    def seal(whole: Mapping[str, Any]) -> Mapping[str, Any]:
        sealed.update(signed(whole, settings))
        return sealed

    export_report(executed, report, manifest, settings.locale, seal)
    write_page(kept, canonical(sealed) + "\n")
    return report


def _check_held(order: Order, executed: Path) -> None:
    faults = unmet(read_records(executed), order.checks)
    if faults:
        raise WorkbenchError(f"no report of {order.name}, for a check did not hold. {' '.join(faults)}")


def _is_preliminary(kept: Path) -> bool:
    return kept_order(kept).get("vintage") == "preliminary"


def _keep_preliminary(order: Order, report: Path, settings: Settings) -> None:
    """Keep the page that is about to be replaced: somebody may have it, and ask why a figure has moved."""
    if order.vintage != "preliminary" and report.is_file():
        write_page(order.run_file(settings.data_folder).with_suffix(".preliminary.html"), report.read_bytes())


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
    # Only of this run: the table has every figure of every report.
    before = lake.read("measures", where="run_id = '{}'".format(run_id.replace("'", "''"))).to_pandas()
    rows = not_yet_kept(before, rows.assign(run_id=run_id))
    rows = rows.assign(recorded_at=dt.datetime.now(dt.UTC))
    return lake.merge("measures", pa.Table.from_pandas(rows, preserve_index=False))
