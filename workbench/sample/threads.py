"""Who says what to whom, in which order: conversations as tables, before a word is written.

`open_threads` gives one row a conversation, `unfold` one row a post. What a post does is its `act`:
a `Frame` for what a customer opens with, else one of `ACTS`.
"""

import numpy as np
import pandas as pd

from workbench.sample.arrays import Real, Whole, YesNo, pick, pick_by_row
from workbench.sample.people import People
from workbench.sample.timeline import END, HOUR, draw_moments, epoch, is_summer, launch_share, next_opening
from workbench.sample.wording import topics_of
from workbench.sample.world import (
    BRANDS,
    CRISES,
    FRAMES,
    LANGUAGES,
    NAMES,
    NAMES_TWO_BRANDS,
    NEW_ANSWERING,
    NEW_ANSWERING_FROM,
    OPENERS,
    OWN,
    PLATFORMS,
    SENTIMENTS,
    TOPIC_WEIGHTS,
    TOPICS,
    TWO_BRAND_FRAMES,
    Answering,
)

NEGATIVE, NEUTRAL, POSITIVE, NO_STANCE = 0, 1, 2, -1

ALL_FRAMES = FRAMES + TWO_BRAND_FRAMES
# What else a post can do, with the customer's stance in it.
ACTS = {
    "me_too": NEGATIVE, "disagree_bad": NEGATIVE, "again": NEGATIVE, "still_bad": NEGATIVE, "refuses_dm": NEGATIVE,
    "advice": NEUTRAL, "gives_info": NEUTRAL, "sent_dm": NEUTRAL,
    "not_me": POSITIVE, "agree_good": POSITIVE, "thanks": POSITIVE,
    "agent_advice": NO_STANCE, "agent_ask": NO_STANCE, "agent_hand_off": NO_STANCE, "agent_sorry": NO_STANCE,
    "agent_glad": NO_STANCE, "announcement": NO_STANCE,
    "bot": NEUTRAL, "promoter": POSITIVE, "namesake": NO_STANCE, "repost": NO_STANCE,
}  # fmt: skip
ACT_NAMES = tuple(frame.name for frame in ALL_FRAMES) + tuple(ACTS)
CODE = {name: code for code, name in enumerate(ACT_NAMES)}
NOTHING = -1

_STANCE = np.array([SENTIMENTS.index(f.sentiment) for f in ALL_FRAMES] + list(ACTS.values()))
_ASKING = np.array([f.is_asking for f in ALL_FRAMES] + [name == "again" for name in ACTS])


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
            "topic": _speakable(rng, topic, language), "act": act, "sentiment": _STANCE[act],
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
    author[rows] = _accounts(people)[brand[rows], 0]
    return author


def _accounts(people: People) -> Whole:
    """Accounts of each brand: the main one and the one that answers."""
    return np.flatnonzero(people.role == 1).reshape(len(NAMES), 2)


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


def unfold(rng: np.random.Generator, people: People, threads: pd.DataFrame, posts: int) -> pd.DataFrame:
    """The first `posts` posts of the conversations, in the order of the conversations.

    Posts after the last day have not happened yet. Columns: those of the thread, `thread`, `place`
    (0 opens), `author`, `act`, `created`, `parent` (place of the post it replies to), `sentiment`, `is_asking`.
    """
    turns: list[Turn] = [
        (NOTHING, threads["author"].to_numpy(), threads["act"].to_numpy(), threads["created"].to_numpy())
    ]
    turns += _joined(rng, people, threads)
    turns += _answered(rng, people, threads)
    parent, author, act, created = (
        np.stack([np.broadcast_to(t[i], len(threads)) for t in turns]) for i in range(4)
    )
    thread, place = np.nonzero(((act != NOTHING) & (created < END)).T)
    thread, place = thread[:posts], place[:posts]
    table = (
        threads.drop(columns=["author", "act", "created", "sentiment"]).iloc[thread].reset_index(drop=True)
    )
    act = act[place, thread]
    stance = np.where(place == 0, threads["sentiment"].to_numpy()[thread], _STANCE[act])
    return table.assign(
        thread=thread, place=place, author=author[place, thread], act=act, created=created[place, thread],
        parent=parent[place, thread], sentiment=stance, is_asking=_ASKING[act],
    )  # fmt: skip


Turn = tuple[Whole | int, Whole, Whole, Whole]
"""Place of the parent, author, act (or NOTHING), moment; one value a thread."""


def _joined(rng: np.random.Generator, people: People, threads: pd.DataFrame) -> list[Turn]:
    """Up to two other people who join a customer's conversation."""
    count = len(threads)
    brand, platform, opener = (threads[name].to_numpy() for name in ("brand", "platform", "author"))
    sentiment, created = threads["sentiment"].to_numpy(), threads["created"].to_numpy()
    says = np.array(
        [CODE[n] for n in ("me_too", "advice", "not_me", "advice", "agree_good", "disagree_bad")]
    ).reshape(3, 2)
    may_join = (threads["kind"] == 0).to_numpy() & (sentiment >= 0)
    turns: list[Turn] = []
    for again in (1.0, 0.55):
        joins = may_join & (
            rng.random(count) < np.array([p[2] for p in PLATFORMS.values()])[platform] * again
        )
        second = rng.random(count) < np.array([0.36, 0.80, 0.30])[sentiment]
        act = np.where(joins, says[sentiment, second.astype(int)], NOTHING)
        contrary = joins & (sentiment == NEGATIVE) & (rng.random(count) < 0.14)
        author = people.others_than(opener, brand, platform, rng)
        created = created + 60 + rng.exponential(3 * HOUR, count).astype(int)
        turns.append((0, author, np.where(contrary, CODE["not_me"], act), created))
        may_join = joins
    return turns


def _answered(rng: np.random.Generator, people: People, threads: pd.DataFrame) -> list[Turn]:
    """The customer asks again, the brand answers, they talk: places 3 to 7."""
    count = len(threads)
    brand, act, customer = (threads[name].to_numpy() for name in ("brand", "act", "author"))
    asked = threads["created"].to_numpy()
    share, median, hand_off, ask_back, apology = _habits(brand, asked).T
    agent = _accounts(people)[brand, 1]
    is_customer = (threads["kind"] == 0).to_numpy()
    is_praise = _STANCE[act] == POSITIVE
    eager = np.where(_ASKING[act], 1.0, np.where(is_praise, 0.45, 0.5))
    answers = is_customer & (
        rng.random(count) < np.where(threads["is_directed"], share * eager, 0.03 * share)
    )
    wait = 60 * median * rng.lognormal(0, 1.1, count)
    answered_at = _within_hours(asked, wait, brand)
    first = 4 + pick_by_row(rng, np.stack([hand_off, ask_back, apology], axis=1))
    first = np.where(is_praise & ~_ASKING[act], CODE["agent_glad"], np.array(_FIRST_ACTS)[first - 4])

    impatient = is_customer & threads["is_directed"].to_numpy() & _ASKING[act] & (_STANCE[act] == NEGATIVE)
    again_at = asked + (HOUR * rng.uniform(1.5, 30, count)).astype(int)
    is_again = impatient & (rng.random(count) < 0.6) & (~answers | (again_at < answered_at))

    reply = _react(rng, first, answers)
    replied_at = answered_at + (60 * rng.lognormal(np.log(35), 1.2, count)).astype(int) + 20
    second = _second_answers(rng, reply, hand_off)
    second_at = _within_hours(replied_at, 60 * median * 0.6 * rng.lognormal(0, 0.9, count), brand)
    last = _react(rng, second, second != NOTHING, patience=0.7)
    last_at = second_at + (60 * rng.lognormal(np.log(40), 1.2, count)).astype(int) + 20
    return [
        (0, customer, np.where(is_again, CODE["again"], NOTHING), again_at),
        (0, agent, np.where(answers, first, NOTHING), answered_at),
        (4, customer, reply, replied_at),
        (5, agent, second, second_at),
        (6, customer, last, last_at),
    ]


_FIRST_ACTS = tuple(CODE[name] for name in ("agent_hand_off", "agent_ask", "agent_sorry", "agent_advice"))


def _habits(brand: Whole, asked: Whole) -> Real:
    """How each thread's brand answered at that time: share, median minutes, hand-off, question back, apology."""

    def row(a: Answering) -> list[float]:
        return [a.share, a.median_minutes, a.hand_off, a.ask_back, a.apology]

    habits = np.array([row(b.answering) for b in BRANDS.values()])[brand]
    is_new = (brand == NAMES.index(OWN)) & (asked >= epoch(NEW_ANSWERING_FROM))
    return np.where(is_new[:, None], row(NEW_ANSWERING), habits)


def _within_hours(start: Whole, seconds: Real, brand: Whole) -> Whole:
    """`seconds` after `start`, counted from the next opening; what falls into the night waits until morning."""
    wait = seconds.astype(int) + 45
    due = next_opening(start, brand) + wait
    opening = next_opening(due, brand)
    return np.where(opening > due, opening + wait % (2 * HOUR), due)


def _react(rng: np.random.Generator, answer: Whole, exists: YesNo, patience: float = 1.0) -> Whole:
    """What the customer says to an answer, or NOTHING: most people fall silent."""
    reactions = {
        "agent_advice": (("thanks", 0.46), ("still_bad", 0.16)),
        "agent_ask": (("gives_info", 0.62), ("still_bad", 0.10)),
        "agent_hand_off": (("sent_dm", 0.30), ("refuses_dm", 0.12)),
        "agent_sorry": (("still_bad", 0.30), ("thanks", 0.04)),
    }
    said = np.full(len(answer), NOTHING)
    drawn = rng.random(len(answer)) / patience
    for name, ((first, p), (second, q)) in reactions.items():
        rows = exists & (answer == CODE[name])
        said[rows & (drawn < p)] = CODE[first]
        said[rows & (drawn >= p) & (drawn < p + q)] = CODE[second]
    return said


def _second_answers(rng: np.random.Generator, reply: Whole, hand_off: Real) -> Whole:
    """The brand's second answer: to information nearly always, to anger every other time."""
    drawn, kind = rng.random(len(reply)), rng.random(len(reply))
    is_info = reply == CODE["gives_info"]
    answers = (is_info & (drawn < 0.85)) | ((reply == CODE["still_bad"]) & (drawn < 0.5))
    act = np.where(
        kind < 0.5 * hand_off,
        CODE["agent_hand_off"],
        np.where(kind > 0.92, CODE["agent_sorry"], CODE["agent_advice"]),
    )
    return np.where(answers, act, NOTHING)
