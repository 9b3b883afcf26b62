"""The kernel of one run: this very interpreter, whatever is or is not installed for the user."""

import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar

import traitlets
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

from workbench.figures.renderer import NO_STILLS
from workbench.runs.in_kernel import LINE
from workbench.runs.process_tree import end_tree
from workbench.settings import load_settings

# Whatever goes wrong is told by the run itself.
_ARGUMENTS = [f"--IPKernelApp.exec_lines={json.dumps([LINE])}", "--IPKernelApp.log_level=50"]


class _ThisPython(KernelSpecManager):
    """Knows one kernel: this interpreter, made ready for a run."""

    environment = traitlets.Dict()

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        command = get_kernel_dict(extra_arguments=_ARGUMENTS)
        return KernelSpec(**command, env=self.environment)


def run_environment(settings_file: Path | None) -> dict[str, str]:
    """What the process of a run finds in its environment besides what is there; and no secret of the settings.

    A cell that shows its environment would leave them in the notebook that is kept.
    """
    settings = {"WORKBENCH_SETTINGS": str(settings_file.resolve())} if settings_file else {}
    is_there = settings_file is None or settings_file.is_file()
    secret = load_settings(settings_file).secret_names if is_there else set()
    return {NO_STILLS: "1", **dict.fromkeys(secret & os.environ.keys(), ""), **settings}


@contextmanager
def kernel_manager(settings_file: Path | None) -> Iterator[type[AsyncKernelManager]]:
    """Class of kernel manager for one run; nbclient makes it, and ends its kernel."""
    environment = run_environment(settings_file)
    with tempfile.TemporaryDirectory(prefix="workbench-") as folder:

        class Kernel(AsyncKernelManager):
            made: ClassVar[list[AsyncKernelManager]] = []

            def __init__(self, **options: Any) -> None:
                super().__init__(
                    kernel_spec_manager=_ThisPython(environment=environment),
                    # Sockets in the file system are private to the user; Windows has none.
                    transport="tcp" if sys.platform == "win32" else "ipc",
                    # The path of such a socket may have 104 characters, so a folder of short name.
                    connection_file=os.path.join(folder, "kernel.json"),
                    **options,
                )
                self.made.append(self)

        yield Kernel


def end_kernel(kernel: Any) -> None:
    """End the kernels of a class at once, whatever they do or have started; nbclient then finds them dead."""
    for manager in kernel.made:
        number = getattr(manager.provisioner, "pid", None)
        if number:
            # It leads a session: what its cells have started is in it or is a child, whatever session it made itself.
            with suppress(ProcessLookupError):
                leads = hasattr(os, "killpg") and os.getpgid(number) == number
                end_tree(number)
                if leads:
                    os.killpg(number, signal.SIGKILL)
