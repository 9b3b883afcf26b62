"""Finding names in many texts at once: words and phrases, accounts, and texts that say nothing."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# Searched in lower case. What precedes the "@" of an e-mail address is a letter.
_HANDLE = re.compile(r"@(?<![\w.]@)\w+(?:[.@-]\w+)*|<user:[0-9a-f]+>")
# Scripts without spaces, or with endings joined to a name: there any neighbour ends a word.
_JOINED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
# "@acme" is whoever owns that account, not the word.
_BEFORE, _AFTER = rf"(?:^|[^\pL\pN_@]|[{_JOINED}])", rf"(?:[^\pL\pN_]|[{_JOINED}]|$)"
# Links, hashtags, handles, masked tokens, punctuation. An emoji says something.
_WORDLESS = r"^(?:(?:https?://|www\.|[#@])\S+|<[a-z]+(?::[0-9a-f]+)?>|rt\s|[\s\pP\p{Sm}\p{Sk}\p{Sc}])*$"


def searchable(texts: pa.ChunkedArray, media: pa.ChunkedArray) -> pa.Array:
    """Texts with their captions, in lower case, look-alike characters unified (Unicode NFKC)."""
    both = pc.binary_join_element_wise(texts, pc.fill_null(media, ""), "\n")
    return pc.utf8_lower(pc.utf8_normalize(both, "NFKC")).combine_chunks()


def has_words(texts: pa.Array, words: Iterable[str]) -> np.ndarray:
    """Whether each text names one of the words or phrases, as whole words.

    Parameters
    ----------
    texts
        As `searchable` gives them.
    words
        In any letter case; a space in a phrase stands for any white space.

    Examples
    --------
    >>> texts = pa.array(["my acme phone", "off to acmeville", "新しいacmeの電話", "us  airways again"])
    >>> has_words(texts, ["Acme", "US Airways"]).tolist()
    [True, False, True, True]
    """
    patterns = [_pattern(word) for word in words if word.strip()]
    if not patterns:
        return np.zeros(len(texts), bool)
    found = pc.match_substring_regex(texts, f"{_BEFORE}(?:{'|'.join(patterns)}){_AFTER}")
    return found.to_numpy(zero_copy_only=False)


def addressed(texts: pa.Array, brands: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Position of the text, and brand, for every account of a brand in the texts, in their order.

    Parameters
    ----------
    texts
        As `searchable` gives them.
    brands
        Brand by account as it stands there: "@acme", "<user:0a1b2c3d4e5f>".

    Examples
    --------
    >>> texts = pa.array(["@acme.thanks and @bolt", "acme"])
    >>> list(addressed(texts, {"@acme": "Acme", "@bolt": "Bolt"}))
    [(0, 'Acme'), (0, 'Bolt')]
    """
    may = pc.or_(pc.match_substring(texts, "@"), pc.match_substring(texts, "<user:"))
    positions = np.flatnonzero(may.to_numpy(zero_copy_only=False))
    for position, text in zip(positions.tolist(), texts.take(positions).to_pylist(), strict=True):
        for handle in _HANDLE.findall(text):
            # "@acme.thanks" is "@acme" and a full stop, unless there is such an account.
            brand = brands.get(handle) or brands.get(re.split("[.-]", handle, maxsplit=1)[0])
            if brand:
                yield position, brand


def is_wordless(texts: pa.Array) -> np.ndarray:
    """Whether each text says nothing besides links, hashtags, handles and masked data.

    Examples
    --------
    >>> is_wordless(pa.array(["@acme #deal https://a.example", "@acme 😡", "@acme thanks"])).tolist()
    [True, False, False]
    """
    return pc.match_substring_regex(texts, _WORDLESS).to_numpy(zero_copy_only=False)


def _pattern(word: str) -> str:
    parts = unicodedata.normalize("NFKC", word).lower().split()
    return r"\s+".join(re.escape(part) for part in parts)
