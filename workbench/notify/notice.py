"""A notice: a few lines for a person, about something that happened while nobody looked."""

import dataclasses
import json
from dataclasses import dataclass
from typing import Literal

Severity = Literal["good", "warning", "failure"]


@dataclass(frozen=True)
class Notice:
    """What is told.

    It leaves the machine, by mail or chat: it holds no secret, no text of a post and nothing about a person.

    Attributes
    ----------
    key
        What it is about; of two notices with one key only the first is kept.
    subject
        One line.
    body
        A few lines of plain text: what happened, and what to do.
    severity
        ``good``, ``warning`` or ``failure``.
    job, slot, segment
        Of a scheduled run: the job, the time it was due (ISO, UTC), the segment; empty where there is none.
    report
        Path or address of the report it speaks of; empty where there is none.
    """

    key: str
    subject: str
    body: str = ""
    severity: Severity = "warning"
    job: str = ""
    slot: str = ""
    segment: str = ""
    report: str = ""

    def __post_init__(self) -> None:
        # A line break in a subject would begin a header of somebody's choice in a mail.
        object.__setattr__(self, "subject", " ".join(self.subject.split()))

    @property
    def text(self) -> str:
        """The body and where the report is."""
        return "\n\n".join(part for part in (self.body, self.report and f"Report: {self.report}") if part)


def to_json(notice: Notice) -> str:
    """The notice as the outbox keeps it."""
    return json.dumps(dataclasses.asdict(notice), ensure_ascii=False)


def from_json(kept: str) -> Notice:
    """The notice that `to_json` kept.

    Examples
    --------
    >>> notice = Notice("failed:weekly", "weekly failed")
    >>> from_json(to_json(notice)) == notice
    True
    """
    return Notice(**json.loads(kept))
