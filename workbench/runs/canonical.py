"""One way to write JSON down, so that equal content has equal bytes, and one hash: RFC 8785."""

import hashlib
import json
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from workbench.errors import WorkbenchError

_LARGEST_PLAIN = 1e21  # from here on ECMAScript writes an exponent
_SMALLEST_PLAIN = 1e-6
_LARGEST_WHOLE = 2**53 - 1  # beyond it a reader in another language would round


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
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, (list, tuple)):
        return f"[{','.join(map(canonical, value))}]"
    if isinstance(value, Mapping):
        if wrong := next((key for key in value if not isinstance(key, str)), None):
            raise WorkbenchError(f"a name in JSON is a text, and {wrong!r} is a {type(wrong).__name__}.")
        # By UTF-16 code units, as the standard has it: not the order of code points.
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return f"{{{','.join(f'{_text(name)}:{canonical(value[name])}' for name in names)}}}"
    raise WorkbenchError(f"a {type(value).__name__} has no form in JSON; give plain values.")


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON of a value, in hexadecimal digits."""
    return hashlib.sha256(canonical(value).encode("utf-8")).hexdigest()


def _text(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise WorkbenchError("a text holds half a character (a lone surrogate), which JSON cannot.") from None
    return json.dumps(text, ensure_ascii=False)


def _number(number: float) -> str:
    if isinstance(number, int) and abs(number) > _LARGEST_WHOLE:
        raise WorkbenchError(f"{number} is beyond the whole numbers that JSON keeps apart; give it as text.")
    if not math.isfinite(number):
        raise WorkbenchError(f"{number} has no form in JSON; record what is missing as None.")
    if isinstance(number, int):
        return str(number)
    if number == 0:
        return "0"  # also for minus zero
    # Both Python and ECMAScript write the shortest digits that read back the same; the rest is where the point is.
    if _SMALLEST_PLAIN <= abs(number) < _LARGEST_PLAIN:
        return format(Decimal(repr(number)), "f").removesuffix(".0")
    digits, _, exponent = repr(number).partition("e")
    return f"{digits.removesuffix('.0')}e{int(exponent):+d}"
