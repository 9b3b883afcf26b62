"""Recorded figures as a manifest keeps them: without anybody's words; and number by number, to be compared."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.privacy.accounts import find_addresses

LONGEST = 400  # characters; the longest sentence of our own is shorter
_WORDS = {"text", "texts", "quote", "quotes", "example", "examples"}
# What a row says in words, and not which row it is.
_NOT_A_GROUP = {"method", "vintage", "status", "kind", "unit", "alike"}
ORIGIN = "provenance"  # recorded by every notebook, and no figure


def without_words(value: Any, name: str = "") -> Any:
    """The value with what may be somebody's words replaced by its hash: equal words stay equal, and unread.

    Examples
    --------
    >>> without_words({"share": 0.4, "posts": [{"text": "call me"}]})["posts"][0]["text"][:14]
    'sha256:fed0120'
    >>> without_words(["@acme", "ask jane@mail.example"])[1][:7]
    'sha256:'
    """
    if isinstance(value, str):
        return hashed(value) if name in _WORDS or len(value) > LONGEST or find_addresses(value) else value
    if isinstance(value, list):
        return [without_words(item, name) for item in value]
    if not isinstance(value, Mapping):
        return value
    if is_frame(value):
        columns = value["columns"]
        rows = [
            [without_words(cell, str(column)) for column, cell in zip(columns, row, strict=True)]
            for row in value["rows"]
        ]
        return {"columns": columns, "rows": rows}
    return {key: without_words(item, key) for key, item in value.items()}


def numbers(value: Any, name: str) -> dict[str, float]:
    """Every number in a recorded value, by where it stands in words.

    Rows of a frame are told by their groups, tiles by their labels, so that the same figure of two runs has the
    same name wherever it stands.

    Examples
    --------
    >>> frame = {"columns": ["brand", "metric", "value"], "rows": [["Acme", "volume", 3]]}
    >>> numbers(frame, "talk")
    {'talk, Acme, volume: value': 3.0}
    >>> numbers([{"label": "Mood", "value": -0.25}], "tiles")
    {'tiles, Mood: value': -0.25}
    """
    found: dict[str, float] = {}
    for where, number in _numbers(value, name):
        again = next(n for n in range(1, len(found) + 2) if _numbered(where, n) not in found)
        found[_numbered(where, again)] = number
    return found


def texts(value: Any, name: str) -> list[str]:
    """Every text in a recorded value, in order; what changes without a number shows here."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for key, item in value.items() for text in texts(item, key)]
    return [text for item in value for text in texts(item, name)] if isinstance(value, list) else []


def is_frame(value: Any) -> bool:
    """Whether a recorded value is a frame."""
    return isinstance(value, Mapping) and set(value) == {"columns", "rows"}


def _numbers(value: Any, where: str) -> Iterator[tuple[str, float]]:
    if isinstance(value, (int, float)):  # also true and false: a figure may be one
        yield where, float(value)
    elif is_frame(value):
        for row in value["rows"]:
            named = dict(zip(map(str, value["columns"]), row, strict=True))
            groups = [v for key, v in named.items() if isinstance(v, str) and key not in _NOT_A_GROUP]
            yield from _fields({k: v for k, v in named.items() if not isinstance(v, str)}, [where, *groups])
    elif isinstance(value, Mapping):
        label = value.get("label")
        yield from _fields(value, [where, label] if isinstance(label, str) else [where])
    elif isinstance(value, list):
        for place, item in enumerate(value, start=1):
            is_named = isinstance(item, Mapping) and isinstance(item.get("label"), str)
            yield from _numbers(item, where if is_named else f"{where} {place}")


def _fields(fields: Mapping[str, Any], path: list[str]) -> Iterator[tuple[str, float]]:
    for key, item in fields.items():
        yield from _numbers(item, f"{', '.join(path)}: {key}")


def _numbered(where: str, number: int) -> str:
    return where if number == 1 else f"{where} ({number})"


def hashed(text: str) -> str:
    """What stands in the place of a text that nobody shall read there."""
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()}"
