"""Cells as the tables want them: one word for each platform, role, kind, label and language."""

import html
import re
from collections.abc import Callable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from workbench.privacy.accounts import find_addresses

ROLES = ("customer", "brand", "bot", "promoter", "unknown")
KINDS = ("post", "reply", "comment", "review", "direct_message")
SENTIMENTS = ("negative", "neutral", "positive")

_ROLE_WORDS = {
    **{role: role for role in ROLES},
    **dict.fromkeys(("user", "end user", "consumer", "client", "guest", "requester"), "customer"),
    **dict.fromkeys(("agent", "support", "company", "staff", "official", "admin", "business"), "brand"),
    **dict.fromkeys(("automated",), "bot"),
    **dict.fromkeys(("promotion", "advertiser", "affiliate"), "promoter"),
}
_KIND_WORDS = {
    **{kind: kind for kind in KINDS},
    **dict.fromkeys(
        ("tweet", "status", "submission", "mention", "original", "share", "retweet", "repost"), "post"
    ),
    **dict.fromkeys(("quote", "retweeted", "quoted", "link", "photo", "video"), "post"),
    **dict.fromkeys(("answer", "replied to", "twitter reply", "x reply"), "reply"),
    **dict.fromkeys(("rating",), "review"),
    **dict.fromkeys(("direct message", "private message", "dm", "message", "chat"), "direct_message"),
}
_SENTIMENT_WORDS = {
    **{label: label for label in SENTIMENTS},
    **dict.fromkeys(("neg", "bad", "very negative", "negativ", "sehr negativ"), "negative"),
    **dict.fromkeys(("neu", "neut", "no sentiment"), "neutral"),
    **dict.fromkeys(("pos", "good", "very positive", "positiv", "sehr positiv"), "positive"),
}
_PLATFORM_WORDS = {
    **dict.fromkeys(("x", "twitter", "tweet", "twitter.com", "x.com", "x twitter"), "x"),
    **{
        name: name for name in ("reddit", "facebook", "instagram", "youtube", "tiktok", "linkedin", "bluesky")
    },
    **{
        name: name
        for name in ("mastodon", "threads", "pinterest", "tumblr", "telegram", "trustpilot", "zendesk")
    },
    **{f"{name}.com": name for name in ("reddit", "facebook", "instagram", "youtube", "tiktok", "linkedin")},
    **dict.fromkeys(("forum", "forums", "message board", "message boards"), "forum"),
    **dict.fromkeys(("blog", "blogs"), "blog"),
    **dict.fromkeys(("news", "online news", "newspaper", "magazine"), "news"),
    **dict.fromkeys(("review", "reviews"), "review"),
    **dict.fromkeys(("email", "e mail", "mail"), "email"),
}
_LANGUAGE_NAMES = {
    "arabic": "ar", "chinese": "zh", "czech": "cs", "danish": "da", "dutch": "nl", "english": "en",
    "finnish": "fi", "french": "fr", "german": "de", "greek": "el", "hebrew": "he", "hindi": "hi",
    "hungarian": "hu", "indonesian": "id", "italian": "it", "japanese": "ja", "korean": "ko",
    "norwegian": "no", "polish": "pl", "portuguese": "pt", "romanian": "ro", "russian": "ru",
    "spanish": "es", "swedish": "sv", "thai": "th", "turkish": "tr", "ukrainian": "uk", "vietnamese": "vi",
}  # fmt: skip
_WITHDRAWN_CODES = {"in": "id", "iw": "he"}  # X still gives them


def translate(
    values: pa.Array, given: Mapping[str, str], standard: Callable[[str], str | None] | None = None
) -> pa.Array:
    """Values by the user's dictionary, else by the standard one; each distinct value is looked up once.

    Examples
    --------
    >>> translate(pa.array(["True", "no", None]), {"true": "customer"}, lambda value: None).to_pylist()
    ['customer', None, None]
    """
    if not given and standard is None:
        return values
    codes = values.dictionary_encode()
    meant = [
        given.get(word.casefold()) or (standard(word) if standard else word)
        for word in codes.dictionary.to_pylist()
    ]
    return pa.array(meant, pa.string()).take(codes.indices)


def without_addresses(values: pa.Array) -> pa.Array:
    """Names of brands, regions and the like, with a mask where one holds an e-mail address.

    A column that was taken for another may hold them. Nothing else is masked here: the number of a product looks like
    that of a telephone, and a brand's account names no person.

    Examples
    --------
    >>> without_addresses(pa.array(["@acme", "ask jane@mail.example", None])).to_pylist()
    ['@acme', 'ask <EMAIL>', None]
    """
    has_any = pc.any(pc.match_substring(values, "@")).as_py()
    return translate(values, {}, _without_addresses) if has_any else values


def _without_addresses(word: str) -> str:
    for span in reversed(find_addresses(word)):
        word = f"{word[: span.start]}<{span.kind}>{word[span.end :]}"
    return word


def role(word: str) -> str | None:
    """Role of an author, None where the word is not known."""
    return _ROLE_WORDS.get(_words(word))


def kind(word: str) -> str | None:
    """Kind of post, None where the word is not known."""
    return _KIND_WORDS.get(word) or _KIND_WORDS.get(_words(word))


# What vendors write where they have no answer.
NO_ANSWER = ("", "-", "–", "n/a", "na", "none", "null", "unknown", "unrated", "not rated", "undefined")


def sentiment(word: str) -> str:
    """Label in lower case, the usual three by their usual names.

    Examples
    --------
    >>> sentiment("NEG"), sentiment("Mixed")
    ('negative', 'mixed')
    """
    return _SENTIMENT_WORDS.get(_words(word), word.casefold())


def known_platform(word: str) -> str | None:
    """Short name of a platform, None where none is recognised.

    Examples
    --------
    >>> known_platform("Twitter"), known_platform("SOCIALMEDIA,TWITTER"), known_platform("Vogon")
    ('x', 'x', None)
    """
    candidates = [word, *reversed(word.split(","))]
    return next(
        (found for name in candidates if (found := _PLATFORM_WORDS.get(_words(name).removeprefix("www.")))),
        None,
    )


def platform(word: str) -> str | None:
    """Short name of a platform; an unknown one in lower case, with underscores."""
    return known_platform(word) or _words(word).replace(" ", "_") or None


def language(word: str) -> str | None:
    """ISO 639-1 code, None where the source could not say (`und`, X's `qme`) or the name is not known.

    Examples
    --------
    >>> language("en-GB"), language("German"), language("und")
    ('en', 'de', None)
    """
    code = word.casefold()
    if code in _LANGUAGE_NAMES:
        return _LANGUAGE_NAMES[code]
    code = re.split("[-_]", code)[0]
    code = _WITHDRAWN_CODES.get(code, code)
    return code if re.fullmatch("[a-z]{2}", code) else None


def handle(authors: pa.Array) -> pa.Array:
    """Accounts without @ or u/; what a platform writes for a deleted one is none.

    Examples
    --------
    >>> handle(pa.array(["@ann", "u/bob", "[deleted]"])).to_pylist()
    ['ann', 'bob', None]
    """
    if pc.any(pc.match_substring_regex(authors, "^(?:@|/?u/|\\[)")).as_py():
        authors = pc.replace_substring_regex(authors, r"^(?:@|/?u/)+|^\[(?:deleted|removed)\]$", "")
    return pc.if_else(pc.equal(authors, ""), None, authors)


def whole_numbers(values: pa.Array) -> pa.Array:
    """Counts as integers: thousands separators and ``.0`` are taken off, what is no number is missing.

    Examples
    --------
    >>> whole_numbers(pa.array(["1,234", "7.0", "many"])).to_pylist()
    [1234, 7, None]
    """
    try:
        return pc.cast(values, pa.int64())
    except pa.ArrowInvalid:
        plain = pc.replace_substring_regex(values, r"[,'\s\x{a0}\x{202f}]|\.0*$", "")
        return pc.cast(pc.if_else(pc.match_substring_regex(plain, r"^-?\d{1,18}$"), plain, None), pa.int64())


def real_numbers(values: pa.Array) -> pa.Array:
    """Numbers, with a point or a comma; what is no number is missing."""
    plain = pc.replace_substring(values, ",", ".")
    is_number = pc.match_substring_regex(plain, r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")
    return pc.cast(pc.if_else(is_number, plain, None), pa.float64())


def plain_text(texts: pa.Array) -> pa.Array:
    """Texts, those that Mastodon and its kin send as HTML without the markup.

    Examples
    --------
    >>> plain_text(pa.array(["<p>it&apos;s late<br>again</p><p>sigh</p>", "a < b"])).to_pylist()
    ["it's late\\nagain\\n\\nsigh", 'a < b']
    """
    is_html = pc.fill_null(pc.match_substring_regex(texts, r"(?s)^\s*<p[ >].*</p>\s*$"), False)
    if not pc.any(is_html).as_py():
        return texts
    plain = [_without_markup(text) for text in texts.filter(is_html).to_pylist()]
    return pc.replace_with_mask(texts, is_html, pa.array(plain, pa.string()))


def _without_markup(text: str) -> str:
    text = re.sub(r"<br ?/?>", "\n", re.sub(r"</p>\s*<p[^>]*>", "\n\n", text))
    return html.unescape(re.sub(r"<[^<>]*>", "", text)).strip()


def _words(word: str) -> str:
    return " ".join(re.split(r"[\s_/-]+", word.casefold().strip()))
