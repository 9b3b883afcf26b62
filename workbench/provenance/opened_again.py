"""What of a report's ingredients can still be opened, and whether it is still what it was."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from workbench.errors import WorkbenchError
from workbench.models.lexicon import NAME as LEXICON
from workbench.models.registry import CARD_FILE, check_files, read_card
from workbench.provenance.changed_rows import forged_rows
from workbench.runs.code_state import code_state, packages, patched_files, python, read_patch
from workbench.runs.inputs import model_identities, table_contents
from workbench.settings import Settings
from workbench.store.lake import Lake
from workbench.tables import TABLES


def lake_of(manifest: Mapping[str, Any], settings: Settings) -> Lake:
    """The lake that a report was made of, as it is now; of an audit, the audit's."""
    place = str(manifest["lake"])
    root = place if "://" in place else str(settings.folder / place)
    return Lake(root, settings.lake.keep_versions_days)


def lost_tables(lake: Lake, versions: Mapping[str, int]) -> dict[str, str]:
    """Tables that no longer open at these versions, and why."""
    found = {name: _why_lost(lake, name, version) for name, version in versions.items()}
    return {name: why for name, why in found.items() if why}


def lost_models(manifest: Mapping[str, Any], settings: Settings) -> dict[str, str]:
    """Models that are no longer there, by task."""
    folder = settings.data_folder / "models"
    return {
        task: f"model {model['name']} for {task} is no longer in {folder / task}"
        for task, model in manifest["models"].items()
        if model["name"] != LEXICON and not (folder / task / model["name"] / CARD_FILE).is_file()
    }


def tampered(manifest: Mapping[str, Any], settings: Settings, lost: Mapping[str, str]) -> list[str]:
    """Tables and models that are not what they were when the report was made, though they go by the same version.

    A version is never written twice, so that somebody changed its files behind the lake's back.
    """
    versions = {name: version for name, version in manifest["tables"].items() if name not in lost}
    lake = lake_of(manifest, settings)
    now = table_contents(lake.at(versions)) if versions else {}
    tables = [
        f"table {name}: its files of version {versions[name]} are not those that the report was made of"
        f"{_which_rows(lake, name, versions[name], settings)}"
        for name in now
        if now[name] != manifest["contents"].get(name)
    ]
    used = {task: model["name"] for task, model in manifest["models"].items()}
    there = model_identities(used, settings.data_folder / "models")
    models = [
        f"model {model['name']} for {task}: its files are not those that the report was made with"
        for task, model in manifest["models"].items()
        if there[task]["version"]
        and model["name"] != LEXICON
        and (there[task] != model or _is_changed(settings.data_folder / "models" / task / model["name"]))
    ]
    return tables + models


def _which_rows(lake: Lake, name: str, version: int, settings: Settings) -> str:
    """The rows that somebody changed, where they were kept in mind; a file written anew with the same rows has none."""
    rows = forged_rows(lake, name, version, settings)
    return "" if rows is None else f" ({rows})"


def _is_changed(model: Path) -> bool:
    """Whether the model's files are not those of its card, by which alone it is known in a manifest."""
    try:
        check_files(model, read_card(model))
    except WorkbenchError:
        return True
    return False


def code_since(manifest: Mapping[str, Any]) -> list[str]:
    """What of code and packages is otherwise here than where the report was made."""
    code = code_state()
    return code_changes(manifest, {"code": code, "python": python(), "packages": packages()})


def code_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Code and packages that differ between two manifests, each by name: what cannot be swapped.

    Examples
    --------
    >>> same = {"code": {"commit": "1f", "diff": None}, "python": "3.11.7"}
    >>> code_changes({**same, "packages": {"numpy": "2.2.5"}}, {**same, "packages": {"numpy": "2.2.6", "new": "1"}})
    ['package new: none → 1', 'package numpy: 2.2.5 → 2.2.6']
    """
    before, after = old["packages"], new["packages"]
    changed = [name for name in sorted(before | after) if before.get(name) != after.get(name)]
    told = [f"package {name}: {before.get(name, 'none')} → {after.get(name, 'none')}" for name in changed]
    if old["python"] != new["python"]:
        told.append(f"Python: {old['python']} → {new['python']}")
    if old["code"]["commit"] != new["code"]["commit"]:
        told.append(f"code: commit {old['code']['commit']} → {new['code']['commit']}")
    if old["code"]["diff"] != new["code"]["diff"]:
        told.append(f"code: other changes on top of the commit{_files(old['code'], new['code'])}")
    return told


def _files(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """The files in which two dirty trees differ, where both manifests hold the patch."""
    if any(code["diff"] and not code.get("patch") for code in (old, new)):
        return "; the patches are too large for the reports, and kept in runs/patches where they were made"
    was, now = (patched_files(read_patch(code.get("patch", ""))) for code in (old, new))
    return f": {', '.join(name for name in sorted(was | now) if was.get(name) != now.get(name))}"


def _why_lost(lake: Lake, name: str, version: int) -> str:
    if name not in TABLES:
        return f"table {name} is none of this workbench's"
    try:
        delta = lake.at({name: version}).delta(name)
    except WorkbenchError:
        return (
            f"table {name} no longer opens at version {version}: its history was removed, as by `workbench lake "
            f"vacuum` after {lake.keep_versions_days} days (`lake.keep_versions_days`), or by an erasure"
        )
    if delta is None:
        return f"table {name} is no longer there"
    files = [unquote(file) for file in delta.file_uris() if "://" not in file]
    gone = sum(not Path(file).is_file() for file in files)
    if gone:
        return (
            f"table {name} has lost {gone} of the {len(files)} files of version {version}: what was erased since, or "
            "vacuumed, is gone for good, and so it should be"
        )
    return ""
