"""Which words may tell a topic: those that the author chose, and that not everybody writes."""

import re
from collections import Counter
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

from workbench.models.features import without_names
from workbench.models.phrases import APOSTROPHES, STOP_WORDS, TURNING, WORD
from workbench.text.language import languages

__all__ = ["APOSTROPHES", "TURNING", "WORD", "spoken", "stop_words"]

# A language of fewer of the texts names no topic; and a few texts are taken for one that they are not in.
_LEAST_PART = 0.05
# Written without spaces between words; Katakana stand beside other signs, Korean takes endings without a space.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u309f\u3400-\u9fff]")
_KATAKANA, _KOREAN = re.compile(r"[\u30a1-\u30ff]+"), re.compile(r"[\uac00-\ud7af]")
# As languages are told, and as spaCy calls them.
_OF_SPACY = {"no": "nb", "nn": "nb"}


def stop_words(texts: Sequence[str]) -> list[str]:
    """The commonest words of the languages in which these texts are, those of English always.

    Examples
    --------
    >>> german = stop_words(["Das Netz ist schon wieder weg, hier geht gar nichts mehr"])
    >>> {"hier", "schon", "the"} <= set(german), "netz" in german, "hier" in stop_words(["The network is down again"])
    (True, False, False)
    """
    counts = Counter(languages(texts))
    often = [name for name, count in counts.items() if name and count >= _LEAST_PART * len(texts)]
    found = {word for name in often if name != "en" for word in _stop_words_of(name)}
    return sorted({*STOP_WORDS, *found})


def _stop_words_of(language: str) -> list[str]:
    """As they are counted; none of a language that spaCy does not know."""
    package = f"spacy.lang.{_OF_SPACY.get(language, language)}"
    module = f"{package}.stop_words"
    if find_spec("spacy") is None or find_spec(package) is None or find_spec(module) is None:
        return []
    words = (word.lower().translate(APOSTROPHES) for word in import_module(module).STOP_WORDS)
    return [word for word in words if re.fullmatch(WORD, word)]


def spoken(text: str, names: Sequence[str] = ()) -> str:
    """A masked text without masks, accounts, links and these names.

    Examples
    --------
    >>> spoken("@Acme: ACME is late again <USER:0123456789ab>", ["Acme"]).split()
    [':', 'is', 'late', 'again']
    >>> spoken("Yahoo! is down, ソニーは遅い", ["Yahoo!", "ソニー"]).split()
    ['is', 'down,', 'は遅い']
    """
    clean = without_names(text)
    if not names:
        return clean
    known = "|".join(_as_it_stands(name) for name in sorted(names, key=len, reverse=True))
    return re.sub(known, " ", clean, flags=re.IGNORECASE)


def _as_it_stands(name: str) -> str:
    """A name as a pattern: a word of its own, as far as its letters tell words apart.

    Examples
    --------
    >>> [re.sub(_as_it_stands("라인"), "", text) for text in ("라인은 느리다", "온라인 주문")]
    ['은 느리다', '온라인 주문']
    >>> [re.sub(_as_it_stands("ライン"), "", text) for text in ("ラインは遅い", "オンラインで")]
    ['は遅い', 'オンラインで']
    """
    known = re.escape(name)
    if _KATAKANA.fullmatch(name):
        return rf"(?<![\u30a1-\u30ff]){known}(?![\u30a1-\u30ff])"
    if _KOREAN.search(name):
        return rf"(?<!\w){known}"
    return known if _UNSPACED.search(name) else rf"(?<!\w){known}(?!\w)"
