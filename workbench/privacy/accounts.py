"""E-mail addresses and handles: what stands around an @."""

import re

from workbench.privacy.spans import Span

_AT = re.compile(r"@(\w+(?:[.-]\w+)*(?:@\w+(?:[.-]\w+)+)?)")
# Read backwards from the @. The last character before it is never a dot: "thanks.@acme" is a handle.
_LOCAL_BACKWARDS = re.compile(r"[\w+!#$%&'*/=?^`{|}~-][\w.+!#$%&'*/=?^`{|}~-]*")
_ACCOUNT = re.compile(r"\w+")
# "@acme.Thanks" and "@acme-thanks" address Acme; "@acme.smith" may be a person.
_SENTENCE = re.compile(r"[.-][A-Z]|-\w+\Z")
_REDDIT_USER = re.compile(r"(?<![\w/.])/?u/([\w-]{3,24})(?![\w/-])")

_SPELT_AT = r"\s{0,2}[\[({]\s?at\s?[\])}]\s{0,2}"
_SPELT_DOT = r"(?:\.|\s?[\[({]\s?dot\s?[\])}]\s?| dot )"
_SPELT = re.compile(
    rf"(?<![\w.+-])[\w.+-]{{1,64}}(?:{_SPELT_AT}[\w-]{{1,63}}(?:{_SPELT_DOT}[\w-]{{1,63}}){{1,4}}"
    r"| at [\w-]{1,63} dot (?:com|net|org|edu|de|fr|es|it|nl|eu|co dot uk|co|io|me)(?!\w))",
    re.IGNORECASE,
)


def find_accounts(text: str, readable_accounts: frozenset[str]) -> list[Span]:
    """E-mail addresses (kind EMAIL) and handles (kind USER) in the text.

    A handle needs no space before it: "RT:@jane" and "你好@jane" name her too. The dotted rest of a
    handle belongs to it (`@jane.doe`, `@jane.bsky.social`, `@jane@mastodon.example`), except where a
    sentence goes on after a readable account: "@acme.Thanks".

    Examples
    --------
    >>> find_accounts("@acme ask @jane or j@d.example", frozenset({"acme"}))
    [Span(start=10, end=15, kind='USER'), Span(start=19, end=30, kind='EMAIL')]
    """
    found = []
    done = 0
    for match in _AT.finditer(text):
        start, end = match.span()
        local = _local_part(text, done, start)
        name = match[1]
        if local and "." in name:
            found.append(Span(start - local, end, "EMAIL"))
        elif not _is_readable(name, readable_accounts):
            found.append(Span(start, end, "USER"))
        done = end
    return found


def find_addresses(text: str) -> list[Span]:
    """E-mail addresses alone, for names of brands and the like: an account of a brand names no person.

    Examples
    --------
    >>> find_addresses("@acme, ask jane@mail.example")
    [Span(start=11, end=28, kind='EMAIL')]
    """
    return [span for span in find_accounts(text, frozenset()) if span.kind == "EMAIL"]


def find_spelt_addresses(text: str) -> list[Span]:
    """E-mail addresses written to be hidden from machines.

    Examples
    --------
    >>> find_spelt_addresses("jane [at] mail (dot) example")
    [Span(start=0, end=28, kind='EMAIL')]
    """
    return [Span(*match.span(), "EMAIL") for match in _SPELT.finditer(text)]


def find_reddit_users(text: str, readable_accounts: frozenset[str]) -> list[Span]:
    """Handles as Reddit writes them: u/jane."""
    return [
        Span(*match.span(), "USER")
        for match in _REDDIT_USER.finditer(text)
        if match[1].casefold() not in readable_accounts
    ]


def _local_part(text: str, lowest: int, at: int) -> int:
    """Length of an address's local part before `at`, reaching back to `lowest` at most."""
    if at == lowest or text[at - 1].isspace():
        return 0
    backwards = _LOCAL_BACKWARDS.match(text[lowest:at][::-1])
    if not backwards:
        return 0
    # Opening punctuation ("'jane@…", "=jane@…") is no part of it.
    return len(re.sub(r"^\W+", "", backwards[0][::-1]))


def _is_readable(name: str, readable_accounts: frozenset[str]) -> bool:
    if name.casefold() in readable_accounts:
        return True
    account = _ACCOUNT.match(name)
    if account is None or account[0].casefold() not in readable_accounts:
        return False
    return _SENTENCE.match(name, account.end()) is not None
