"""What the last pull of a project saw: whether it could take all judgements, and when it last looked at all of them.

Without it a judgement that was withdrawn and one that was never taken would make up for each other in a count.
"""

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

_OLDEST = 86_400.0  # seconds, after which all is looked at again, whatever the counts say


@dataclass(frozen=True)
class LastLook:
    """Of one project.

    Attributes
    ----------
    has_refused
        Whether judgements are on the server that could not be taken as they stand there.
    whole_at
        When all judgements were last looked at (seconds since 1970).
    """

    has_refused: bool = False
    whole_at: float = 0.0

    @property
    def is_old(self) -> bool:
        """Whether all should be looked at again."""
        return not 0 <= time.time() - self.whole_at < _OLDEST


def read_look(file: Path) -> LastLook:
    """What was kept; nothing where the file is lost or damaged: then all is looked at again."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return LastLook(bool(kept["has_refused"]), float(kept["whole_at"]))
    except (OSError, ValueError, KeyError, TypeError):
        return LastLook()


def write_look(file: Path, look: LastLook) -> None:
    """Keep it; a pull that was stopped before looks at all again."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(asdict(look)), encoding="utf-8")
