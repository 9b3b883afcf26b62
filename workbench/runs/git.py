"""Questions to Git about the checkout that code or notebooks lie in."""

import subprocess
from pathlib import Path


def git(
    folder: Path, *words: str, environment: dict[str, str] | None = None, given: str | None = None
) -> str:
    """What Git prints for these words in a folder, told `given` on standard input.

    Raises
    ------
    OSError
        There is no Git here.
    subprocess.CalledProcessError
        It refuses.
    """
    made = subprocess.run(
        ["git", "-C", str(folder), *words],
        check=True,
        capture_output=True,
        env=environment,
        input=None if given is None else given.encode(),
    )
    return made.stdout.decode("utf-8", "replace")
