"""Which model of a task is in use, and how it came to be: `promotions.json` in the folder of the task.

Nothing is ever taken out of that file. What was promoted, what was not and why can be read there for ever.
"""

import datetime as dt
import json
import os
import tempfile
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock

from workbench.errors import WorkbenchError
from workbench.settings.keeping import check_may_keep

FILE_NAME = "promotions.json"
Decision = Literal["promoted", "kept", "rolled back"]
_NEEDED = {"at", "model", "decision", "champion", "before", "reason"}


def history(task_folder: Path) -> list[dict[str, Any]]:
    """Every decision about the models of a task, oldest first.

    Each has ``at``, the ``model`` that was judged, the ``decision`` (promoted, kept as a challenger, rolled back), the
    ``champion`` in use after it and the one in use ``before`` (null where there is none), ``reason`` and ``evidence``.

    Raises
    ------
    WorkbenchError
        The file was changed and cannot be read.
    """
    file = task_folder / FILE_NAME
    try:
        decisions = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except ValueError:
        decisions = None
    if not isinstance(decisions, list) or not all(
        isinstance(d, dict) and d.keys() >= _NEEDED for d in decisions
    ):
        raise WorkbenchError(
            f"{file} is no history of promotions. Take it from a backup; without it the newest model is in use."
        )
    return decisions


def champion(task_folder: Path) -> str | None:
    """Name of the model in use; None where nothing was decided yet."""
    decisions = history(task_folder)
    return decisions[-1]["champion"] if decisions else None


def not_chosen(task_folder: Path) -> set[str]:
    """Names of the models that were judged last and not put in use: none of them is in use for want of another."""
    latest = {entry["model"]: entry["decision"] for entry in history(task_folder)}
    return {name for name, decision in latest.items() if decision == "kept"}


def record(
    task_folder: Path,
    model: str,
    decision: Decision,
    champion: str | None,
    before: str | None,
    reason: str,
    evidence: dict[str, Any] | None = None,
    at: dt.datetime | None = None,
) -> None:
    """Write a decision down, after which `champion` is in use where `before` was; the file is replaced as a whole."""
    check_may_keep(f"the decision about the model {model}")
    entry = {
        "at": (at or dt.datetime.now(dt.UTC)).isoformat(timespec="seconds"),
        "model": model,
        "decision": decision,
        "champion": champion,
        "before": before,
        "reason": reason,
        "evidence": evidence,
    }
    with alone(task_folder):
        _write(task_folder, [*history(task_folder), entry])


def record_judgement(
    task_folder: Path,
    model: str,
    is_better: bool,
    incumbent: str | None,
    was_in_use: str | None,
    reason: str,
    evidence: dict[str, Any] | None = None,
) -> bool:
    """Write down what a comparison has found; says whether the model is in use now.

    A comparison takes minutes. Where somebody has put another model in use meanwhile, that decision stands.

    Parameters
    ----------
    task_folder, model, is_better, reason, evidence
        Who was judged, and what came of it.
    incumbent
        With whom it was compared.
    was_in_use
        The `champion` when the comparison began.
    """
    with alone(task_folder):
        now = champion(task_folder)
        if is_better and now != was_in_use:
            is_better, reason = False, f"{now} was put in use while it was compared. It was {reason}"
        winner, decision = (model, "promoted") if is_better else (now or incumbent, "kept")
        record(task_folder, model, decision, winner, now or incumbent, reason, evidence)  # type: ignore[arg-type]
    return is_better


def alone(task_folder: Path) -> FileLock:
    """A training job and a person may decide at once, and neither decision may be lost."""
    task_folder.mkdir(parents=True, exist_ok=True)
    return FileLock(task_folder / f".{FILE_NAME}.lock", is_singleton=True)


def replaced(task_folder: Path) -> str | None:
    """Name of the model that the one in use had replaced; None where it replaced none.

    A model that was rolled back is left behind: the next rollback goes on to the one before.
    """
    before: list[str | None] = []
    for decision in history(task_folder):
        if decision["decision"] == "promoted":
            before.append(decision["before"])
        elif decision["decision"] == "rolled back" and before:
            before.pop()
    return before[-1] if before else None


def _write(task_folder: Path, decisions: list[dict[str, Any]]) -> None:
    handle, making = tempfile.mkstemp(prefix=".", dir=task_folder)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(decisions, file, indent=2, ensure_ascii=False)
        file.write("\n")
    os.chmod(making, 0o644)  # mkstemp lets only its maker in
    os.replace(making, task_folder / FILE_NAME)
