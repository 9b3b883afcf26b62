"""The parameters that a notebook declares, and values given for them on the command line."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from papermill.translators import PythonTranslator

from workbench.errors import WorkbenchError, did_you_mean


@dataclass(frozen=True)
class Parameter:
    """One declared parameter: its type as written, its default as written, and what it means."""

    name: str
    type: str
    default: str
    help: str


def declared_parameters(notebook: Path) -> dict[str, Parameter]:
    """Parameters of the cell tagged ``parameters``, in order; none where there is no such cell.

    Raises
    ------
    WorkbenchError
        If the file is no notebook.
    """
    try:
        node = nbformat.read(notebook, as_version=4)
    except FileNotFoundError:
        raise WorkbenchError(f"notebook {notebook} does not exist.") from None
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, UnicodeDecodeError):
        raise WorkbenchError(f"{notebook} is no notebook.") from None
    cell = next((c for c in node.cells if "parameters" in c.metadata.get("tags", [])), None)
    found = PythonTranslator.inspect(cell) if cell else []
    return {p.name: Parameter(p.name, p.inferred_type_name, p.default, p.help) for p in found}


def check_parameters(notebook: Path, names: Iterable[str]) -> None:
    """Refuse a parameter that the notebook does not declare; papermill would only log it.

    Raises
    ------
    WorkbenchError
        Names the parameter, those declared, and the nearest of them.
    """
    _check(str(notebook), declared_parameters(notebook), names)


def read_parameters(notebook: Path, pairs: Iterable[str]) -> dict[str, Any]:
    """Values of ``name=value`` pairs, each in the type that the notebook declares for it.

    Raises
    ------
    WorkbenchError
        If a pair has no '=', its name is not declared, or its value is not of the type.
    """
    return read_values(str(notebook), declared_parameters(notebook), pairs)


def read_values(owner: str, declared: Mapping[str, Parameter], pairs: Iterable[str]) -> dict[str, Any]:
    """Values of ``name=value`` pairs, each in its declared type.

    Raises
    ------
    WorkbenchError
        If a pair has no '=', its name is not declared, or its value is not of the type.
    """
    texts: dict[str, str] = {}
    for name, text in map(_split, pairs):
        if texts.setdefault(name, text) != text:
            raise WorkbenchError(
                f"parameter '{name}' was given twice. Give it once; a list is written with commas."
            )
    _check(owner, declared, texts)
    return {name: typed(text, declared[name]) for name, text in texts.items()}


def typed(text: str, parameter: Parameter) -> Any:
    """The text as a value of the parameter's type; a list is written with commas.

    Raises
    ------
    WorkbenchError
        If it is not of that type.

    Examples
    --------
    >>> typed("3", Parameter("weeks", "int", "8", "")), typed("3", Parameter("brand", "str", "''", ""))
    (3, '3')
    >>> typed("Acme, Bolt", Parameter("brands", "list[str]", "[]", ""))
    ['Acme', 'Bolt']
    """
    kind = _kind(parameter)
    try:
        return _READERS[kind](text)
    except (KeyError, ValueError):
        expected = _NAMES.get(kind, kind)
        raise WorkbenchError(f"parameter '{parameter.name}': expected {expected}, found '{text}'.") from None


def _check(owner: str, declared: Mapping[str, Parameter], names: Iterable[str]) -> None:
    for name in names:
        if name not in declared:
            raise WorkbenchError(
                f"{owner} has no parameter '{name}'.\n"
                f"It declares: {', '.join(declared) or 'none'}.{did_you_mean(name, declared)}"
            )


def _split(pair: str) -> tuple[str, str]:
    name, equals, text = pair.partition("=")
    if not equals:
        raise WorkbenchError(f"parameter '{pair}': expected name=value, as in -p brand=Acme.")
    return name.strip(), text


def _kind(parameter: Parameter) -> str:
    """Name of the declared type, or of the default's where none is declared."""
    if parameter.type != "None":
        return parameter.type.split("|")[0].replace(" ", "")
    try:
        return type(ast.literal_eval(parameter.default)).__name__
    except (ValueError, SyntaxError):
        return "str"


def _yes_no(text: str) -> bool:
    return {"true": True, "yes": True, "false": False, "no": False}[text.strip().casefold()]


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


_READERS: Mapping[str, Any] = {
    "str": str, "int": int, "float": float, "bool": _yes_no, "list": _words, "list[str]": _words,
    "NoneType": str,
}  # fmt: skip
_NAMES = {"int": "a whole number", "float": "a number", "bool": "true or false"}
