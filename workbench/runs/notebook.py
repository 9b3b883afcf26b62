"""Run one notebook with Papermill, in a kernel of this very interpreter."""

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import papermill
import traitlets
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError
from papermill.execute import ERROR_MARKER_TAG

from workbench.errors import WorkbenchError
from workbench.runs.parameters import check_parameters


def run_notebook(
    source: Path,
    output: Path,
    parameters: Mapping[str, Any],
    settings_file: Path | None,
    progress: bool = True,
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

    Returns
    -------
    `output`.

    Raises
    ------
    WorkbenchError
        If a parameter is not declared, or a cell fails: names the cell and the kind of error. The
        message of the error is passed on only where it is a WorkbenchError's own, for any other
        may quote a post.
    """
    check_parameters(source, parameters)
    output.parent.mkdir(parents=True, exist_ok=True)
    running, failed = output.with_suffix(".running.ipynb"), output.with_suffix(".failed.ipynb")
    try:
        with _kernel_manager(settings_file) as kernel_manager:
            papermill.execute_notebook(
                source,
                running,
                parameters=dict(parameters),
                kernel_name="python3",
                language="python",
                progress_bar={"desc": str(source), "file": sys.stderr} if progress else False,
                kernel_manager_class=kernel_manager,
            )
    except (PapermillExecutionError, DeadKernelError) as error:
        running.replace(failed)
        reason = _reason(error, failed)
        raise WorkbenchError(f"{source} failed {reason}\nIt is kept as far as it ran: {failed}") from None
    except BaseException:
        running.unlink(missing_ok=True)
        raise
    running.replace(output)
    failed.unlink(missing_ok=True)
    return output


def cell_name(cells: list[nbformat.NotebookNode], index: int) -> str:
    """A cell as a person finds it: its number in the source notebook, and the heading above it."""
    above = [cell for cell in cells[:index] if not _is_injected(cell)]
    lines = "\n".join(cell.source for cell in above if cell.cell_type == "markdown").splitlines()
    heading = next((line.lstrip("# ") for line in reversed(lines) if line.startswith("#")), "")
    return f"cell {len(above) + 1} (under '{heading}')" if heading else f"cell {len(above) + 1}"


def _reason(error: PapermillExecutionError | DeadKernelError, failed: Path) -> str:
    if isinstance(error, DeadKernelError):
        return "because its kernel died, most often for want of memory."
    cells = nbformat.read(failed, as_version=4).cells
    cells = [cell for cell in cells if ERROR_MARKER_TAG not in cell.metadata.get("tags", [])]
    at_parameters = _is_injected(cells[error.cell_index])
    where = "the parameters given to it" if at_parameters else cell_name(cells, error.cell_index)
    message = f": {error.evalue}" if error.ename == WorkbenchError.__name__ else "."
    return f"in {where} with {error.ename}{message}"


def _is_injected(cell: nbformat.NotebookNode) -> bool:
    return "injected-parameters" in cell.metadata.get("tags", [])


class _ThisPython(KernelSpecManager):
    """Knows one kernel, whatever is or is not installed for the user: this interpreter."""

    environment = traitlets.Dict()

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(**get_kernel_dict(), env=self.environment)


@contextmanager
def _kernel_manager(settings_file: Path | None) -> Iterator[type[AsyncKernelManager]]:
    """Class of kernel manager for one run; nbclient makes it, and ends its kernel."""
    environment = {"WORKBENCH_SETTINGS": str(settings_file.resolve())} if settings_file else {}
    with tempfile.TemporaryDirectory(prefix="workbench-") as folder:

        class Kernel(AsyncKernelManager):
            def __init__(self, **options: Any) -> None:
                super().__init__(
                    kernel_spec_manager=_ThisPython(environment=environment),
                    # Sockets in the file system are private to the user; Windows has none.
                    transport="tcp" if sys.platform == "win32" else "ipc",
                    # The path of such a socket may have 104 characters, so a folder of short name.
                    connection_file=os.path.join(folder, "kernel.json"),
                    **options,
                )

        yield Kernel
