"""Notices in a file on this machine, or on standard error: what works without anything being set up."""

import datetime as dt
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from workbench.notify.channels import NotDeliveredError
from workbench.notify.notice import Notice


@dataclass(frozen=True)
class LogChannel:
    """Adds to a file; None is standard error."""

    file: Path | None

    def send(self, notice: Notice) -> None:
        """Write the notice down.

        Raises
        ------
        NotDeliveredError
            The file cannot be written.
        """
        # Lines that go on are indented, so that every notice begins with its time.
        lines = [f"{notice.severity}: {notice.subject}", *notice.text.splitlines()]
        told = f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ} " + "\n    ".join(lines) + "\n"
        try:
            if self.file is None:
                sys.stderr.write(told)
                sys.stderr.flush()
                return
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with open(self.file, "a", encoding="utf-8") as log:
                log.write(told)
                log.flush()
                os.fsync(log.fileno())
        except OSError as error:
            raise NotDeliveredError(
                f"{self.file or 'standard error'} cannot be written: {error.strerror}"
            ) from None
