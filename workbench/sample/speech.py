"""The words of every post: which rule, in whose manner, how the brand is named, what is given away.

Truth follows text: whatever a text turns out to say (a second brand, a brand's account, a case number)
is read off it here and handed back beside it.
"""

import random
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from workbench.sample.acts import ACT_NAMES, CODE, NOTHING
from workbench.sample.people import People
from workbench.sample.personal import case_number, draw_kind, personal_words
from workbench.sample.style import Draw, Manner, style
from workbench.sample.wording import Grammar, Words, grammar_of, write
from workbench.sample.world import BRANDS, LANGUAGES, NAMES, PLATFORMS, SENTIMENTS, TOPICS

PLATFORM_NAMES = tuple(PLATFORMS)
CHUNK = 20_000

# Chance of a short and of a medium-long opener; the rest are long.
_LENGTHS = {
    "x": (0.76, 0.24), "reddit": (0.28, 0.40), "facebook": (0.42, 0.42), "instagram": (0.82, 0.17),
    "youtube": (0.62, 0.33), "mastodon": (0.64, 0.34),
}  # fmt: skip
_EMOJI = {"x": 0.8, "reddit": 0.15, "facebook": 0.8, "instagram": 1.9, "youtube": 0.8, "mastodon": 0.6}
_TAGS = {"x": 0.20, "reddit": 0.0, "facebook": 0.03, "instagram": 0.40, "youtube": 0.01, "mastodon": 0.45}
_PICTURES = {"x": 0.05, "reddit": 0.02, "facebook": 0.10, "instagram": 0.40, "youtube": 0.0, "mastodon": 0.08}
_GIVEN_AWAY = {"gives_info": 0.5, "sent_dm": 0.1, "complaint_ask": 0.09, "again": 0.15, "still_bad": 0.08}
_REPLIES_NAME_THEIR_READER = ("x", "mastodon", "instagram")
_IS_AGENT = {name for name in CODE if name.startswith("agent_")}
_NOT_A_CUSTOMER = _IS_AGENT | {"announcement", "bot", "promoter", "namesake"}


class Said(NamedTuple):
    """A post's text, its picture's caption, and the kind of personal data in it."""

    text: str
    alt_text: str | None = None
    personal: str | None = None


class Turn(NamedTuple):
    """What `say` needs to know of a post."""

    act: str
    language: str
    brand: str
    other: str
    platform: str
    topic: str
    stance: str
    is_opener: bool
    is_directed: bool
    author: int
    reader: str
    thread: int


def say_all(
    posts: pd.DataFrame, people: People, seed: int, progress: Callable[[float], None] | None = None
) -> list[Said]:
    """Words for every post, in the order given. Each chunk has its own seed."""
    habits = (people.is_lower, people.drops_marks, people.typo_rate, people.is_loud)
    manners = [Manner(*habit) for habit in zip(*(values.tolist() for values in habits), strict=True)]
    emoji, handles = people.emoji_rate.tolist(), people.handle.tolist()
    said: list[Said] = []
    for start in range(0, len(posts), CHUNK):
        draw = random.Random(f"{seed}/{start}").random
        for turn in _turns(posts.iloc[start : start + CHUNK], handles):
            said.append(_say(turn, manners[turn.author], emoji[turn.author], handles[turn.author], draw))
        if progress:
            progress(len(said) / len(posts))
    return _repeat(posts, said, handles)


def _turns(posts: pd.DataFrame, handles: list[str]) -> map:
    def named(column: str, names: tuple[str, ...]) -> list[str]:
        return [names[code] for code in posts[column].tolist()]

    return map(
        Turn,
        named("act", ACT_NAMES),
        named("language", LANGUAGES),
        named("brand", NAMES),
        named("other", NAMES),
        named("platform", PLATFORM_NAMES),
        named("topic", TOPICS),
        named("sentiment", (*SENTIMENTS, "neutral")),
        (posts["place"] == 0).tolist(),
        posts["is_directed"].tolist(),
        posts["author"].tolist(),
        [handles[reader] for reader in posts["reader"].tolist()],
        posts["thread"].tolist(),
    )


def _say(turn: Turn, manner: Manner, emoji_rate: float, handle: str, draw: Draw) -> Said:
    if turn.act == "repost":
        return Said("")
    grammar = grammar_of(turn.language)
    words = _given_words(turn, draw)
    if turn.act in _NOT_A_CUSTOMER:
        return _say_as_other(turn, grammar, words, draw)
    text = write(grammar, _rule(turn, grammar, draw), words, draw)
    text = style(text, manner, draw)
    text, personal = _give_away(turn, text, grammar, words, handle, draw)
    text += _decoration(turn, grammar, words, emoji_rate, draw)
    return Said(_address(turn, text, grammar, words, draw), _picture(turn, draw), personal)


def _given_words(turn: Turn, draw: Draw) -> Words:
    """Brand, product and topic; to the brand's face it is "you", elsewhere its name and then "they"."""
    brand = BRANDS[turn.brand]
    launched = "Pebble" in brand.products
    products = brand.products[: 3 if launched else None]
    product = "Pebble" if turn.topic == "launch" and launched else products[int(draw() * len(products))]
    words: Words = {
        "brand": turn.brand, "other": turn.other, "product": product, "topic": turn.topic,
        "account": brand.accounts[int(draw() * 2)],
    }  # fmt: skip
    if turn.is_directed:
        return words | {"who": "you", "whose": "your", "whom": "you"}
    return words | {
        "who": (turn.brand, "they"),
        "whose": (f"{turn.brand}'s", "their"),
        "whom": (turn.brand, "them"),
    }


def _rule(turn: Turn, grammar: Grammar, draw: Draw) -> str:
    """The rule of the act, in the platform's length where the language has lengths."""
    if not _has_lengths(turn.language, turn.act):
        return turn.act
    drawn = draw()
    short, medium = _LENGTHS[turn.platform]
    return f"{turn.act}.{'short' if drawn < short else 'medium' if drawn < short + medium else 'long'}"


@cache
def _has_lengths(language: str, act: str) -> bool:
    return f"{act}.short" in grammar_of(language).rules


def _say_as_other(turn: Turn, grammar: Grammar, words: Words, draw: Draw) -> Said:
    """Brands, bots, promoters, and people who speak of something else of that name."""
    if turn.act == "namesake":
        names = BRANDS[turn.brand].namesakes
        words["namesake"] = names[int(draw() * len(names))]
        text = write(grammar, "namesake_post" if draw() < 0.85 else "surname_post", words, draw)
        return Said(text[0].upper() + text[1:] if draw() < 0.7 else text)
    if turn.act in _IS_AGENT:
        text = style(write(grammar, turn.act, words, draw), Manner(False, False, 0.0, False), lambda: 0.5)
        return Said(f"@{turn.reader} {text}" if turn.platform in _REPLIES_NAME_THEIR_READER else text)
    text = write(grammar, "announce" if turn.act == "announcement" else turn.act, words, draw)
    return Said(text[0].upper() + text[1:])


def _give_away(
    turn: Turn, text: str, grammar: Grammar, words: Words, handle: str, draw: Draw
) -> tuple[str, str | None]:
    """Now and then people publish what they should not."""
    if turn.act == "picture_negative" or draw() >= _GIVEN_AWAY.get(turn.act, 0.02):
        return text, None
    kind = draw_kind(draw)
    given = words | personal_words(kind, handle, case_number(turn.thread, turn.brand), draw)
    return f"{text} {write(grammar, f'personal.{kind}', given, draw)}", kind


def _decoration(turn: Turn, grammar: Grammar, words: Words, emoji_rate: float, draw: Draw) -> str:
    """Emoji and hashtags; one emoji in eight says something else than its post."""
    added = ""
    if draw() < emoji_rate * _EMOJI[turn.platform]:
        mood = turn.stance if draw() < 0.87 else SENTIMENTS[int(draw() * 3)]
        times = 1 if draw() < 0.8 else 2 + int(draw() * 2)
        added = " " + write(grammar, f"emoji.{mood}", words, draw) * times
    while draw() < _TAGS[turn.platform] and len(added) < 60:
        mood = turn.stance if draw() < 0.8 and turn.act != "sarcasm" else "neutral"
        tag = write(grammar, f"tags.{mood}", words, draw)
        added += "" if tag in added else f" {tag}"
    return added


def _address(turn: Turn, text: str, grammar: Grammar, words: Words, draw: Draw) -> str:
    """Every opener names its brand: by account, in the text, or by a word before or after it."""
    if not turn.is_opener:
        prefixed = turn.platform in _REPLIES_NAME_THEIR_READER
        return f"@{turn.reader} {text}" if prefixed or (turn.is_directed and draw() < 0.5) else text
    if turn.is_directed:
        return f"@{words['account']} {text}" if draw() < 0.86 else f"{text} @{words['account']}"
    if turn.brand.casefold() in text.casefold():
        return text
    drawn = draw()
    if turn.platform == "reddit" and drawn < 0.45:
        return write(grammar, "title", words, draw) + "\n\n" + text
    if drawn < 0.62:
        return f"{write(grammar, 'opening', words, draw)} {text}"
    return f"{text} {write(grammar, 'closing', words, draw)}"


def _picture(turn: Turn, draw: Draw) -> str | None:
    """Caption of the picture, for those who cannot see it; captions are English everywhere."""
    is_the_point = turn.act == "picture_negative"
    if not is_the_point and (not turn.is_opener or draw() >= _PICTURES[turn.platform]):
        return None
    return write(grammar_of("en"), f"alt_text.{turn.stance}", _given_words(turn, draw), draw)


def _repeat(posts: pd.DataFrame, said: list[Said], handles: list[str]) -> list[Said]:
    """Reposts carry the words of their source."""
    thread, source, author = (posts[name].to_numpy() for name in ("thread", "repost_of", "author"))
    openers = np.flatnonzero(posts["place"].to_numpy() == 0)
    row_of = dict(zip(thread[openers].tolist(), openers.tolist(), strict=True))
    for row in np.flatnonzero((posts["act"].to_numpy() == CODE["repost"]) & (source != NOTHING)).tolist():
        original = row_of[int(source[row])]
        first = said[original]
        said[row] = first._replace(text=f"RT @{handles[author[original]]}: {first.text}")
    return said
