"""`workbench labels`: plan, agreement, likely errors, disputes, and tickets as labels."""

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.labels import Brands, FirstDay, LastDay, Task, app
from workbench.cli.options import Json, current_settings
from workbench.cli.output import print_rows, show

if TYPE_CHECKING:
    import pandas as pd

    from workbench.labels.tasks import Task as LabellingTask
    from workbench.settings import Settings

Most = Annotated[int, typer.Option("--top", help="How many at most.")]
Push = Annotated[
    bool, typer.Option("--push", help="Send them to Label Studio, to be decided by one more person.")
]

_SHOWN = 100  # letters of a post on one line


@app.command("plan")
def plan_labels(
    precision: Annotated[
        float, typer.Option(help="Half the width of the interval wanted: 0.05 is ±5 points.")
    ] = 0.05,
    per: Annotated[str, typer.Option(help="For each what: columns, with commas.")] = "brand,week",
    task: Task = "sentiment",
    label: Annotated[
        str, typer.Option(help="The label whose share is wanted; otherwise negative, or the first.")
    ] = "",
    brand: Brands = [],
    first_day: FirstDay = "",
    last_day: LastDay = "",
    as_json: Json = False,
) -> None:
    """From the precision wanted to labels, hours and cost; once there are labels, also what they have reached.

    Example: workbench labels plan --precision .05 --per brand,week --last-day 2026-05-31
    """
    import narwhals as nw

    from workbench.labels.frames import check_brands, check_day
    from workbench.labels.planned_figure import figure_of
    from workbench.labels.planning import plan
    from workbench.session import open_workbench
    from workbench.store.frames import in_memory

    settings = current_settings()
    mentions = nw.from_native(open_workbench().mentions)
    if brand:
        spoken_of = in_memory(mentions.select("brand").unique().to_native())["brand"]
        check_brands(brand, sorted(spoken_of.dropna()))
        mentions = mentions.filter(nw.col("brand").is_in(brand))
    for day, is_wanted in ((first_day, nw.col("day") >= first_day), (last_day, nw.col("day") <= last_day)):
        if day:
            check_day(day)
            mentions = mentions.filter(is_wanted)
    frame = mentions.to_native()
    by = [column.strip() for column in per.split(",") if column.strip()]
    figure = figure_of(frame, _task(settings, task), label)
    found = plan(frame, by, figure, precision, settings.labeling)
    if as_json:
        told = {"metric": figure.metric, "precision": precision, "per": by}
        show(told | {name: _rows(getattr(found, name)) for name in found._fields}, as_json=True)
        return
    print(f"Labels for {figure.metric} to ±{100 * precision:g} points per {', '.join(by)}:\n")
    print_rows(_rows(found.groups), False, "")
    assumed = (
        ""
        if found.groups["known"].min()
        else " Where nothing is known, half of the posts are assumed to have it."
    )
    print(f"\nknown: labels from which it is told; reached: half-width now.{assumed}\n")
    print_rows(_rows(found.pooling), False, "")
    print("\nperiods: estimated together. Each of them then shows a change later, for fewer labels.")


@app.command("agreement")
def label_agreement(task: Task = "sentiment", as_json: Json = False) -> None:
    """How far people agree, label by label, whom others contradict, and who reads before answering.

    Example: workbench labels agreement --task sentiment
    """
    from workbench.labels.agreement import trust
    from workbench.reports.label_statements import agreement_sentence
    from workbench.store.schema import open_lake

    settings = current_settings()
    found = trust(open_lake(settings), _task(settings, task))
    confused = found.confusion
    tables = {
        "agreement": found.agreement,
        "pairs": found.pairs,
        "confusion": confused[confused["probability"] > 0.01] if len(confused) else confused,
        "attention": found.attention,
    }
    rows = {name: _rows(table) for name, table in tables.items()}
    if as_json:
        told = {"is_identified": found.is_identified, "cannot_tell": found.cannot_tell}
        show({"task": task} | rows | told, as_json=True)
        return
    if found.agreement.empty:
        print(agreement_sentence(found.agreement) + "\n")
    for name, said in rows.items():
        if said:
            print(f"{name.capitalize()}:")
            print_rows(said, False, "")
            print()
    if len(confused) and not found.is_identified:
        print(
            "Two people who differ do not tell who is right: have disputed posts settled (labels adjudicate)."
        )


@app.command("errors")
def label_errors(
    task: Task = "sentiment",
    top: Most = 50,
    model: Annotated[str, typer.Option(help="By which model.")] = "",
    push: Push = False,
    as_json: Json = False,
) -> None:
    """Labels that are likely wrong: where a model that has not learned from them is sure of another.

    Example: workbench labels errors --task sentiment --top 50
    """
    from workbench.errors import WorkbenchError
    from workbench.labels.model_answers import model_in_use
    from workbench.labels.quality import likely_errors_of
    from workbench.models.classifier import thresholds_by_label
    from workbench.models.in_use import current_card
    from workbench.models.lexicon import NAME as LEXICON
    from workbench.store.schema import open_lake

    settings = current_settings()
    lake, chosen = open_lake(settings), _task(settings, task)
    used = model_in_use(settings, task)
    if not model and (used is None or used.name == LEXICON):
        raise WorkbenchError(
            f"there is no trained model of {task} that could find wrong labels, and a lexicon errs more often than "
            f"people do. Train one: workbench models train --task {task} --cross-fitted."
        )
    card = current_card(settings.data_folder / "models", task, model or (used.name if used else ""))
    found, looked_at = likely_errors_of(lake, chosen, card["name"], thresholds_by_label(card))
    _hand_out(
        settings, chosen, found.head(top), as_json, push, {"labels": looked_at, "likely_wrong": len(found)}
    )


@app.command("adjudicate")
def adjudicate_labels(
    task: Task = "sentiment", top: Most = 50, push: Push = False, as_json: Json = False
) -> None:
    """Mentions on which people differ, to be settled by one more person.

    Example: workbench labels adjudicate --task sentiment --push
    """
    from workbench.labels.adjudication import open_disputes, undecided
    from workbench.store.schema import open_lake

    settings = current_settings()
    asked, lake = _task(settings, task), open_lake(settings)
    found = open_disputes(lake, asked.name)
    counts = {"disputed": len(found), "undecided": undecided(lake, asked.name)}
    _hand_out(settings, asked, found.head(top), as_json, push, counts)


@app.command("import")
def import_labels(
    file: Annotated[Path, typer.Argument(help="Export of a ticket system.")],
    task: Task = "intents",
    category: Annotated[str, typer.Option(help="Its column of categories.")] = "",
    text: Annotated[str, typer.Option(help="Its column of texts.")] = "",
    post: Annotated[str, typer.Option(help="Its column of the post that a ticket came from.")] = "",
    number: Annotated[str, typer.Option(help="Its column of ticket numbers.")] = "",
    as_json: Json = False,
) -> None:
    """Read support tickets as labels that teach, by the task's mapping of categories. They never estimate.

    Example: workbench labels import tickets.csv --task intents
    """
    from dataclasses import asdict

    from workbench.labels.tickets import import_tickets
    from workbench.store.schema import open_lake

    settings = current_settings()
    given = {"category": category, "text": text, "post": post, "number": number}
    columns = {name: column for name, column in given.items() if column}
    done = import_tickets(open_lake(settings), settings, _task(settings, task), file, columns)
    show(asdict(done), as_json)


def _hand_out(
    settings: "Settings",
    task: "LabellingTask",
    found: "pd.DataFrame",
    as_json: bool,
    push: bool,
    counts: dict[str, int],
) -> None:
    """Show mentions that need one more look with what they say, masked, and send them out if wanted."""
    from workbench.labels.texts import texts_of
    from workbench.store.schema import open_lake

    told: dict[str, Any] = dict(counts)
    lake = open_lake(settings)
    if push and len(found):
        from workbench.labels.adjudication import adjudication_queue
        from workbench.labels.pushing import push as push_rows
        from workbench.labels.queue import rationed

        queue, waiting = rationed(lake, settings, adjudication_queue(lake, settings, task.name, found))
        told |= {"pushed": push_rows(settings, queue, task)} | ({"waiting": waiting} if waiting else {})
    rows = [{**row, "text": text} for row, text in zip(_rows(found), texts_of(lake, found), strict=True)]
    if as_json:
        show(told | {"mentions": rows}, as_json=True)
        return
    short = [{**row, "text": textwrap.shorten(row["text"] or "", _SHOWN, placeholder=" …")} for row in rows]
    print_rows(short, False, "There are none.")
    pushed = told.pop("pushed", {})
    show(told, as_json=False)
    if pushed:
        print_rows(pushed["projects"], False, "There was nothing to hand over.")
    if there := pushed.get("there"):
        print(
            f"{there:,} are in Label Studio already. Where one was decided and somebody changed an answer since, "
            "open it there and update the decision."
        )


def _task(settings: "Settings", name: str) -> "LabellingTask":
    from workbench.labels.tasks import load_task, tasks_folder

    return load_task(name, tasks_folder(settings))


def _rows(table: "pd.DataFrame") -> list[dict[str, Any]]:
    """Rows to be shown: figures of four digits, and nothing where there is no value."""
    rounded = table.round(4).astype(object)
    rows = rounded.where(table.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]
