"""What is wrong with a set-up, and how to mend it."""

import importlib.metadata
import importlib.util
import os
import shutil
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass

from workbench.errors import WorkbenchError
from workbench.models.in_use import current
from workbench.privacy.pseudonyms import load_key
from workbench.runs.signing import check_key, signing_key_id
from workbench.settings import Settings, load_settings
from workbench.store.damage import damaged_files
from workbench.store.engine import open_engine
from workbench.store.lake import Lake
from workbench.store.schema import migration_steps, open_lake, says

_WANTED_SPACE = 2 * 1024**3


@dataclass(frozen=True)
class Result:
    """One examination: what was looked at, what was found, and the mend where it is wrong."""

    name: str
    is_ok: bool
    found: str
    advice: str = ""


def examine() -> list[Result]:
    """Examine everything; what depends on settings that do not load is left out."""
    results = [_python(), _packages()]
    try:
        settings = load_settings()
    except WorkbenchError as error:
        return [*results, Result("settings", False, str(error), "Mend the settings file as it says.")]
    results.append(_settings(settings))
    try:
        lake = open_lake(settings)
    except WorkbenchError as error:
        return [
            *results,
            Result("lake", False, str(error), "Use the workbench that made it, or a newer one."),
        ]
    checks: list[Callable[[Settings, Lake], Result]] = [
        _lake,
        _tables,
        _schema,
        _key,
        _signing,
        _engine,
        _model,
        _models_extra,
        _space,
    ]
    return results + [_guarded(check, settings, lake) for check in checks]


def _guarded(check: Callable[[Settings, Lake], Result], settings: Settings, lake: Lake) -> Result:
    name = check.__name__.strip("_").replace("_", " ")
    try:
        return check(settings, lake)
    except WorkbenchError as error:
        return Result(name, False, str(error), "Mend it as it says.")
    except Exception as error:  # noqa: BLE001 - whatever is broken, the other examinations go on
        # Only the kind of the fault: its text may hold somebody's words.
        return Result(
            name, False, f"cannot be looked at ({type(error).__name__})", "See what else is wrong here."
        )


def _python() -> Result:
    version = ".".join(map(str, sys.version_info[:3]))
    return Result("python", sys.version_info >= (3, 11), version, "Install Python 3.11 or newer.")


def _packages() -> Result:
    """Every core dependency that `workbench` declares is there."""
    wanted = [r.split(";")[0] for r in importlib.metadata.requires("workbench") or [] if "extra ==" not in r]
    names = ["".join(c if c.isalnum() or c in "-_." else " " for c in w).split()[0] for w in wanted]
    missing = [name for name in names if not _is_installed(name)]
    found = f"missing: {', '.join(missing)}" if missing else f"{len(names)} core packages"
    return Result("packages", not missing, found, "Run: pip install -c requirements.lock -e .")


def _is_installed(package: str) -> bool:
    try:
        importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _settings(settings: Settings) -> Result:
    brands = len(settings.brands)
    found = f"{settings.folder}, {brands} brand{'' if brands == 1 else 's'}, {settings.time_zone}"
    return Result(
        "settings",
        bool(brands),
        found,
        'Declare brands in workbench.toml: [brands."Acme"] keywords = ["acme"], accounts = ["acme"].',
    )


def _lake(settings: Settings, lake: Lake) -> Result:
    posts = lake.delta("posts")
    if posts is None:
        return Result(
            "lake",
            False,
            f"{lake.root} holds no posts",
            "Run: workbench ingest FILE (or: workbench sample load).",
        )
    return Result("lake", True, f"{posts.count():,} posts in {lake.root}, version {posts.version()}")


def _tables(settings: Settings, lake: Lake) -> Result:
    faults = damaged_files(lake)
    more = f"; and {len(faults) - 3:,} more" if len(faults) > 3 else ""
    return Result(
        "tables",
        not faults,
        "; ".join(faults[:3]) + more or "every file is there, whole",
        "Bring these files back from a backup; what was ingested from files that you have can be ingested again.",
    )


def _schema(settings: Settings, lake: Lake) -> Result:
    steps = migration_steps(lake)
    return Result("schema", not steps, "; ".join(steps) or "up to date", "Run: workbench lake migrate.")


def _key(settings: Settings, lake: Lake) -> Result:
    known = says(lake).get("key_fingerprint")
    if known is None:
        return Result("key", True, "will be made at the first ingest")
    load_key(settings.key_file, known)
    mode = stat.S_IMODE(settings.key_file.stat().st_mode)
    return Result("key", True, f"{settings.key_file}, mode {mode:04o}, the lake's own")


def _signing(settings: Settings, lake: Lake) -> Result:
    check_key(settings, is_needed=True)
    signs = signing_key_id(settings)
    told = f"reports are signed with {signs}" if signs else "reports are not signed: workbench key makes one"
    return Result("signing", True, told)


def _engine(settings: Settings, lake: Lake) -> Result:
    open_engine(settings.lake.engine).table(lake, "posts")
    return Result("engine", True, settings.lake.engine)


def _model(settings: Settings, lake: Lake) -> Result:
    model = current(settings.data_folder / "models", "sentiment", settings.sentiment_model)
    return Result("sentiment model", True, model.name)


def _models_extra(settings: Settings, lake: Lake) -> Result:
    missing = [name for name in ("torch", "setfit", "bertopic") if importlib.util.find_spec(name) is None]
    return Result(
        "models extra",
        True,
        f"not installed: {', '.join(missing)} (not needed for reports)" if missing else "installed",
    )


def _space(settings: Settings, lake: Lake) -> Result:
    folder = next(f for f in (settings.data_folder, *settings.data_folder.parents) if f.exists())
    free = shutil.disk_usage(folder).free
    writable = os.access(folder, os.W_OK)
    return Result(
        "disk",
        free > _WANTED_SPACE and writable,
        f"{free / 1024**3:.1f} GiB free in {folder}{'' if writable else ', not writable'}",
        "Free some space, or set `data` and `lake.root` to another disk.",
    )
