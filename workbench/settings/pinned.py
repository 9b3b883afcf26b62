"""What a run is pinned to: the table versions, models and settings that a report was made with."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError

VARIABLE = "WORKBENCH_AT"
# Where things are, when they run and who is told: this makes no figure, and the settings in force say it.
PLACES = ("data", "lake", "labeling", "signing", "schedule", "calendars", "notify", "reports_address")


@dataclass(frozen=True)
class Pins:
    """Versions of tables, names of models by task, and settings; what is not named is as it is now.

    Settings are named whole or not at all (None): an empty dictionary means that all were as usual.
    """

    tables: dict[str, int] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] | None = None


def pinned() -> Pins | None:
    """What this process is pinned to by the file that ``WORKBENCH_AT`` names; None where it names none.

    Raises
    ------
    WorkbenchError
        The file is not there, or is none of pins.
    """
    named = os.environ.get(VARIABLE)
    if not named:
        return None
    try:
        return Pins(**json.loads(Path(named).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        raise WorkbenchError(
            f"{VARIABLE} names {named}, which holds no pins (tables, models, settings). Unset it to open what is "
            "there now."
        ) from None


def pinned_model(task: str) -> str:
    """Name of the model that this process is pinned to for a task; empty where it is to none."""
    pins = pinned()
    return pins.models.get(task, "") if pins else ""


def pinned_settings(content: dict[str, Any]) -> dict[str, Any]:
    """The content of a settings file as this process is pinned to: places are its own, all else is as it was."""
    pins = pinned()
    if pins is None:
        return content
    if pins.settings is not None:
        places = {name: content[name] for name in PLACES if name in content}
        content = {name: value for name, value in pins.settings.items() if name not in PLACES} | places
    if model := pins.models.get("sentiment"):
        content = {**content, "sentiment_model": model}
    return content
