"""What follows an opener: other people join, the customer asks again, the brand answers, they talk.

`unfold` gives one row a post.
"""

import numpy as np
import pandas as pd

from workbench.sample.acts import ASKING, CODE, NEGATIVE, NOTHING, POSITIVE, STANCE
from workbench.sample.arrays import Real, Whole, YesNo, pick_by_row
from workbench.sample.people import People
from workbench.sample.timeline import END, HOUR, epoch, next_opening
from workbench.sample.world import BRANDS, NAMES, NEW_ANSWERING, NEW_ANSWERING_FROM, OWN, PLATFORMS, Answering

Turn = tuple[Whole | int, Whole, Whole, Whole]
"""Place of the parent, author, act (or NOTHING), moment; one value a thread."""

_FIRST_ACTS = tuple(CODE[name] for name in ("agent_hand_off", "agent_ask", "agent_sorry", "agent_advice"))


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
    stance = np.where(place == 0, threads["sentiment"].to_numpy()[thread], STANCE[act])
    return table.assign(
        thread=thread, place=place, author=author[place, thread], act=act, created=created[place, thread],
        parent=parent[place, thread], sentiment=stance, is_asking=ASKING[act],
    )  # fmt: skip


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
    agent = people.brand_accounts()[brand, 1]
    is_customer = (threads["kind"] == 0).to_numpy()
    is_praise = STANCE[act] == POSITIVE
    eager = np.where(ASKING[act], 1.0, np.where(is_praise, 0.45, 0.5))
    answers = is_customer & (
        rng.random(count) < np.where(threads["is_directed"], share * eager, 0.03 * share)
    )
    wait = 60 * median * rng.lognormal(0, 1.1, count)
    answered_at = _within_hours(asked, wait, brand)
    first = 4 + pick_by_row(rng, np.stack([hand_off, ask_back, apology], axis=1))
    first = np.where(is_praise & ~ASKING[act], CODE["agent_glad"], np.array(_FIRST_ACTS)[first - 4])

    impatient = is_customer & threads["is_directed"].to_numpy() & ASKING[act] & (STANCE[act] == NEGATIVE)
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
