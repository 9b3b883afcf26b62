"""`workbench models`: train, evaluate and list classifiers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.options import Json, current_settings
from workbench.cli.output import print_rows, progress_bar, say_left_out, show
from workbench.cli.teaching_queues import show_model_in_use
from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    from workbench.models.lessons import TaskLabels
    from workbench.settings import Settings

app = typer.Typer(help="Classifiers: train, judge, compare, promote, watch.", no_args_is_help=True)

Task = Annotated[
    str, typer.Option(help="What is classified: a task of the folder `labeling`; with a file, any name.")
]
Text = Annotated[str, typer.Option(help="Its column of texts.")]
Label = Annotated[
    list[str],
    typer.Option(
        help="Its column of labels; several labels of a text are separated by | or ;. Or, named again and again, "
        "one column a label: 1, yes, true or x where it holds, otherwise empty, 0, no or false.",
    ),
]


@app.command("train")
def train_model(
    task: Task = "sentiment",
    file: Annotated[
        Path | None,
        typer.Option(
            help="A labelled file: a table, NAME_text.txt with NAME_labels.txt beside it, or lines that begin with "
            "their label; otherwise the labels of the lake."
        ),
    ] = None,
    text: Text = "text",
    label: Label = ["label"],
    kind: Annotated[
        str,
        typer.Option(
            help="linear; setfit, which teaches a sentence encoder and may read few labels better; or student, "
            "which learns to say faster what the newest model says."
        ),
    ] = "linear",
    seed: Annotated[int, typer.Option(min=0, help="The same seed and labels make the same model.")] = 0,
    embeddings: Annotated[
        bool, typer.Option(help="Try sentence embeddings too, where the extra 'models' is installed; slower.")
    ] = True,
    cross_fitted: Annotated[
        bool | None,
        typer.Option(
            "--cross-fitted/--plain",
            help="Let a model that has not learned from it read each post, so that labels can correct what is said; "
            "or one model that learns from all. Otherwise cross-fitted from the lake, plain from a file.",
            show_default=False,
        ),
    ] = None,
    budget: Annotated[
        float | None, typer.Option(help="Seconds that setfit may take; then it learns in fewer steps.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Train a classifier, choose it by cross-validation, calibrate it and keep it with its card.

    It is put in use if the labels show it to be better than the one that is; the card says why or why not.

    Example: workbench models train --task sentiment --file tweets.csv --text text --label airline_sentiment

    Several labels a text: workbench models train --task topics --file t.xlsx --label Delivery --label Refund

    From the labels of the lake: workbench models train --cross-fitted
    """
    from workbench.models.training import train_model

    settings = current_settings()
    if kind == "setfit" and file is None:
        typer.echo(
            "A SetFit model that learns from the labels of the lake is kept and not put in use: the same labels could "
            "not correct what it says. One that learns from a --file of other posts can be.",
            err=True,
        )
    with progress_bar("Training", quiet=as_json) as progress:
        card = train_model(
            settings,
            _task(settings, task, has_file=file is not None),
            file,
            text,
            label,
            kind=kind,
            seed=seed,
            with_embeddings=embeddings,
            cross_fitted=cross_fitted,
            budget=budget,
            progress=progress,
        )
    if file is not None:
        told = card["trained_on"]
        say_left_out(file, told.get("rows_left_out", 0), told.get("contradictory", 0))
    show(card, as_json)
    if card["is_promoted"]:
        show_model_in_use(settings, task)


@app.command("evaluate")
def evaluate_model(
    file: Annotated[Path, typer.Option(help="A labelled file, as `train` takes it.")],
    task: Task = "sentiment",
    text: Text = "text",
    label: Label = ["label"],
    model: Annotated[
        str,
        typer.Option(help="Name of the model, or champion for the one in use; otherwise the newest trained."),
    ] = "",
    column: Annotated[
        str, typer.Option("--slice", help="A column that divides the texts, to score each part too.")
    ] = "",
    by: Annotated[
        str,
        typer.Option(
            help="language or sarcasm: scores each part too, as it is recognised or as the model of sarcasm says."
        ),
    ] = "",
    as_json: Json = False,
) -> None:
    """Score a classifier on a labelled file: the newest of the task, whether or not it was put in use.

    Example: workbench models evaluate --file held_out.csv --text text --label label --json

    By a column: workbench models evaluate --file held_out.csv --slice platform

    On sarcasm: workbench models evaluate --file held_out.csv --by sarcasm
    """
    from workbench.models.trained import evaluate_model

    found = evaluate_model(current_settings(), task, file, text, label, model, column or None, by)
    say_left_out(file, found["rows_left_out"], found["contradictory"])
    if known := found["learned_from"]:
        typer.echo(
            f"{found['model']} has learned from {known:,} of these {found['n']:,} texts: of others it knows less. "
            "Score it on a file that it has not seen.",
            err=True,
        )
    _show_scores(found, as_json)


@app.command("predict")
def predict(
    file: Annotated[
        Path,
        typer.Option(
            help="A table of texts: CSV, TSV, JSONL, Parquet or XLSX, also gzipped; or NAME_text.txt, one text a line."
        ),
    ],
    task: Task = "sentiment",
    text: Text = "text",
    model: Annotated[str, typer.Option(help="Name of the model; otherwise the one in use.")] = "",
    to: Annotated[
        Path | None, typer.Option(help="Write a CSV or XLSX file; otherwise it is printed.")
    ] = None,
    as_json: Json = False,
) -> None:
    """What a model says of the texts of a file, a row each, with the probability of each label; nothing is stored.

    The rows are numbered as in the file and hold no text, as it may hold personal data. Of languages in which the model
    was not checked nothing is said: is_withheld.

    Example: workbench models predict --file posts.csv --text text --to said.csv
    """
    from workbench.models.file_predictions import predict_file
    from workbench.sources.cells import check_table_name, write_table

    if to is not None:
        check_table_name(to)
        if to.resolve() == file.resolve():
            raise WorkbenchError(
                f"--to {to} is the file that is read, whose texts would be lost. Name another."
            )
    with progress_bar("Reading", quiet=as_json) as progress:
        found = predict_file(current_settings(), file, text, task, model, progress)
    if withheld := int(found["is_withheld"].sum()):
        typer.echo(
            f"Of {withheld:,} texts nothing is said: {found['model'].iloc[0]} was not checked in their language. Train "
            "a model on labelled posts of these languages to have them read.",
            err=True,
        )
    if to is not None:
        write_table(to, found)
    if as_json:
        print_rows(found.astype(object).where(found.notna(), None).to_dict("records"), True, "")
    elif to is None:
        print(found.to_csv(index=False), end="")


@app.command("list")
def list_models_command(task: Task = "sentiment", as_json: Json = False) -> None:
    """The models there are for a task; the one in use is marked.

    Example: workbench models list --task sentiment
    """
    from workbench.models.registry import damaged_models
    from workbench.models.trained import models_of

    settings = current_settings()
    for told in damaged_models(settings.data_folder / "models", task):
        typer.echo(f"Not listed: {told}", err=True)
    print_rows(models_of(settings, task), as_json, f"There are no models for {task}.")


def _show_scores(found: dict[str, Any], as_json: bool) -> None:
    """Scores as a whole, then a row a label and a row a slice."""
    if as_json:
        show(found, as_json=True)
        return
    parts = {"label": found["per_class"], "slice": found.get("slices", {})}
    told = {name: value for name, value in found.items() if not isinstance(value, dict)}
    for name in ("accuracy", "macro_f1"):
        low, high = told.pop(f"{name}_low"), told.pop(f"{name}_high")
        told[name] = f"{told[name]:.4f} ({_around(low, high, found['accuracy_low'])})"
    show(told, as_json=False)
    for kind, rows in parts.items():
        if rows:
            print()
            print_rows([{kind: name, **_rounded(row)} for name, row in rows.items()], False, "")
    print("macro_f1 is the mean over the labels that occur among the texts, of a slice among its own.")


def _around(low: float | None, high: float | None, of_accuracy: float | None) -> str:
    """An interval in words; macro-F1 may have none where accuracy has one."""
    if low is not None:
        return f"{low:.4f} to {high:.4f}"
    return "too few texts" if of_accuracy is None else "no interval: all are right, or all wrong"


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    return {name: f"{value:.4f}" if isinstance(value, float) else value for name, value in row.items()}


def _task(settings: "Settings", name: str, has_file: bool) -> "TaskLabels":
    """The task of that name; one that only a file knows has the labels of the file.

    Raises
    ------
    WorkbenchError
        Without a file: there is no such task in the folder of tasks; or it is one of them, written otherwise.
    """
    from workbench.errors import one_of
    from workbench.labels.tasks import load_task, task_names, tasks_folder
    from workbench.models.lessons import SENTIMENT, TaskLabels

    if name == SENTIMENT.name:
        return SENTIMENT
    folder = tasks_folder(settings)
    known = {one.casefold(): one for one in [SENTIMENT.name, *task_names(folder)]}
    if known.get(name.casefold(), name) != name:
        one_of(name, known.values(), "task")
    if has_file and name not in task_names(folder):
        return TaskLabels(name)
    task = load_task(name, folder)
    return TaskLabels(name, task.labels, task.is_multi_label)
