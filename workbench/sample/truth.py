"""What is true of every mention: one row a post and brand, read off the conversations and the texts."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.sample.acts import ACT_NAMES, ACTS, ALL_FRAMES, CODE
from workbench.sample.arrays import Objects, Real, Whole, YesNo, only_where
from workbench.sample.people import People
from workbench.sample.speech import Said
from workbench.sample.timeline import epoch
from workbench.sample.world import BRANDS, CRISES, NAMES, NEW_ANSWERING_FROM, OWN, ROLES, SENTIMENTS, TOPICS

INTENTS = {frame.name: frame.intents for frame in ALL_FRAMES} | {
    "me_too": ("complaint",), "disagree_bad": ("complaint",), "again": ("complaint", "question"),
    "still_bad": ("complaint",), "refuses_dm": ("complaint",),
    "not_me": ("praise",), "agree_good": ("praise",), "thanks": ("praise",), "promoter": ("praise",),
}  # fmt: skip

_QUESTION_MARK = r"\?($|\W)"  # not the one in an address
_NEGATION = (
    r"\b(not|no|never|none|nobody|nothing|neither|nor|cannot|without|hardly|barely"
    r"|cant|dont|doesnt|didnt|isnt|wont|wasnt|wouldnt|nicht|kein|keine|keinen|nie|niemand|nichts"
    r"|sin|nunca|nadie|nada|ni|pas|jamais|aucun|aucune|personne|rien)\b|n't\b"
)


def make_truth(rng: np.random.Generator, posts: pd.DataFrame, people: People, said: list[Said]) -> pa.Table:
    """Truth of every mention.

    Parameters
    ----------
    rng
        Draws which silent customers were helped all the same.
    posts
        From `unfold`, with `native_id`.
    people, said
        Accounts, and the words of each post.
    """
    texts = pa.array([s.text for s in said], pa.string())
    marks = _of_posts(posts, people, said, texts) | _of_threads(rng, posts)
    row, brand, sentiment = _mentions(posts, texts)
    main = brand == posts["brand"].to_numpy()[row]
    columns = {"post_id": posts["native_id"].to_numpy()[row], "brand": np.array(NAMES, object)[brand]}
    columns |= {"sentiment": np.array([*SENTIMENTS, None], object)[sentiment]}
    columns |= {name: values[row] for name, values in marks.items()}
    only_of_the_main_brand = ("product", "response_protocol", "response_seconds")
    columns |= {name: only_where(main, columns[name]) for name in only_of_the_main_brand}
    columns["is_named"] = _is_named(texts)[brand, row]
    return pa.table(
        {name: pa.array(values, _TYPES.get(name), from_pandas=True) for name, values in columns.items()}
    )


_TYPES = {"intents": pa.list_(pa.string()), "response_seconds": pa.int64()}


def _mentions(posts: pd.DataFrame, texts: pa.Array) -> tuple[Whole, Whole, Whole]:
    """Row, brand and sentiment of every mention: the brand spoken to or about, and others that the text names."""
    main, other = posts["brand"].to_numpy(), posts["other"].to_numpy()
    act = posts["act"].to_numpy()
    toward_other = np.array(
        [SENTIMENTS.index(f.other_sentiment) if f.other_sentiment else 1 for f in ALL_FRAMES]
        + [1] * len(ACTS)
    )
    source = _source_rows(posts)
    named = _is_named(texts)
    named[main, np.arange(len(posts))] = True
    brand, row = np.nonzero(named)
    order = np.lexsort((brand, row))
    brand, row = brand[order], row[order]
    beside = np.where(brand == other[row], toward_other[act[source]][row], 1)
    return row, brand, np.where(brand == main[row], posts["sentiment"].to_numpy()[row], beside)


def _is_named(texts: pa.Array) -> YesNo:
    """Brands × posts: does the text name the brand (its accounts contain its name)."""
    return np.stack(
        [pc.match_substring(texts, name, ignore_case=True).to_numpy(zero_copy_only=False) for name in NAMES]
    )


def _matches(texts: pa.Array, pattern: str) -> YesNo:
    return pc.match_substring_regex(texts, pattern, ignore_case=True).to_numpy(zero_copy_only=False)


def _source_rows(posts: pd.DataFrame) -> Whole:
    """Each post's own row, or for a repost the row of what it repeats."""
    row_of = pd.Series(np.flatnonzero(posts["place"] == 0), index=posts["thread"][posts["place"] == 0])
    source = posts["repost_of"].to_numpy()
    return np.where(
        source >= 0, row_of.reindex(source).fillna(0).to_numpy().astype(int), np.arange(len(posts))
    )


def _of_posts(
    posts: pd.DataFrame, people: People, said: list[Said], texts: pa.Array
) -> dict[str, np.ndarray]:
    source = _source_rows(posts)
    act, own_act = posts["act"].to_numpy()[source], posts["act"].to_numpy()
    asks = _matches(texts, _QUESTION_MARK)
    role = people.role[posts["author"].to_numpy()]
    intents = np.empty(len(ACT_NAMES), object)
    intents[:] = [list(INTENTS.get(name, ())) for name in ACT_NAMES]
    return {
        "author_role": np.array(ROLES, object)[role],
        "is_relevant": own_act != CODE["namesake"],
        "is_asking": (role == 0) & (posts["is_asking"].to_numpy()[source] | asks),
        "directed_at": _directed(posts, role, texts),
        "intents": intents[act],
        "is_sarcastic": act == CODE["sarcasm"],
        "has_negation": _matches(texts, _NEGATION),
        "has_personal_data": np.array([s.personal is not None for s in said]),
        "personal_data": np.array([s.personal for s in said], object),
        "is_crisis": posts["crisis"].to_numpy() >= 0,
        "crisis": np.array([*(c.name for c in CRISES), None], object)[posts["crisis"].to_numpy()],
        "topic": only_where(own_act != CODE["namesake"], np.array(TOPICS, object)[posts["topic"].to_numpy()]),
        "product": _products(posts, texts),
        "act": np.array(ACT_NAMES, object)[own_act],
        "thread": posts["thread"].to_numpy(),
    }


def _directed(posts: pd.DataFrame, role: Whole, texts: pa.Array) -> Objects:
    """The brand, where one of its accounts is addressed."""
    brand = posts["brand"].to_numpy()
    directed = np.full(len(posts), None, object)
    for code, name in enumerate(NAMES):
        accounts = "|".join(BRANDS[name].accounts)
        found = _matches(texts, rf"@({accounts})\b")
        directed[found & (brand == code) & (role != 1)] = name
    return directed


def _products(posts: pd.DataFrame, texts: pa.Array) -> Objects:
    """The product of the brand that the text names first in the brand's list."""
    product = np.full(len(posts), None, object)
    for code, name in enumerate(NAMES):
        for wanted in reversed(BRANDS[name].products):
            found = pc.match_substring(texts, wanted, ignore_case=True).to_numpy(zero_copy_only=False)
            product[found & (posts["brand"].to_numpy() == code)] = wanted
    return product


def _of_threads(rng: np.random.Generator, posts: pd.DataFrame) -> dict[str, np.ndarray]:
    """How the conversation went on from each post: first public answer, hand-off, thanks, solved."""
    thread, act, created = (posts[name].to_numpy() for name in ("thread", "act", "created"))
    threads = int(thread.max()) + 1
    answers = np.stack([_moments(posts, place, threads) for place in (4, 6)])
    later = np.where(answers[:, thread] > created, answers[:, thread], np.inf).min(axis=0)

    def happens(*names: str) -> YesNo:
        seen = np.zeros(threads, bool)
        seen[thread[np.isin(act, [CODE[name] for name in names])]] = True
        return seen

    thanked, refused = happens("thanks"), happens("still_bad", "refuses_dm")
    silent_but_helped = happens("agent_advice", "agent_hand_off") & ~refused & (rng.random(threads) < 0.4)
    opened = np.zeros(threads)
    opened[thread[::-1]] = created[::-1]
    protocol = np.where(opened[thread] >= epoch(NEW_ANSWERING_FROM), "new", "old")
    return {
        "response_seconds": only_where(np.isfinite(later), later - created),
        "is_handed_off": happens("agent_hand_off")[thread],
        "is_acknowledged": thanked[thread],
        "is_resolved": (thanked | silent_but_helped)[thread],
        "response_protocol": only_where(posts["brand"].to_numpy() == NAMES.index(OWN), protocol),
    }


def _moments(posts: pd.DataFrame, place: int, threads: int) -> Real:
    moments = np.full(threads, -np.inf)
    rows = posts["place"].to_numpy() == place
    moments[posts["thread"].to_numpy()[rows]] = posts["created"].to_numpy()[rows]
    return moments
