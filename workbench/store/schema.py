"""What a lake says of itself: its schema version and whose pseudonyms it holds; and migrations."""

from pathlib import Path

import pyarrow as pa

from workbench.errors import WorkbenchError
from workbench.privacy.pseudonyms import fingerprint, load_key
from workbench.settings import Settings
from workbench.store.lake import Lake
from workbench.tables import SCHEMA_VERSION, TABLES


def open_lake(settings: Settings) -> Lake:
    """The lake of these settings, checked to be one that this version of the code understands.

    Raises
    ------
    WorkbenchError
        The lake was made by a newer workbench.
    """
    lake = Lake(settings.lake_root, settings.lake.keep_versions_days)
    version = int(says(lake).get("schema_version", SCHEMA_VERSION))
    if version > SCHEMA_VERSION:
        raise WorkbenchError(
            f"the lake {lake.root} has schema version {version}; this workbench knows {SCHEMA_VERSION}. "
            "Update workbench: pip install --upgrade workbench."
        )
    return lake


def says(lake: Lake) -> dict[str, str]:
    """What the lake says of itself, by name."""
    rows = lake.read("lake")
    return dict(zip(rows["name"].to_pylist(), rows["value"].to_pylist(), strict=True))


def claim(lake: Lake, key_file: Path) -> bytes:
    """The pseudonym key of this lake, made on the first use of a new lake.

    The lake keeps the fingerprint of its key: a machine with another key would give the same person
    another pseudonym, so it is refused.

    Raises
    ------
    WorkbenchError
        The key is missing or another one, or the lake still has to be migrated.
    """
    if steps := migration_steps(lake):
        raise WorkbenchError(
            f"the lake {lake.root} has to be migrated before it is written: {'; '.join(steps)}. "
            "Run: workbench lake migrate (with --dry-run to only look)."
        )
    key = load_key(key_file, says(lake).get("key_fingerprint"))
    said = {"schema_version": str(SCHEMA_VERSION), "key_fingerprint": fingerprint(key)}
    lake.merge("lake", pa.table({"name": list(said), "value": list(said.values())}))
    # Two machines may have claimed a new lake at the same moment: the first one's key holds.
    return load_key(key_file, says(lake)["key_fingerprint"])


def migration_steps(lake: Lake) -> list[str]:
    """What `migrate` would do, in words; empty when the lake is up to date."""
    steps = [
        f"add to {name} the column{'s' if len(lacking) > 1 else ''} {', '.join(lacking)}"
        for name, lacking in _lacking(lake).items()
    ]
    version = int(says(lake).get("schema_version", SCHEMA_VERSION))
    return steps + ([f"schema version {version} → {SCHEMA_VERSION}"] if version < SCHEMA_VERSION else [])


def migrate(lake: Lake) -> list[str]:
    """Bring an older lake to the present schema; gives what was done. Running it again does nothing."""
    steps = migration_steps(lake)
    for name, columns in _lacking(lake).items():
        lake.add_columns(name, columns)
    if steps:
        lake.merge(
            "lake", pa.table({"name": ["schema_version"], "value": [str(SCHEMA_VERSION)]}), update=True
        )
    return steps


def _lacking(lake: Lake) -> dict[str, list[str]]:
    """Declared columns that a stored table does not have, by table."""
    lacking = {}
    for name, table in TABLES.items():
        delta = lake.delta(name)
        if delta is not None:
            stored = set(delta.schema().to_arrow().names)
            lacking[name] = [column.name for column in table.columns if column.name not in stored]
    return {name: columns for name, columns in lacking.items() if columns}
