"""Markup from a notebook, reduced to what a report may hold: no script, no style, nothing from outside."""

import bleach
from bs4 import BeautifulSoup

_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "div", "dl", "dt", "em", "h1", "h2", "h3",
    "h4", "h5", "h6", "hr", "i", "li", "ol", "p", "pre", "s", "span", "strong", "sub", "sup", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "*": ["class", "id"],
    "a": ["href", "title"],
    "abbr": ["title"],
    "th": ["scope", "colspan", "rowspan"],
    "td": ["colspan", "rowspan"],
}


def clean_markup(markup: str) -> str:
    """Markup with plain text, tables and links only.

    Examples
    --------
    >>> clean_markup('<p onclick="x()">Fine<script>alert(1)</script></p>')
    '<p>Fine</p>'
    """
    soup = BeautifulSoup(markup, "html.parser")
    for element in soup(["script", "style"]):
        element.decompose()  # bleach would leave their content as text
    return bleach.clean(
        str(soup), tags=_TAGS, attributes=_ATTRIBUTES, protocols=["http", "https", "mailto"], strip=True
    )


def plain_table(markup: str) -> str:
    """Markup of others, cleaned; a table, as pandas displays a frame, gets scopes and scrolls by keyboard."""
    soup = BeautifulSoup(clean_markup(markup), "html.parser")
    for header in soup.select("th"):
        if header.get_text(strip=True):
            header["scope"] = "col" if header.find_parent("thead") else "row"
        else:
            header.name = "td"  # pandas' corner heads nothing
    if soup.table:
        return f'<div class="scroll" role="region" tabindex="0" aria-label="Table">{soup}</div>'
    return str(soup)
