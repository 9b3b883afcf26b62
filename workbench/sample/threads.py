"""What opens each conversation: who says what about which brand, before a word is written.

`open_threads` gives one row a conversation; what a post does is its `act` (see `acts`).
"""

import numpy as np
import pandas as pd

from workbench.sample.acts import CODE, NEGATIVE, NEUTRAL, NOTHING, POSITIVE, STANCE
from workbench.sample.arrays import Whole, pick
from workbench.sample.people import People
from workbench.sample.timeline import HOUR, draw_moments, epoch, is_summer, launch_share
from workbench.sample.wording import topics_of
from workbench.sample.world import (
    BRANDS,
    CRISES,
    FRAMES,
    LANGUAGES,
    NAMES,
    NAMES_TWO_BRANDS,
    NEW_ANSWERING_FROM,
    OPENERS,
    PLATFORMS,
    SENTIMENTS,
    TOPIC_WEIGHTS,
    TOPICS,
    TWO_BRAND_FRAMES,
)


def open_threads(rng: np.random.Generator, people: People, count: int) -> pd.DataFrame:
    """`count` conversations in no order of time: what opens each, by whom, about what."""
    brand, crisis, created = draw_moments(rng, count)
    kind = np.where(crisis >= 0, 0, pick(rng, np.array(list(OPENERS.values())), count))
    platform = pick(rng, np.array([p[0] for p in PLATFORMS.values()]), count)
    platform = np.where(kind == list(OPENERS).index("repost"), 0, platform)
    author = people.customers_of(rng, brand, platform)
    language = np.where(kind == 0, people.language[author], 0)
    sentiment = _sentiments(rng, brand, platform, crisis, created)
    is_launch = (brand == 0) & (crisis < 0) & (rng.random(count) < launch_share(created))
    sentiment = np.where(is_launch, pick(rng, np.array([0.22, 0.36, 0.42]), count), sentiment)
    topic = np.where(is_launch, TOPICS.index("launch"), _topics(rng, sentiment, created))
    topic = np.where(crisis >= 0, np.array([TOPICS.index(c.topic) for c in CRISES])[crisis], topic)
    act = _frames(rng, sentiment)
    is_double = (kind == 0) & (crisis < 0) & ~is_launch & (rng.random(count) < NAMES_TWO_BRANDS)
    act = np.where(
        is_double, len(FRAMES) + pick(rng, np.array([f.weight for f in TWO_BRAND_FRAMES]), count), act
    )
    act = np.where((act == CODE["outage_question"]) & (crisis >= 0) & (topic != 0), CODE["question"], act)
    topic = np.where(act == CODE["outage_question"], TOPICS.index("outage"), topic)
    kinds = list(OPENERS)
    for name in kinds[1:]:
        act = np.where(kind == kinds.index(name), CODE[name], act)
    threads = pd.DataFrame(
        {
            "kind": kind, "brand": brand, "other": _others(rng, brand), "platform": platform, "language": language,
            "author": _authors(rng, people, kind, brand, author), "created": created, "crisis": crisis,
            "topic": _speakable(rng, topic, language), "act": act, "sentiment": STANCE[act],
            "is_directed": (kind == 0) & (rng.random(count) < np.array([p[1] for p in PLATFORMS.values()])[platform]),
        }
    )  # fmt: skip
    return _with_reposts(rng, threads)


def _sentiments(
    rng: np.random.Generator, brand: Whole, platform: Whole, crisis: Whole, created: Whole
) -> Whole:
    mood = np.array([b.mood for b in BRANDS.values()])[brand]
    odds = np.array([p[3] for p in PLATFORMS.values()])[platform]
    odds = np.where((brand == 0) & (created >= epoch(NEW_ANSWERING_FROM)), odds * 0.9, odds)
    bad = mood[:, 0] * odds
    negative = bad / (bad + mood[:, 1] + mood[:, 2])
    negative = np.where(crisis >= 0, np.array([c.negative for c in CRISES])[crisis], negative)
    neutral = (1 - negative) * np.where(crisis >= 0, 0.9, mood[:, 1] / (mood[:, 1] + mood[:, 2]))
    drawn = rng.random(len(brand))
    return np.where(drawn < negative, NEGATIVE, np.where(drawn < negative + neutral, NEUTRAL, POSITIVE))


def _topics(rng: np.random.Generator, sentiment: Whole, created: Whole) -> Whole:
    topic = np.empty(len(sentiment), int)
    summer = is_summer(created)
    for code, name in enumerate(SENTIMENTS):
        for travel in (False, True):
            weights = np.array(TOPIC_WEIGHTS[name], float)
            weights[TOPICS.index("roaming")] *= 4 if travel else 1
            rows = np.flatnonzero((sentiment == code) & (summer == travel))
            topic[rows] = pick(rng, weights, len(rows))
    return topic


def _frames(rng: np.random.Generator, sentiment: Whole) -> Whole:
    act = np.empty(len(sentiment), int)
    for code, name in enumerate(SENTIMENTS):
        rows = np.flatnonzero(sentiment == code)
        weights = np.array([f.weight if f.sentiment == name else 0 for f in FRAMES])
        act[rows] = pick(rng, weights, len(rows))
    return act


def _others(rng: np.random.Generator, brand: Whole) -> Whole:
    """Another brand for each, by its share of the conversation."""
    other = pick(rng, np.array([b.share for b in BRANDS.values()]), len(brand))
    return np.where(
        other == brand, (brand + 1 + rng.integers(0, len(NAMES) - 1, len(brand))) % len(NAMES), other
    )


def _authors(rng: np.random.Generator, people: People, kind: Whole, brand: Whole, customer: Whole) -> Whole:
    author = customer.copy()
    for name, role in (("bot", 2), ("promoter", 3)):
        rows = np.flatnonzero(kind == list(OPENERS).index(name))
        author[rows] = rng.choice(np.flatnonzero(people.role == role), len(rows))
    rows = np.flatnonzero(kind == list(OPENERS).index("announcement"))
    author[rows] = people.brand_accounts()[brand[rows], 0]
    return author


def _speakable(rng: np.random.Generator, topic: Whole, language: Whole) -> Whole:
    """The topic, or where the language has no words for it, one that it has."""
    topic = topic.copy()
    for code, name in enumerate(LANGUAGES):
        known = np.array([TOPICS.index(t) for t in topics_of(name)])
        rows = np.flatnonzero((language == code) & ~np.isin(topic, known))
        topic[rows] = rng.choice(known, len(rows))
    return topic


def _with_reposts(rng: np.random.Generator, threads: pd.DataFrame) -> pd.DataFrame:
    """Reposts repeat a customer's opener that stands before them in the table, a little after it was made."""
    threads["repost_of"] = NOTHING
    sources = np.flatnonzero((threads["kind"] == 0) & (threads["platform"] == 0))
    reposts = np.flatnonzero(threads["act"] == CODE["repost"])
    before = np.searchsorted(sources, reposts)
    reposts, before = reposts[before > 0], before[before > 0]
    source = sources[(rng.random(len(reposts)) * before).astype(int)]
    for name in ("brand", "other", "language", "topic", "crisis", "sentiment", "is_directed"):
        threads.loc[reposts, name] = threads[name].to_numpy()[source]
    delay = rng.lognormal(np.log(2 * HOUR), 1.2, len(reposts)).astype(int)
    threads.loc[reposts, "created"] = threads["created"].to_numpy()[source] + delay
    threads.loc[reposts, "repost_of"] = source
    orphan = (threads["act"] == CODE["repost"]) & (threads["repost_of"] == NOTHING)
    threads.loc[orphan, ["act", "sentiment"]] = CODE["statement"], NEUTRAL
    return threads
