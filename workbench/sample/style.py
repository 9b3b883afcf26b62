"""How a person types: capitals, marks, typing errors, stretched words, numbers that name them."""

import re
from collections.abc import Callable
from typing import NamedTuple

Draw = Callable[[], float]

_SENTENCE = re.compile(r"((?:^|[.!?…]\s|\n)\s*(?:@\w+ )*)([a-zäöüéàèç])")
_STRETCHED = re.compile(r"\b(so|no|please|why|never|really|love)\b")
_WORDS = re.compile(r"\b[a-z]{5,}\b")
_SHORT_FORMS = {
    "you": "u",
    "your": "ur",
    "please": "pls",
    "because": "bc",
    "thanks": "thx",
    "people": "ppl",
    "are": "r",
}
_SHORTENED = re.compile(r"\b(" + "|".join(_SHORT_FORMS) + r")\b")
_CUSTOMARY = re.compile(r"(?:https?://|www\.|[@#])\S+|\S+@\S+|\S*\d\S*")


class Manner(NamedTuple):
    """Habits of one person."""

    is_lower: bool
    drops_marks: bool
    typo_rate: float
    is_loud: bool


def style(text: str, manner: Manner, draw: Draw) -> str:
    """The text as this person types it. Handles, hashtags, addresses and numbers stay as they are.

    Examples
    --------
    >>> style("no signal. not good enough.", Manner(False, False, 0.0, False), lambda: 0.9)
    'No signal. Not good enough.'
    >>> style("No signal in Oxmoor.", Manner(True, True, 0.0, False), lambda: 0.9)
    'no signal in oxmoor'
    """
    if draw() < 2 * manner.typo_rate:
        text = _misspell(text, draw)
    if manner.is_loud:
        text = _raise_voice(text, draw)
    if manner.is_lower:
        text = _keep(text, str.lower)
        if draw() < 0.4:
            text = _SHORTENED.sub(lambda word: _SHORT_FORMS[word[0]], text)
    elif draw() < 0.93:
        text = _SENTENCE.sub(lambda found: found[1] + found[2].upper(), text)
    if manner.drops_marks:
        text = text.rstrip(".!").replace("'", "" if draw() < 0.5 else "'")
    return text


def _keep(text: str, change: Callable[[str], str]) -> str:
    """Change all but handles, hashtags, addresses and whatever has a digit."""
    kept = _CUSTOMARY.findall(text)
    if not kept:
        return change(text)
    between = _CUSTOMARY.split(text)
    return "".join(change(part) + (kept[i] if i < len(kept) else "") for i, part in enumerate(between))


def _misspell(text: str, draw: Draw) -> str:
    """One word with two letters swapped, one lost or one doubled."""
    words = list(_WORDS.finditer(text))
    if not words or "http" in text or "@" in text[1:]:
        return text
    word = words[int(draw() * len(words))]
    at = word.start() + 1 + int(draw() * (len(word[0]) - 2))
    kind = draw()
    if kind < 0.45:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + (text[at] * 2 if kind > 0.8 else "") + text[at + 1 :]


def _raise_voice(text: str, draw: Draw) -> str:
    """Stretched words, more marks, now and then capitals."""
    kind = draw()
    if kind < 0.35:
        text = _STRETCHED.sub(lambda word: word[0] + word[0][-1] * (2 + int(draw() * 4)), text, count=1)
    elif kind < 0.50:
        words = list(_WORDS.finditer(text))
        if words and "http" not in text and "@" not in text[1:]:
            word = words[int(draw() * len(words))]
            text = text[: word.start()] + word[0].upper() + text[word.end() :]
    elif kind < 0.56:
        text = _keep(text, str.upper)
    if draw() < 0.4 and text[-1:] in ".!?":
        text = text.rstrip(".") + text[-1].replace(".", "!") * (1 + int(draw() * 3))
    return text
