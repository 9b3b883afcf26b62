"""The command line: what a person types, composed from the package."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table as Grid

from workbench.errors import WorkbenchError

app = typer.Typer(
    name="workbench",
    help="What customers feel in public, and why: posts in, figures with their origin out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
batches_app = typer.Typer(help="Ingests, and how to take one back.", no_args_is_help=True)
models_app = typer.Typer(help="Classifiers: train, evaluate, list.", no_args_is_help=True)
sample_app = typer.Typer(help="The sample world: invented posts whose truth is known.", no_args_is_help=True)
lake_app = typer.Typer(help="The tables: versions, migration, old files.", no_args_is_help=True)
for name, group in {
    "batches": batches_app,
    "models": models_app,
    "sample": sample_app,
    "lake": lake_app,
}.items():
    app.add_typer(group, name=name)

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON and nothing else.")]
Parameters = Annotated[
    list[str], typer.Option("-p", "--parameter", metavar="NAME=VALUE", help="A parameter of the notebook.")
]
_console = Console(stderr=True)


def main() -> None:
    """Run a command; whatever goes wrong is one clear sentence and a non-zero exit code."""
    try:
        app()
    except WorkbenchError as error:
        _console.print(f"workbench: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        _console.print("workbench: stopped. What was stored stays; run the same command again to go on.")
        sys.exit(130)
    except Exception as error:
        if os.environ.get("WORKBENCH_DEBUG"):
            raise
        # Only the kind of the fault: its text may hold somebody's words.
        _console.print(
            f"workbench: something failed that should not ({type(error).__name__}). Nothing that was stored is "
            "lost. Set WORKBENCH_DEBUG=1 and run again to see where; 'workbench doctor' checks the set-up.",
            style="red",
        )
        sys.exit(1)


@app.callback()
def _options(
    settings: Annotated[
        Path | None, typer.Option(help="The settings file; otherwise the nearest workbench.toml.")
    ] = None,
) -> None:
    if settings is not None:
        if not settings.is_file():
            raise WorkbenchError(f"settings file {settings} does not exist. Name another, or create it.")
        os.environ["WORKBENCH_SETTINGS"] = str(settings.resolve())


@app.command()
def ingest(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, JSONL, Parquet or XLSX; also gzipped.")],
    mapping: Annotated[
        Path | None, typer.Option(help="Which column is what, as TOML; otherwise guessed.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Encoding of the file, where the guess is wrong.")
    ] = None,
    show_mapping: Annotated[
        bool, typer.Option("--show-mapping", help="Print the guessed mapping as TOML and store nothing.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with code 1 when a row was refused.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Read a file of posts into the lake, masked.

    Example: workbench ingest posts.csv
    """
    from workbench.ingest import ingest as ingest_file
    from workbench.refresh import refresh as bring_up_to_date
    from workbench.sources.guessing import guess_mapping
    from workbench.sources.mapping import load_mapping
    from workbench.sources.sniffing import sniff

    layout = sniff(file, encoding)
    chosen = load_mapping(mapping, layout) if mapping else guess_mapping(layout)
    if show_mapping:
        print(chosen.to_toml())
        return
    if not as_json:
        _console.print(chosen.explain(), markup=False, highlight=False)
    with _progress(f"Reading {file.name}", quiet=as_json) as progress:
        result = ingest_file(file, _settings(), chosen, layout, progress)
    counts = {k: v for k, v in asdict(result.counts).items() if k != "brands_disagree"}
    _show({**counts, "seconds": round(result.seconds, 2)}, as_json)
    with _progress("Reading them", quiet=as_json) as progress:
        bring_up_to_date(_settings(), progress)
    if result.rejected_file:
        _console.print(
            f"{result.counts.rejected:,} rows were refused: line and reason are in {result.rejected_file}. "
            "Mend them and run the same command again: nothing is stored twice.",
            style="yellow",
            highlight=False,
            soft_wrap=True,
        )
        if strict:
            raise typer.Exit(1)


@app.command()
def report(
    notebook: Annotated[str, typer.Argument(help="For instance kpi/weekly.")], p: Parameters = []
) -> None:
    """Run a notebook and make one HTML file of it.

    Example: workbench report kpi/weekly -p week=2026-W43
    """
    from workbench.reporting import report_job

    with _progress(f"Report {notebook}") as progress:
        made = report_job(notebook, p, progress)
    print(made)


@app.command()
def run(
    notebook: Annotated[str, typer.Argument(help="For instance kpi/weekly.")], p: Parameters = []
) -> None:
    """Run a notebook and keep it with its outputs.

    Example: workbench run kpi/baseline -p brand=Acme
    """
    from workbench.reporting import run_job

    with _progress(f"Run {notebook}") as progress:
        made = run_job(notebook, p, progress)
    print(made)


@app.command()
def measure(
    name: Annotated[str, typer.Argument(help="For instance net_sentiment.")],
    by: Annotated[str, typer.Option(help="Grouping columns, with commas.")] = "brand,week",
    to: Annotated[Path | None, typer.Option(help="Write a CSV or XLSX file.")] = None,
    as_json: Json = False,
) -> None:
    """Compute a measure.

    Example: workbench measure net_sentiment --by brand,week
    """
    from workbench.session import open_workbench
    from workbench.sources.cells import write_csv, write_xlsx

    frame = open_workbench().measure(name, by=[b.strip() for b in by.split(",") if b.strip()])
    if to:
        (write_xlsx if to.suffix.lower() == ".xlsx" else write_csv)(to, frame)
        print(to)
    elif as_json:
        print(frame.to_json(orient="records", indent=2, force_ascii=False))
    else:
        print(frame.to_string(index=False))


@app.command()
def refresh() -> None:
    """Bring mentions, predictions and near duplicates up to date; a report does it by itself.

    Example: workbench refresh
    """
    from workbench.refresh import refresh as bring_up_to_date

    with _progress("Refresh") as progress:
        done = bring_up_to_date(_settings(), progress)
    _show(done, False)


@app.command()
def doctor(as_json: Json = False) -> None:
    """Say what is wrong with this set-up, and how to mend it.

    Example: workbench doctor
    """
    from workbench.doctor import examine

    results = examine()
    if as_json:
        print(json.dumps([asdict(r) for r in results], indent=2))
    else:
        for result in results:
            _console.print(
                f"{'ok  ' if result.is_ok else 'WRONG'} {result.name}: {result.found}",
                markup=False,
                highlight=False,
            )
            if not result.is_ok:
                _console.print(f"      → {result.advice}", markup=False, highlight=False)
    if not all(result.is_ok for result in results):
        raise typer.Exit(1)


@batches_app.command("list")
def list_batches(as_json: Json = False) -> None:
    """All ingests, the newest first.

    Example: workbench batches list
    """
    from workbench.store.batches import batches
    from workbench.store.schema import open_lake

    rows = batches(open_lake(_settings()))
    names = ("batch_id", "source", "status", "read", "stored", "duplicates", "rejected")
    _print_rows([{name: row[name] for name in names} for row in rows], as_json, "There are no ingests yet.")


@batches_app.command("undo")
def undo_batch(batch_id: Annotated[str, typer.Argument(help="As 'batches list' shows it.")]) -> None:
    """Take back an ingest: its posts and all that hangs on them.

    Example: workbench batches undo 2026-11-23T091200-004711-1a2b3c4d
    """
    from workbench.store.batches import undo
    from workbench.store.schema import open_lake

    print(f"{undo(open_lake(_settings()), batch_id):,} posts removed.")


@lake_app.command("versions")
def lake_versions(as_json: Json = False) -> None:
    """Present version of every table.

    Example: workbench lake versions
    """
    from workbench.store.schema import open_lake

    _show(open_lake(_settings()).current_versions(), as_json)


@lake_app.command("migrate")
def migrate_lake(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
) -> None:
    """Bring an older lake to the present schema.

    Example: workbench lake migrate --dry-run
    """
    from workbench.store.schema import migrate, migration_steps, open_lake

    lake = open_lake(_settings())
    steps = migration_steps(lake) if dry_run else migrate(lake)
    print("\n".join(steps) if steps else "The lake is up to date.")


@lake_app.command("vacuum")
def vacuum_lake(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count the files.")] = False,
) -> None:
    """Remove the files of versions older than `lake.keep_versions_days`.

    Example: workbench lake vacuum --dry-run
    """
    from workbench.store.schema import open_lake

    files = open_lake(_settings()).vacuum(dry_run=dry_run)
    print(f"{len(files):,} files {'would be' if dry_run else 'were'} removed.")


@sample_app.command("make")
def make_sample(
    posts: Annotated[int, typer.Option(min=100, help="How many posts.")] = 5000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same files.")] = 7,
    to: Annotated[Path, typer.Option(help="Folder to write into.")] = Path("data/sample"),
) -> None:
    """Make an invented world of posts, cases, surveys and outcomes, with its truth.

    Example: workbench sample make --posts 1000000 --seed 1 --to world
    """
    from workbench.sample.make import make_world

    with _progress(f"Making {posts:,} posts") as progress:
        make_world(posts, seed, to, lambda what, done: progress(done, what))
    print(to)


@sample_app.command("load")
def load_sample_command(
    folder: Annotated[Path, typer.Option(help="Where the sample is.")] = Path("data/sample"),
) -> None:
    """Read the sample into its own lake, beside it, and train a sentiment model from its labels.

    Example: workbench sample load
    """
    from workbench.sample.load import load_sample

    with _progress("Loading the sample") as progress:
        print(load_sample(folder, progress))


@models_app.command("train")
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
    as_json: Json = False,
) -> None:
    """Train a classifier, choose it by cross-validation, calibrate it and keep it with its card.

    Example: workbench models train --task sentiment --file tweets.csv --text text --label airline_sentiment
    """
    from workbench.models.training import train_sentiment

    _check_task(task)
    with _progress("Training", quiet=as_json) as progress:
        card = train_sentiment(_settings(), file, text, label, seed, progress, with_embeddings=embeddings)
    _show(card, as_json)


@models_app.command("evaluate")
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
    _show(evaluate_sentiment(_settings(), file, text, label, model), as_json)


@models_app.command("list")
def list_models_command(
    task: Annotated[str, typer.Option(help="What is classified.")] = "sentiment", as_json: Json = False
) -> None:
    """The models there are; the one in use is marked.

    Example: workbench models list --task sentiment
    """
    from workbench.models.training import sentiment_models

    _check_task(task)
    _print_rows(sentiment_models(_settings()), as_json, "There are no models.")


def _settings() -> Any:
    from workbench.settings import load_settings

    return load_settings()


def _check_task(task: str) -> None:
    if task != "sentiment":
        raise WorkbenchError(f"there is no task '{task}'. Tasks: sentiment.")


def _show(result: dict[str, Any], as_json: bool) -> None:
    """A result: as JSON, or one line a figure."""
    if as_json:
        print(json.dumps(result, default=str, ensure_ascii=False))
        return
    for name, value in result.items():
        shown = f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else value
        if isinstance(value, dict | list):
            shown = json.dumps(value, default=str, ensure_ascii=False)
        print(f"{name:<12} {shown}")


def _print_rows(rows: list[dict], as_json: bool, nothing: str) -> None:
    if as_json:
        print(json.dumps(rows, default=str, ensure_ascii=False))
        return
    if not rows:
        print(nothing)
        return
    grid = Grid(*rows[0], box=None)
    for row in rows:
        grid.add_row(*("" if value is None else str(value) for value in row.values()))
    Console(width=None if sys.stdout.isatty() else 200).print(grid)


@contextmanager
def _progress(what: str, quiet: bool = False) -> Iterator[Callable[[float, str], None]]:
    """A bar on a terminal, a line a step elsewhere, nothing with --json."""
    if quiet:
        yield lambda done, step: None
    elif not _console.is_terminal:
        seen: set[str] = set()

        def line(done: float, step: str) -> None:
            words = step.lstrip("0123456789, ")
            if words not in seen:
                seen.add(words)
                _console.print(f"{what}: {step}", markup=False, highlight=False)

        yield line
    else:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[step]}"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=_console, transient=True) as bar:
            task = bar.add_task(what, total=1.0, step="")
            yield lambda done, step: bar.update(task, completed=done, step=step)
