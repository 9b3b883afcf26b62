"""A task as a notebook holds it: what people said, what a model learns from it, and how far either can be trusted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.errors import WorkbenchError, one_of
from workbench.labels.adjudication import open_disputes
from workbench.labels.agreement import Trust, trust
from workbench.labels.following import follow_where_it_runs
from workbench.labels.frames import KEY
from workbench.labels.quality import likely_errors_of
from workbench.labels.tasks import Task, load_task, tasks_folder
from workbench.models.classifier import Classifier, thresholds_by_label
from workbench.models.compared_files import compare_files
from workbench.models.compared_labels import compare_labels
from workbench.models.comparison import meaning_of
from workbench.models.held_out_answers import HeldOutAnswers, of_lake
from workbench.models.in_use import current, is_one_in_use
from workbench.models.irony_scores import scores_on_irony
from workbench.models.lessons import TaskLabels, lesson_of_lake
from workbench.models.lexicon import NAME as LEXICON
from workbench.models.threshold_report import costs_of
from workbench.models.training import train_model
from workbench.progress import Progress, silent
from workbench.settings import Cost, Settings
from workbench.store.lake import Lake


@dataclass(frozen=True, repr=False)
class OpenedTask:
    """One task of labelling in an opened lake; `open_task` makes it."""

    settings: Settings
    lake: Lake
    task: Task

    def __repr__(self) -> str:
        """What it asks; JupyterLab shows it of a bare name."""
        return f"<Task {self.task.name}: {', '.join(self.task.labels)}>"

    def model(self, name: str = "") -> Classifier:
        """The model of that name; empty: the one in use."""
        wanted = self.settings.model_named_for(self.task.name)
        return current(self.settings.data_folder / "models", self.task.name, name or wanted)

    def counts(self) -> pd.DataFrame:
        """What there is to learn from: ``label``, ``posts`` that have it, and ``judged``, of how many people said."""
        lesson = lesson_of_lake(self.settings, self._labels())
        sets = [{own} if isinstance(own, str) else set(own) for own in lesson.labels]
        judged = [len(sets)] * len(lesson.classes) if lesson.judged is None else lesson.judged.sum(axis=0)
        posts = [sum(label in own for own in sets) for label in lesson.classes]
        return pd.DataFrame({"label": lesson.classes, "posts": posts, "judged": judged})

    def train(
        self,
        kind: str = "linear",
        *,
        seed: int = 0,
        with_embeddings: bool = True,
        cross_fitted: bool = True,
        budget: float | None = None,
        progress: Progress = silent,
    ) -> dict[str, Any]:
        """Train a model on the labels of the lake, put it in use where it is better, and give its card.

        See `workbench.models.training.train_model`. Where Label Studio runs, its teaching queues follow.
        """
        card = train_model(
            self.settings,
            self._labels(),
            kind=kind,
            seed=seed,
            with_embeddings=with_embeddings,
            cross_fitted=cross_fitted,
            budget=budget,
            progress=progress,
        )
        if card["is_promoted"]:
            follow_where_it_runs(self.settings, self.task.name)
        return card

    def compare(
        self,
        methods: Sequence[str] = (),
        *,
        file: str = "",
        text: str = "text",
        label: str = "label",
        vendors: Sequence[str] = (),
        **options: Any,
    ) -> pd.DataFrame:
        """Ways to a classifier on one table; see `workbench.models.compared_labels.compare_labels`.

        Parameters
        ----------
        file, text, label, vendors
            A labelled file (relative to the settings file) instead of the labels of the lake, its columns of texts and
            labels, and those of labels that a vendor gave; see `workbench.models.compared_files.compare_files`.

        Raises
        ------
        WorkbenchError
            A vendor's column is asked for without a file, or there are too few labels.
        """
        if file:
            meaning = meaning_of(options.pop("meaning", ()))
            compared = compare_files(
                self.settings,
                self.settings.folder / file,
                None,
                text,
                [label],
                self.task.name,
                methods=methods,
                vendors=vendors,
                meaning=meaning,
                **options,
            )
            return pd.DataFrame(compared.rows)
        if vendors:
            raise WorkbenchError(
                f"{', '.join(vendors)}: what a vendor said stands in a column of a labelled file. Name the file too: "
                "file=labelled.csv."
            )
        return compare_labels(self.settings, self._labels(), methods=methods, **options)

    @property
    def costs(self) -> dict[str, Cost]:
        """What wrong answers cost, by label; see `workbench.models.threshold_report.costs_of`."""
        return costs_of(self.settings, self.task.name, self.model())

    def label_with_costs(self, label: str = "") -> str:
        """That label; empty: the first that has costs.

        Raises
        ------
        WorkbenchError
            The settings name no costs for it.
        """
        costs = self.costs
        chosen = label or next(iter(costs))
        one_of(chosen, costs, "label with costs in workbench.toml")
        return chosen

    def held_out_answers(self, model: str = "") -> HeldOutAnswers:
        """What a model (empty: the one in use) says of randomly drawn posts that it has not learned from."""
        return of_lake(self.model(model), self.lake)

    def scores_on_irony(self, model: str = "") -> pd.DataFrame:
        """How well a model (empty: the one in use) reads what may be ironic, on posts drawn at random.

        See `workbench.models.irony_scores.scores_on_irony`.
        """
        chosen = self.model(model)
        return scores_on_irony(self.settings, chosen, lambda: of_lake(chosen, self.lake))

    def trust(self, seed: int = 0) -> Trust:
        """How far people agree, whom the others contradict, and who reads; see `workbench.labels.agreement.trust`."""
        return trust(self.lake, self.task, seed)

    def disputes(self) -> pd.DataFrame:
        """Mentions on which people differ and nobody has decided; see `workbench.labels.adjudication.disputed`."""
        return open_disputes(self.lake, self.task.name)

    def likely_errors(self, model: str = "") -> tuple[pd.DataFrame, int]:
        """Labels that are likely wrong, and of how many; see `workbench.labels.quality.likely_errors_of`.

        Of none where no model or the lexicon reads the task: that errs more often than people do.
        """
        if not model and not is_one_in_use(self.settings.data_folder / "models", self.task.name):
            return pd.DataFrame(columns=[*KEY, "label", "suggested", "quality"]), 0
        chosen = self.model(model)
        if chosen.name == LEXICON:
            return pd.DataFrame(columns=[*KEY, "label", "suggested", "quality"]), 0
        return likely_errors_of(self.lake, self.task, chosen.name, thresholds_by_label(chosen.card))

    def _labels(self) -> TaskLabels:
        return TaskLabels(self.task.name, self.task.labels, self.task.is_multi_label)


def open_task(settings: Settings, lake: Lake, name: str) -> OpenedTask:
    """The task of that name, for instance "intents".

    Raises
    ------
    WorkbenchError
        There is none; names the nearest.
    """
    return OpenedTask(settings, lake, load_task(name, tasks_folder(settings)))
