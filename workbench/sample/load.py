"""Read the sample into a lake of its own, as a user would read real files."""

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as csv

from workbench.errors import WorkbenchError
from workbench.ingest import ingest
from workbench.models.in_use import current
from workbench.models.promotion import promote
from workbench.models.registry import list_models
from workbench.models.training import train_sentiment
from workbench.privacy.pseudonyms import case_token, pseudonyms
from workbench.progress import Progress, silent
from workbench.refresh import refresh
from workbench.sample.intents import reveal_intents
from workbench.sample.labels import double_labels, reveal_labels
from workbench.settings import FILE_NAME, load_settings
from workbench.store.batches import batches
from workbench.store.lake import Lake
from workbench.store.schema import claim, migrate, open_lake
from workbench.tables import TABLES


def load_sample(folder: Path, progress: Progress = silent) -> Path:
    """Ingest the sample's files, label drawn samples, train on the labels and classify; gives its settings file.

    Loaded already, it does nothing. The sample's lake, models and key lie in its own folder and are
    never mixed with a user's.

    Raises
    ------
    WorkbenchError
        There is no sample in that folder.
    """
    settings_file = folder / FILE_NAME
    if not settings_file.is_file():
        raise WorkbenchError(
            f"{folder} holds no sample. Run this in a checkout of workbench, or make one: "
            f"workbench sample make --to {folder}."
        )
    settings = load_settings(settings_file)
    lake = open_lake(settings)
    # One loaded by an older workbench is nobody's work and may be changed without asking.
    migrate(lake)
    if not any(batch["status"] == "complete" for batch in batches(lake)):
        ingest(folder / "posts.csv.gz", settings, progress=progress)
    _load_support(lake, folder, claim(lake, settings.key_file))
    is_labelled_anew = bool(reveal_labels(lake, settings, folder))
    double_labels(lake, settings)
    reveal_intents(lake, settings, folder)
    models = settings.data_folder / "models"
    is_readable = _is_readable(models)
    if is_labelled_anew or not is_readable or len(list_models(models)) == 1:
        # Without sentence embeddings, so that the core alone makes the same model everywhere.
        made = train_sentiment(settings, progress=progress, with_embeddings=False)
        if not is_readable:
            promote(models, "sentiment", made["name"], "the one before is of another version of workbench")
    refresh(settings, progress)
    return settings_file


def _is_readable(models: Path) -> bool:
    try:
        current(models, "sentiment")
    except WorkbenchError:
        return False
    return True


def _load_support(lake: Lake, folder: Path, key: bytes) -> None:
    """Cases, surveys and outcomes: people become pseudonyms, case numbers tokens, as in posts."""
    for name in ("cases", "surveys", "outcomes"):
        rows = csv.read_csv(folder / f"{name}.csv", convert_options=_as_text())
        people = pseudonyms(key, rows["requester" if name == "cases" else "author"].to_pylist())
        rows = rows.drop_columns([c for c in ("requester", "author") if c in rows.column_names])
        rows = rows.append_column("author", pa.array(people, pa.string()))
        if name == "cases":
            tokens = [case_token(key, number) for number in rows["case_id"].to_pylist()]
            rows = rows.set_column(rows.column_names.index("case_id"), "case_id", pa.array(tokens))
        lake.merge(name, TABLES[name].conform(rows))


def _as_text() -> csv.ConvertOptions:
    """Identifiers stay text, however much they look like numbers."""
    text = {"case_id": pa.string(), "survey_id": pa.string(), "requester": pa.string(), "author": pa.string()}
    return csv.ConvertOptions(column_types=text, strings_can_be_null=True)
