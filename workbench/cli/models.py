"""`workbench models`: train, evaluate and list classifiers."""

from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.options import Json, current_settings
from workbench.cli.output import print_rows, progress_bar, show
from workbench.errors import WorkbenchError

app = typer.Typer(help="Classifiers: train, evaluate, list.", no_args_is_help=True)


@app.command("train")
def train_model(
    task: Annotated[str, typer.Option(help="What is classified.")] = "sentiment",
    file: Annotated[
        Path | None, typer.Option(help="A labelled file; otherwise the labels of the lake.")
    ] = None,
    text: Annotated[str, typer.Option(help="Its column of texts.")] = "text",
    label: Annotated[str, typer.Option(help="Its column of labels.")] = "label",
    seed: Annotated[int, typer.Option(help="The same seed and labels make the same model.")] = 0,
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
    as_json: Json = False,
) -> None:
    """Train a classifier, choose it by cross-validation, calibrate it and keep it with its card.

    Example: workbench models train --task sentiment --file tweets.csv --text text --label airline_sentiment

    From the labels of the lake: workbench models train --cross-fitted
    """
    from workbench.models.training import train_sentiment

    _check_task(task)
    with progress_bar("Training", quiet=as_json) as progress:
        card = train_sentiment(
            current_settings(),
            file,
            text,
            label,
            seed,
            progress,
            with_embeddings=embeddings,
            cross_fitted=cross_fitted,
        )
    show(card, as_json)


@app.command("evaluate")
def evaluate_model(
    file: Annotated[Path, typer.Option(help="A labelled file.")],
    task: Annotated[str, typer.Option(help="What is classified.")] = "sentiment",
    text: Annotated[str, typer.Option(help="Its column of texts.")] = "text",
    label: Annotated[str, typer.Option(help="Its column of labels.")] = "label",
    model: Annotated[str, typer.Option(help="Name of the model; otherwise the one in use.")] = "",
    as_json: Json = False,
) -> None:
    """Score a classifier on a labelled file.

    Example: workbench models evaluate --file held_out.csv --text text --label label --json
    """
    from workbench.models.training import evaluate_sentiment

    _check_task(task)
    show(evaluate_sentiment(current_settings(), file, text, label, model), as_json)


@app.command("list")
def list_models_command(
    task: Annotated[str, typer.Option(help="What is classified.")] = "sentiment", as_json: Json = False
) -> None:
    """The models there are; the one in use is marked.

    Example: workbench models list --task sentiment
    """
    from workbench.models.training import sentiment_models

    _check_task(task)
    print_rows(sentiment_models(current_settings()), as_json, "There are no models.")


def _check_task(task: str) -> None:
    if task != "sentiment":
        raise WorkbenchError(f"there is no task '{task}'. Tasks: sentiment.")
