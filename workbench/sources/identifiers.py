"""Identifiers are text: what spreadsheets and URLs do to them, found and mended or refused."""

import hashlib

import pyarrow as pa
import pyarrow.compute as pc

from workbench.privacy.pseudonyms import ID_LENGTH, id_token

_ROUNDED = r"^[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+$|^\d{16,}\.0+$"
_WRAPPING = r"""^="([^"]*)"$|^'(\d+)$|^(\d+)\.0+$"""  # a formula that keeps digits, a text mark, a float
# With a scheme, without one (x.com/jane/status/1, /r/acme/…), or of electronic mail.
_ADDRESS = r"^[A-Za-z][A-Za-z0-9+.-]*:/|^/|^[\w-]+(?:\.[\w-]+)+/|@"
_REDDIT_KIND = r"^t[1-6]_"
_HASH = "sha-"


def clean(ids: pa.Array) -> pa.Array:
    """Ids as text: without what a spreadsheet wraps round them; an address becomes its hash.

    An address names the person who wrote the post, so it is never stored.

    Examples
    --------
    >>> clean(pa.array(["3.0", "'42", '="57"', "https://x.com/jane/status/1"])).to_pylist()
    ['3', '42', '57', 'sha-64479e5ef87099fc46c6']
    >>> clean(pa.array(["x.com/jane/status/1", "jane@mail.example"])).to_pylist()
    ['sha-90c5d5e5f0b54eae9d28', 'sha-a7957c4703736b0aded3']
    """
    if pc.any(pc.match_substring_regex(ids, _WRAPPING)).as_py():
        ids = pc.if_else(is_rounded(ids), ids, pc.replace_substring_regex(ids, _WRAPPING, r"\1\2\3"))
    is_address = pc.fill_null(pc.match_substring_regex(ids, _ADDRESS), False)
    if not pc.any(is_address).as_py():
        return ids
    hashes = pa.array([digest(address) for address in ids.filter(is_address).to_pylist()], pa.string())
    return pc.replace_with_mask(ids, is_address, hashes)


def is_rounded(ids: pa.Array) -> pa.Array:
    """Where a spreadsheet or a float has rounded an id: its last digits are lost for good.

    Examples
    --------
    >>> is_rounded(pa.array(["5.70306E+17", "570306133677760513", None])).to_pylist()
    [True, False, False]
    """
    return pc.fill_null(pc.match_substring_regex(ids, _ROUNDED), False)


def without_reddit_kind(ids: pa.Array) -> pa.Array:
    """Reddit names a parent ``t1_e6xu13x`` and the same comment ``e6xu13x``: the second is kept."""
    return pc.replace_substring_regex(ids, _REDDIT_KIND, "")


def keyed(ids: pa.ChunkedArray, key: bytes) -> pa.ChunkedArray:
    """Ids in which a hash stands for an address or an author, hashed once more with the key of this lake.

    Who guesses the address could otherwise make the same hash.

    Examples
    --------
    >>> keyed(pa.chunked_array([["42", "sha-64479e5ef87099fc46c6", None]]), bytes(32)).to_pylist()
    ['42', 'sha-1d4565b553fba7847195', None]
    """
    is_hash = pc.fill_null(pc.starts_with(ids, _HASH), False)
    if not pc.any(is_hash).as_py():
        return ids
    made = pa.array([f"{_HASH}{id_token(key, one)}" for one in ids.filter(is_hash).to_pylist()], pa.string())
    return pa.chunked_array([pc.replace_with_mask(ids.combine_chunks(), is_hash.combine_chunks(), made)])


def digest(*parts: str) -> str:
    """Short hash that stands for a post without an id, or for an address, until it is `keyed`."""
    return f"{_HASH}{hashlib.sha256(chr(31).join(parts).encode()).hexdigest()[:ID_LENGTH]}"


def fill_missing(
    ids: pa.Array, platform: pa.Array, author: pa.Array, created_at: pa.Array, text: pa.Array
) -> pa.Array:
    """Ids, where one is missing the hash of platform, author, time and text: the same post, the same id."""
    is_missing = pc.is_null(ids)
    if not pc.any(is_missing).as_py():
        return ids
    micros = pc.cast(pc.cast(created_at, pa.int64()), pa.string())
    parts = [
        pc.fill_null(part.filter(is_missing), "").to_pylist() for part in (platform, author, micros, text)
    ]
    hashes = [digest(*values) for values in zip(*parts, strict=True)]
    return pc.replace_with_mask(ids, is_missing, pa.array(hashes, pa.string()))
