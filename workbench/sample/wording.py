"""Sentences from parts: a small grammar whose rules stand in `wording/<language>/*.toml`.

A rule is a list of alternatives. In an alternative ``{name}`` is another rule or a word given by the
caller, ``{name:topic}`` the rule of the topic given, and ``[a|b|]`` a choice made on the spot. A few
thousand parts make many millions of posts; no two customers need say the same.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from workbench.sample.world import LANGUAGES, TOPICS

FOLDER = Path(__file__).parent / "wording"

_PIECE = re.compile(r"\{(\w+)(?::(\w+))?\}|\[([^\[\]]*)\]")
_SPACES = re.compile(r" {2,}")
_AFTER_A_MARK = re.compile("(?<=[?!…:;,\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\\s?[.,](?=\\s|$)")
_DOUBLED = re.compile(r"(?<!\.)\.\s?[.,](?!\.)")


class Slot(NamedTuple):
    """A place in an alternative: a rule, by name alone or by name and the value of a given word."""

    rule: str
    by: str | None


Alternative = tuple[str | Slot, ...]


class Grammar(NamedTuple):
    """The rules of one language, and those whose outcome a post keeps to."""

    rules: dict[str, tuple[Alternative, ...]]
    remembered: frozenset[str]


Words = dict[str, str | tuple[str, str]]
"""Given words. A pair is what is said first and what is said once the brand was named."""


def write(grammar: Grammar, rule: str, words: Words, draw: Callable[[], float]) -> str:
    """One text by a rule.

    Parameters
    ----------
    grammar
        From `grammar_of` or `compile_rules`.
    rule
        Name of the rule to begin with.
    words
        Given words. What the grammar remembers is added to them.
    draw
        Gives numbers in [0, 1), e.g. ``random.Random(7).random``.

    Examples
    --------
    >>> import random
    >>> toy = compile_rules({"hello": ["[hi|hey] {name}, {mood}!"], "mood": ["what a day", "at last"]})
    >>> write(toy, "hello", {"name": "Ana"}, random.Random(1).random)
    'hey Ana, at last!'
    """
    written: list[str] = []
    _write(grammar, rule, words, draw, written, {})
    return _tidy("".join(written))


def _write(
    grammar: Grammar,
    rule: str,
    words: Words,
    draw: Callable[[], float],
    written: list[str],
    last: dict[str, int],
) -> None:
    alternatives = grammar.rules[rule]
    chosen = int(draw() * len(alternatives))
    if last.get(rule) == chosen:  # nobody says the same thing twice running
        chosen = (chosen + 1) % len(alternatives)
    last[rule] = chosen
    for part in alternatives[chosen]:
        if isinstance(part, str):
            written.append(part)
        elif part.rule in words:
            written.append(_given(words, part.rule))
        elif part.rule in grammar.remembered:
            start = len(written)
            _write(grammar, part.rule, words, draw, written, last)
            words[part.rule] = "".join(written[start:])
        else:
            _write(grammar, _called(part, words), words, draw, written, last)


def _called(slot: Slot, words: Words) -> str:
    """``{problem:topic}`` is the problem of the topic given, ``{problem:support}`` always the one of support."""
    return f"{slot.rule}.{words.get(slot.by, slot.by)}" if slot.by else slot.rule


def _given(words: Words, name: str) -> str:
    value = words[name]
    if isinstance(value, str):
        return value
    first = "named" not in words
    words["named"] = ""
    return value[not first]


def _tidy(text: str) -> str:
    """One space between words, one mark at the end of a sentence, none after an emoji."""
    return _SPACES.sub(" ", _DOUBLED.sub(".", _AFTER_A_MARK.sub("", text))).strip()


def compile_rules(rules: Mapping[str, Any]) -> Grammar:
    """Grammar from parsed TOML; tables give dotted names."""
    remembered = frozenset(rules.get("remember", ()))
    compiled: dict[str, tuple[Alternative, ...]] = {}
    for name, alternatives in _flat({key: value for key, value in rules.items() if key != "remember"}):
        compiled[name] = tuple(_parse(text, compiled) for text in alternatives)
    return Grammar(compiled, remembered)


def _flat(rules: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    for name, value in rules.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _parse(text: str, compiled: dict[str, tuple[Alternative, ...]]) -> Alternative:
    """Parts of an alternative; a choice made on the spot becomes a rule of its own, named as written."""
    parts: list[str | Slot] = []
    end = 0
    for found in _PIECE.finditer(text):
        parts.append(text[end : found.start()])
        end = found.end()
        name, by, choice = found.groups()
        if choice is not None:
            name = found[0]
            if name not in compiled:
                compiled[name] = tuple(_parse(option, compiled) for option in choice.split("|"))
        parts.append(Slot(name, by))
    parts.append(text[end:])
    return tuple(part for part in parts if part != "")


@cache
def grammar_of(language: str) -> Grammar:
    """Grammar of a language. What a language does not say itself (emoji, spam) it says as English does."""
    rules = _read("en")
    if language != "en":
        rules |= _read(language)
    return compile_rules(rules)


@cache
def topics_of(language: str) -> tuple[str, ...]:
    """Topics that a language has words for."""
    return tuple(topic for topic in TOPICS if topic in _read(language)["problem"])


def _read(language: str) -> dict[str, Any]:
    if language not in LANGUAGES:
        raise KeyError(language)
    rules: dict[str, Any] = {}
    for file in sorted((FOLDER / language).glob("*.toml")):
        rules |= tomllib.loads(file.read_text(encoding="utf-8"))
    return rules
