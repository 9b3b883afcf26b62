"""The account by which posts address a brand, learned from posts whose source names the brand."""

import re
from collections import defaultdict
from collections.abc import Iterable

# One that most posts of the brand address, many people among them: no friend's and no bot's account.
MINIMUM_SHARE = 0.5
MINIMUM_AUTHORS = 20

_HANDLE = re.compile(r"(?<![\w.])@(\w+(?:[.@-]\w+)*)")


def account_for_brands(
    brand_given: Iterable[str | None], texts_raw: Iterable[str], authors: Iterable[str | None]
) -> dict[str, str]:
    """Account of each given brand, where the posts make it plain.

    Parameters
    ----------
    brand_given, texts_raw, authors
        One post each: the brand as its source gives it, the text before masking, the author's handle.

    Returns
    -------
    Account in lower case, without @, by brand: the one that at least half of the brand's posts
    address first, by twenty authors or more. What the account itself wrote does not count.
    """
    posts: dict[str, int] = defaultdict(int)
    by_author: dict[tuple[str, str | None], int] = defaultdict(int)
    addressing: dict[tuple[str, str], int] = defaultdict(int)
    writers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for brand, text, name in zip(brand_given, texts_raw, authors, strict=True):
        if not brand:
            continue
        author = name.lower().lstrip("@") if name else None
        posts[brand] += 1
        by_author[brand, author] += 1
        handle = _HANDLE.search(text)
        account = handle[1].lower() if handle else None
        if account and author and author != account:
            addressing[brand, account] += 1
            writers[brand, account].add(author)
    return {
        brand: account
        for (brand, account), count in addressing.items()
        if count >= MINIMUM_SHARE * (posts[brand] - by_author[brand, account])
        and len(writers[brand, account]) >= MINIMUM_AUTHORS
    }


def account_resembles(brand: str, account: str) -> bool:
    """Whether an account looks like the brand's own, by its name.

    A brand whose posts address an account that does not is a brand to look at: the file may name
    the wrong one.

    Examples
    --------
    >>> account_resembles("American", "AmericanAir"), account_resembles("British Airways", "BA_Help")
    (True, True)
    >>> account_resembles("Delta", "JetBlue")
    False
    """
    words = re.findall(r"\w+", brand.casefold().replace("'", ""))
    name, handle = "".join(words), re.sub(r"[\W_]", "", account.casefold())
    initials = "".join(word[0] for word in words)
    parts = re.split(r"[\W_\d]+", account.casefold())
    return (
        (len(name) >= 2 and name in handle)
        or (len(handle) >= 4 and handle in name)
        or any(len(word) >= 4 and word in handle for word in words)
        or (len(initials) >= 2 and initials in parts)
    )
