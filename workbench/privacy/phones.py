"""Telephone numbers: international, national where valid or shaped like one, local where called so."""

import re
from collections.abc import Callable, Iterator

import phonenumbers
from phonenumbers import Leniency, PhoneNumberMatcher

from workbench.privacy.spans import Span, digit_groups
from workbench.privacy.words import named

# Countries whose national numbers are looked for without a + before them.
REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "AU", "IN", "BR", "MX")

# A + needs no space before it; a digit does, or "A320" and "B2B" would count.
_RUN = re.compile(r"(?:\(?\+ ?|(?<![0-9A-Za-z_]))\(?[0-9]+(?:[ ./()-]{1,3}[0-9]+)*")
_EXTENSION = re.compile(
    r",?\s{0,2}(?:x|ext\.?|extension|durchwahl)\s{0,2}[0-9]{1,6}(?![0-9A-Za-z])", re.IGNORECASE
)
_CALLED_AFTER = re.compile(r" \(?(?:office|fax|mobile|cell|home|landline)(?!\w)", re.IGNORECASE)
_GLUED = re.compile(r"[0-9A-Za-z_]")
_AREA = re.compile(r"\([0-9]{2,5}\)")
_MONEY = re.compile(r"[$€£¥]\s?$")
_SEPARATOR = re.compile(r"[^0-9+]+")
_YEARS = re.compile(r"(?:(?:19|20)[0-9]{2})+")
_LENGTHS = range(7, 16)
_MOST_GROUPS = 8
# Reading a number by the plans of all countries takes a millisecond: beyond so many in one post,
# being valid is taken for granted.
_MOST_VALIDATED = 100


def find_phones(text: str, regions: tuple[str, ...] = REGIONS) -> list[Span]:
    """Telephone numbers in a text whose other numbers, dates and links are blanked already.

    Parameters
    ----------
    text
        The text.
    regions
        ISO 3166 codes of the countries whose numbering plans decide about national numbers.

    Examples
    --------
    >>> [span[:2] for span in find_phones("call 555-1234 or +49 30 1234567, not 1 000 000")]
    [(5, 13), (17, 31)]
    """
    validated = 0

    def is_valid(number: str) -> bool:
        nonlocal validated
        validated += 1
        return validated > _MOST_VALIDATED or any(
            PhoneNumberMatcher(number, region, leniency=Leniency.VALID).has_next() for region in regions
        )

    return [
        phone
        for run in _RUN.finditer(text)
        if run.end() - run.start() >= _LENGTHS[0]
        for phone in _phones(text, run, is_valid)
    ]


def _phones(text: str, run: re.Match[str], is_valid: Callable[[str], bool]) -> Iterator[Span]:
    """Telephone numbers in a run of digit groups: from each group on, the longest one."""
    if _MONEY.search(text, max(0, run.start() - 2), run.start()):
        return
    groups = digit_groups(run)
    extension = _EXTENSION.match(text, run.end())
    if not extension and _GLUED.match(text, run.end()):
        groups.pop()
    is_announced = _is_called_phone(text, run.start())
    first, start = 0, run.start()
    while first < len(groups):
        for last in reversed(range(first, min(first + _MOST_GROUPS, len(groups)))):
            end = groups[last][1]
            sizes = [stop - begin for begin, stop in groups[first : last + 1]]
            if sum(sizes) not in _LENGTHS:
                continue
            number = text[start:end]
            has_extension = extension is not None and last == len(groups) - 1
            # "call 555-1234 20 minutes": a short last group belongs to it only if set off like the others.
            is_called = first == 0 and is_announced and (sizes[-1] > 2 or _is_even(number, sizes))
            is_named = is_called or has_extension or _CALLED_AFTER.match(text, end) is not None
            if is_named or _is_phone(number, sizes, is_valid):
                yield Span(start, extension.end() if extension and has_extension else end, "PHONE")
                first = last
                break
        first += 1
        if first < len(groups):
            start = groups[first][0]
            start -= text[start - 1] == "("


def _is_phone(number: str, sizes: list[int], is_valid: Callable[[str], bool]) -> bool:
    if _is_shaped(number, sizes):
        return True
    if number.startswith(("+", "(+", "00", "011")):
        return _is_international(number)
    is_whole = len(sizes) <= 3 and not _is_amount(number, sizes)
    return is_whole and sum(sizes) in range(10, 13) and is_valid(number)


def _is_international(number: str) -> bool:
    digits = "".join(filter(str.isdigit, number))
    digits = digits if "+" in number else digits.removeprefix("011").removeprefix("00")
    try:
        reason = phonenumbers.is_possible_number_with_reason(phonenumbers.parse(f"+{digits}"))
    except phonenumbers.NumberParseException:
        return False
    return reason == phonenumbers.ValidationResult.IS_POSSIBLE


def _is_shaped(number: str, sizes: list[int]) -> bool:
    """Whether digits are grouped as in a telephone number of some country, valid or not."""
    length = sum(sizes)
    if _AREA.match(number):
        return length in range(8, 14)
    if sizes[-3:] == [3, 3, 4] and sizes[:-3] in ([], [1], [3]):
        return True
    if number[0] == "0" and number[1] != "0" and length in range(9, 13):
        return len(sizes) > 1 or length > 9
    if not _is_even(number, sizes) or _is_amount(number, sizes):
        return False
    return sizes == [3, 2, 3] or (len(sizes) > 2 and max(sizes) > 2 and length in range(9, 14))


def _is_even(number: str, sizes: list[int]) -> bool:
    """Whether groups of two to four digits stand apart by one and the same separator."""
    return len(set(_SEPARATOR.findall(number.strip("(+")))) == 1 and all(size in (2, 3, 4) for size in sizes)


def _is_amount(number: str, sizes: list[int]) -> bool:
    """Whether it reads "1 000 000", "99.99999999" or "2014 2015 2016"."""
    if len(sizes) == 2 and "." in number and number[0] != "0":
        return True
    is_grouped = len(sizes) > 1 and set(sizes[1:]) == {3} and "-" not in number and number[0] != "0"
    return is_grouped or _YEARS.fullmatch(_SEPARATOR.sub("", number)) is not None


def _is_called_phone(text: str, start: int) -> bool:
    name = named(text, start)
    return name is not None and name.kind == "PHONE"
