"""What commands take: the settings, and options that several of them share."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    from workbench.settings import Settings

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON and nothing else.")]
Parameters = Annotated[
    list[str], typer.Option("-p", "--parameter", metavar="NAME=VALUE", help="A parameter of the notebook.")
]


def choose_settings(
    settings: Annotated[
        Path | None, typer.Option(help="The settings file; otherwise the nearest workbench.toml.")
    ] = None,
) -> None:
    """What stands before every command: `workbench --settings FILE …`."""
    if settings is not None:
        if not settings.is_file():
            raise WorkbenchError(f"settings file {settings} does not exist. Name another, or create it.")
        os.environ["WORKBENCH_SETTINGS"] = str(settings.resolve())


def current_settings() -> "Settings":
    """The settings in force."""
    from workbench.settings import load_settings

    return load_settings()
