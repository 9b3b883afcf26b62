"""Label Studio in an environment of its own: installed once, beside this one, and shielded from it.

Its dependencies would not go with ours, and a bare DEBUG, HOST or PORT in a user's shell would change it.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from workbench.errors import WorkbenchError
from workbench.progress import Progress, silent

VERSION = "1.23.2"
_PACKAGES = 112  # that it comes with, for the progress bar

# Reaching into private networks is what a stranger's webhook or task would do; only this machine is let through,
# where the optional prediction service listens.
_BANNED = (
    "0.0.0.0/8,10.0.0.0/8,100.64.0.0/10,169.254.0.0/16,172.16.0.0/12,192.0.0.0/24,192.168.0.0/16,198.18.0.0/15,"
    "224.0.0.0/4,240.0.0.0/4,::/128,fc00::/7,fe80::/10,ff00::/8"
)
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "SYSTEMROOT")


class NotInstallableError(WorkbenchError):
    """Label Studio is not there and cannot be fetched, for instance without a network."""


def home() -> Path:
    """Folder of the environment."""
    return Path(sys.prefix) / "label-studio"


def program() -> Path:
    """The command `label-studio`."""
    return home() / "bin" / "label-studio"


def is_installed() -> bool:
    """Whether the version that was tested is there, whole."""
    return _marker().is_file() and program().is_file()


def install(progress: Progress = silent) -> None:
    """Install Label Studio, once; stopped in the middle, the next call goes on.

    Raises
    ------
    NotInstallableError
        There is no network, no room, or the folder may not be written.
    """
    if is_installed():
        return
    try:
        home().mkdir(exist_ok=True)
    except OSError as error:
        raise NotInstallableError(
            f"Label Studio would be installed into {home()}, which cannot be written ({error.strerror}). "
            "Use a virtual environment of your own: make lab."
        ) from None
    with FileLock(home() / ".lock"):
        if is_installed():
            return
        progress(0.0, f"making the environment {home()}")
        _run([sys.executable, "-m", "venv", str(home())], lambda line: None)
        collected = 0

        def tell(line: str) -> None:
            nonlocal collected
            if found := re.match(r"Collecting ([\w.-]+)", line):
                collected += 1
                progress(
                    min(0.8, 0.8 * collected / _PACKAGES), f"fetching Label Studio {VERSION}: {found[1]}"
                )
            elif line.startswith("Installing collected packages"):
                progress(0.85, "installing what was fetched")

        pip = [str(home() / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input"]
        _run([*pip, "install", "--progress-bar=off", f"label-studio=={VERSION}"], tell)
        _marker().touch()
        progress(1.0, "Label Studio is installed")


def scrubbed(data: Path, **secrets: str) -> dict[str, str]:
    """Environment of the server: nothing of the user's, no news to its makers, everything beneath `data`."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT}
    settings = {
        "BASE_DATA_DIR": str(data),
        "COLLECT_ANALYTICS": "false",
        "LATEST_VERSION_CHECK": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
        "DISABLE_SIGNUP_WITHOUT_LINK": "true",
        "USE_DEFAULT_BANNED_SUBNETS": "false",
        "USER_ADDITIONAL_BANNED_SUBNETS": _BANNED,
        **secrets,
    }
    # It keeps some files beneath the user's configuration folder whatever its data folder is.
    folders = {"XDG_CONFIG_HOME": str(data / "xdg"), "XDG_DATA_HOME": str(data / "xdg")}
    return kept | folders | {f"LABEL_STUDIO_{name}": value for name, value in settings.items()}


def _marker() -> Path:
    return home() / f".complete-{VERSION}"


def _run(command: list[str], tell: Callable[[str], None]) -> None:
    """Run to the end, each line told as it comes."""
    wrong = ""
    # The package index that the user has configured is the one to ask.
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            tell(line)
            if line.startswith("ERROR:"):
                wrong = wrong or line.removeprefix("ERROR:").strip()
    if process.returncode:
        raise NotInstallableError(
            f"Label Studio {VERSION} could not be installed: {wrong or f'exit code {process.returncode}'}. It is "
            "fetched once from the package index, so a network is needed; then run the same command again."
        )
