"""Notebooks by name: those of this folder, of the settings' folder, and those that come with workbench."""

from pathlib import Path

import workbench
from workbench.errors import WorkbenchError, did_you_mean
from workbench.settings import Settings


def find_notebook(name: str, settings: Settings) -> Path:
    """The notebook of that path or name.

    Raises
    ------
    WorkbenchError
        There is none; names the nearest.
    """
    folders = [
        Path.cwd() / "notebooks",
        settings.folder / "notebooks",
        Path(workbench.__file__).parents[1] / "notebooks",
    ]
    for candidate in (
        Path(name),
        settings.folder / name,
        *(folder / f"{name.removesuffix('.ipynb')}.ipynb" for folder in folders),
    ):
        if candidate.is_file() and candidate.suffix == ".ipynb":
            return candidate
    known = sorted({f"{f.parent.name}/{f.stem}" for folder in folders for f in folder.glob("[!.]*/*.ipynb")})
    raise WorkbenchError(
        f"there is no notebook '{name}'.{did_you_mean(name, known)} Notebooks: {', '.join(known)}."
    )
