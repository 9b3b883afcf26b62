"""One spelling for what people mean alike: emoji, emoticons, hashtags, stretched words, odd characters.

Classifiers read the normalised text; what is stored and shown is the masked text as it was written.
"""

import html
import re
import unicodedata
from functools import lru_cache

# Shows nothing: zero-width characters, changes of writing direction, variants and skin tones of emoji.
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe0e\ufe0f\ufeff\U0001f3fb-\U0001f3ff]"
)
# Who is addressed and where a link leads differ from post to post: a classifier would learn persons.
_PSEUDONYM = re.compile(r"<([A-Z]+):[0-9a-f]+>")
_LINK = re.compile(r"(?:https?://|www\.)\S+")

_HASHTAG = re.compile(r"(?<![\w&/#])#(\w*[^\W\d_]\w*)")
_UPPER, _LOWER = "A-ZÀ-ÖØ-Þ", "a-zß-öø-ÿ"
_WORD_OF_TAG = re.compile(
    f"[{_UPPER}]+(?![{_LOWER}])|[{_UPPER}]?[{_LOWER}]+|\\d+|[^\\W\\d_{_UPPER}{_LOWER}]+"
)
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_MAYBE_STRETCHED = re.compile(r"(.)\1\1")

_PICTURE = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}|[\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]"
)
# An emoticon is the emoji it draws. A mouth may follow a word ("thanks:)"), the others would be found in
# "1:00", "and/or" or "Maxx:Downtown".
_EMOTICONS = {
    "😠": r"(?<!\w)>[:=]-?[(\[]",
    "😢": r"[:=]'-?\((?!\w)",
    "🙂": r"(?<![\d/])[:=]-?[)\]](?!\w)|(?<!\^)\^_?\^(?!\^)",
    "🙁": r"(?<![\d/])[:=]-?[(\[](?!\w)",
    "😀": r"(?<!\w)[:=]-?D(?!\w)|(?<!\w)[xX]D+(?!\w)",
    "😉": r"(?<!\w);-?[)D](?!\w)",
    "😛": r"(?<!\w)[:;=]-?[pP](?!\w)",
    "😕": r"(?<!\w)[:=]-?[/\\](?![/\w])",
    "😐": r"(?<!\w)[:=]-?\|(?!\w)",
    "😑": r"(?<![\w-])-[_.]+-(?![\w-])",
    "😮": r"(?<!\w)[:=]-?[oO](?!\w)",
    "💔": r"</3(?!\d)",
    "❤": r"<3+(?!\d)",
}
_EMOTICON = re.compile("|".join(f"({signs})" for signs in _EMOTICONS.values()))
_DRAWN = list(_EMOTICONS)
# Most posts have none: a quick look spares them the thirteen patterns.
_MAYBE_EMOTICON = re.compile(
    r"[:;=<^xX-](?:(?<=[:;=])['/\\|)(\[\]DpPoO-]|(?<=[<^])[/3^_]|(?<=-)[_.]|(?<=[xX])D)"
)


def normalise(text: str) -> str:
    """The text as classifiers read it.

    HTML entities are resolved, look-alike characters unified (Unicode NFKC), unseen ones dropped, white space
    collapsed. Emoji and emoticons become their Unicode name; a hashtag of several words is
    followed by them; letters repeated three times or more are written twice; masked handles and links
    lose what is particular about them.

    Examples
    --------
    >>> normalise("Sooooo   late :( &amp; no help 😡 <USER:0a1b2c> https://t.co/x")
    'Soo late :slightly_frowning_face: & no help :pouting_face: <USER> <URL>'
    >>> normalise("@Acme #LateFlightAgain")
    '@Acme #LateFlightAgain late flight again'
    """
    if "&" in text:
        text = html.unescape(text)
    is_plain = text.isascii()
    if not is_plain:
        text = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    text = without_pseudonyms(text)
    if "://" in text or "www." in text:
        text = _LINK.sub("<URL>", text)
    if _MAYBE_EMOTICON.search(text):
        text, drawn = _EMOTICON.subn(_emoji, text)
        is_plain = is_plain and not drawn
    if not is_plain:
        text = _PICTURE.sub(_alias, text)
    if "#" in text:
        text = _HASHTAG.sub(_with_words, text)
    if _MAYBE_STRETCHED.search(text):
        text = _STRETCHED.sub(r"\1\1", text)
    return " ".join(text.split())


def without_pseudonyms(text: str) -> str:
    """The text with masks alike of whomever: a pseudonym differs from lake to lake, and no model may hang on it.

    Examples
    --------
    >>> without_pseudonyms("<USER:0a1b2c> lost my order <CASE:ff01>")
    '<USER> lost my order <CASE>'
    """
    return _PSEUDONYM.sub(r"<\1>", text) if "<" in text else text


def hashtags(text: str) -> list[str]:
    """Hashtags of a text without "#", in lower case, each once, in order.

    Examples
    --------
    >>> hashtags("#Fail again, #fail! See https://a.example/#top and #2, #LateFlight")
    ['fail', 'lateflight']
    """
    return list(dict.fromkeys(tag.casefold() for tag in _HASHTAG.findall(text)))


def with_media(text: str, media: str | None) -> str:
    """The text with the captions, alt texts and transcripts of its media, so that they are read too.

    Examples
    --------
    >>> with_media("Look at this", "A broken screen")
    'Look at this\\nA broken screen'
    """
    return f"{text}\n{media}" if media and media not in text else text


def _emoji(found: re.Match[str]) -> str:
    return _DRAWN[(found.lastindex or 1) - 1]


def _alias(found: re.Match[str]) -> str:
    return _name(found[0])


@lru_cache(maxsize=4096)
def _name(picture: str) -> str:
    """Alias of an emoji between spaces; itself where this Python's Unicode does not know it yet."""
    if len(picture) == 2:
        return f" :flag_{''.join(chr(ord(sign) - 0x1F1E6 + ord('a')) for sign in picture)}: "
    name = unicodedata.name(picture, "")
    return f" :{re.sub('[ -]', '_', name.lower())}: " if name else picture


def _with_words(found: re.Match[str]) -> str:
    words = _WORD_OF_TAG.findall(found[1])
    return f"{found[0]} {' '.join(words).lower()}" if len(words) > 1 else found[0]
