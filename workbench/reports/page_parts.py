"""Everything a page shows besides its figures, part by part: where was it touched?"""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from bs4 import BeautifulSoup, NavigableString, Tag

from workbench.reports.displayed import read_words
from workbench.runs.manifest import without_manifest

_LENGTH = 8  # characters of a hash that only tells which part it was: the hash of the page is what proves it
_CHART = re.compile(r'<figure class="chart">.*?</figure>', re.DOTALL)
_SPEC = re.compile(r'<script type="application/json">(.*?)</script>', re.DOTALL)
_PICTURE = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_STYLES = re.compile(r"<style\b.*?</style>", re.DOTALL)
_SCRIPTS = re.compile(r"<script\b.*?</script>", re.DOTALL)


def page_parts(html: str) -> dict[str, str]:
    """Hashes of a page's charts, texts, style and scripts, by the words in which a reader finds them.

    Marks are elements with their attributes: what is hidden, linked, coloured or framed. Of the data of a chart it is
    one hash a row, one after another, so that a changed row can be counted off.

    Examples
    --------
    >>> list(page_parts("<style></style><h1>Week</h1><p>Calm.</p><h2>What moved</h2><p>Nothing.</p>"))[2:4]
    ['the text at the head', "the text under 'What moved'"]
    """
    page = without_manifest(html)
    around = _CHART.sub("", page)
    found = {"the style": _hash(_STYLES.findall(page)), "the scripts": _hash(_SCRIPTS.findall(around))}
    times: Counter[str] = Counter()
    for chart in _CHART.findall(page):
        title = _title(chart)
        times[title] += 1
        # By its title: whoever takes one out has touched no other.
        found |= _chart(chart, f"chart {title}" + (f" ({times[title]})" if times[title] > 1 else ""))
    if drawings := _PICTURE.findall(around):
        found["the other drawings"] = _hash(drawings)
    return found | _words_and_marks(page)


def changed_parts(was: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """What of a page is not as it was, in words.

    Examples
    --------
    >>> changed_parts({"chart 'Mood', data": "aaaaaaaabbbbbbbb"}, {"chart 'Mood', data": "aaaaaaaacccccccc"})
    ["chart 'Mood', data: row 2 changed"]
    """
    both = [name for name in was if name in now and was[name] != now[name]]
    changed = [f"{name}: {_how(was[name], now[name])}" for name in both]
    gone = [f"{name}: taken out" for name in was if name not in now]
    return [*changed, *gone, *(f"{name}: put in" for name in now if name not in was)]


def _how(was: str, now: str) -> str:
    if len(was) == len(now) == _LENGTH:
        return "changed"
    pairs = enumerate(zip_longest(_rows(was), _rows(now)), start=1)
    rows = [str(place) for place, (before, after) in pairs if before != after]
    if len(was) != len(now):
        return f"{len(_rows(was))} rows were made, {len(_rows(now))} are there, from row {rows[0]} on others"
    return f"row{'s' if len(rows) > 1 else ''} {', '.join(rows[:8])}{' …' if len(rows) > 8 else ''} changed"


def _rows(hashes: str) -> list[str]:
    return [hashes[place : place + _LENGTH] for place in range(0, len(hashes), _LENGTH)]


def _title(chart: str) -> str:
    title = BeautifulSoup(chart.partition("</figcaption>")[0], "html.parser").select_one(".title")
    return f"'{_words(title)}'" if title else "without title"


def _chart(chart: str, name: str) -> dict[str, str]:
    """The picture of a chart, how its live form is drawn, and the rows of each of its tables."""
    found, drawn = {f"{name}, picture": _hash(_PICTURE.findall(chart))}, _SPEC.search(chart)
    spec, tables = _spec_and_tables(drawn[1] if drawn else "{}")
    for place, rows in enumerate(tables, start=1):
        of = f", data {place}" if len(tables) > 1 else ", data"
        found[name + of] = "".join(map(_hash, rows))
    return found | {f"{name}, drawing": _hash(spec)}


def _spec_and_tables(written: str) -> tuple[str, list[list[Any]]]:
    """A specification without its tables, and these; of one that somebody spoilt, all as it stands."""
    try:
        spec = json.loads(written)
        tables = spec.pop("datasets", {})
        rows = [list(table) for table in tables.values()]
    except (ValueError, AttributeError, TypeError, RecursionError):
        return written, []
    plain = json.dumps(spec, sort_keys=True)
    # A table is called by a hash of its rows, so that another row would change how it is drawn, too.
    for place, key in enumerate(tables, start=1):
        plain = plain.replace(key, f"data {place}")
    return plain, rows


def _words_and_marks(html: str) -> dict[str, str]:
    """All other text, and the marks that it stands in, by the heading above."""
    texts: dict[str, list[str]] = defaultdict(list)
    marks: dict[str, list[str]] = defaultdict(list)
    where = "at the head"
    for node in read_words(html).descendants:
        if isinstance(node, Tag):
            where = f"under '{_words(node)}'" if node.name == "h2" else where
            marks[where].append(f"{node.name} {sorted(node.attrs.items())}")
        elif type(node) is NavigableString:
            texts[where].append(str(node))
    return {
        **{f"the text {place}": _hash(" ".join(" ".join(parts).split())) for place, parts in texts.items()},
        **{f"the marks {place}": _hash(parts) for place, parts in marks.items()},
    }


def _words(element: Tag) -> str:
    return " ".join(element.get_text(" ").split())


def _hash(value: Any) -> str:
    # Whatever somebody put there: it need not have a canonical form.
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:_LENGTH]
