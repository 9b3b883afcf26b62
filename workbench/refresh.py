"""What is derived from posts, brought up to date: mentions, predictions, near duplicates."""

from workbench.labels.tasks import task_names, tasks_folder
from workbench.models.classification import classify_mentions, unread
from workbench.models.in_use import current, is_one_in_use
from workbench.progress import Progress, silent
from workbench.settings import Settings
from workbench.store.mentions import is_outdated, recompute_mentions
from workbench.store.near_duplicates import is_pass_due, mark_near_duplicates
from workbench.store.schema import claim, open_lake


def refresh(settings: Settings, progress: Progress = silent) -> dict[str, int | str]:
    """Bring everything derived up to date; what is up to date costs next to nothing.

    Returns
    -------
    What was done: ``mentions`` recomputed, ``near_duplicates`` found, and of sentiment the mentions ``classified``
    and ``unread`` (in languages that the model was not checked in) and the ``model`` that speaks; of every other
    task with a model the same, as ``intents_classified`` and so on.
    """
    lake = open_lake(settings)
    if lake.delta("posts") is None:
        return {}
    done: dict[str, int | str] = {"mentions": 0, "near_duplicates": 0}
    if is_outdated(lake, settings):
        done["mentions"] = recompute_mentions(lake, settings, claim(lake, settings.key_file), progress)
    if is_pass_due(lake):
        progress(0.0, "near duplicates")
        done["near_duplicates"] = mark_near_duplicates(lake)
    for task in ("sentiment", *_others_with_models(settings)):
        model = current(settings.data_folder / "models", task, settings.model_named_for(task))
        of = "" if task == "sentiment" else f"{task}_"
        done |= {
            f"{of}classified": classify_mentions(lake, model, task, progress),
            f"{of}unread": sum(unread(lake, model).values()),
            f"{of}model": model.name,
        }
    return done


def _others_with_models(settings: Settings) -> list[str]:
    """Tasks besides sentiment of which a model speaks: intents, sarcasm, what may distress, …"""
    folder = settings.data_folder / "models"
    return [
        task
        for task in task_names(tasks_folder(settings))
        if task != "sentiment" and is_one_in_use(folder, task)
    ]
