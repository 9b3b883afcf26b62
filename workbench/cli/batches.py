"""`workbench batches`: list ingests, take one back."""

from typing import Annotated

import typer

from workbench.cli.options import Json, current_settings
from workbench.cli.output import print_rows

app = typer.Typer(help="Ingests, and how to take one back.", no_args_is_help=True)


@app.command("list")
def list_batches(as_json: Json = False) -> None:
    """All ingests, the newest first.

    Example: workbench batches list
    """
    from workbench.store.batches import batches
    from workbench.store.schema import open_lake

    rows = batches(open_lake(current_settings()))
    names = ("batch_id", "source", "status", "read", "stored", "duplicates", "rejected")
    print_rows([{name: row[name] for name in names} for row in rows], as_json, "There are no ingests yet.")


@app.command("undo")
def undo_batch(batch_id: Annotated[str, typer.Argument(help="As 'batches list' shows it.")]) -> None:
    """Take back an ingest: its posts and all that hangs on them.

    Example: workbench batches undo 2026-11-23T091200-004711-1a2b3c4d
    """
    from workbench.store.batches import undo
    from workbench.store.schema import open_lake

    print(f"{undo(open_lake(current_settings()), batch_id):,} posts removed.")
