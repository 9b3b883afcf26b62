"""Run one notebook with Papermill: in a kernel of this very interpreter, or in this very process."""

import errno
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from papermill.execute import ERROR_MARKER_TAG

from workbench.errors import OutsideError, WorkbenchError
from workbench.privacy.masking import NO_KEY, mask_text
from workbench.runs.deadline import Deadline, TimeIsUp
from workbench.runs.kernel import end_kernel, kernel_manager, run_environment
from workbench.runs.order import Engine
from workbench.runs.parameters import check_parameters

_PARAMETERS_TAG = "injected-parameters"


class _EndedEarlyError(Exception):
    """A cell ended the run before its end, as `sys.exit()` does; to Papermill that is no failure."""


def run_notebook(
    source: Path,
    output: Path,
    parameters: Mapping[str, Any],
    settings_file: Path | None,
    progress: bool = True,
    *,
    engine: Engine = "kernel",
    timeout_seconds: float | None = None,
) -> Path:
    """Execute a notebook and keep the executed copy.

    Parameters
    ----------
    source
        The notebook; it is not changed.
    output
        Where the executed copy goes, at once when all cells have run. A notebook that fails is kept
        beside it as `.failed.ipynb`, and an earlier good copy stays.
    parameters
        Values for its parameters.
    settings_file
        What the notebook finds in ``WORKBENCH_SETTINGS``; None leaves it as it is.
    progress
        Whether to show on standard error which cell of how many has run.
    engine
        ``kernel``: a fresh kernel. ``warm``: this very process, which should do nothing else.
    timeout_seconds
        When to give up on it; None: never. In a kernel this ends whatever runs; in this process only
        what is Python's own, so whoever starts such a process has to watch it too.

    Returns
    -------
    `output`.

    Raises
    ------
    WorkbenchError
        If a parameter is not declared, a cell fails, the time is up or the disk is full: names the cell
        and the kind of error. The message of the error is passed on only where it is a WorkbenchError's
        own, for any other may quote a post.
    """
    check_parameters(source, parameters)
    running, failed = running_file(output), failed_file(output)
    deadline = Deadline(timeout_seconds)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        executed = _execute(source, running, parameters, settings_file, progress, engine, deadline)
        _check_all_ran(executed)
    except (PapermillExecutionError, DeadKernelError, TimeIsUp, _EndedEarlyError) as error:
        where = keep_unfinished(output)
        reason = deadline.passed(where or "its beginning") or _reason(error, failed)
        raise WorkbenchError(f"{source} failed {reason}\nIt is kept as far as it ran: {failed}") from None
    except OSError as error:
        running.unlink(missing_ok=True)
        if error.errno != errno.ENOSPC:
            raise
        raise WorkbenchError(
            f"{source} could not be kept, for the disk is full at {output.parent}. Make room and run it again."
        ) from None
    except BaseException:
        running.unlink(missing_ok=True)
        raise
    running.replace(output)
    failed.unlink(missing_ok=True)
    return output


def running_file(output: Path) -> Path:
    """Where a notebook stands while it runs."""
    return output.with_suffix(".running.ipynb")


def failed_file(output: Path) -> Path:
    """Where a notebook that failed is kept as far as it ran."""
    return output.with_suffix(".failed.ipynb")


def keep_unfinished(output: Path) -> str:
    """Keep what a run left whose process is gone; gives the name of the cell it was in, or nothing."""
    running, failed = running_file(output), failed_file(output)
    if not running.is_file():
        return ""
    running.replace(failed)
    try:
        return _last_cell(failed)
    except (OSError, ValueError, nbformat.reader.NotJSONError):
        return ""  # it died while it was being written


def _execute(
    source: Path,
    running: Path,
    parameters: Mapping[str, Any],
    settings_file: Path | None,
    progress: bool,
    engine: Engine,
    deadline: Deadline,
) -> NotebookNode:
    options: dict[str, Any] = {
        "parameters": dict(parameters),
        "kernel_name": "python3",
        "language": "python",
        "progress_bar": {"desc": str(source), "file": sys.stderr} if progress else False,
    }
    if engine == "warm":
        from workbench.runs import warm_engine

        os.environ.update(run_environment(settings_file))
        with deadline.interrupting():
            return papermill.execute_notebook(source, running, engine_name=warm_engine.NAME, **options)
    else:
        with kernel_manager(settings_file) as kernel, deadline.calling(lambda: end_kernel(kernel)):
            return papermill.execute_notebook(
                source, running, kernel_manager_class=kernel, iopub_timeout=120, **options
            )


def _check_all_ran(executed: NotebookNode) -> None:
    skipped = "skip-execution"  # a tag by which people leave a cell out
    code = [
        cell
        for cell in executed.cells
        if cell.cell_type == "code" and cell.source.strip() and skipped not in cell.metadata.get("tags", [])
    ]
    outputs = [output for cell in code for output in cell.outputs]
    if not all(cell.execution_count for cell in code) or any(o.get("ename") == "SystemExit" for o in outputs):
        raise _EndedEarlyError


def cell_name(cells: list[nbformat.NotebookNode], index: int) -> str:
    """A cell as a person finds it: its number in the source notebook, and the heading above it."""
    above = [cell for cell in cells[:index] if not _is_injected(cell)]
    lines = "\n".join(cell.source for cell in above if cell.cell_type == "markdown").splitlines()
    heading = next((line.lstrip("# ") for line in reversed(lines) if line.startswith("#")), "")
    return f"cell {len(above) + 1} (under '{heading}')" if heading else f"cell {len(above) + 1}"


def _reason(error: Any, failed: Path) -> str:
    if isinstance(error, _EndedEarlyError):
        return f"in {_last_cell(failed)}, which ended the run before its end. Leave sys.exit() to programs."
    if not isinstance(error, PapermillExecutionError):
        return f"in {_last_cell(failed)} because its kernel died, most often for want of memory."
    where = _where(_cells(failed), error.cell_index)
    if error.ename == "OSError" and error.evalue.startswith(f"[Errno {errno.ENOSPC}]"):
        return f"in {where}, for the disk is full. Make room and run it again."
    is_ours = error.ename in (WorkbenchError.__name__, OutsideError.__name__)
    # Ours name what is wrong; a cell may raise one with somebody's words in it.
    message = f": {mask_text(error.evalue, NO_KEY)}" if is_ours else "."
    return f"in {where} with {error.ename}{message}"


def _last_cell(executed: Path) -> str:
    """The cell that a notebook came to, as a person finds it."""
    cells = _cells(executed)
    begun = [i for i, cell in enumerate(cells) if cell.metadata.get("papermill", {}).get("start_time")]
    return _where(cells, begun[-1]) if begun else "its first cell"


def _cells(executed: Path) -> list[nbformat.NotebookNode]:
    cells = nbformat.read(executed, as_version=4).cells
    return [cell for cell in cells if ERROR_MARKER_TAG not in cell.metadata.get("tags", [])]


def _where(cells: list[nbformat.NotebookNode], index: int) -> str:
    return "the parameters given to it" if _is_injected(cells[index]) else cell_name(cells, index)


def _is_injected(cell: nbformat.NotebookNode) -> bool:
    return _PARAMETERS_TAG in cell.metadata.get("tags", [])
