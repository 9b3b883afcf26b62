"""Notebooks are thin: they compose, the package computes."""

import ast
import io
import itertools
import tokenize
from pathlib import Path

import nbformat
import pytest
from report_notebook import write_notebook

from workbench.runs.parameters import declared_parameters

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = [FOLDER / "start.ipynb", *sorted(FOLDER.glob("[!.]*/*.ipynb"))]

BELONGS_IN_THE_PACKAGE = {
    ast.FunctionDef: "def", ast.AsyncFunctionDef: "def", ast.ClassDef: "class", ast.For: "for",
    ast.AsyncFor: "for", ast.While: "while",
}  # fmt: skip


def broken_rules(notebook: Path) -> list[str]:
    """What is wrong with a notebook, one sentence a fault."""
    cells = nbformat.read(notebook, as_version=4).cells
    return list(
        itertools.chain(
            _head(cells), _outputs(cells), _parameters(notebook, cells), _code(cells), _last(notebook, cells)
        )
    )


def _head(cells):
    first = cells[0].source.split("\n") if cells and cells[0].cell_type == "markdown" else [""]
    if not first[0].startswith("# "):
        yield "the first cell starts with no title (# …)"
    if "?" not in "".join(first[1:]):
        yield "the first cell asks no question"
    titles = [line for cell in cells if cell.cell_type == "markdown" for line in cell.source.split("\n")]
    if sum(line.startswith("# ") for line in titles) > 1:
        yield "there is more than one title"


def _outputs(cells):
    for number, cell in enumerate(cells, 1):
        if cell.cell_type == "code" and (cell.outputs or cell.execution_count is not None):
            yield f"cell {number} is committed with outputs"


def _parameters(notebook, cells):
    tagged = [cell for cell in cells if "parameters" in cell.metadata.get("tags", [])]
    if len(tagged) != 1:
        yield f"{len(tagged)} cells are tagged 'parameters'"
        return
    declared = declared_parameters(notebook)
    assigned = [node for node in ast.parse(tagged[0].source).body if not isinstance(node, ast.AnnAssign)]
    if assigned:
        yield "the cell of parameters holds something other than typed parameters"
    typed = [node for node in ast.parse(tagged[0].source).body if isinstance(node, ast.AnnAssign)]
    for name in {ast.unparse(node.target) for node in typed} - declared.keys():
        # Papermill passes over a line whose comment has an equals sign.
        yield f"parameter '{name}' cannot be given, for Papermill does not understand its line"
    for parameter in declared.values():
        if not parameter.help:
            yield f"parameter '{parameter.name}' has no comment"


def _code(cells):
    for number, cell in enumerate(cells, 1):
        if cell.cell_type != "code":
            continue
        try:
            tree = ast.parse(cell.source)
        except SyntaxError:
            yield f"cell {number} is not plain Python"
            continue
        for node in ast.walk(tree):
            if kind := BELONGS_IN_THE_PACKAGE.get(type(node)):
                yield f"cell {number} has a '{kind}': move to workbench/…"
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield from _imports(number, node)


def _imports(number, node):
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    for name in names:
        if name.partition(".")[0] != "workbench":
            yield f"cell {number} imports {name}: notebooks import from workbench only"


def _last(notebook, cells):
    code = [cell for cell in cells if cell.cell_type == "code"]
    names = (
        [t.string for t in tokenize.generate_tokens(io.StringIO(code[-1].source).readline)] if code else []
    )
    if "record" not in names or cells[-1].cell_type != "code":
        yield "the last cell records nothing"
    if "provenance" in names and (untold := declared_parameters(notebook).keys() - set(names)):
        yield f"the provenance leaves out {', '.join(sorted(untold))}"


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_notebook_is_thin(notebook):
    assert broken_rules(notebook) == []


def test_there_are_notebooks():
    assert NOTEBOOKS


GOOD = (
    "text:\n# Weekly\n\nHow are we?",
    'parameters:\nweek: str = ""  # ISO week',
    "from workbench import record",
    "record('a', 1)",
)


def test_a_thin_notebook_breaks_no_rule(tmp_path):
    assert broken_rules(write_notebook(tmp_path / "n.ipynb", *GOOD)) == []


@pytest.mark.parametrize(
    ("place", "cell", "fault"),
    [
        (0, "text:\n## Weekly\n\nHow are we?", "the first cell starts with no title (# …)"),
        (0, "text:\n# Weekly\n\nSo it is.", "the first cell asks no question"),
        (1, "week = ''", "0 cells are tagged 'parameters'"),
        (1, "parameters:\nweek: str = ''", "parameter 'week' has no comment"),
        (
            1,
            "parameters:\nweek: list[str] = []  # as A=B",
            "parameter 'week' cannot be given, for Papermill does not understand its line",
        ),
        (
            1,
            "parameters:\nweek = ''  # ISO week",
            "the cell of parameters holds something other than typed parameters",
        ),
        (2, "import pandas as pd", "cell 3 imports pandas: notebooks import from workbench only"),
        (2, "from os import path", "cell 3 imports os: notebooks import from workbench only"),
        (2, "def f(): ...", "cell 3 has a 'def': move to workbench/…"),
        (2, "class A: ...", "cell 3 has a 'class': move to workbench/…"),
        (2, "for i in (1, 2):\n    print(i)", "cell 3 has a 'for': move to workbench/…"),
        (2, "while False:\n    pass", "cell 3 has a 'while': move to workbench/…"),
        (2, "%matplotlib inline", "cell 3 is not plain Python"),
        (2, "text:\n# Another title", "there is more than one title"),
        (3, "record(wb.provenance())", "the provenance leaves out week"),
        (3, "print('done')", "the last cell records nothing"),
        (3, "text:\nThe end.", "the last cell records nothing"),
    ],
)
def test_each_rule_can_be_broken(tmp_path, place, cell, fault):
    cells = [*GOOD[:place], cell, *GOOD[place + 1 :]]
    assert broken_rules(write_notebook(tmp_path / "n.ipynb", *cells)) == [fault]


def test_outputs_are_not_committed(tmp_path):
    path = write_notebook(tmp_path / "n.ipynb", *GOOD)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].execution_count = 1
    nbformat.write(notebook, path)
    assert broken_rules(path) == ["cell 3 is committed with outputs"]
