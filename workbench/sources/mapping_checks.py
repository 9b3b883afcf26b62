"""The fields that a `mapping.toml` may name, and everything that can be wrong with its lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from workbench.errors import did_you_mean
from workbench.sources.column_names import columns_told
from workbench.sources.layouts import Layout
from workbench.sources.values import KINDS, ROLES

FIELDS = {
    "native_id": "identifier of the post on its platform",
    "platform": "where it was published: x, reddit, …",
    "author": "handle, else name or number, of who wrote it",
    "text": "what it says",
    "created_at": "when it was published",
    "collected_at": "when it was collected; otherwise now",
    "in_reply_to": "identifier of the post it answers",
    "thread_id": "identifier of the first post of its thread",
    "kind": "post, reply, comment, review or direct_message",
    "reach": "accounts that may have seen it",
    "likes": "likes",
    "shares": "reposts and shares",
    "media": "captions, alt texts, transcripts",
    "language": "language as the source gives it",
    "brand": "brand as the source gives it",
    "region": "region or country",
    "product": "product",
    "author_role": "customer, brand, bot, promoter or unknown",
    "sentiment": "label of a person or of the source",
    "sentiment_confidence": "confidence in that label, 0–1",
}
REQUIRED = ("text", "created_at")
CONSTANTS = ("platform", "kind", "author_role", "brand", "product", "region", "language")
TRANSLATED = ("platform", "kind", "author_role", "sentiment", "language", "brand", "product", "region")
_ALLOWED = {"kind": KINDS, "author_role": ROLES}


@dataclass(frozen=True)
class Constant:
    """A value that is the same for every row."""

    value: str


def check_source(key: str, source: tuple[str, ...] | Constant | None, layout: Layout | None) -> list[str]:
    """What is wrong with a field's line."""
    if source is None:
        return [f'{key}: expected the name of a column, a list of names, or {{ value = "…" }}.']
    if isinstance(source, tuple):
        return [
            f"{key}:{no_column(column, layout)}"
            for column in source
            if layout and column not in layout.columns
        ]
    if key not in CONSTANTS:
        return [f"{key}: cannot be the same for every row; name its column."]
    if key in _ALLOWED and source.value not in _ALLOWED[key]:
        return [f"{key}: '{source.value}' is none of {', '.join(_ALLOWED[key])}."]
    return []


def check_dates(dates: Any) -> list[str]:
    """What is wrong with the section [dates]."""
    kinds = {"format": str, "day_first": bool, "time_zone": str}
    if not isinstance(dates, dict):
        return ["dates: expected a section [dates]."]
    problems = []
    for key, value in dates.items():
        if key not in kinds:
            problems.append(f"dates.{key}: is no setting.{did_you_mean(key, kinds)}")
        elif not isinstance(value, kinds[key]):
            problems.append(f"dates.{key}: expected {'true or false' if kinds[key] is bool else 'text'}.")
        elif key == "time_zone" and value not in available_timezones():
            near = did_you_mean(str(value), available_timezones())
            problems.append(f"dates.time_zone: '{value}' is no IANA time zone.{near}")
    return problems


def check_values(values: Any) -> list[str]:
    """What is wrong with the sections [values.…]."""
    if not isinstance(values, dict):
        return ["values: expected sections such as [values.sentiment]."]
    problems = []
    for key, words in values.items():
        if key not in TRANSLATED:
            problems.append(
                f"values.{key}: is no field whose words are translated.{did_you_mean(key, TRANSLATED)}"
            )
        elif not isinstance(words, dict) or not all(isinstance(ours, str) for ours in words.values()):
            problems.append(f'values.{key}: expected lines such as "theirs" = "ours".')
        else:
            problems += _check_words(key, words.values())
    return problems


def _check_words(key: str, words: Iterable[str]) -> list[str]:
    allowed = _ALLOWED.get(key)
    wrong = [word for word in words if allowed and word not in allowed]
    return [f"values.{key}: '{word}' is none of {', '.join(allowed or ())}." for word in wrong]


def no_column(column: str, layout: Layout | None) -> str:
    """That a file has no such column, the nearest one, and those it has."""
    columns = layout.columns if layout else ()
    return f" the file has no column '{column}'.{did_you_mean(column, columns)} {columns_told(columns)}"
