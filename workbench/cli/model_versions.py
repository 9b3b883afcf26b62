"""`workbench models promote|rollback|decisions|behave|thresholds|doubtful`: which model is in use, how far it goes."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.models import app
from workbench.cli.options import Json, current_settings
from workbench.cli.output import console, print_rows, say_left_out, show
from workbench.cli.teaching_queues import show_model_in_use

if TYPE_CHECKING:
    from workbench.settings import Settings

Task = Annotated[str, typer.Option(help="What is classified.")]
Model = Annotated[str, typer.Option(help="Name of the model; otherwise the one in use.")]
Reason = Annotated[str, typer.Option(help="Why; it is kept with the decision.")]


@app.command("promote")
def promote_model(
    name: Annotated[str, typer.Argument(help="Name of the model.")],
    reason: Reason,
    task: Task = "sentiment",
    as_json: Json = False,
) -> None:
    """Put a model in use by your own decision. After training this happens by itself where labels show it better.

    Example: workbench models promote linear-20261124T090000-1a2b3c --reason "reads the new products"
    """
    from workbench.models.promotion import promote

    settings = current_settings()
    show(promote(settings.data_folder / "models", task, name, reason), as_json)
    show_model_in_use(settings, task)
    _tell_when_it_reads(task, settings)


@app.command("rollback")
def rollback_model(reason: Reason, task: Task = "sentiment", as_json: Json = False) -> None:
    """Put the model back in use that the one in use has replaced; run again, the one before that.

    Example: workbench models rollback --task sentiment --reason "misses outages"
    """
    from workbench.models.promotion import rollback

    settings = current_settings()
    show(rollback(settings.data_folder / "models", task, reason), as_json)
    show_model_in_use(settings, task)
    _tell_when_it_reads(task, settings)


@app.command("decisions")
def list_decisions(task: Task = "sentiment", as_json: Json = False) -> None:
    """What was promoted, kept as a challenger or rolled back, when and why.

    Example: workbench models decisions --task intents
    """
    from workbench.models.champions import history
    from workbench.models.registry import task_folder

    rows = history(task_folder(current_settings().data_folder / "models", task))
    if not as_json:
        rows = [{name: row[name] for name in ("at", "decision", "model", "before", "reason")} for row in rows]
    print_rows(rows, as_json, f"Nothing was decided about models for {task} yet.")


@app.command("behave")
def behave_model(
    file: Annotated[Path, typer.Argument(help="Behavioural tests as JSON lines, in CheckList's form.")],
    task: Task = "sentiment",
    model: Model = "",
    as_json: Json = False,
) -> None:
    """How often a model fails behavioural tests: negation, modifiers, names, typos.

    Example: workbench models behave suite.jsonl --json
    """
    from workbench.models.behaviour import behave
    from workbench.models.in_use import current

    settings = current_settings()
    wanted = model or settings.model_named_for(task)
    result = behave(current(settings.data_folder / "models", task, wanted), file)
    if silent := [name for name, rate in result["tests"].items() if rate["judged"] < rate["n"]]:
        typer.echo(
            f"Not judged, or not every case: {', '.join(silent)}. A minimum functionality test needs a label in each "
            'line, a directional one "direction": "up" or "down".',
            err=True,
        )
    if as_json:
        show(result, as_json=True)
        return
    rows = [
        {
            "test": name,
            "type": rate["type"],
            "fails": None if rate["failure_rate"] is None else f"{rate['failure_rate']:.1%}",
            "of": rate["judged"],
            "published": ", ".join(f"{who} {value:g} %" for who, value in rate.get("published", {}).items()),
        }
        for name, rate in result["tests"].items()
    ]
    print_rows(rows, False, "")
    print(f"Model {result['model']}. Published: of the services' own draw of cases, so compare roughly.")


@app.command("thresholds")
def model_thresholds(
    task: Task = "sentiment",
    model: Model = "",
    file: Annotated[
        Path | None,
        typer.Option(help="A labelled file; otherwise what people labelled at random in the lake."),
    ] = None,
    text: Annotated[str, typer.Option(help="Its column of texts.")] = "text",
    label: Annotated[list[str], typer.Option(help="Its column of labels; or one a label, repeated.")] = [
        "label"
    ],
    as_json: Json = False,
) -> None:
    """Thresholds that the costs in the settings ask for, with precision, recall, cost and work for people.

    Example: workbench models thresholds --task intents
    """
    from workbench.models.threshold_report import threshold_report

    found = threshold_report(
        current_settings(), task, model=model, file=file, text_column=text, label_columns=label
    )
    if file is not None:
        say_left_out(file, found["rows_left_out"], repeated=found["rows_repeated"])
    if as_json:
        show(found, as_json=True)
        return
    plain = ("threshold", "people_from", "people_to", "holds")
    estimated = ("precision", "recall", "found", "to_people", "cost_per_1000")
    rows = [
        {
            "label": name,
            **{key: of[key] for key in plain},
            **{key: _with_interval(of, key) for key in estimated},
        }
        for name, of in found["labels"].items()
    ]
    print_rows(rows, False, "")
    print(
        f"Model {found['model']}, {found['n']:,} labelled posts that it had not learned from; 95 % intervals."
    )


@app.command("doubtful")
def doubtful_posts(
    task: Task = "sentiment",
    most: Annotated[int, typer.Option("-n", min=1, help="At most so many.")] = 100,
    as_json: Json = False,
) -> None:
    """Posts for people: where the model is in doubt at the costs you set, and praise that may be irony.

    Example: workbench models doubtful --task sentiment -n 50
    """
    from workbench.labels.left_to_people import left_to_people
    from workbench.session import open_workbench

    wb = open_workbench()
    found = left_to_people(wb.lake, wb.settings, task, wb.mentions).head(most)
    rows = found.round({"probability": 4, "sarcastic": 4}).astype(object)
    print_rows(rows.where(rows.notna(), None).to_dict("records"), as_json, "No post is in doubt.")


def _with_interval(of: Mapping[str, Any], name: str) -> str:
    values = [of[name], of[f"{name}_low"], of[f"{name}_high"]]
    if None in values:
        return "" if of[name] is None else f"{of[name]:.4g}"
    value, low, high = (f"{number:.4g}" for number in values)
    return f"{value} ({low} to {high})"


def _tell_when_it_reads(task: str, settings: "Settings") -> None:
    pinned = settings.model_named_for(task)
    console.print(
        f"workbench.toml names {pinned} as sentiment_model, and that goes first: take it out to follow."
        if pinned
        else "It reads the posts with the next report, or now: workbench refresh"
    )
