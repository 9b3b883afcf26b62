"""A notebook that goes on where a figure cannot be made, so that those that can be are."""

import ast
from pathlib import Path

import nbformat

_KEPT = {"parameters", "injected-parameters"}


def without_lost(source: Path, output: Path) -> Path:
    """A copy of a notebook in which a statement that fails is passed over, with all that hangs on it.

    Examples
    --------
    >>> print(passing_over("tiles = wb.tiles()"))
    try:
        tiles = wb.tiles()
    except Exception:
        tiles = None
        del tiles
    """
    notebook = nbformat.read(source, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code" and not _KEPT & set(cell.metadata.get("tags", [])):
            cell.source = passing_over(cell.source)
    nbformat.write(notebook, output)
    return output


def passing_over(code: str) -> str:
    """Statements, each of which may fail without ending the rest; what it would have named is then no name."""
    try:
        statements = ast.parse(code).body
    except SyntaxError:
        return code  # a magic command
    return "\n".join(map(_guarded, statements))


def _guarded(statement: ast.stmt) -> str:
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return ast.unparse(statement)
    names = sorted(
        {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    )
    body = "\n".join(f"    {line}" for line in ast.unparse(statement).splitlines())
    # Set before it is taken away: it may have had an earlier value, or none.
    forgotten = "".join(f"\n    {name} = None\n    del {name}" for name in names) or "\n    pass"
    return f"try:\n{body}\nexcept Exception:{forgotten}"
