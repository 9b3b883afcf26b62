"""Knowing a text again without keeping it: which texts a model learned from, and which fold a text is in."""

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.models.features import prepared

# One of everything that `prepared` changes.
_PROBE = "RT @Acme: <USER:0123456789ab> &amp; Soooo LATE :( 😡 ﬁne Straße #LateFlight www.x.example/1 \u200b<PHONE>!"
# What copies of a text do not share: who passed it on, to whom it was sent, which link it carries, its punctuation.
_PASSED_ON = re.compile(r"(?:\s*(?:rt|mt)\b[\s:]*(?=@user)|\s*@user[\s:]*)+")
_VARIES = re.compile(r"@user\b|<\w+>|\bwww\.\S+")
_SAID = re.compile(r"\w+|[^\w\s!-/:-@\[-`{-~…“”‘’«»–—]+")


def text_hashes(clean: Sequence[str]) -> NDArray[np.uint64]:
    """A number of 64 bits for each prepared text, the same on every machine, whatever its case.

    A post that was repeated or passed on is known again: with "RT" before it, sent to another account, with another
    link or other punctuation.

    Examples
    --------
    >>> said = ["Late! @Acme", "LATE @Bolt", "RT @ann: Late!! https://t.co/x …", "early"]
    >>> one, again, passed_on, other = text_hashes([prepared(text) for text in said])
    >>> one == again == passed_on, one == other
    (np.True_, np.False_)
    """
    digests = b"".join(
        hashlib.blake2b(_alone(text).encode(errors="surrogatepass"), digest_size=8).digest() for text in clean
    )
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


def _alone(clean: str) -> str:
    """What a prepared text says by itself; a text of signs alone stays as it is."""
    folded = clean.casefold()
    start = _PASSED_ON.match(folded)
    own = folded[start.end() :] if start else folded
    return " ".join(_SAID.findall(_VARIES.sub(" ", own))) or folded


def not_among(texts: Sequence[str], learned_from: NDArray[np.uint64] | None) -> list[bool]:
    """Whether each text reads like none of those with these hashes; False where the hashes are not known."""
    if learned_from is None:
        return [False] * len(texts)
    hashes = text_hashes([prepared(text) for text in texts])
    return np.isin(hashes, learned_from, invert=True).tolist()


def fold_of(clean: Sequence[str], folds: int) -> NDArray[np.int64]:
    """Fold of each prepared text: the same everywhere and for ever, and of texts that read alike.

    Examples
    --------
    >>> fold_of(["late again", "thank you", "LATE again"], folds=5).tolist()
    [3, 2, 3]
    """
    return (text_hashes(clean) % np.uint64(folds)).astype(np.int64)


def way_of_reading() -> str:
    """Changes when texts are prepared otherwise, or hashes no longer know them again."""
    clean = prepared(_PROBE).casefold()
    return hashlib.blake2b(f"{clean}\0{_alone(clean)}".encode(), digest_size=8).hexdigest()
