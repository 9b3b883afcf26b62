"""`workbench audit`: how wrong a vendor's sentiment is, by a blind sample of its export."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.options import Json, current_settings
from workbench.cli.output import console, print_rows, progress_bar, show

if TYPE_CHECKING:
    from workbench.audit.world import World
    from workbench.store.lake import Lake


def audit(
    file: Annotated[Path, typer.Argument(help="The vendor's export, as it comes.")],
    labels: Annotated[
        int | None,
        typer.Option(
            min=1, help="Posts that people judge, 200 at first; more than before enlarges the sample."
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, max=2**63 - 1, help="The same seed draws the same posts.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="Which column is what, as TOML; otherwise guessed.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Encoding of the export, where the guess is wrong.")
    ] = None,
    name: Annotated[str, typer.Option(help="Name of the audit; otherwise that of the file.")] = "",
    brand: Annotated[list[str], typer.Option(help="Only this brand; may be repeated.")] = [],
    sheet: Annotated[
        bool, typer.Option("--sheet", help="Write the posts still open as a sheet to fill in.")
    ] = False,
    to: Annotated[Path | None, typer.Option(help="Where the sheet goes, as .xlsx or .csv.")] = None,
    answers: Annotated[
        Path | None, typer.Option(help="A sheet that was filled in, or any file with a key and a label.")
    ] = None,
    key: Annotated[str, typer.Option(help="Column of the key in --answers.")] = "key",
    label: Annotated[str, typer.Option(help="Column of the label in --answers.")] = "label",
    push: Annotated[
        bool, typer.Option("--push", help="Hand the posts to Label Studio (workbench labels up).")
    ] = False,
    pull: Annotated[bool, typer.Option("--pull", help="Fetch what was labelled in Label Studio.")] = False,
    report: Annotated[bool, typer.Option("--report", help="Make the report of one page.")] = False,
    as_json: Json = False,
) -> None:
    """Audit a vendor's sentiment: draw posts of its export at random, let people judge them blind, and compare.

    What is drawn goes to Label Studio where it runs (workbench labels up), and into a sheet otherwise; --sheet and
    --push choose. Run it again to see how far it is and what it shows.

    Example: workbench audit vendor-export.csv --labels 200
    """
    from workbench.audit.begin import begin
    from workbench.store.schema import open_lake

    settings = current_settings()
    before = _drawn_before(file, name)
    with progress_bar(f"Reading {file.name}", quiet=as_json) as progress:
        world = begin(
            settings,
            file,
            name=name,
            labels=labels,
            seed=seed,
            mapping=mapping,
            brands=tuple(brand),
            encoding=encoding,
            progress=progress,
            say=lambda line: console.print(line, style="yellow", soft_wrap=True),
        )
    lake = open_lake(world.settings)
    done: dict[str, Any] = {}
    # What was said first: what is handed out then is open.
    if answers:
        done |= _answers(world, lake, answers, key, label)
    if push or pull:
        done |= _label_studio(world, lake, push, pull)
    if sheet or to:
        done |= _sheet(world, lake, to)
    if not (sheet or to or push or pull or answers):
        done |= _hand_out(world, lake, before)
    _tell(world, done, report, as_json, _command(file, world))


def _drawn_before(file: Path, name: str) -> int:
    """How many posts an earlier call has drawn."""
    from workbench.audit.world import audit_name, list_audits, open_world
    from workbench.store.schema import open_lake

    settings, name = current_settings(), audit_name(file, name)
    return len(_drawn(open_lake(open_world(settings, name).settings))) if name in list_audits(settings) else 0


def _command(file: Path, world: "World") -> str:
    """What was typed, to be typed again."""
    from workbench.audit.world import audit_name

    named = f" --name {world.name}" if audit_name(file) != world.name else ""
    return f"workbench audit {shlex.quote(str(file))}{named}"


def _hand_out(world: "World", lake: "Lake", before: int) -> dict[str, Any]:
    """Hand out what was just drawn, and tell where it lies until somebody has answered."""
    from workbench.audit.hand_out import hand_out
    from workbench.audit.sheet import answered_keys

    drawn = _drawn(lake)
    if len(drawn) == before and answered_keys(lake, drawn):
        return {}
    return hand_out(current_settings(), world, lake, drawn, _task(world), is_larger=0 < before < len(drawn))


def _sheet(world: "World", lake: "Lake", to: Path | None) -> dict[str, Any]:
    from workbench.audit.hand_out import sheet_of
    from workbench.audit.sheet import write_sheet

    path = to or sheet_of(world)
    return {"sheet": str(path), "open": write_sheet(path, lake, world, _drawn(lake), _task(world))}


def _answers(world: "World", lake: "Lake", file: Path, key: str, label: str) -> dict[str, Any]:
    from dataclasses import asdict

    from workbench.audit.answers import take_file

    taken = take_file(file, lake, world, _drawn(lake), _task(world), key, label)
    if taken.other_name:
        console.print(
            f"{file}: {taken.other_name:,} posts are answered once under a name and once by nobody in particular, so "
            "that each counts as answered by two people. Write names in a column 'annotator' always, or never.",
            style="yellow",
            soft_wrap=True,
        )
    return asdict(taken)


def _label_studio(world: "World", lake: "Lake", push: bool, pull: bool) -> dict[str, Any]:
    from workbench.audit.label_studio import pull_answers, push_posts

    done: dict[str, Any] = {}
    if pull:
        done |= pull_answers(current_settings(), world, _task(world))
    if push:
        done |= push_posts(current_settings(), world, lake, _drawn(lake), _task(world))
    return done


def _drawn(lake: "Lake") -> Any:
    from workbench.audit.world import SAMPLE
    from workbench.labels.drawn import recorded

    return recorded(lake, SAMPLE)


def _task(world: "World") -> Any:
    from workbench.audit.world import TASK
    from workbench.labels.tasks import load_task, tasks_folder

    return load_task(TASK, tasks_folder(world.settings))


def _tell(world: "World", done: dict[str, Any], report: bool, as_json: bool, command: str) -> None:
    from workbench.audit.opened import open_audit
    from workbench.audit.result import findings, result, standing_of

    settings = current_settings()
    with open_audit(world.name, settings) as opened:
        if report:
            from workbench.audit.report import make_report

            done["report"] = str(make_report(settings, world))
        if as_json:
            show({**result(opened), **done}, as_json=True)
            return
        if done:
            show(done, False)
        show(standing_of(opened), False)
        if not opened.standing.judged:
            answered = opened.standing.labelled
            if answered:
                words = f"{answered} posts were answered, of none a sentiment was said: negative, neutral or positive."
            elif "sheet" in done:
                words = f"Fill in the sheet, and hand it in: {command} --answers {shlex.quote(done['sheet'])}"
            elif "projects" in done:
                words = f"When people have labelled: {command} --pull"
            else:
                words = f"Nobody has judged anything yet. A sheet to fill in: {command} --sheet; Label Studio: --push."
            console.print(words, style="yellow", soft_wrap=True)
            return
        print()
        for sentence in findings(opened):
            print(sentence)
        print()
        print_rows(_by_brand(opened), False, "")
        waiting = opened.standing.drawn - opened.standing.labelled
        if waiting and not done:
            console.print(
                f"{waiting:,} posts are open: {command} --sheet, or --push.", style="yellow", soft_wrap=True
            )


def _by_brand(opened: Any) -> list[dict[str, Any]]:
    """The share of unhappy posts of each brand, as the vendor has it and as people do."""
    from workbench.figures.audit_tables import brand_rows

    return brand_rows(opened.ranks(), opened.next_labels())
