"""Names under which mentions stand in Label Studio: ours alone can tell which post is meant."""

import hashlib
import hmac

_MENTION, _GOLD = b"labelling task\x00", b"gold item\x00"
_DIGITS = 32


def mention_key(key: bytes, task: str, post_id: str, brand: str) -> str:
    """Name of a mention in Label Studio, the same every time it is handed over.

    Keyed, so that whoever labels can neither look up the author by the number of the post nor tell a gold item
    from a post.

    Examples
    --------
    >>> mention_key(bytes(32), "sentiment", "x:1", "Acme")
    'f2010345e34b18b48f1eb5ba025b8f59'
    """
    return _digest(key, _MENTION, task, post_id, brand)


def gold_key(key: bytes, task: str, identity: str, sample_id: str) -> str:
    """Name of a gold item, another in each sample: everybody is checked again with the next one."""
    return _digest(key, _GOLD, task, identity, sample_id)


def _digest(key: bytes, domain: bytes, *parts: str) -> str:
    said = "\x00".join(parts).encode("utf-8", "surrogatepass")
    return hmac.digest(key, domain + said, hashlib.sha256).hex()[:_DIGITS]
