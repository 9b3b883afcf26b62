"""Undisguised text for detection: ASCII digits and signs, nothing invisible, every place known."""

import re
import unicodedata
from bisect import bisect_right

from workbench.privacy.spans import Span

# Invisible characters: soft hyphen, zero-width and direction marks, variation selectors, keycaps.
_INVISIBLE = "\u00ad\u061c\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\u20e3\ufe00-\ufe0f\ufeff"
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_DASHES = "\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
# Superscripts, subscripts, circled, small, full-width and mathematical letters, digits and signs.
_NUMBER_FORMS = "\u00b2\u00b3\u00b9\u2024\u2070-\u209c\u2460-\u2473\u24b6-\u24ea"
_LETTER_FORMS = "\ufe50-\ufe6b\uff01-\uff5e\U0001d400-\U0001d7ff"
_DISGUISE = re.compile(rf"[{_INVISIBLE}{_SPACES}{_DASHES}{_NUMBER_FORMS}{_LETTER_FORMS}]|[^\D0-9]")
_IS_INVISIBLE = re.compile(rf"[{_INVISIBLE}]")
_IS_SPACE = re.compile(rf"[{_SPACES}]")
_IS_DASH = re.compile(rf"[{_DASHES}]")


def folded(text: str) -> tuple[str, list[int]]:
    """The text as detectors read it, and where in it invisible characters were left out.

    Every other character is replaced by exactly one, so `unfolded` finds the places in the text again.

    Examples
    --------
    >>> folded("٠١٢\\u200b3＠x")
    ('0123@x', [3])
    """
    if text.isascii():
        return text, []
    pieces: list[str] = []
    left_out: list[int] = []
    done = 0
    for disguise in _DISGUISE.finditer(text):
        start = disguise.start()
        pieces.append(text[done:start])
        plain = _plain(text[start])
        if plain:
            pieces.append(plain)
        else:
            left_out.append(start - len(left_out))
        done = start + 1
    return ("".join((*pieces, text[done:])), left_out) if done else (text, [])


def unfolded(span: Span, left_out: list[int]) -> Span:
    """The span in the text as written, given the places that `folded` left out.

    Examples
    --------
    >>> unfolded(Span(2, 4, "PHONE"), [3])
    Span(start=2, end=5, kind='PHONE')
    """
    start = span.start + bisect_right(left_out, span.start)
    last = span.end - 1 + bisect_right(left_out, span.end - 1)
    return Span(start, last + 1, span.kind)


def _plain(character: str) -> str:
    if _IS_INVISIBLE.match(character):
        return ""
    if _IS_SPACE.match(character):
        return " "
    if _IS_DASH.match(character):
        return "-"
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    compatible = unicodedata.normalize("NFKC", character)
    return compatible if len(compatible) == 1 else character
