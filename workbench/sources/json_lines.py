"""JSON lines: one object a line, nested keys by dotted path, answers of X API v2 unwrapped."""

import json
from collections.abc import Generator
from typing import Any

from workbench.sources.blocks import BLOCK_CHARACTERS, Block, Rejected, kept, make_block
from workbench.sources.encodings import open_text
from workbench.sources.layouts import Layout

_DEEPEST = 6  # nested posts within posts are not columns of this post


def read_blocks(layout: Layout, names: list[str], rows: int) -> Generator[Block, None, None]:
    """The named columns of a JSON lines file, about `rows` rows at a time."""
    with open_text(layout.path, layout.is_gzip, layout.encoding) as (text, raw):
        size = max(layout.path.stat().st_size, 1)
        lines: list[int] = []
        cells: list[tuple[str | None, ...]] = []
        rejected: list[Rejected] = []
        characters = 0
        for number, line in enumerate(text, start=1):
            if not line.strip():
                continue
            try:
                posts = parse_line(line)
            except ValueError as error:
                rejected.append(Rejected(number, str(error), kept([("raw", line.rstrip("\r\n"))])))
                posts = []
            for post in posts:
                lines.append(number)
                cells.append(tuple(as_text(pick(post, name)) for name in names))
                characters += sum(len(cell) for cell in cells[-1] if cell)
            if len(lines) >= rows or len(rejected) >= rows or characters > BLOCK_CHARACTERS:
                yield make_block(lines, cells, names, rejected, min(raw.tell() / size, 1.0))
                lines, cells, rejected, characters = [], [], [], 0
        if lines or rejected:
            yield make_block(lines, cells, names, rejected, 1.0)


def parse_line(line: str) -> list[dict[str, Any]]:
    """Posts of one line: the object itself, or those it wraps under ``data``.

    Raises
    ------
    ValueError
        The line is no JSON object; the message never quotes it.

    Examples
    --------
    >>> parse_line('{"data": [{"id": "1"}, {"id": "2"}], "meta": {}}')
    [{'id': '1'}, {'id': '2'}]
    """
    try:
        record = json.loads(line.lstrip("\ufeff"))
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON: {error.msg.lower()} at character {error.pos + 1}") from None
    except (ValueError, RecursionError):
        raise ValueError("no JSON that can be read: a number or a nesting without measure") from None
    if not isinstance(record, dict):
        raise ValueError(f"a JSON {type(record).__name__} where an object is expected")
    wrapped = record.get("data")
    if isinstance(wrapped, dict):
        wrapped = [wrapped]
    if not (isinstance(wrapped, list) and wrapped and all(isinstance(post, dict) for post in wrapped)):
        return [record]
    return [_with_handle(post, record.get("includes")) for post in wrapped]


def flatten(post: dict[str, Any], path: str = "") -> dict[str, str | None]:
    """All values under dotted paths, as text.

    Examples
    --------
    >>> flatten({"id": 7, "user": {"screen_name": "ann"}, "langs": ["en", "de"]})
    {'id': '7', 'user.screen_name': 'ann', 'langs': 'en, de'}
    """
    flat: dict[str, str | None] = {}
    for key, value in _typed(post).items():
        if isinstance(value, dict):
            if path.count(".") < _DEEPEST:
                flat.update(flatten(value, f"{path}{key}."))
        else:
            flat[path + key] = as_text(value)
    return flat


def pick(post: dict[str, Any], name: str) -> Any:
    """The value under a dotted path, None where there is none."""
    if name in post:
        return post[name]
    value: Any = post
    for key in name.split("."):
        if isinstance(value, dict):
            value = value[key] if key in value else _typed(value).get(key)
        elif isinstance(value, list):
            value = _by_type(value).get(key)
        else:
            return None
    return value


def as_text(value: Any) -> str | None:
    """A JSON value as a cell of text; objects and lists of objects are none."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        return ", ".join(as_text(item) or "" for item in value) or None
    return None


def _typed(post: dict[str, Any]) -> dict[str, Any]:
    """The post with its lists of typed references as objects: ``referenced_tweets.replied_to``."""
    return {
        key: _by_type(value) or value if isinstance(value, list) else value for key, value in post.items()
    }


def _by_type(items: list[Any]) -> dict[str, Any]:
    return {
        item["type"]: item["id"]
        for item in items
        if isinstance(item, dict) and isinstance(item.get("type"), str) and "id" in item
    }


def _with_handle(post: dict[str, Any], includes: Any) -> dict[str, Any]:
    """The post with its author's handle, which X API v2 puts beside the posts."""
    users = includes.get("users") if isinstance(includes, dict) else None
    for user in users if isinstance(users, list) else []:
        if isinstance(user, dict) and user.get("id") == post.get("author_id") and "username" in user:
            return {**post, "author_username": user["username"]}
    return post
