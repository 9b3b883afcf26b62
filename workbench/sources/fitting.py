"""Whether the values of a column can be those of a field, whatever its name says."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from workbench.sources import values
from workbench.sources.dates import share_of_dates

INBOUND = {"true": "customer", "false": "brand", "1": "customer", "0": "brand"}
_MOST_REGIONS = 300


def fits(name: str, column: str, sample: list[str]) -> bool:
    """Whether values can be those of the field; a column that is empty in the sample may be anything."""
    if name == "region":
        return _is_region(column, sample)
    check = _CHECKS.get(name)
    return check is None or not sample or check(sample)


def share(sample: Iterable[Any], test: Callable[[Any], object]) -> float:
    """Share of values that pass a test; 0 of none."""
    results = [bool(test(value)) for value in sample]
    return sum(results) / len(results) if results else 0.0


def _is_region(column: str, sample: list[str]) -> bool:
    """A list of places; what people write in their profiles as location is none unless it is short."""
    distinct = len(set(sample))
    if plain(column) in ("location", "state") and not share(sample, _is_code) > 0.95:
        return distinct <= 60 and distinct <= 0.1 * len(sample)
    return distinct <= _MOST_REGIONS


def _is_code(value: str) -> bool:
    return re.fullmatch(r"[A-Z]{2,3}(-[A-Z0-9]{1,3})?", value) is not None


def is_prose(sample: list[str]) -> bool:
    """Neither numbers nor addresses."""
    return share(sample, lambda value: not re.fullmatch(r"https?://\S+|[\d.,:+-]+", value)) > 0.5


_CHECKS: dict[str, Callable[[list[str]], bool]] = {
    "native_id": lambda sample: len(set(sample)) > 0.5 * len(sample),
    "platform": lambda sample: share(sample, values.known_platform) > 0.5,
    "text": is_prose,
    "created_at": lambda sample: share_of_dates(sample) >= 0.2,  # bad rows are refused one by one
    "collected_at": lambda sample: share_of_dates(sample) > 0.9,
    "kind": lambda sample: share(sample, values.kind) > 0.5,
    "reach": lambda sample: share(sample, is_count) > 0.9,
    "likes": lambda sample: share(sample, is_count) > 0.9,
    "shares": lambda sample: share(sample, is_count) > 0.9,
    "language": lambda sample: max(map(len, sample)) <= 40,
    "brand": lambda sample: len(set(sample)) <= max(5, 0.5 * len(sample)) and share(sample, is_word) > 0.5,
    "author_role": lambda sample: share(sample, lambda v: v.casefold() in INBOUND or values.role(v)) > 0.5,
    "sentiment": lambda sample: len(set(sample)) <= 20,
    "sentiment_confidence": lambda sample: share(sample, lambda v: re.fullmatch(r"[01]?[.,]?\d*", v)) > 0.9,
}


def is_count(value: str) -> bool:
    """A whole number, with or without thousands separators."""
    return re.fullmatch(r"-?[\d,.' ]+", value) is not None


def is_word(value: str) -> bool:
    """Something with a letter in it that is no text yet."""
    return len(value) <= 100 and re.search(r"[^\W\d]", value) is not None


def plain(name: str) -> str:
    """A name without case, spaces and punctuation, so that 'Created Time' is 'created_time'."""
    return re.sub(r"[\W_]+", "", name).casefold()
