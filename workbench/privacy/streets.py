"""Street addresses with a house number, in the forms that are hardly ever anything else."""

import re

from workbench.privacy.spans import Span

_NAME = r"(?:[NSEW]\.? )?(?:[A-Z][\w'’-]{1,24} ){1,3}"
# "12 Main Street"; what may go on as a sentence ("2 Hours Late St Louis") only at its end.
_NUMBER_FIRST = re.compile(
    rf"[0-9](?<![\w$€£#.,:/-].)[0-9]{{0,4}}[A-Za-z]?,? {_NAME}"
    r"(?:(?:Street|Road|Rd|Avenue|Ave|Lane|Boulevard|Blvd|Parkway|Pkwy|Crescent)(?![\w'’])"
    r"|(?:St|Dr|Ln|Drive|Court|Ct|Way|Close|Square|Sq|Terrace|Highway|Hwy|Circle|Cir)(?=\s*(?:[.,;\n]|\Z)))"
    r"(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Flat)\.? ?#?[0-9A-Za-z]{1,5}(?!\w))?"
)
# "Lange Straße 12", "Hauptstr. 5a", "Kerkstraat 8"
_NUMBER_LAST = re.compile(
    r"(?<![\w-])(?:[A-ZÄÖÜ][\w.-]{1,24} )?[A-ZÄÖÜ][\w-]{0,30}?(?:s?tra(?:ß|ss)e|str\.|gasse|allee|straat) "
    r"[0-9]{1,4}(?: ?[a-z])?(?!\w)"
)


def find_streets(text: str) -> list[Span]:
    """Streets with house numbers in English, German and Dutch writing.

    Examples
    --------
    >>> find_streets("Deliver to 12 Main Street, not to 2 Hours Late St Louis")
    [Span(start=11, end=25, kind='ADDRESS')]
    """
    return [Span(*match.span(), "ADDRESS") for match in _NUMBER_FIRST.finditer(text)]


def find_streets_before_numbers(text: str) -> list[Span]:
    """Streets whose house number follows.

    Examples
    --------
    >>> find_streets_before_numbers("Wohne Lange Straße 12, Berlin")
    [Span(start=6, end=21, kind='ADDRESS')]
    """
    if not ("tra" in text or "str." in text or "gasse" in text or "allee" in text):
        return []
    return [Span(*match.span(), "ADDRESS") for match in _NUMBER_LAST.finditer(text)]
