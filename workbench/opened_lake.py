"""What lies in an opened lake: its tables, its mentions as the model reads them, its labels and its faults."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import narwhals as nw
import pandas as pd

from workbench.errors import one_of
from workbench.figures.rich import lake_markup
from workbench.journeys.graph import directly_follows
from workbench.journeys.steps import journey_steps
from workbench.labels.checks import check_labels
from workbench.labels.known_truth import known_truth
from workbench.labels.opened_task import OpenedTask, open_task
from workbench.labels.tasks import CANNOT_TELL, IRRELEVANT, MIXED, NONE
from workbench.models.classifier import LABELS, labels_of
from workbench.models.in_use import current_card, is_one_in_use
from workbench.models.lake_labels import labelled_texts
from workbench.models.readings import readings
from workbench.runs.provenance import provenance
from workbench.settings import Settings
from workbench.statistics.mentions import earned
from workbench.store.checks import check_data
from workbench.store.engine import Engine
from workbench.store.frames import in_memory
from workbench.store.lake import Lake
from workbench.store.mention_frame import mention_frame
from workbench.store.shared_frames import shared_frame
from workbench.tables import OUTPUTS, TABLES
from workbench.tables.judgements import NOT


@dataclass(repr=False)
class OpenedLake:
    """A lake, at fixed versions, with the settings that give it meaning.

    Frames are the engine's own (a DuckDB relation, a Spark frame), so that a million posts stay where
    they are; ``.df()`` or ``.toPandas()`` brings one into memory.
    """

    settings: Settings
    lake: Lake
    engine: Engine
    versions: Mapping[str, int] = field(default_factory=dict)

    def __repr__(self) -> str:
        """What a notebook shows of it."""
        brands = ", ".join(self.settings.brands) or "no brands declared"
        return f"<Workbench {self.lake.root}: {brands}; {len(self.versions)} tables>"

    def _repr_html_(self) -> str:
        """The same in JupyterLab, with what lies in the lake and which models speak."""
        created = nw.from_native(self.posts).select(
            first=nw.col("created_at").min(), last=nw.col("created_at").max()
        )
        tables = {name: self.lake.delta(name) for name in sorted(self.versions)}
        return lake_markup(
            self.lake.root,
            brands={name: brand.role for name, brand in self.settings.brands.items()},
            days=[f"{day:%Y-%m-%d}" for day in in_memory(created).iloc[0]],
            models={"sentiment": self.model}
            | ({"intents": self.intents_model} if self.intents_model else {}),
            rows={name: table.count() for name, table in tables.items() if table is not None},
            versions=self.versions,
        )

    def table(self, name: str) -> Any:
        """A table of the lake.

        Raises
        ------
        WorkbenchError
            There is none of that name.
        """
        one_of(name, TABLES, "table")
        return self.engine.table(self.lake, name)

    @property
    def posts(self) -> Any:
        """All posts, masked."""
        return self.table("posts")

    @cached_property
    def model(self) -> str:
        """Name of the model whose sentiment signal is shown."""
        return str(self.model_card["name"])

    @cached_property
    def model_card(self) -> Mapping[str, Any]:
        """Card of that model."""
        return current_card(self.settings.data_folder / "models", "sentiment", self.settings.sentiment_model)

    @cached_property
    def mentions(self) -> Any:
        """One row a post and brand, with everything that a measure needs."""
        frame = mention_frame(
            self.engine,
            self.lake,
            time_zone=self.settings.time_zone,
            first_day_of_week=self.settings.first_day_of_week,
            model=self.model,
            intents=self.intents,
            intents_model=self.intents_model,
        )
        return self.engine.keep(frame)

    @cached_property
    def intents_model(self) -> str | None:
        """Name of the model whose intents are shown; None where there is none."""
        return self._model_for("intents")

    @cached_property
    def intents(self) -> tuple[str, ...]:
        """Intents that the model in use gives; where there is none, those that people have spoken of."""
        if self.intents_model is not None:
            return tuple(sorted(labels_of(current_card(self.settings.data_folder / "models", "intents"))))
        said = [
            self.lake.read(name, ["label"], where="task = 'intents'") for name in ("predictions", "labels")
        ]
        labels = {
            str(label).removeprefix(NOT) for table in said for label in table["label"].unique().to_pylist()
        }
        return tuple(sorted(labels - {IRRELEVANT, MIXED, CANNOT_TELL, NONE}))

    def checks(self) -> pd.DataFrame:
        """What is wrong with the data: check, subject, finding, advice."""
        return shared_frame(self.known_by, "checks", self._check)

    @cached_property
    def known_by(self) -> str:
        """What every figure of this lake hangs on: equal for two that give the same; empty without fixed versions."""
        if not self.versions:
            return ""
        versions = {name: version for name, version in self.versions.items() if name not in OUTPUTS}
        settings = self.settings.model_dump(mode="json")
        return repr((self.lake.root, sorted(versions.items()), settings, self.model, self.intents_model))

    def _check(self) -> pd.DataFrame:
        labels, tables = self.table("labels"), ("batches", "brands", "label_samples", "label_frames")
        batches, brands, samples, frames = map(self.table, tables)
        of_data = check_data(self.mentions, labels, batches, brands)
        of_labels = check_labels(self.mentions, labels, samples, frames)
        return pd.concat([of_data, of_labels], ignore_index=True)

    @property
    def quotable(self) -> list[str]:
        """Platforms whose policy in `workbench.toml` allows quotation."""
        return [name for name, platform in self.settings.platforms.items() if platform.quotation]

    def labelled(self, task: str = "sentiment") -> pd.DataFrame:
        """Texts with the label that people gave them: text, label. Contradictions are left out."""
        return labelled_texts(self.lake, task).to_pandas()

    def task(self, name: str = "sentiment") -> OpenedTask:
        """A task of labelling: its labels, how far they can be trusted, and what models learn from them."""
        return open_task(self.settings, self.lake, name)

    def truth(self) -> pd.DataFrame:
        """The truth about mentions, where it is known; it scores figures and never enters one.

        Labels that were set aside as the truth, else ``truth.parquet`` beside the settings file, as the
        sample has it: ``post_id``, ``brand``, ``label``.
        """
        return known_truth(self.lake, "sentiment", self.settings.folder / "truth.parquet")

    def readings(self, truth: pd.DataFrame, label: str = "negative") -> pd.DataFrame:
        """Mentions as the lexicon, the model in use and one that saw the labels read them, with label and truth."""
        one_of(label, LABELS, "sentiment")
        return readings(in_memory(nw.from_native(earned(self.mentions))), truth, label)

    def journeys(self, brand: str) -> Any:
        """Directly-follows graph of a brand's threads (networkx), with counts and waiting times."""
        mentions = nw.from_native(self.mentions).filter(nw.col("brand") == brand)
        return directly_follows(in_memory(journey_steps(mentions.to_native())))

    def provenance(self, **parameters: Any) -> dict[str, Any]:
        """Where the figures of this run come from."""
        task = str(parameters.get("task") or "sentiment")
        in_use = {task: self._model_for(task), "intents": self.intents_model, "sentiment": self.model}
        known = {name: model for name, model in in_use.items() if model}
        spoke = parameters.get("model") or known.get(task)
        return provenance(self.settings, self.versions, [spoke] if spoke else [], parameters, known)

    def _model_for(self, task: str) -> str | None:
        """Name of the model in use for a task; None where there is none."""
        folder = self.settings.data_folder / "models"
        return str(current_card(folder, task)["name"]) if is_one_in_use(folder, task) else None
