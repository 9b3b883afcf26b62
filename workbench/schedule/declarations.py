"""What the files declare: the settings and the jobs, read again when a file changes."""

from collections.abc import Callable
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.schedule.job_files import jobs_folder, read_jobs
from workbench.schedule.jobs import Job
from workbench.settings import Settings, find_settings, load_settings


class Declarations:
    """Settings and jobs. A file that is changed for the worse changes nothing: the last good ones hold.

    Parameters
    ----------
    say
        Where faults go, and that the files were read again.

    Raises
    ------
    WorkbenchError
        At the beginning: lists everything that is wrong.
    """

    def __init__(self, say: Callable[[str], None] = lambda line: None) -> None:
        self.say = say
        self.faults = ""
        self.settings_file = find_settings()
        self.settings: Settings = load_settings()
        self._seen = self._stamp()
        self.jobs: dict[str, Job] = read_jobs(self.settings)

    def read_again(self) -> bool:
        """Read what has changed; says whether something has."""
        stamp = self._stamp()
        if stamp == self._seen:
            return False
        self._seen = stamp
        try:
            settings = load_settings()
            self.jobs, self.settings, self.faults = read_jobs(settings), settings, ""
        except WorkbenchError as error:
            self.faults = str(error)
            self.say(f"{error}\nUntil this is mended, the jobs go on as they were.")
            return False
        self.say(f"read again: {len(self.jobs)} jobs")
        return True

    def _stamp(self) -> tuple[tuple[str, int, int], ...]:
        """Names, sizes and times of all files."""
        folder = jobs_folder(self.settings)
        files = [*sorted(folder.glob("*.y*ml")), *([self.settings_file] if self.settings_file else [])]
        return tuple(stamp for file in files if (stamp := _stamp_of(file)))


def _stamp_of(file: Path) -> tuple[str, int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return str(file), status.st_size, status.st_mtime_ns
