"""Which column of a file holds which field of a post: `mapping.toml`, strict and explained."""

import json
import tomllib
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError, did_you_mean
from workbench.sources.layouts import Layout
from workbench.sources.mapping_checks import FIELDS as FIELDS
from workbench.sources.mapping_checks import REQUIRED, check_dates, check_source, check_values, no_column
from workbench.sources.mapping_checks import Constant as Constant

_TOML_HEAD = """\
# Which column holds what; a field without a line is not read. Of several columns the first that is not
# empty counts; for created_at they are joined (date and time). The same for every row: {{ value = "x" }}.
# Not read: {unread}
"""


@dataclass(frozen=True)
class DateRules:
    """How the times of a file are written, where it cannot be told from them."""

    format: str | None = None
    day_first: bool | None = None
    time_zone: str | None = None


@dataclass(frozen=True)
class Mapping:
    """Fields of posts and where they come from.

    Parameters
    ----------
    fields
        Field name → names of columns, or a constant.
    dates
        Form, order and time zone of the times.
    values
        Field name → words of the source → ours, in any case.
    columns
        All columns of the file, where known: those not read are listed.
    """

    fields: dict[str, tuple[str, ...] | Constant]
    dates: DateRules = DateRules()
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    columns: tuple[str, ...] = ()

    def sources(self, name: str) -> tuple[str, ...]:
        """Columns that a field is read from; none for a constant and for a field without a line."""
        source = self.fields.get(name, ())
        return source if isinstance(source, tuple) else ()

    @property
    def read(self) -> list[str]:
        """Columns that are read, each once."""
        return list(dict.fromkeys(column for name in self.fields for column in self.sources(name)))

    @property
    def unread(self) -> list[str]:
        """Columns of the file that are not read."""
        return [column for column in self.columns if column not in self.read]

    def explain(self) -> str:
        """A table for people: every field and where it comes from, then the columns that are not read.

        Examples
        --------
        >>> print(Mapping({"text": ("body",), "platform": Constant("x")}, columns=("body", "age")).explain())
        platform  'x' in every row
        text      body
        not read  age
        """
        lines = [(name, self._explain(name)) for name in FIELDS if name in self.fields]
        lines.append(("not read", ", ".join(self.unread) or "–"))
        width = max(len(name) for name, _ in lines)
        return "\n".join(f"{name:<{width}}  {source}" for name, source in lines)

    def to_toml(self) -> str:
        """The mapping as the text of a `mapping.toml`, to be edited and given back."""
        lines = [_TOML_HEAD.format(unread=" ".join(", ".join(self.unread).split()) or "–")]
        lines += [f"{name} = {_toml_source(self.fields[name])}\n" for name in FIELDS if name in self.fields]
        dates = {rule.name: getattr(self.dates, rule.name) for rule in dataclass_fields(DateRules)}
        if any(value is not None for value in dates.values()):
            lines.append("\n[dates]\n")
            lines += [f"{key} = {toml_value(value)}\n" for key, value in dates.items() if value is not None]
        for name, words in self.values.items():
            lines.append(f"\n[values.{name}]\n")
            lines += [f"{toml_value(word)} = {toml_value(ours)}\n" for word, ours in words.items()]
        return "".join(lines)

    def _explain(self, name: str) -> str:
        source = self.fields[name]
        if isinstance(source, Constant):
            return f"'{source.value}' in every row"
        said = (" and " if name == "created_at" else ", else ").join(source)
        if words := self.values.get(name):
            said += f" ({', '.join(f'{word} → {ours}' for word, ours in words.items())})"
        return said


def load_mapping(path: Path | str, layout: Layout | None = None) -> Mapping:
    """Read a `mapping.toml`.

    Parameters
    ----------
    path
        The file.
    layout
        Of the file to be read with it, so that its columns are checked as well.

    Raises
    ------
    WorkbenchError
        Lists everything that is wrong at once, each with its mend.
    """
    try:
        content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WorkbenchError(f"mapping file {path} does not exist. Name another, or leave it out.") from None
    except OSError as error:
        raise WorkbenchError(f"mapping file {path} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WorkbenchError(f"{path} is not valid TOML: {error}.") from None
    return parse_mapping(content, layout, str(path))


def parse_mapping(
    content: dict[str, Any], layout: Layout | None = None, name: str = "mapping.toml"
) -> Mapping:
    """Mapping from a parsed TOML document; every error at once.

    Raises
    ------
    WorkbenchError
        Something in it is wrong; names all of it.

    Examples
    --------
    >>> parse_mapping({"txt": "body", "created_at": "date"})
    Traceback (most recent call last):
    workbench.errors.WorkbenchError: mapping.toml: 2 lines are wrong.
      txt: is no field. Did you mean 'text'?
      text: has no line, and every post needs it. Name its column: text = "…"
    """
    fields = {key: _source(value) for key, value in content.items() if key in FIELDS}
    sections = {key: content.get(key, {}) for key in ("dates", "values")}
    problems = [
        *(f"{key}: is no field.{did_you_mean(key, FIELDS)}" for key in content
          if key not in {*FIELDS, *sections}),
        *(problem for key, source in fields.items() for problem in check_source(key, source, layout)),
        *(f'{key}: has no line, and every post needs it. Name its column: {key} = "…"' for key in REQUIRED
          if key not in fields),
        *check_dates(sections["dates"]),
        *check_values(sections["values"]),
    ]  # fmt: skip
    if problems:
        count = "1 line is wrong" if len(problems) == 1 else f"{len(problems)} lines are wrong"
        raise WorkbenchError("\n  ".join([f"{name}: {count}.", *problems]))
    return Mapping(
        {key: source for key, source in fields.items() if source is not None},
        DateRules(**sections["dates"]),
        {
            key: {word.casefold(): ours for word, ours in words.items()}
            for key, words in sections["values"].items()
        },
        layout.columns if layout else (),
    )


def check_columns(mapping: Mapping, layout: Layout) -> None:
    """Refuse a mapping that names columns which the file has not.

    Raises
    ------
    WorkbenchError
        Names each with the nearest column there is.
    """
    missing = [
        f"{column}:{no_column(column, layout)}" for column in mapping.read if column not in layout.columns
    ]
    if missing:
        raise WorkbenchError("\n  ".join([f"{layout.path}: the mapping does not fit this file.", *missing]))


def _source(value: Any) -> tuple[str, ...] | Constant | None:
    """A line's right side; None where it is nothing that can be read."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return tuple(value)
    if isinstance(value, dict) and list(value) == ["value"] and isinstance(value["value"], str):
        return Constant(value["value"])
    return None


def _toml_source(source: tuple[str, ...] | Constant) -> str:
    if isinstance(source, Constant):
        return f"{{ value = {toml_value(source.value)} }}"
    return toml_value(source[0]) if len(source) == 1 else f"[{', '.join(map(toml_value, source))}]"


def toml_value(value: str | bool) -> str:
    """A TOML value: JSON writes both kinds alike, but for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
