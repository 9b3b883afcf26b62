"""Posts as a listening tool would export them: raw handles, raw text, native identifiers."""

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.sample.acts import CODE
from workbench.sample.arrays import Objects, Whole, only_where
from workbench.sample.people import People
from workbench.sample.speech import PLATFORM_NAMES, Said
from workbench.sample.timeline import DAY, END, iso
from workbench.sample.world import LABEL_ERROR, LABELLED_SHARE, LANGUAGES, REGIONS, SENTIMENTS

# What each platform calls a post that opens and one that follows.
KINDS = {
    "x": ("post", "reply"), "reddit": ("post", "comment"), "facebook": ("post", "comment"),
    "instagram": ("post", "comment"), "youtube": ("comment", "comment"), "mastodon": ("post", "reply"),
}  # fmt: skip
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_X_EPOCH_MS = 1_288_834_974_657


def native_ids(posts: pd.DataFrame) -> Objects:
    """Identifiers as each platform makes them; those of X and Mastodon carry the time, and need all their digits."""
    row = np.arange(len(posts))
    created, platform = posts["created"].to_numpy(), posts["platform"].to_numpy()
    ids = np.empty(len(posts), object)
    for code, name in enumerate(PLATFORM_NAMES):
        at = np.flatnonzero(platform == code)
        ids[at] = _NATIVE[name](row[at], created[at])
    return ids


def _x(row: Whole, created: Whole) -> list[str]:
    ms = created * 1000 + (row >> 22) - _X_EPOCH_MS
    return [str(n) for n in ((ms << 22) | (row & 0x3FFFFF)).tolist()]


def _mastodon(row: Whole, created: Whole) -> list[str]:
    return [str(n) for n in (((created * 1000 + (row >> 16)) << 16) | (row & 0xFFFF)).tolist()]


def _reddit(row: Whole, created: Whole) -> list[str]:
    return [_digits(70_000_000_000 + n * 37, _BASE36) for n in row.tolist()]


def _facebook(row: Whole, created: Whole) -> list[str]:
    return [f"1002{n % 7:02d}_{880_000_000_000 + n * 61}" for n in row.tolist()]


def _instagram(row: Whole, created: Whole) -> list[str]:
    return [str(17_900_000_000_000_000 + n * 9_973) for n in row.tolist()]


def _youtube(row: Whole, created: Whole) -> list[str]:
    return [f"Ug{_digits(2**62 + n * 2_654_435_761, _ALPHABET)}4AaABAg" for n in row.tolist()]


_NATIVE = {
    "x": _x, "reddit": _reddit, "facebook": _facebook,
    "instagram": _instagram, "youtube": _youtube, "mastodon": _mastodon,
}  # fmt: skip


def _digits(number: int, alphabet: str) -> str:
    written = ""
    while number:
        number, digit = divmod(number, len(alphabet))
        written = alphabet[digit] + written
    return written


def make_export(rng: np.random.Generator, posts: pd.DataFrame, people: People, said: list[Said]) -> pa.Table:
    """Posts in the order in which they were collected; some come weeks late."""
    count = len(posts)
    author, platform = posts["author"].to_numpy(), posts["platform"].to_numpy()
    role = people.role[author]
    followers = people.followers[author]
    shares = rng.poisson(
        rng.gamma(0.25, 0.02 * followers**0.6 + 0.2 + 2.0 * (posts["crisis"].to_numpy() >= 0))
    )
    opens = posts["place"].to_numpy() == 0
    kinds = np.array([KINDS[name] for name in PLATFORM_NAMES], object)[platform, (~opens).astype(int)]
    ids = posts["native_id"].to_numpy()
    collected = _collected(rng, posts["created"].to_numpy())
    columns = {
        "id": ids,
        "platform": np.array(PLATFORM_NAMES, object)[platform],
        "author": people.handle[author],
        "author_type": _author_types(rng, role),
        "text": [s.text for s in said],
        "created_at": iso(posts["created"].to_numpy()),
        "collected_at": iso(collected),
        "in_reply_to": only_where(~opens, ids[posts["parent_row"].to_numpy()]),
        "thread_id": ids[posts["opener_row"].to_numpy()],
        "kind": kinds,
        "language": only_where(
            np.isin(platform, (0, 5)), np.array(LANGUAGES, object)[posts["language"].to_numpy()]
        ),
        "region": only_where(rng.random(count) < 0.9, np.array(list(REGIONS), object)[people.region[author]]),
        "likes": rng.poisson(rng.gamma(0.35, 0.05 * followers**0.7 + 1)),
        "shares": shares,
        "reach": (followers * rng.uniform(0.05, 0.6, count)).astype(int) + 140 * shares,
        "alt_text": [s.alt_text for s in said],
        "sentiment": _human_labels(rng, posts, role),
    }
    order = np.lexsort((np.arange(count), collected))
    return pa.table(columns).take(order)


def _collected(rng: np.random.Generator, created: Whole) -> Whole:
    """Mostly within the hour; one post in forty comes days or weeks late."""
    delay = 60 * rng.lognormal(np.log(22), 0.9, len(created))
    late = rng.random(len(created)) < 0.025
    delay = np.where(late, rng.uniform(2 * DAY, 24 * DAY, len(created)), delay)
    return np.minimum(created + delay.astype(int), END + DAY)


def _author_types(rng: np.random.Generator, role: Whole) -> Objects:
    """As the platform says. A quarter of bots and promoters do not say what they are."""
    hides = (role >= 2) & (rng.random(len(role)) < 0.25)
    return np.array(["customer", "brand", "bot", "promoter"], object)[np.where(hides, 0, role)]


def _human_labels(rng: np.random.Generator, posts: pd.DataFrame, role: Whole) -> Objects:
    """What somebody judged a random part of customers' posts to be, with the slips that people make."""
    truth = posts["sentiment"].to_numpy()
    labelled = (
        (role == 0)
        & (truth >= 0)
        & (posts["act"].to_numpy() != CODE["repost"])
        & (rng.random(len(posts)) < LABELLED_SHARE)
    )
    slips = rng.random(len(posts)) < LABEL_ERROR
    judged = np.where(slips, (truth + rng.integers(1, 3, len(posts))) % 3, truth)
    return np.array([*SENTIMENTS, None], object)[np.where(labelled, judged, -1)]
