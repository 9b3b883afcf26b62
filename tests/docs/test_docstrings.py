"""Whoever calls a public function reads in its docstring what it raises."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import workbench

ROOT = Path(workbench.__file__).parent
# Commands tell their errors to a person, not to a caller.
MODULES = [path for path in sorted(ROOT.rglob("*.py")) if path.parent.name != "cli"]


def public_functions(node: ast.AST) -> Iterator[ast.FunctionDef]:
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.ClassDef | ast.FunctionDef) and inner.name.startswith("_"):
            continue
        if isinstance(inner, ast.FunctionDef):
            yield inner
        elif isinstance(inner, ast.ClassDef):
            yield from public_functions(inner)


def raised(function: ast.FunctionDef) -> set[str]:
    """Names of the exceptions of our own that the function raises itself."""
    calls = [node.exc for node in ast.walk(function) if isinstance(node, ast.Raise)]
    names = {ast.unparse(call.func) for call in calls if isinstance(call, ast.Call)}
    return {name for name in names if name in ("WorkbenchError", "LostServerError", "OutsideError")}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_public_function_raises_is_in_its_docstring(path):
    for function in public_functions(ast.parse(path.read_text(encoding="utf-8"))):
        said = (ast.get_docstring(function) or "").partition("Raises\n------\n")[2]
        assert all(name in said for name in raised(function)), f"{path}:{function.lineno} {function.name}"
