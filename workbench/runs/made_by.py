"""The code behind each recorded figure: the statements of the notebook that it hangs on, and no others."""

import ast
from collections.abc import Iterator
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from workbench import _HOMES as HOMES

_OPENS = {"open_workbench": "workbench.workbench.Workbench", "open_audit": "workbench.audit.opened.Audit"}


def made_by(notebook: NotebookNode) -> dict[str, dict[str, Any]]:
    """For each name that a notebook records: ``code``, its statements in order, and ``functions`` that they call.

    Parameters
    ----------
    notebook
        An executed notebook; of the values given to it only the names count here.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> cell = new_code_cell('wb = open_workbench(); n = wb.measure("volume"); other = 1; record("mentions", n)')
    >>> made_by(new_notebook(cells=[cell]))["mentions"]["code"]
    ['wb = open_workbench()', "n = wb.measure('volume')", 'n']
    """
    statements = list(_statements(notebook))
    imports = _imports(statements)
    found = {}
    for place, statement in enumerate(statements):
        for call in (node for node in ast.walk(statement) if _is_record(node)):
            name, value = _recorded(call)  # type: ignore[arg-type]
            if isinstance(name, ast.Constant) and value is not None:
                # What stands in one block with it, as under an if, may set the value too.
                within = [] if isinstance(statement, ast.Expr) else [statement]
                behind = [*_slice([*statements[:place], *within], _loaded(value)), value]
                found[str(name.value)] = {
                    "code": [ast.unparse(node) for node in behind],
                    "functions": _functions(behind, imports),
                }
    return found


def _statements(notebook: NotebookNode) -> Iterator[ast.stmt]:
    for cell in notebook.cells:
        is_given = {"parameters", "injected-parameters"} & set(cell.metadata.get("tags", []))
        if cell.cell_type == "code" and not is_given:
            try:
                yield from ast.parse(TransformerManager().transform_cell(cell.source)).body
            except SyntaxError:
                continue  # another language, by a magic command


def _slice(statements: list[ast.stmt], wanted: set[str]) -> list[ast.stmt]:
    """The statements on which names hang, found from the last to the first."""
    kept: list[ast.stmt] = []
    for statement in reversed(statements):
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            continue
        changed = _stored(statement) & wanted
        if changed:
            # A statement that only adds to a name leaves it wanted; one that sets it anew does not.
            if isinstance(statement, (ast.Assign, ast.AnnAssign)) and changed <= _set_anew(statement):
                wanted -= changed
            wanted |= _loaded(statement)
            kept.append(statement)
    return kept[::-1]


def _stored(statement: ast.stmt) -> set[str]:
    """Names that a statement sets, or may change: by an item, an attribute, or a method, as `rows.append(…)`."""
    nodes = list(ast.walk(statement))
    names = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    defined = {n.name for n in nodes if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))}
    places = [
        n for n in nodes if isinstance(n, (ast.Subscript, ast.Attribute)) and isinstance(n.ctx, ast.Store)
    ]
    # What the method gives is dropped: it was called for what it does.
    calls = [n.value for n in nodes if isinstance(n, ast.Expr) and isinstance(n.value, ast.Call)]
    places += [call.func for call in calls if isinstance(call.func, ast.Attribute)]
    return names | defined | {place.value.id for place in places if isinstance(place.value, ast.Name)}


def _set_anew(statement: ast.Assign | ast.AnnAssign) -> set[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return {
        n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }


def _loaded(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def _imports(statements: list[ast.stmt]) -> dict[str, str]:
    """Module of every imported name."""
    return {
        (alias.asname or alias.name): f"{statement.module}:{alias.name}"
        for statement in statements
        if isinstance(statement, ast.ImportFrom) and statement.module
        for alias in statement.names
    }


def _functions(behind: list[Any], imports: dict[str, str]) -> list[str]:
    """Homes of the functions of ours that are called."""
    opened: dict[str, str] = {}
    for statement in behind:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
            opener = _OPENS.get(ast.unparse(statement.value.func))
            opened |= dict.fromkeys(_set_anew(statement), opener) if opener else {}
    calls = [node for statement in behind for node in ast.walk(statement) if isinstance(node, ast.Call)]
    homes = {_home(ast.unparse(call.func), imports, opened) for call in calls}
    return sorted(home for home in homes if home)


def _home(called: str, imports: dict[str, str], opened: dict[str, str]) -> str:
    first, _, rest = called.partition(".")
    if first in opened and rest:
        return f"{opened[first]}.{rest}"
    module, _, name = imports.get(called, "").partition(":")
    if module.partition(".")[0] != "workbench":
        return ""
    # The package hands names on from their homes.
    return f"{HOMES.get(name, module) if module == 'workbench' else module}.{name}"


def _is_record(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record"


def _recorded(call: ast.Call) -> tuple[ast.expr | None, ast.expr | None]:
    """Name and value that are recorded, by place or by name."""
    given = dict(zip(("name", "value"), call.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    return given.get("name"), given.get("value")
