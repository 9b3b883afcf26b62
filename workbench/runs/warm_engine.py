"""A Papermill engine without a kernel: the cells run in this very process.

For notebooks that are trusted, in a process that does nothing else and ends with the run: nothing starts,
nothing is imported that is there already. A cell cannot be interrupted from outside; whoever started the
process ends it.
"""

import io
import json
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import traitlets
from altair.utils import schemapi
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from nbformat import NotebookNode
from nbformat.v4 import new_output
from papermill.engines import Engine, papermill_engines

from workbench.runs.fence import running_cell
from workbench.runs.output_limit import OutputLimit

NAME = "workbench-warm"


class WarmEngine(Engine):
    """A class, and a class method, because Papermill takes its engines so."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **_options: Any) -> None:
        """Run the cells one after another, until one fails."""
        _forget_shells()
        shell = _Shell.instance(colors="nocolor")
        # A chart is checked as a whole when it is shown; each of its parts need not be before.
        schemapi.DEBUG_MODE = False
        nb_man.nb.metadata["language_info"] = {"name": "python", "version": sys.version.split()[0]}
        for index, cell in enumerate(nb_man.nb.cells):
            is_code = cell.cell_type == "code" and bool(cell.source.strip())
            with _not_kept(nb_man):
                nb_man.cell_start(cell, index)
            if is_code:
                _keep(nb_man)
            failure = _run(shell, cell) if is_code else None
            if failure is not None:
                nb_man.cell_exception(cell, cell_index=index, exception=failure)
            with _not_kept(nb_man):
                nb_man.cell_complete(cell, cell_index=index)
            if failure is not None:
                break
        nb_man.output_path = None  # Papermill writes the whole once more when its engine is done


def rehearse() -> None:
    """Import what IPython imports only once a shell begins."""
    _Shell.instance(colors="nocolor")
    _forget_shells()


def _forget_shells() -> None:
    """Of the one that is running and of its class, or the next would not be known as the one that is running."""
    _Shell.clear_instance()
    InteractiveShell.clear_instance()


def _keep(nb_man: Any) -> None:
    """Write the notebook down where a cell begins, so that it is known how far it came.

    Papermill would write it by nbformat, for people, and as often again: half a second in a report of two.
    """
    if nb_man.output_path:
        Path(nb_man.output_path).write_text(json.dumps(nb_man.nb, ensure_ascii=False), encoding="utf-8")


@contextmanager
def _not_kept(nb_man: Any) -> Iterator[None]:
    """Keep Papermill from writing the notebook."""
    path, nb_man.output_path = nb_man.output_path, None
    try:
        yield
    finally:
        nb_man.output_path = path


def _run(shell: "_Shell", cell: NotebookNode) -> BaseException | None:
    """Run one cell into its outputs; gives what it failed with."""
    cell.outputs = shell.outputs = []
    shell.limit = limit = OutputLimit()
    out, err = (_Stream(name, cell.outputs, limit) for name in ("stdout", "stderr"))
    with redirect_stdout(out), redirect_stderr(err), warnings.catch_warnings(), running_cell():
        # What scrapbook records is shown by IPython, with a kernel or without.
        warnings.filterwarnings("ignore", message="No kernel detected for 'glue'")
        warnings.filterwarnings("ignore", message="To exit:")  # meant for somebody at a prompt
        result = shell.run_cell(cell.source, store_history=True)
    for stream in (out, err):
        stream.settle()
    cell.execution_count = result.execution_count
    return result.error_before_exec or result.error_in_exec


class _Stream(io.TextIOBase):
    """What a cell prints, joined to its last output where that was printed too."""

    def __init__(self, name: str, outputs: list[NotebookNode], limit: OutputLimit) -> None:
        self.kind, self.outputs, self.limit = name, outputs, limit
        self.output: NotebookNode | None = None
        self.text = io.StringIO()

    def write(self, text: str) -> int:
        if kept := self.limit.kept(text):
            if self.output is None or self.outputs[-1] is not self.output:
                self.settle()
                self.output, self.text = new_output("stream", name=self.kind, text=""), io.StringIO()
                self.outputs.append(self.output)
            self.text.write(kept)
        return len(text)

    def settle(self) -> None:
        """Give the output its text: once and not with every word, or printing much would take for ever."""
        if self.output is not None:
            self.output["text"] = self.text.getvalue()


class _Publisher(DisplayPublisher):
    """`display(…)`, and the values that a notebook records."""

    def publish(self, data: Any, metadata: Any = None, source: Any = None, **_options: Any) -> None:
        assert self.shell is not None
        if kept := self.shell.limit.kept_data(data):
            self.shell.outputs.append(new_output("display_data", data=kept, metadata=metadata or {}))


class _Hook(DisplayHook):
    """The value of the last line of a cell."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        assert self.shell is not None
        if kept := self.shell.limit.kept_data(format_dict):
            self.shell.outputs.append(
                new_output(
                    "execute_result", data=kept, metadata=md_dict or {}, execution_count=self.prompt_count
                )
            )

    def finish_displayhook(self) -> None:
        self._is_active = False


class _Shell(InteractiveShell):
    """IPython, its outputs going into the notebook."""

    display_pub_class = traitlets.Type(_Publisher)
    displayhook_class = traitlets.Type(_Hook)
    outputs: list[NotebookNode]
    limit: OutputLimit

    def init_history(self) -> None:
        # No file of a person's own commands is opened for a run.
        self.config.HistoryManager.enabled = False
        super().init_history()

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        self.outputs.append(
            new_output(
                "error", ename=getattr(etype, "__name__", str(etype)), evalue=str(evalue), traceback=stb
            )
        )


papermill_engines.register(NAME, WarmEngine)
