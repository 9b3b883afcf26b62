"""Knowing a text again without keeping it: which texts a model learned from, and which fold a text is in."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.models.features import prepared

# One of everything that `prepared` changes.
_PROBE = (
    "@Acme <USER:0123456789ab> &amp; Soooo LATE :( 😡 ﬁne Straße #LateFlight www.x.example/1 \u200b<PHONE>"
)


def text_hashes(clean: Sequence[str]) -> NDArray[np.uint64]:
    """A number of 64 bits for each prepared text, the same on every machine, whatever its case.

    Texts that read alike to a model have the same, so a repeated post, sent to another account or with
    another link, is known again.

    Examples
    --------
    >>> one, again, other = text_hashes([prepared("Late! @Acme"), prepared("LATE! @Bolt"), "early"])
    >>> one == again, one == other
    (np.True_, np.False_)
    """
    digests = b"".join(
        hashlib.blake2b(text.casefold().encode(errors="surrogatepass"), digest_size=8).digest()
        for text in clean
    )
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


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
    """Changes when texts are prepared otherwise, and hashes no longer know them again."""
    return f"{text_hashes([prepared(_PROBE)])[0]:016x}"
