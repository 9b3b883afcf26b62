"""Near duplicates: retweets, copied spam and reposts that say almost the same as an earlier post."""

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from workbench.tables import NEAR_DUPLICATES

# Shorter posts are alike by chance ("thank you so much"): they are duplicates only when equal.
MINIMUM_WORDS = 4
# Chance to find a pair that lies exactly at the threshold; more alike pairs are surer.
RECALL = 0.995
ROWS_PER_BAND = 5
# In a bucket each post is compared with the first and with this many that follow, so that a million
# variants of one template cost millions of comparisons and not a million squared.
NEIGHBOURS = 4
# Pieces that stay in the processor's cache: several times faster than whole columns at once.
_PIECE = 10_000
# A shingle and the place of its post in a piece share 64 bits. 32 for the shingle would be too few: among
# 300,000 short posts ten pairs would be equal by chance.
_SHINGLE_BITS = 50

# What copies of a post do not share: who passed it on, whom it was sent to, which link it carries.
_VARIES = r"^\s*rt\s+(?:@\w+|<user:[0-9a-f]+>):?|<[a-z]+(?::[0-9a-f]+)?>|https?://\S+|www\.\S+"
# Symbols stay: an emoji is said like a word. Plain spaces are left alone: seven times faster.
_BETWEEN_WORDS = r"[^\pL\pN\pM\p{So} ]+"
_UNSEEN = r"\p{Cf}+"
_UNSPACED = r"([\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}])"


def near_duplicates(
    post_ids: Sequence[str], texts: Sequence[str], created_epoch: Sequence[int], threshold: float = 0.8
) -> pa.Table:
    """Posts that say almost the same as an earlier one.

    Two posts are alike when the Jaccard similarity of their word pairs is at least `threshold`: in
    a post of twenty words one may differ. Links, masked handles, a leading "RT", letter case and punctuation
    do not count. A post of fewer than four words is alike only to its equal. Groups are
    connected: when b is like a, and c like b, all three are one group.

    Parameters
    ----------
    post_ids, texts, created_epoch
        One post each, masked; time in seconds since 1970 (UTC). Any order.
    threshold
        Smallest similarity of two posts that are alike, 0–1.

    Returns
    -------
    `tables.NEAR_DUPLICATES`: every post of a group but its earliest, with its exact similarity to
    that one (at the far end of a chain it may lie below the threshold).

    Notes
    -----
    Candidates come from MinHash with locality-sensitive hashing (Broder 1997; Leskovec, Rajaraman,
    Ullman: Mining of Massive Datasets, chapter 3). Each is verified, so that no pair below the
    threshold is joined; a pair at the threshold is found with probability 0.995.

    Examples
    --------
    >>> found = near_duplicates(
    ...     ["x:1", "x:2", "x:3"],
    ...     ["The app is down again!", "RT <USER:0a1b>: the app is down again", "The app is fine again"],
    ...     [0, 60, 120],
    ... )
    >>> found.to_pylist()
    [{'post_id': 'x:2', 'duplicate_of': 'x:1', 'similarity': 1.0}]
    """
    posts = pa.table({"created": pa.array(created_epoch, pa.int64()), "id": pa.array(post_ids, pa.string())})
    # From here on a post is its rank in time: the earliest of a group is its smallest number.
    order = pc.sort_indices(posts, sort_keys=[("created", "ascending"), ("id", "ascending")])
    ids = posts["id"].take(order)
    # Large strings: a million long posts exceed the 2 GB of a plain Arrow array.
    shingles, starts = _shingles(pa.array(texts, pa.large_string()).take(order))
    earliest = _earliest_of_group(shingles, starts, threshold)
    later = np.flatnonzero(earliest != np.arange(len(earliest)))
    return NEAR_DUPLICATES.conform(
        pa.table(
            {
                "post_id": ids.take(pa.array(later)),
                "duplicate_of": ids.take(pa.array(earliest[later])),
                "similarity": _similarity(shingles, starts, earliest[later], later),
            }
        )
    )


def _shingles(texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Hashed word pairs of all posts, one post after the other, and where each post starts and ends."""
    pieces = [texts.slice(i, _PIECE) for i in range(0, len(texts), _PIECE)]
    with ThreadPoolExecutor() as threads:
        lists = pa.chunked_array(threads.map(_words, pieces), pa.list_(pa.string()))
    # Numbering the words takes the place of hashing them: equal words have equal numbers.
    words = pc.list_flatten(lists).dictionary_encode().combine_chunks()
    hashed = _scatter(words.indices.to_numpy().astype(np.uint64) + np.uint64(1))
    return _word_pairs(hashed, pc.list_value_length(lists).to_numpy())


def _words(texts: pa.Array) -> pa.Array:
    """Words of each post; of a short post its whole text as the only word; of an empty one none."""
    seen = pc.replace_substring_regex(pc.utf8_normalize(texts.cast(pa.string()), "NFKC"), _UNSEEN, "")
    folded = pc.utf8_trim_whitespace(pc.utf8_lower(seen))
    said = pc.replace_substring_regex(folded, f"{_VARIES}|{_BETWEEN_WORDS}", " ")
    spaced = pc.replace_substring_regex(said, _UNSPACED, r" \1 ")
    words = pc.ascii_split_whitespace(pc.utf8_trim_whitespace(spaced))
    is_short = pc.less(pc.list_value_length(words), MINIMUM_WORDS)
    whole = pc.split_pattern(pc.replace_substring(folded, "\0", " "), "\0")
    words = pc.if_else(is_short, whole, words)
    return pc.if_else(pc.equal(folded, ""), pa.scalar([], pa.list_(pa.string())), words)


def _word_pairs(words: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Hash each word with the next of the same post; an only word stands for itself."""
    last = (np.cumsum(counts, dtype=np.int64) - 1)[counts > 0]
    is_only = counts[counts > 0] == 1
    following = np.append(words[1:], np.uint64(0))
    following[last[is_only]] = 0
    pairs = _scatter(words * np.uint64(3) + following) >> np.uint64(64 - _SHINGLE_BITS)
    is_pair = np.ones(len(words), bool)
    is_pair[last[~is_only]] = False
    sizes = np.where(counts > 1, counts - 1, counts)
    return pairs[is_pair], np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])


def _scatter(values: np.ndarray) -> np.ndarray:
    """Spread 64-bit numbers evenly (the finaliser of SplitMix64, Steele et al. 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _earliest_of_group(shingles: np.ndarray, starts: np.ndarray, threshold: float) -> np.ndarray:
    """For each post the first post of its group, itself where it stands alone."""
    posts = len(starts) - 1
    said = np.flatnonzero(np.diff(starts))  # posts without text are nobody's duplicates
    if not len(said):
        return np.arange(posts)
    sums, buckets = _signatures(shingles, starts, said, threshold)
    # Equal posts are joined at once, so that a retweeted one enters the search a single time.
    _, first, group = np.unique(sums, return_index=True, return_inverse=True)
    left, right = _candidates(buckets[:, np.sort(first)], said[np.sort(first)])
    is_alike = _similarity(shingles, starts, left, right) >= threshold
    left = np.concatenate([left[is_alike], said[first[group]]])
    right = np.concatenate([right[is_alike], said])
    links = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(posts, posts))
    _, label = connected_components(links, directed=False)
    _, first = np.unique(label, return_index=True)
    return first[label]


def _signatures(
    shingles: np.ndarray, starts: np.ndarray, said: np.ndarray, threshold: float
) -> tuple[np.ndarray, np.ndarray]:
    """Per post that says something: a fingerprint of all its shingles, and its bucket in each band."""
    chance_of_band = min(threshold, 0.99) ** ROWS_PER_BAND
    bands = math.ceil(math.log(1 - RECALL) / math.log(1 - chance_of_band))
    random = np.random.default_rng(0)
    flips, factors = random.integers(0, 2**32, size=(2, bands, ROWS_PER_BAND), dtype=np.uint32)
    factors |= np.uint32(1)

    def piece(posts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        begin = starts[posts[0]]
        own, offsets = shingles[begin : starts[posts[-1] + 1]], starts[posts] - begin
        sums = np.add.reduceat(_scatter(own + np.uint64(1)), offsets)
        own = own.astype(np.uint32)
        buckets = np.zeros((bands, len(posts)), np.uint64)
        for band in range(bands):
            for flip, factor in zip(flips[band], factors[band], strict=True):
                least = np.minimum.reduceat((own ^ flip) * factor, offsets)
                buckets[band] = _scatter(buckets[band] * np.uint64(31) + least)
        return sums, buckets

    pieces = [said[i : i + _PIECE] for i in range(0, len(said), _PIECE)]
    with ThreadPoolExecutor() as threads:
        sums, buckets = zip(*threads.map(piece, pieces), strict=True)
    return np.concatenate(sums), np.concatenate(buckets, axis=1)


def _candidates(buckets: np.ndarray, posts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of posts, the earlier first, that share a bucket in some band; each pair once."""
    pairs = np.empty(0, np.int64)
    for keys in buckets:
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
        firsts = order[np.repeat(starts, np.diff(starts, append=len(keys)))]
        found = [firsts * len(order) + order]
        for step in range(1, NEIGHBOURS + 1):
            is_same = keys[step:] == keys[:-step]
            found.append(order[:-step][is_same] * len(order) + order[step:][is_same])
        pairs = np.union1d(pairs, np.concatenate(found))
    left, right = np.divmod(pairs, len(posts))
    return posts[left[left != right]], posts[right[left != right]]


def _similarity(shingles: np.ndarray, starts: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Exact Jaccard similarity of pairs of posts."""
    results, bits = [np.empty(0)], np.uint64(_SHINGLE_BITS)
    for i in range(0, len(left), _PIECE):
        pair = slice(i, i + _PIECE)
        a, b = _keyed(shingles, starts, left[pair]), _keyed(shingles, starts, right[pair])
        count = len(left[pair])
        both = np.bincount(np.intersect1d(a, b, assume_unique=True) >> bits, minlength=count)
        either = np.bincount(np.concatenate([a, b]) >> bits, minlength=count) - both
        results.append(both / either)
    return np.concatenate(results)


def _keyed(shingles: np.ndarray, starts: np.ndarray, posts: np.ndarray) -> np.ndarray:
    """Distinct shingles of the posts, each under the position of its post in the list."""
    sizes = starts[posts + 1] - starts[posts]
    position = np.repeat(np.arange(len(posts)), sizes)
    within = np.arange(len(position)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    found = shingles[starts[posts][position] + within]
    return np.unique(position.astype(np.uint64) << np.uint64(_SHINGLE_BITS) | found)
