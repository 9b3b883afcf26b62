"""The figures that a page shows, each with the place where a reader finds it."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from bs4 import BeautifulSoup, Tag

from workbench.runs.recorded_values import hashed

# Most of a page by far: taken out before it is read, or reading it takes a second.
_SHOWS_NO_FIGURE = re.compile(r"<(script|style|svg)\b[^>]*>.*?</\1>", re.DOTALL)
LONGEST = 120  # characters of a figure; no figure is longer


def displayed_figures(html: str) -> list[dict[str, str]]:
    """Every tile, table cell and finding of a page that shows a figure, in order.

    Returns
    -------
    ``where``, in words by which a reader finds it, and its ``text``; of a cell that is no figure of ours only the
    hash, for it may be somebody's words.

    Examples
    --------
    >>> tile = '<li class="tile"><span class="tile-label">Mood</span> <strong>−0.25</strong></li>'
    >>> displayed_figures(f'<ul class="tiles">{tile}</ul>')
    [{'where': "tile 'Mood'", 'text': 'Mood −0.25'}]
    """
    page = read_words(html)
    times: Counter[str] = Counter()
    found = []
    for where, text in [*_tiles(page), *_cells(page), *_findings(page)]:
        if _has_digit(text):
            times[where] += 1
            again = f" ({times[where]})" if times[where] > 1 else ""
            found.append({"where": where + again, "text": text})
    return found


def read_words(html: str) -> BeautifulSoup:
    """A page without its scripts, styles and drawings; to be read, not changed."""
    return _parsed(_SHOWS_NO_FIGURE.sub("", html))


@lru_cache(maxsize=1)
def _parsed(html: str) -> BeautifulSoup:
    """Read once, though figures and parts of a page are both looked for in it."""
    page = BeautifulSoup(html, "html.parser")
    for element in page(["script", "style", "svg"]):
        element.decompose()
    return page


def _tiles(page: BeautifulSoup) -> Iterator[tuple[str, str]]:
    for tile in page.select(".tile"):
        label = tile.select_one(".tile-label")
        yield f"tile '{_text(label) if label else ''}'", _text(tile)


def _cells(page: BeautifulSoup) -> Iterator[tuple[str, str]]:
    for table in page("table"):
        caption = _text(table.caption) if table.caption else "without caption"
        rows = [row for row in table("tr") if row.find_parent("table") is table]
        heads: list[str] = []
        for row in rows:
            cells = row.find_all(["th", "td"], recursive=False)
            texts = [_text(cell) for cell in cells]
            if not row.find("td", recursive=False):
                heads = texts
                continue
            for place, (cell, text) in enumerate(zip(cells, texts, strict=True)):
                column = heads[place] if place < len(heads) else str(place + 1)
                if cell.name == "td" and _has_digit(text):
                    yield (
                        f"table '{caption}', row '{_unread(cells[0], texts[0])}', column '{column}'",
                        _unread(cell, text),
                    )


def _findings(page: BeautifulSoup) -> Iterator[tuple[str, str]]:
    for number, sentence in enumerate(page.select("p.finding"), start=1):
        yield f"finding {number}", _text(sentence)


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _text(element: Tag) -> str:
    return " ".join(element.get_text(" ").split())


def _unread(cell: Tag, text: str) -> str:
    """The text of a cell that heads its row, stands in a column of numbers, or has no letter; else its hash."""
    kind = list(cell.get("class") or [])
    is_ours = (
        (cell.name == "th" and "words" not in kind) or "number" in kind or not any(map(str.isalpha, text))
    )
    return text if is_ours and len(text) <= LONGEST else hashed(text)


def findings(html: str) -> list[str]:
    """The findings of a page, in order, whether they show a figure or not."""
    return [text for _, text in _findings(read_words(html))]
