"""`workbench lake`: versions, migration and old files of the tables."""

from typing import Annotated

import typer

from workbench.cli.options import Json, current_settings
from workbench.cli.output import show

app = typer.Typer(help="The tables: versions, migration, old files.", no_args_is_help=True)


@app.command("versions")
def lake_versions(as_json: Json = False) -> None:
    """Present version of every table.

    Example: workbench lake versions
    """
    from workbench.store.schema import open_lake

    show(open_lake(current_settings()).current_versions(), as_json)


@app.command("migrate")
def migrate_lake(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
) -> None:
    """Bring an older lake to the present schema.

    Example: workbench lake migrate --dry-run
    """
    from workbench.store.schema import migrate, migration_steps, open_lake

    lake = open_lake(current_settings())
    steps = migration_steps(lake) if dry_run else migrate(lake)
    print("\n".join(steps) if steps else "The lake is up to date.")


@app.command("vacuum")
def vacuum_lake(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count the files.")] = False,
) -> None:
    """Remove the files of versions older than `lake.keep_versions_days`.

    Example: workbench lake vacuum --dry-run
    """
    from workbench.runs.row_hashes import forget_row_hashes
    from workbench.store.schema import open_lake

    settings = current_settings()
    lake = open_lake(settings)
    files = lake.vacuum(dry_run=dry_run)
    if not dry_run:
        forget_row_hashes(lake, settings)
    print(f"{len(files):,} files {'would be' if dry_run else 'were'} removed.")
