"""What commands show: results on standard output, what goes on meanwhile on standard error."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich import progress as bars
from rich.console import Console
from rich.table import Column
from rich.table import Table as Grid
from rich.text import Text

from workbench.progress import Progress, silent

# Words are shown as they are: [brands] is a section of the settings and :x: no picture.
console = Console(stderr=True, markup=False, highlight=False, emoji=False)
# Of what is read by a program or kept in a file.
_WIDTH = 200
_WIDEST = 100_000


def show(result: dict[str, Any], as_json: bool) -> None:
    """A result: as JSON, or one line a figure."""
    if as_json:
        print(json.dumps(result, default=str, ensure_ascii=False))
        return
    width = max((len(name) for name in result), default=0)
    for name, value in result.items():
        shown = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value
        if isinstance(value, float):
            shown = f"{value:,.4f}"
        if isinstance(value, dict | list):
            shown = json.dumps(value, default=str, ensure_ascii=False)
        print(f"{name:<{width}} {shown}")


def print_rows(rows: list[dict], as_json: bool, nothing: str) -> None:
    """Rows with the same names: as JSON, or as a grid; `nothing` is what is said where there are none."""
    if as_json:
        print(json.dumps(rows, default=str, ensure_ascii=False))
        return
    if not rows:
        print(nothing)
        return
    screen = Console(width=None if sys.stdout.isatty() else _WIDTH)
    cells = [["" if value is None else str(value) for value in row.values()] for row in rows]
    grid = _grid(list(rows[0]), cells)
    width = screen.measure(grid, options=screen.options.update(max_width=_WIDEST)).maximum
    if len(rows) < len(rows[0]) and width > screen.width:
        # A few rows of very many figures: beside each other they are read more easily.
        across = list(zip(rows[0], *cells, strict=True))
        grid = _grid(list(across[0]), [list(one) for one in across[1:]])
    screen.print(grid)


def _grid(names: list[str], rows: list[list[str]]) -> Grid:
    # What is too long goes on below: half a path is none.
    grid = Grid(*(Column(Text(name), overflow="fold") for name in names), box=None)
    for row in rows:
        grid.add_row(*map(Text, row))
    return grid


def say_left_out(file: Path, rows: int, contradictory: int = 0, repeated: int = 0) -> None:
    """How many rows of a labelled file say nothing, or gainsay each other; no word where there are none."""
    if rows:
        console.print(f"{file}: {rows:,} rows without a text or a label were left out.", soft_wrap=True)
    if repeated:
        console.print(
            f"{file}: {repeated:,} rows read like one before them and count no more.", soft_wrap=True
        )
    if contradictory:
        console.print(
            f"{file}: {contradictory:,} rows read like others that have another label. Each teaches and is scored; "
            "where two models are compared, the first counts. Better mend them.",
            soft_wrap=True,
        )


@contextmanager
def progress_bar(what: str, quiet: bool = False) -> Iterator[Progress]:
    """A bar on a terminal, a line a step elsewhere, but nothing there with --json."""
    if quiet and not console.is_terminal:
        yield silent
    elif not console.is_terminal:
        seen: set[str] = set()

        def line(done: float, step: str) -> None:
            words = step.lstrip("0123456789, ")
            if words not in seen:
                seen.add(words)
                console.print(f"{what}: {step}")

        yield line
    else:
        columns = (
            bars.TextColumn("{task.description}", markup=False),
            bars.BarColumn(),
            bars.TextColumn("{task.fields[step]}", markup=False),
            bars.TimeRemainingColumn(),
        )
        with bars.Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task(what, total=1.0, step="")
            yield lambda done, step: bar.update(task, completed=done, step=step)
