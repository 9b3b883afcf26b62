"""One way to write JSON down, so that equal content has equal bytes, and one hash: RFC 8785."""

import hashlib
from typing import Any

import rfc8785

from workbench.errors import WorkbenchError


def canonical(value: Any) -> str:
    """The value as canonical JSON: names sorted, no spaces, numbers as ECMAScript writes them.

    Raises
    ------
    WorkbenchError
        It holds what JSON cannot: another type, NaN, an infinity, half a character, a whole number beyond
        2^53.

    References
    ----------
    RFC 8785, JSON Canonicalization Scheme (2020).

    Examples
    --------
    >>> canonical({"b": 1.0, "a": [True, None, 1e21, 1e-7, "é"]})
    '{"a":[true,null,1e+21,1e-7,"é"],"b":1}'
    """
    try:
        return rfc8785.dumps(value).decode("utf-8")
    except ValueError as error:
        # Only what is wrong with a number or a type: the error of a text would quote it.
        why = "a text holds half a character" if isinstance(error, UnicodeError) else str(error)
        raise WorkbenchError(
            f"this has no form in canonical JSON: {why}. Give plain values, and None for what is missing."
        ) from None


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON of a value, in hexadecimal digits."""
    return hashlib.sha256(canonical(value).encode("utf-8")).hexdigest()
