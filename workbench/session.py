"""`open_workbench`: a lake and its settings, opened for a notebook."""

from collections.abc import Mapping
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.figures.locale import use_locale
from workbench.figures.renderer import enable_renderer
from workbench.figures.rich import enable_rich_display
from workbench.settings import find_settings, load_settings
from workbench.settings.pinned import pinned
from workbench.store.engine import open_engine
from workbench.store.schema import open_lake
from workbench.workbench import Workbench


def open_workbench(
    settings: Path | str | None = None, versions: Mapping[str, int] | None = None
) -> Workbench:
    """Open the lake of a settings file.

    Parameters
    ----------
    settings
        The settings file; otherwise the nearest `workbench.toml`, or what ``WORKBENCH_SETTINGS`` names.
    versions
        Table versions to open, as a report's provenance gives them; otherwise those of the file that
        ``WORKBENCH_AT`` names, else the present ones, which stay the same for this workbench whatever is written
        meanwhile.

    Raises
    ------
    WorkbenchError
        The settings are wrong, or there are no posts yet.

    Examples
    --------
    After ``workbench sample load``::

        wb = open_workbench("data/sample/workbench.toml")
        wb.measure("sentiment_signal", by=["brand", "week"])
    """
    loaded = load_settings(settings)
    now, pins = open_lake(loaded), pinned()
    if versions is None and pins:
        versions = pins.tables
    lake = now.at(versions) if versions else now.as_it_is()
    if "posts" not in lake.versions:
        where = "" if find_settings(settings) else f"No workbench.toml is in {Path.cwd()} or above it, and "
        raise WorkbenchError(
            f"{where}the lake {now.root} holds no posts yet. Run: workbench ingest FILE; or try the sample: "
            "workbench sample load, then open_workbench('data/sample/workbench.toml')."
        )
    use_locale(loaded.locale)
    enable_renderer()
    enable_rich_display()
    return Workbench(loaded, lake, open_engine(loaded.lake.engine), dict(lake.versions))
