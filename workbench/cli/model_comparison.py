"""`workbench models`: compare ways to a classifier, and what a few labels are worth."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.models import app
from workbench.cli.options import Json, current_settings
from workbench.cli.output import print_rows, progress_bar, say_left_out

if TYPE_CHECKING:
    from workbench.models.compared_files import RowsOfFiles

Task = Annotated[
    str, typer.Option(help="What is classified; other labels than sentiment's need another name.")
]
File = Annotated[Path, typer.Option(help="A labelled file to learn from.")]
Score = Annotated[
    Path | None, typer.Option(help="A labelled file to score on; otherwise a part of the first is held out.")
]
Text = Annotated[str, typer.Option(help="The column of texts.")]
Label = Annotated[
    list[str], typer.Option(help="The column of labels; once for each label where several may hold.")
]
HeldOut = Annotated[float, typer.Option(min=0.05, max=0.95, help="Share that is held out.")]
Method = Annotated[
    list[str],
    typer.Option(
        help="lexicon, tfidf, embeddings, probe, setfit, student; once for each.",
        show_default="the usual ones",
    ),
]
Budget = Annotated[float | None, typer.Option(help="Seconds that one SetFit model may take.")]
Seed = Annotated[int, typer.Option(min=0, help="The same seed makes the same parts and models.")]


@app.command("compare")
def compare_models(
    file: File,
    score: Score = None,
    text: Text = "text",
    label: Label = ["label"],
    task: Task = "sentiment",
    method: Method = [],
    hugging_face: Annotated[
        list[str], typer.Option(help="Name or folder of a sequence classifier of Hugging Face.")
    ] = [],
    meaning: Annotated[
        list[str], typer.Option(metavar="THEIRS=OURS", help="Which of our labels one of its labels means.")
    ] = [],
    vendor: Annotated[list[str], typer.Option(help="A column of labels that a vendor gave.")] = [],
    model: Annotated[list[str], typer.Option(help="A model that was trained before, by name.")] = [],
    held_out: HeldOut = 0.5,
    budget: Budget = None,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Off the shelf against custom: quality with intervals, labels needed, speed, memory and cost on one table.

    Example: workbench models compare --file labelled.csv --text text --label sentiment --vendor vendor_sentiment
    """
    from workbench.models.compared_files import compare_files
    from workbench.models.comparison import meaning_of

    with progress_bar("Comparing", quiet=as_json) as progress:
        found = compare_files(
            current_settings(),
            file,
            score,
            text,
            label,
            task,
            methods=method,
            hugging_face=hugging_face,
            meaning=meaning_of(meaning),
            vendors=vendor,
            trained=model,
            held_out=held_out,
            budget=budget,
            seed=seed,
            progress=progress,
        )
    _print(found, as_json)


@app.command("few-shot")
def few_shot(
    file: File,
    score: Score = None,
    text: Text = "text",
    label: Annotated[str, typer.Option(help="The column of labels.")] = "label",
    task: Task = "sentiment",
    size: Annotated[
        list[int], typer.Option(min=1, help="Labels of each class to learn from; once for each.")
    ] = [
        8,
        64,
    ],
    seeds: Annotated[int, typer.Option(min=1, help="Draws of each size.")] = 3,
    method: Method = [],
    held_out: HeldOut = 0.5,
    budget: Budget = None,
    seed: Annotated[
        int, typer.Option(min=0, help="Of the first draw, the next ones count on; and of the held-out part.")
    ] = 0,
    as_json: Json = False,
) -> None:
    """What so many labels of each class are worth, by method: mean, lowest and highest of several draws.

    Example: workbench models few-shot --file labelled.csv --text text --label sentiment --size 8 --size 64
    """
    from workbench.models.compared_files import few_shot_file

    with progress_bar("Learning from few", quiet=as_json) as progress:
        found = few_shot_file(
            current_settings(),
            file,
            score,
            text,
            label,
            task,
            sizes=size,
            seeds=seeds,
            methods=method,
            held_out=held_out,
            budget=budget,
            seed=seed,
            progress=progress,
        )
    _print(found, as_json)


def _print(found: "RowsOfFiles", as_json: bool) -> None:
    for file, rows in found.left_out.items():
        say_left_out(file, rows)
    print_rows(found.rows, as_json, "There was nothing to compare.")
