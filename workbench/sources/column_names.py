"""The columns of a file, told to whoever asked for another; but no first line that is somebody's words."""

import re
from collections.abc import Sequence

_MOST, _LONGEST, _BLANKS_OF_A_POST = 40, 60, 6
_PERSONAL = re.compile(r"@|://|\d{7}")


def columns_told(columns: Sequence[str]) -> str:
    """A sentence with the names of the columns.

    Examples
    --------
    >>> columns_told(["id", "text"])
    'It has: id, text.'
    >>> columns_told(["@acme my parcel is lost", "negative"])
    'Its first line seems to be a row already: write names of the columns above it.'
    """
    if not is_heading(columns):
        return "Its first line seems to be a row already: write names of the columns above it."
    more = ", …" if len(columns) > _MOST else ""
    return f"It has: {', '.join(columns[:_MOST])}{more}."


def is_heading(columns: Sequence[str]) -> bool:
    """Whether these are names of columns; a file without them begins with a row."""
    return not any(reads_like_a_post(name) or _PERSONAL.search(name) for name in columns)


def reads_like_a_post(value: str) -> bool:
    """Whether a value of which a name is expected is too long for one: it is not shown to anybody."""
    return len(value) > _LONGEST or value.count(" ") >= _BLANKS_OF_A_POST
