"""Pieces of accessible HTML, the same in JupyterLab and in a report."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from IPython.display import HTML

from workbench.figures.locale import language_mark

MARK = "workbench"
STYLE = Path(__file__).with_name("fragments.css").read_text(encoding="utf-8")

# JupyterLab's own colours, so that a piece follows its light and dark theme.
_IN_JUPYTERLAB = """
.wb { --ink: var(--jp-content-font-color1, #1c2430); --muted: var(--jp-content-font-color2, #5b6675);
      --line: var(--jp-border-color2, #d9dee6); --card: var(--jp-layout-color2, #f5f6f8);
      --paper: var(--jp-layout-color0, #ffffff); }
&[data-jp-theme-light="false"] .wb { --own: #7fb2f2; --better: #74d3a0; --worse: #ff9d87; }
.wb table { font-size: 13px; table-layout: auto; }
.wb td:last-child:not(.number) { min-width: 8rem; }
"""

# JupyterLab has rules of its own for tables and lists in outputs (to the right, striped, indented, columns of one
# width). An id among the alternatives lends ours the weight to win, also where no element has it.
_ABOVE_ALL = ":is(#wb, body)"


def fragment(markup: str, role: str) -> HTML:
    """Markup to display: styled for JupyterLab, and marked so that a report takes it as it is.

    Parameters
    ----------
    markup
        HTML in which everything that is not our own is escaped.
    role
        What it is: table, quotes, tiles, finding.
    """
    style = f"{_ABOVE_ALL} {{ {STYLE}{_IN_JUPYTERLAB} }}"
    styled = f'<style>{style}</style><div class="wb wb-{role}">{markup}</div>'
    return HTML(styled, metadata={MARK: role})


def without_style(styled: str) -> str:
    """The markup of a displayed fragment, without JupyterLab's style: a report has its own."""
    return styled.partition("</style>")[2]


def table_markup(
    caption: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    numeric: Sequence[bool],
    is_markup: bool = False,
    of_words: bool = False,
) -> str:
    """A table with a caption and headers of columns and rows, in a frame that scrolls by keyboard.

    Parameters
    ----------
    caption, columns, rows
        Text; the first cell of a row is its header.
    numeric
        For each column, whether it stands to the right.
    is_markup
        Whether the cells are HTML already, and escaped.
    of_words
        Whether what heads a row comes from posts: no manifest repeats it.

    Examples
    --------
    >>> "&lt;b&gt;" in table_markup("Posts", ["brand"], [["<b>"]], [False])
    True
    """
    cell = str if is_markup else escape
    aligned = [' class="number"' if is_number else "" for is_number in numeric]
    head = "".join(f'<th scope="col"{a}>{escape(c)}</th>' for a, c in zip(aligned, columns, strict=True))
    aligned = [f"{a}{language_mark()}" if a else "" for a in aligned]
    aligned[:1] = [' class="words"'] if of_words else aligned[:1]
    body = "".join(
        "<tr>"
        + f'<th scope="row"{aligned[0]}>{cell(first)}</th>'
        + "".join(f"<td{a}>{cell(c)}</td>" for a, c in zip(aligned[1:], rest, strict=True))
        + "</tr>"
        for first, *rest in rows
    )
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
