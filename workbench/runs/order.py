"""What one run is asked to do, whoever asks: a person, a scheduler, somebody who verifies a report."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Engine = Literal["kernel", "warm"]
Vintage = Literal["", "preliminary", "final"]


@dataclass(frozen=True)
class Order:
    """One notebook, with everything that makes this run of it what it is.

    Attributes
    ----------
    source
        The notebook.
    name
        What the run is called, a path without suffix: it is kept as `runs/NAME.ipynb`, its report as
        `reports/NAME.html`. For instance "kpi/weekly/2026-W43", or "kpi/weekly/2026-W43/Halvora" for a segment.
    parameters
        Values of its parameters; what is not given keeps the notebook's default.
    segment
        The brand, product or region that the run is of; empty: of all.
    job, slot, attempt
        Of a scheduled run: the job, the time it was due (ISO, UTC), and which attempt it is.
    engine
        ``kernel``: a fresh kernel. ``warm``: a process forked from one that has everything imported.
    timeout_seconds
        When to give up on it; None: never.
    vintage, reasons
        Whether the data were complete (``final``) or not (``preliminary``), and why not; empty where
        nobody asked.
    checks
        Names of checks that must find nothing; else there is no report.
    owner
        Who answers for the job.
    notify
        Channels that are told of an alarm that its notebook records; none: those of the settings.
    """

    source: Path
    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    job: str = ""
    slot: str = ""
    segment: Mapping[str, str] = field(default_factory=dict)
    attempt: int = 1
    engine: Engine = "kernel"
    timeout_seconds: float | None = None
    vintage: Vintage = ""
    reasons: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    owner: str = ""
    notify: tuple[str, ...] = ()

    def run_file(self, data_folder: Path) -> Path:
        """The executed notebook that this run leaves."""
        return data_folder / "runs" / f"{self.name}.ipynb"

    def report_file(self, data_folder: Path) -> Path:
        """The report that this run leaves."""
        return data_folder / "reports" / f"{self.name}.html"

    def manifest_file(self, data_folder: Path) -> Path:
        """The signed manifest of the report, beside the executed notebook."""
        return data_folder / "runs" / f"{self.name}.manifest.json"
