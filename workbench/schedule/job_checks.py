"""What is wrong with a job that its own fields cannot tell: notebook, parameters, segments, calendars, names."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError, did_you_mean
from workbench.runs.checks_held import CHECKS
from workbench.runs.notebook_files import find_notebook
from workbench.runs.parameters import Parameter, declared_parameters
from workbench.runs.segments import SEGMENTS
from workbench.schedule.calendars import USUAL_CALENDARS
from workbench.schedule.date_parameters import date_fault
from workbench.schedule.relative_dates import is_relative
from workbench.schedule.segments import values_known
from workbench.settings import Settings
from workbench.tables import TABLES

Fault = tuple[str, str]  # the field, and what is wrong with it

_KINDS = {
    "str": "text (numbers in quotes)", "int": "a whole number", "float": "a number", "bool": "true or false",
    "list": "a list",
}  # fmt: skip


def faults_of(written: Mapping[str, Any], settings: Settings) -> Iterator[Fault]:
    """Faults of one job as written: fields of a wrong kind are left to the model."""
    yield from _notebook_faults(written, settings)
    yield from _segment_faults(written, settings)
    for side in ("after", "before"):
        trigger = written.get(side)
        if isinstance(trigger, dict) and isinstance(trigger.get("calendar"), str):
            known = dict.fromkeys([*settings.calendars, *USUAL_CALENDARS])
            yield from _unknown(f"{side}.calendar", [trigger["calendar"]], known, "calendar")
    requires, on_failure = _section(written, "requires"), _section(written, "on_failure")
    yield from _unknown("requires.tables", _texts(requires.get("tables")), TABLES, "table")
    yield from _unknown("checks", _texts(written.get("checks")), CHECKS, "check")
    yield from _unknown(
        "on_failure.notify",
        _texts(on_failure.get("notify")),
        settings.notify.channels,
        "channel of workbench.toml",
    )


def _notebook_faults(written: Mapping[str, Any], settings: Settings) -> Iterator[Fault]:
    """Unknown notebook, or parameters that it does not declare or not so."""
    name, parameters, for_each = (
        written.get("notebook"),
        _section(written, "parameters"),
        _section(written, "for_each"),
    )
    if not isinstance(name, str):
        return
    try:
        source = find_notebook(name, settings)
        declared = declared_parameters(source)
    except WorkbenchError as error:
        yield "notebook", str(error).rstrip(".")
        return
    for parameter, value in parameters.items():
        if parameter not in declared:
            yield f"parameters.{parameter}", _undeclared(source, parameter, declared)
        elif parameter in for_each:
            yield f"parameters.{parameter}", "for_each gives it already. Remove one of both"
        else:
            fault = _kind_fault(value, declared[parameter]) or date_fault(parameter, value)
            if fault:
                yield f"parameters.{parameter}", fault
    for segment in for_each:
        if segment in SEGMENTS and segment not in declared:
            yield f"for_each.{segment}", _undeclared(source, segment, declared)


def _undeclared(source: Path, name: str, declared: Mapping[str, Parameter]) -> str:
    return (
        f"{source.parent.name}/{source.stem} has no parameter '{name}'.{did_you_mean(name, declared)} "
        f"It declares: {', '.join(declared) or 'none'}"
    )


def _kind_fault(value: Any, parameter: Parameter) -> str:
    """What is wrong with the kind of a value, by the kind of the parameter's default; empty where nothing is."""
    try:
        expected = type(ast.literal_eval(parameter.default)).__name__
    except (ValueError, SyntaxError):
        return ""
    found = type(value).__name__
    if expected not in _KINDS or found == expected or (expected, found) == ("float", "int"):
        return ""
    hint = " Relative dates are for parameters that take text." if is_relative(value) else ""
    return f"expected {_KINDS[expected]}, found {_shown(value)}.{hint}".rstrip(".")


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    return str(value).lower() if isinstance(value, bool) else repr(value)[:60]


def _segment_faults(written: Mapping[str, Any], settings: Settings) -> Iterator[Fault]:
    """Brands and products that the settings do not name; where they name none, the data may, and nothing is said."""
    for name, values in _section(written, "for_each").items():
        known = values_known(name, settings)
        if known:
            yield from _unknown(f"for_each.{name}", _texts(values), known, f"{name} of workbench.toml")


def _unknown(field: str, names: list[str], known: Any, kind: str) -> Iterator[Fault]:
    for name in names:
        if name not in known:
            listed = ", ".join(known) or "none yet"
            yield field, f"'{name}' is no {kind}.{did_you_mean(name, known)} Known: {listed}"


def _section(written: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = written.get(name)
    return {str(key): value for key, value in found.items()} if isinstance(found, dict) else {}


def _texts(values: Any) -> list[str]:
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
