"""Which words may tell a topic: those that the author chose, and that not everybody writes."""

import re
from collections.abc import Sequence

from workbench.models.features import without_names
from workbench.models.phrases import APOSTROPHES, STOP_WORDS, TURNING, WORD

__all__ = ["APOSTROPHES", "STOP_WORDS", "TURNING", "WORD", "spoken"]


def spoken(text: str, names: Sequence[str] = ()) -> str:
    """A masked text without masks, accounts, links and these names.

    Examples
    --------
    >>> spoken("@Acme: ACME is late again <USER:0123456789ab>", ["Acme"]).split()
    [':', 'is', 'late', 'again']
    """
    clean = without_names(text)
    if not names:
        return clean
    known = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.sub(rf"\b(?:{known})\b", " ", clean, flags=re.IGNORECASE)
