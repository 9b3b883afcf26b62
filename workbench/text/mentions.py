"""Which brands a post speaks about, whom it addresses, and whether it is about the brand at all."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.settings import Brand
from workbench.tables import MENTIONS
from workbench.text.brand_accounts import account_for_brands, account_resembles
from workbench.text.naming import addressed, has_words, is_wordless, searchable

__all__ = ["account_for_brands", "account_resembles", "disagreements", "mentions_of", "rules_fingerprint"]

# Raise it when the rules in this package change, so that stored mentions are made anew.
_RULES = 1
# The surest first: of a brand found in two ways the first is written down.
_GIVEN, _AUTHOR, _ACCOUNT, _KEYWORD = range(4)
_FOUND_BY = pa.array(["given", "author", "account", "keyword"])


def mentions_of(
    posts: pa.Table,
    brands: Mapping[str, Brand],
    accounts: Mapping[str, str],
    account_tokens: Mapping[str, str] | None = None,
    author_brands: Mapping[str, str] | None = None,
) -> pa.Table:
    """One row per post and brand that it speaks about.

    A post speaks about the brand that its source gives, the brand whose account wrote it, and those
    that its text or captions name by account or keyword. Where the source gives a brand and the text
    names only others, the source decides alone (see `disagreements`).

    Parameters
    ----------
    posts
        Masked: ``post_id``, ``text``, ``media``, ``author``, ``author_role``, ``brand_given``,
        ``region`` and ``product`` of `tables.POSTS`.
    brands
        The brands by name, with the words that name them.
    accounts
        Brand by account (lower case, without @) that masking left readable.
    account_tokens
        Brand by masked account (``<USER:…>``): accounts learned after the posts were masked.
    author_brands
        Brand by author pseudonym: the accounts under which brands write.

    Returns
    -------
    `tables.MENTIONS`. ``directed_at`` is the brand of the first account in the text. ``is_relevant``
    is false where an exclusion of the brand occurs and no account of it does, and where nothing is
    said besides links, hashtags and handles; what a brand itself wrote is always relevant.

    Notes
    -----
    Keywords are whole words in any letter case. A hashtag counts when it is the keyword, not when it
    contains it ("#AcmeFail").
    """
    spell = cache(_speller(brands))
    handles = {f"@{account.lower()}": spell(brand) for account, brand in accounts.items()}
    handles |= {token.lower(): spell(brand) for token, brand in (account_tokens or {}).items()}
    authors = {author: spell(brand) for author, brand in (author_brands or {}).items()}
    given = [spell(name) if name else None for name in posts["brand_given"].to_pylist()]
    names = list(dict.fromkeys([*brands, *filter(None, given), *handles.values(), *authors.values()]))
    number = {name: i for i, name in enumerate(names)}

    def keys(pairs: Iterable[tuple[int, str | None]]) -> np.ndarray:
        """Post and brand as one number each, so that sets of mentions are quick to compare."""
        return np.fromiter((post * len(names) + number[brand] for post, brand in pairs if brand), np.int64)

    texts = searchable(posts["text"], posts["media"])
    by_source = keys(enumerate(given))
    by_author = keys((post, authors.get(author)) for post, author in enumerate(posts["author"].to_pylist()))
    by_account = keys(addressed(texts, handles))
    by_keyword = _by_keyword(texts, by_source, brands, names)
    mention, found_by = _once_each(by_source, by_author, by_account, by_keyword, len(names))
    post, brand = np.divmod(mention, len(names))
    is_own = (found_by == _AUTHOR) | _is(posts["author_role"], "brand")[post]
    is_namesake = _has_exclusion(texts, post, brand, brands, names) & ~np.isin(mention, by_account)
    return MENTIONS.conform(
        pa.table(
            {
                "post_id": posts["post_id"].take(post),
                "brand": pa.array(names, pa.string()).take(brand),
                "product": _product(posts["product"], texts, post, brand, found_by, brands, names),
                "region": posts["region"].take(post),
                "is_relevant": is_own | ~(is_namesake | is_wordless(texts)[post]),
                "directed_at": _directed_at(by_account, names, len(texts)).take(post),
                "found_by": _FOUND_BY.take(found_by),
                "rules": pa.repeat(rules_fingerprint(brands, accounts), len(mention)),
            }
        )
    )


def disagreements(posts: pa.Table, mentions: pa.Table) -> pa.ChunkedArray:
    """Ids of those posts whose given brand is not the one that their text addresses by its account.

    A post that addresses another brand and names the given one too does not disagree.

    Parameters
    ----------
    posts, mentions
        Posts, and what `mentions_of` found in them.
    """
    rows = mentions.filter(pc.is_in(mentions["post_id"], posts["post_id"].combine_chunks()))
    is_given = pc.equal(rows["found_by"], "given")
    others = rows.filter(pc.and_(is_given, pc.not_equal(rows["directed_at"], rows["brand"])))
    # Had the text named the given brand, the addressed one would have a mention of its own.
    return (
        others.select(["post_id", "directed_at"])
        .join(
            rows.select(["post_id", "brand"]), ["post_id", "directed_at"], ["post_id", "brand"], "left anti"
        )
        .column("post_id")
    )


def rules_fingerprint(brands: Mapping[str, Brand], accounts: Mapping[str, str]) -> str:
    """Fingerprint of all that decides which brands a post speaks about: 16 hexadecimal digits.

    Examples
    --------
    >>> same = rules_fingerprint({"Acme": Brand()}, {})
    >>> same == rules_fingerprint({"Acme": Brand(role="own")}, {})
    True
    >>> same == rules_fingerprint({"Acme": Brand(keywords=["acm"])}, {})
    False
    """
    words = {name: brand.model_dump(exclude={"role"}) for name, brand in brands.items()}
    rules = json.dumps([_RULES, words, dict(accounts)], sort_keys=True)
    return hashlib.sha256(rules.encode()).hexdigest()[:16]


def _speller(brands: Mapping[str, Brand]) -> Callable[[str], str]:
    """Give a brand the spelling of the settings; one they do not know stays as it is."""
    settings = {name.casefold(): name for name in brands}
    return lambda name: settings.get(name.strip().casefold(), name.strip())


def _by_keyword(
    texts: pa.Array, by_source: np.ndarray, brands: Mapping[str, Brand], names: list[str]
) -> np.ndarray:
    """Mentions by name or keyword. A brand that only sources know is sought in the posts given to it."""
    words = {name: [name, *brand.keywords] for name, brand in brands.items()}
    # One search for all brands first: most posts need no other.
    any_brand = np.flatnonzero(has_words(texts, chain.from_iterable(words.values())))
    found = [np.empty(0, np.int64)]
    for i, name in enumerate(names):
        posts = any_brand if name in brands else by_source[by_source % len(names) == i] // len(names)
        is_named = has_words(texts.take(posts), words.get(name, [name]))
        found.append(posts[is_named] * len(names) + i)
    return np.concatenate(found)


def _once_each(
    by_source: np.ndarray, by_author: np.ndarray, by_account: np.ndarray, by_keyword: np.ndarray, brands: int
) -> tuple[np.ndarray, np.ndarray]:
    """Each mention once, and how it was found."""
    # A post whose text is silent about the given brand is not about the others that it names.
    silent = np.setdiff1d(by_source, np.concatenate([by_account, by_keyword])) // brands
    named = [keys[~np.isin(keys // brands, silent)] for keys in (by_account, by_keyword)]
    sets = [by_source, by_author, *named]
    mention, first = np.unique(np.concatenate(sets), return_index=True)
    return mention, np.repeat([_GIVEN, _AUTHOR, _ACCOUNT, _KEYWORD], [len(keys) for keys in sets])[first]


def _directed_at(by_account: np.ndarray, names: list[str], posts: int) -> pa.Array:
    """Brand of the first account in each post."""
    post, first = np.unique(by_account // len(names), return_index=True)
    brand = np.full(posts, -1)
    brand[post] = by_account[first] % len(names)
    return pa.array(names, pa.string()).take(pa.array(brand, mask=brand < 0))


def _has_exclusion(
    texts: pa.Array, post: np.ndarray, brand: np.ndarray, brands: Mapping[str, Brand], names: list[str]
) -> np.ndarray:
    """Whether the text of each mention holds an exclusion of its brand."""
    excluded = np.zeros(len(post), bool)
    for i, name in enumerate(names):
        if name in brands and brands[name].exclusions:
            rows = np.flatnonzero(brand == i)
            excluded[rows] = has_words(texts.take(post[rows]), brands[name].exclusions)
    return excluded


def _product(
    given: pa.ChunkedArray,
    texts: pa.Array,
    post: np.ndarray,
    brand: np.ndarray,
    found_by: np.ndarray,
    brands: Mapping[str, Brand],
    names: list[str],
) -> pa.ChunkedArray:
    """Product of each mention: the source's, else the first of the brand's products that the text names."""
    named = np.full(len(post), None, object)
    for i, name in enumerate(names):
        rows = np.flatnonzero(brand == i)
        for product in reversed(brands[name].products if name in brands else []):
            named[rows[has_words(texts.take(post[rows]), [product])]] = product
    # The source speaks of the brand it gives, or of the only one there is.
    is_its = (found_by == _GIVEN) | (np.bincount(post, minlength=1)[post] == 1)
    sourced = pc.if_else(pa.array(is_its), given.take(post), pa.scalar(None, pa.string()))
    return pc.coalesce(sourced, pa.array(named, pa.string()))


def _is(values: pa.ChunkedArray, value: str) -> np.ndarray:
    return pc.fill_null(pc.equal(values, value), False).to_numpy()
