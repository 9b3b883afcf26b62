"""What two reports were made of, part by part: which parts differ, and any mix of the two."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from workbench.errors import WorkbenchError
from workbench.provenance.changed_rows import changed_rows
from workbench.provenance.opened_again import code_changes, lake_of, lost_models, lost_tables
from workbench.provenance.swaps import Ingredients
from workbench.provenance.verify import differences
from workbench.settings import Settings
from workbench.store.lake import Lake
from workbench.tables import OUTPUTS

LABEL_TABLES = ("labels", "label_samples", "label_frames", "label_chances")
PREDICTIONS = "predictions"  # they go with the model that made them


@dataclass(frozen=True)
class Compared:
    """Two reports, as far as they can be opened again.

    Attributes
    ----------
    old, new
        What each is made of. Where a part of one no longer opens, both have that of the other.
    swapped
        Parts that differ and can be swapped, each with what differs in it.
    not_swapped
        What differs and cannot be, in words.
    """

    old: Ingredients
    new: Ingredients
    swapped: Mapping[str, list[str]]
    not_swapped: list[str] = field(default_factory=list)

    def mixed(self, from_new: Collection[str]) -> Ingredients:
        """The old report's ingredients with these parts of the new one."""
        chosen = set(from_new)
        tables = {
            name: (self.new if self._part_of(name, chosen) in chosen else self.old).tables.get(name)
            for name in {**self.old.tables, **self.new.tables}
        }
        pick = {
            part: self.new if part in chosen else self.old for part in ("model", "settings", "parameters")
        }
        return Ingredients(
            {name: version for name, version in tables.items() if version is not None},
            pick["model"].models,
            pick["settings"].settings,
            pick["parameters"].parameters,
        )

    def _part_of(self, table: str, chosen: set[str]) -> str:
        if table == PREDICTIONS and "model" in self.swapped:
            # The newer version still has what the old model said: it serves both where one of the two is newer.
            return "model" if "model" in chosen else "data"
        return "labels" if table in LABEL_TABLES else "data"


def compare(old: Mapping[str, Any], new: Mapping[str, Any], settings: Settings) -> Compared:
    """What differs between two reports of one notebook.

    Raises
    ------
    WorkbenchError
        They are of different notebooks or lakes.
    """
    _check_alike(old, new)
    lake = lake_of(new, settings)
    lost = {**lost_tables(lake, old["tables"]), **lost_tables(lake, new["tables"])}
    gone = {**lost_models(old, settings), **lost_models(new, settings)}
    first, last = _without_lost(Ingredients.of(old), Ingredients.of(new), lake, lost, gone)
    models = differences(first.models, last.models)
    parts = {
        "data": _changed(lake, first, last, is_label=False, with_predictions=not models),
        "labels": _changed(lake, first, last, is_label=True),
        "model": [f"of {line}" for line in models],
        "parameters": differences(first.parameters, last.parameters),
        "settings": differences(first.settings, last.settings),
    }
    swapped = {part: found for part, found in parts.items() if found}
    not_swapped = [
        f"{why}: what differs there stays in the remainder" for why in [*lost.values(), *gone.values()]
    ]
    return Compared(first, last, swapped, [*not_swapped, *code_changes(old, new), *_method(old, new)])


def _check_alike(old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    for what, (one, other) in {
        "notebooks": (old["order"]["notebook"], new["order"]["notebook"]),
        "lakes": (old["lake"], new["lake"]),
    }.items():
        if one != other:
            raise WorkbenchError(
                f"the two reports are of different {what} ({one} and {other}), so that no part of one can be put into "
                "the other. Give two reports of the same, of different times or parameters."
            )


def _without_lost(
    old: Ingredients, new: Ingredients, lake: Lake, lost: Mapping[str, str], gone: Mapping[str, str]
) -> tuple[Ingredients, Ingredients]:
    """Both with what still opens in the place of what does not."""
    now = lake.current_versions() if lost else {}
    opens = {name: now[name] for name in lost if name in now}
    pairs = []
    for one, other in ((old, new), (new, old)):
        tables = {name: version for name, version in one.tables.items() if name not in lost} | opens
        models = {
            task: other.models.get(task, name) if task in gone else name for task, name in one.models.items()
        }
        pairs.append(replace(one, tables=tables, models=models))
    return pairs[0], pairs[1]


def _changed(
    lake: Lake, old: Ingredients, new: Ingredients, *, is_label: bool, with_predictions: bool = True
) -> list[str]:
    """Tables of data, or of labels, whose rows differ, with the rows."""
    told = []
    for name in sorted({**old.tables, **new.tables}):
        is_left = name in OUTPUTS or (name == PREDICTIONS and not with_predictions)
        before, after = old.tables.get(name), new.tables.get(name)
        if is_left or (name in LABEL_TABLES) != is_label or before == after:
            continue
        rows = changed_rows(lake, name, before, after)
        if rows is None or rows:
            told.append(str(rows) if rows else f"{name}: version {before} → {after}")
    return told


def _method(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Figures that the notebook makes in another way than it did."""
    if old["order"]["notebook_hash"] == new["order"]["notebook_hash"]:
        return []  # another workbench may trace more of the same code
    both = [name for name in old["figures"] if name in new["figures"]]
    changed = [name for name in both if old["figures"][name]["code"] != new["figures"][name]["code"]]
    named = [
        f"method of {name}: the notebook makes it otherwise ({'; '.join(_code_changes(old, new, name))})"
        for name in changed
    ]
    others = not changed
    return named + (
        ["method: the notebook was changed, in nothing that could be traced to a recorded figure"]
        if others
        else []
    )


def _code_changes(old: Mapping[str, Any], new: Mapping[str, Any], name: str) -> list[str]:
    was, now = old["figures"][name]["code"], new["figures"][name]["code"]
    return [f"no longer `{line}`" for line in was if line not in now] + [
        f"now `{line}`" for line in now if line not in was
    ]
