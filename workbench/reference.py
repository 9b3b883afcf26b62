"""Reference pages, written from the declarations themselves: `python -m workbench.reference` renews them."""

import inspect
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import PydanticUndefined
from typer.testing import CliRunner

from workbench.cli import app
from workbench.cli.measure_options import declared_options
from workbench.measures import MEASURES
from workbench.settings import Settings
from workbench.tables import TABLES

FOLDER = Path(__file__).with_name("docs")


def tables_page() -> str:
    """The data dictionary."""
    parts = ["# Tables", "Times are UTC. A column in bold always has a value; the key names one row."]
    for table in TABLES.values():
        parts += [
            f"## {table.name}",
            f"{table.description} Key: {', '.join(f'`{key}`' for key in table.key)}.",
        ]
        lines = ["| column | type | meaning | unit |", "| --- | --- | --- | --- |"]
        for column in table.columns:
            name = f"**{column.name}**" if column.is_required else column.name
            lines.append(f"| {name} | {column.type} | {column.description} | {column.unit} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def settings_page() -> str:
    """Every setting of `workbench.toml`."""
    parts = [
        "# Settings",
        "One file, `workbench.toml`; a wrong key is an error that names the nearest right one. Secrets never stand "
        "in it. Where a section is written `[brands.NAME]`, NAME is yours.",
    ]
    for heading, model in _sections(Settings, ""):
        lines = ["| setting | meaning | default |", "| --- | --- | --- |"]
        for name, field in model.model_fields.items():
            if field.exclude or _model_in(field.annotation):
                continue
            default = "" if field.default in (PydanticUndefined, None) else f"`{_toml(field.default)}`"
            lines.append(f"| `{name}` | {field.description} | {default} |")
        parts += [f"## {heading}", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def commands_page() -> str:
    """The help of every command."""
    parts = ["# Commands", "Each takes `--help`. Before the command: `workbench --settings FILE …`."]
    runner = CliRunner(env={"COLUMNS": "100", "TERM": "dumb"})
    for words in command_names():
        told = runner.invoke(app, [*words, "--help"], prog_name="workbench").output.strip()
        parts += [f"## workbench {' '.join(words)}", f"```text\n{told}\n```"]
    return "\n\n".join(parts) + "\n"


def measures_page() -> str:
    """Every measure, in its own words."""
    parts = [
        "# Measures",
        'Each is a function of its own file: `wb.measure("volume", by=["brand", "week"])`, '
        "or `workbench measure volume`. What else it takes, the file explains: another argument, or `-p NAME=VALUE`.",
    ]
    for name, measure in MEASURES.items():
        told = (inspect.getdoc(measure) or "").split("\nParameters\n")[0].strip()
        home = measure.__module__.replace(".", "/")
        options = ", ".join(f"`{option}`" for option in declared_options(name))
        parts += [f"## {name}", told, f"File: `{home}.py`; takes {options}"]
    return "\n\n".join(parts) + "\n"


PAGES = {
    "tables.md": tables_page,
    "settings.md": settings_page,
    "commands.md": commands_page,
    "measures.md": measures_page,
}


def _sections(model: type[BaseModel], path: str) -> list[tuple[str, type[BaseModel]]]:
    found = [(f"[{path}]" if path else "At the top", model)]
    for name, field in model.model_fields.items():
        inner = _model_in(field.annotation)
        if inner:
            origin = getattr(field.annotation, "__origin__", None)
            of_name = ".NAME" if origin is dict else ""
            inside = _sections(inner, f"{path}.{name}{of_name}".lstrip("."))
            # TOML writes a list of sections in double brackets.
            found += [(f"[{heading}]", model) for heading, model in inside] if origin is list else inside
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The section that a setting holds, if it holds one."""
    candidates = [annotation, *get_args(annotation)]
    return next((c for c in candidates if inspect.isclass(c) and issubclass(c, BaseModel)), None)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def command_names() -> list[list[str]]:
    """Words of every command."""
    groups = [("", app), *((str(group.name), group.typer_instance) for group in app.registered_groups)]
    return [
        [word for word in (name, command.name or getattr(command.callback, "__name__", "")) if word]
        for name, group in groups
        if group is not None
        for command in group.registered_commands
    ]


if __name__ == "__main__":
    for page, write in PAGES.items():
        (FOLDER / page).write_text(write(), encoding="utf-8")
