"""Tables and quotations as accessible HTML; everything that is not ours is escaped."""

import re
from collections.abc import Collection, Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd
from IPython.display import HTML
from narwhals.typing import IntoFrame

from workbench.figures.fragments import fragment, table_markup
from workbench.figures.frames import small_frame
from workbench.figures.numbers import format_count, format_value

_MASK = re.compile(r"<(EMAIL|PHONE|CARD|IBAN|IP|URL|ID|USER|CASE)(?::\w+)?>")
_MASKED = {
    "EMAIL": "e-mail", "PHONE": "phone", "CARD": "card", "IBAN": "account", "IP": "address", "URL": "link",
    "ID": "id number", "USER": "@someone", "CASE": "case number",
}  # fmt: skip
_WORDS = {"text", "quote", "example", "phrase"}  # columns that come from posts


def verbatims(frame: IntoFrame, quotable: Collection[str], caption: str = "In their words") -> HTML:
    """Quotations of masked posts, with platform and week.

    Parameters
    ----------
    frame
        Posts with ``text`` (masked), ``platform`` and ``week``.
    quotable
        Platforms whose policy allows quotation. Posts of others are counted, not quoted: a quotation
        can be found by search.
    caption
        What the quotations show.

    Raises
    ------
    WorkbenchError
        If a column is missing.
    """
    table = small_frame(frame, ["text", "platform", "week"])
    allowed = table["platform"].isin(list(quotable))
    quotes = "".join(
        f"<li><blockquote>{masked(text)}</blockquote><p>{escape(platform)} · {escape(week)}</p></li>"
        for text, platform, week in table.loc[allowed, ["text", "platform", "week"]].to_numpy()
    )
    kept = int((~allowed).sum())
    posts = "1 post is" if kept == 1 else f"{format_count(kept)} posts are"
    note = f'<p class="note">{posts} not quoted: the policy of their platform does not allow it.</p>'
    markup = f'<p class="caption">{escape(caption)}</p><ul class="quotes">{quotes}</ul>{note if kept else ""}'
    return fragment(markup, "quotes")


def phrases_table(frame: IntoFrame, caption: str = "What they speak of") -> HTML:
    """Key phrases with the number of posts that have them: what may be shown where no quotation may.

    Parameters
    ----------
    frame
        ``phrase`` and ``posts``.
    caption
        What the phrases are of.
    """
    table = small_frame(frame, ["phrase", "posts"]).sort_values("posts", ascending=False)
    rows = [[phrase, format_value(posts)] for phrase, posts in table[["phrase", "posts"]].to_numpy()]
    return fragment(table_markup(caption, ["Phrase", "Posts"], rows, [False, True], of_words=True), "table")


def checks_table(findings: IntoFrame, caption: str = "What to know about the data") -> HTML:
    """What the checks of the data found, or that they found nothing.

    Parameters
    ----------
    findings
        One row a finding: ``check``, ``subject``, ``finding``, ``advice``.
    caption
        What was checked.
    """
    columns = ["check", "subject", "finding", "advice"]
    table = small_frame(findings, columns)
    if table.empty:
        return fragment('<p class="note">The checks of the data found nothing.</p>', "table")
    return records_table(table[columns], caption)


def records_table(frame: IntoFrame, caption: str, units: Mapping[str, str] | None = None) -> HTML:
    """Any small frame as a table; numbers are written in the unit given for their column."""
    table = small_frame(frame, [])
    if table.empty:
        return fragment(f'<p class="note">{escape(caption)}: nothing is known.</p>', "table")
    numeric = [pd.api.types.is_numeric_dtype(table[name]) for name in table]
    texts = {
        name: _texts(table[name], is_number, (units or {}).get(str(name), ""))
        for name, is_number in zip(table, numeric, strict=True)
    }
    columns = [str(name).replace("_", " ").capitalize() for name in table]
    rows: Sequence[Sequence[Any]] = pd.DataFrame(texts).to_numpy().tolist()
    of_words = str(table.columns[0]) in _WORDS
    return fragment(table_markup(caption, columns, rows, numeric, of_words=of_words), "table")


def _texts(column: pd.Series, is_number: bool, unit: str) -> list[str]:
    if is_number:
        return [format_value(value, unit) for value in column]
    return column.astype("string").fillna("").to_list()


def masked(text: str) -> str:
    """Escaped text, with what was masked named rather than shown as a token.

    Examples
    --------
    >>> masked("<USER:0123456789ab> & me")
    '<span class="masked">@someone</span> &amp; me'
    """
    parts, last = [], 0
    for mask in _MASK.finditer(text):
        parts += [escape(text[last : mask.start()]), f'<span class="masked">{_MASKED[mask[1]]}</span>']
        last = mask.end()
    return "".join([*parts, escape(text[last:])])
