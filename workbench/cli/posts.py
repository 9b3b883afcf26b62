"""`workbench ingest` and `refresh`: posts into the lake, and what is said of them up to date."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.options import Json, current_settings
from workbench.cli.output import console, progress_bar, show


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
        console.print(chosen.explain())
    with progress_bar(f"Reading {file.name}", quiet=as_json) as progress:
        result = ingest_file(file, current_settings(), chosen, layout, progress)
    counts = {k: v for k, v in asdict(result.counts).items() if k != "brands_disagree"}
    show({**counts, "seconds": round(result.seconds, 2)}, as_json)
    with progress_bar("Reading them", quiet=as_json) as progress:
        bring_up_to_date(current_settings(), progress)
    if result.rejected_file:
        console.print(
            f"{result.counts.rejected:,} rows were refused: line and reason are in {result.rejected_file}. "
            "Mend them and run the same command again: nothing is stored twice.",
            style="yellow",
            soft_wrap=True,
        )
        if strict:
            raise typer.Exit(1)


def refresh(as_json: Json = False) -> None:
    """Bring mentions, predictions and near duplicates up to date; a report does it by itself.

    Example: workbench refresh
    """
    from workbench.refresh import refresh as bring_up_to_date

    with progress_bar("Refresh", quiet=as_json) as progress:
        done = bring_up_to_date(current_settings(), progress)
    show(done, as_json)
