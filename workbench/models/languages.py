"""Which languages a model may speak of: those in which people's labels showed how well it does."""

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.text.language import languages

UNKNOWN = "unknown"
"""What a card calls posts whose language is not known: too short to tell, or doubtful."""


def checked_languages(card: Mapping[str, Any]) -> frozenset[str] | None:
    """Languages that a model may read; None where its card knows nothing of languages.

    A trained model was checked in the languages of enough held-out labels, and in the one that most of its labels
    are in, of which its scores speak however few there are; the lexicon is made for its own. A model that learned
    from texts whose language nobody looked at cannot be held to any.

    Examples
    --------
    >>> languages = {"en": {"n": 376, "accuracy": 0.76}, "de": {"n": 35, "accuracy": None}}
    >>> sorted(checked_languages({"languages": languages}))
    ['en']
    >>> checked_languages({"languages": {"unknown": {"n": 400, "accuracy": 0.8}}}) is None
    True
    """
    known = card.get("languages") or {}
    named = [name for name in known if name != UNKNOWN]
    if not named:
        return None
    most = max(named, key=lambda name: known[name]["n"])
    return frozenset(name for name, of in known.items() if of["accuracy"] is not None or name == most)


def is_checked_in(card: Mapping[str, Any], texts: Sequence[str]) -> list[bool]:
    """Whether a model was checked in the language of each masked text; of the others it says nothing to anybody."""
    checked = checked_languages(card)
    if checked is None:
        return [True] * len(texts)
    return [(language or UNKNOWN) in checked for language in languages(texts)]
