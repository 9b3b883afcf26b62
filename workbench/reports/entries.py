"""What the list of reports says of each page, read from the page itself: there is no second truth."""

import datetime as dt
import json
import re
from html import unescape
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, TypeAdapter
from typing_extensions import TypedDict

from workbench.reports.neighbours import FAILED
from workbench.statistics.periods import days_of, is_period

FAILURE_ELEMENT = '<script type="application/json" id="failure">'
_MANIFEST_ELEMENT = '<script type="application/json" id="manifest">'
_END = "</script>"
_TAIL = 1 << 18  # bytes; the manifest is the last script of a page
_TILES = 3


class _ToldTile(TypedDict, total=False):
    label: str | None
    value: float | None
    unit: str | None
    low: float | None
    high: float | None
    status: str | None
    vintage: str | None


class _ToldOrder(TypedDict, total=False):
    segment: dict[str, Any] | None
    vintage: str | None


class _Told(TypedDict, total=False):
    title: str | None
    question: str | None
    made_at: Annotated[str, AfterValidator(dt.datetime.fromisoformat)]
    order: _ToldOrder
    noted: dict[str, Any] | None
    tiles: list[_ToldTile] | None


# What a manifest, or a page of failure, must look like to be listed by what it says.
_SHAPE = TypeAdapter(_Told)
_TILE_PARTS = ("label", "value", "unit", "low", "high", "status")


def read_entry(file: Path, folder: Path) -> dict[str, Any]:
    """What a page is about.

    Parameters
    ----------
    file
        A report, or a page that says why there is none.
    folder
        The folder of all reports: the path beneath it is topic and name, then period, then perhaps segment.

    Returns
    -------
    ``kind`` (report, failure), ``path``, ``topic``, ``period``, ``segment``, ``brand``, ``title``, ``question``,
    ``vintage``, ``made_at`` (ISO) and the first ``tiles``. Of a report without a manifest, what its path and its title
    tell.
    """
    path = file.relative_to(folder).as_posix()
    parts = path.removesuffix(FAILED).removesuffix(".html").split("/")
    folders = parts[:2] if len(parts) > 2 else parts[:-1]
    told = _told(file)
    order, tiles = told.get("order", {}), told.get("tiles") or []
    segment = order.get("segment") or {}
    return {
        "kind": "failure" if told.get("kind") == "failure" else "report",
        "path": path,
        "topic": "/".join(folders),
        "period": parts[len(folders)],
        "segment": ", ".join(map(str, segment.values())) or "/".join(parts[len(folders) + 1 :]),
        "brand": str((told.get("noted") or {}).get("brand") or ""),
        "title": told.get("title") or _title(file) or parts[-1],
        "question": told.get("question") or "",
        "vintage": _of_tiles(tiles) or order.get("vintage") or "",
        "made_at": told.get("made_at") or _changed_at(file),
        "tiles": [{part: tile.get(part) for part in _TILE_PARTS} for tile in tiles[:_TILES]],
    }


def first_day(period: str) -> str:
    """The first day of a period, by which it is sorted; empty of what is no period.

    Examples
    --------
    >>> first_day("2026-W42"), first_day("2026-Q4"), first_day("2026-10"), first_day("all")
    ('2026-10-12', '2026-10-01', '2026-10-01', '')
    """
    return days_of(period)[0].isoformat() if is_period(period) else ""


def _of_tiles(tiles: list[dict[str, Any]]) -> str:
    """Preliminary as soon as one figure is, whatever the job says of its data; else nothing."""
    return "preliminary" if any(tile.get("vintage") == "preliminary" for tile in tiles) else ""


def _told(file: Path) -> dict[str, Any]:
    """What a page says of itself in its last element; empty where it says nothing that can be read."""
    text = _tail(file)
    for element, kind in ((FAILURE_ELEMENT, "failure"), (_MANIFEST_ELEMENT, "report")):
        if element in text:
            try:
                told = json.loads(text.rpartition(element)[2].partition(_END)[0])
                _SHAPE.validate_python(told, strict=True)
            except ValueError:  # which a shape that does not fit raises too: somebody has edited it
                return {}
            return {**told, "kind": kind}
    return {}


def _tail(file: Path) -> str:
    """The end of a file, from where its last element starts."""
    size, taken = file.stat().st_size, _TAIL
    with file.open("rb") as stream:
        while True:
            stream.seek(max(0, size - taken))
            text = stream.read().decode("utf-8", errors="replace")
            if taken >= size or _MANIFEST_ELEMENT in text or FAILURE_ELEMENT in text:
                return text
            taken *= 4


def _title(file: Path) -> str:
    with file.open("rb") as stream:
        found = re.search(r"<title>(.*?)</title>", stream.read(4096).decode("utf-8", errors="replace"), re.S)
    return unescape(found[1]).strip() if found else ""


def _changed_at(file: Path) -> str:
    return dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC).isoformat(timespec="seconds")
