"""Numbers as people read them: one way of writing each unit, in charts, tiles, tables and sentences.

Marks of decimals, thousands and percent are those of the locale in force (`workbench.figures.locale`).
"""

import math

from workbench.figures.locale import percent_marks, write_digits

MINUS = "−"  # U+2212, as wide as the plus
SPACE = "\N{NO-BREAK SPACE}"
WITHHELD = "withheld"

SHARES = {"share", "0–1"}
SECONDS = {"s", "seconds"}
INDEXES = {"−1 to 1", "-1 to 1"}


def format_value(value: float | None, unit: str = "") -> str:
    """A figure, with its sign or unit where that belongs to the number.

    Parameters
    ----------
    value
        The figure; None or NaN is one that was withheld.
    unit
        ``share`` (of 1), ``points`` (a difference of shares, of 1), ``s`` (seconds), ``−1 to 1``, or anything
        else, which is not written.

    Examples
    --------
    >>> format_value(0.312, "share"), format_value(0.042, "share"), format_value(-0.25, "−1 to 1")
    ('31\\xa0%', '4.2\\xa0%', '−0.25')
    >>> format_value(1204331, "mentions"), format_value(0.5), format_value(None, "share")
    ('1,204,331', '0.5', 'withheld')
    """
    if value is None or math.isnan(value):
        return WITHHELD
    if unit in SHARES:
        before, after = percent_marks()
        return f"{before}{_plain(value * 100, _share_digits(value))}{after}"
    if unit == "points":
        return f"{_plain(value * 100, 1)}{SPACE}points"
    if unit in SECONDS:
        return format_duration(value)
    if unit in INDEXES:
        return _plain(value, 2)
    return _plain(value, 0) if float(value).is_integer() else _plain(value, _digits_that_matter(value))


def format_count(number: float) -> str:
    """A whole number.

    Examples
    --------
    >>> format_count(1204)
    '1,204'
    """
    return _plain(number, 0)


def count_posts(count: int) -> str:
    """A number of posts in words.

    Examples
    --------
    >>> count_posts(1), count_posts(1204)
    ('1 post', '1,204 posts')
    """
    return "1 post" if count == 1 else f"{format_count(count)} posts"


def format_change(change: float | None, unit: str = "") -> str:
    """A difference, with its sign; of shares, in percentage points.

    Examples
    --------
    >>> format_change(0.04, "share"), format_change(-0.13, "−1 to 1"), format_change(-720, "s")
    ('+4.0\\xa0points', '−0.13', '−12\\xa0min')
    """
    if change is None or math.isnan(change):
        return ""
    if unit in SHARES:
        return f"{_signed(_plain(change * 100, _share_digits(change)))}{SPACE}points"
    return _signed(format_value(change, unit))


def format_interval(low: float | None, high: float | None, unit: str = "") -> str:
    """The two ends of an interval; empty where there is none.

    Examples
    --------
    >>> format_interval(0.34, 0.48, "share"), format_interval(-0.3, -0.12, "−1 to 1")
    ('34–48\\xa0%', '−0.30 to −0.12')
    """
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return ""
    first, last = format_value(low, unit), format_value(high, unit)
    if MINUS in first or unit in SECONDS:
        return f"{first} to {last}"
    before, after = percent_marks() if unit in SHARES else ("", "")
    return f"{first.removesuffix(after)}–{last.removeprefix(before)}"


def format_change_interval(low: float, high: float, unit: str = "") -> str:
    """The two ends of a difference, with their signs.

    Examples
    --------
    >>> format_change_interval(-0.015, 0.04, "share")
    '−1.5 to +4.0\\xa0points'
    """
    first, last = format_change(low, unit), format_change(high, unit)
    return f"{first.removesuffix(f'{SPACE}points')} to {last}"


def with_interval(value: float | None, low: float | None, high: float | None, unit: str = "") -> str:
    """A figure with its interval beside it.

    Examples
    --------
    >>> with_interval(0.41, 0.34, 0.48, "share"), with_interval(12, None, None)
    ('41\\xa0% (34–48\\xa0%)', '12')
    """
    interval = format_interval(low, high, unit)
    return f"{format_value(value, unit)} ({interval})" if interval else format_value(value, unit)


def format_duration(seconds: float) -> str:
    """A duration in its two largest units that matter.

    Examples
    --------
    >>> [format_duration(s) for s in (45, 720, 11520, 7200, 273600)]
    ['45\\xa0s', '12\\xa0min', '3\\xa0h 12\\xa0min', '2\\xa0h', '3\\xa0d 4\\xa0h']
    """
    sign, rest = (MINUS if seconds < 0 else ""), abs(seconds)
    if rest < 59.5:
        return f"{sign}{rest:.0f}{SPACE}s"
    minutes = round(rest / 60)
    if minutes < 48 * 60:
        large, small, names = minutes // 60, minutes % 60, ("h", "min")
    else:
        hours = round(rest / 3600)
        large, small, names = hours // 24, hours % 24, ("d", "h")
    parts = [f"{format_count(n)}{SPACE}{name}" for n, name in zip((large, small), names, strict=True) if n]
    return sign + " ".join(parts)


def axis_expression(unit: str) -> str | None:
    """Vega expression that writes the numbers of an axis in this unit; None for Vega's own way."""
    if unit in SHARES:
        before, after = percent_marks()
        start = f"'{before}' + " if before else ""
        return f"{start}format(datum.value * 100, '.3~r') + '{after}'"
    if unit in SECONDS:
        return (
            f"abs(datum.value) >= 3600 ? format(datum.value / 3600, '.3~r') + '{SPACE}h'"
            f" : abs(datum.value) >= 60 ? format(datum.value / 60, '.3~r') + '{SPACE}min'"
            f" : format(datum.value, '.2~r') + '{SPACE}s'"
        )
    return None


def _share_digits(share: float) -> int:
    """Whole percent, but a decimal below ten: 4.2 % is not 4.4 %."""
    return 0 if share == 0 or abs(share) >= 0.0995 else 1


def _digits_that_matter(value: float) -> int:
    """Two decimals, without zeros at the end."""
    return len(f"{value:.2f}".rstrip("0").partition(".")[2])


def _plain(value: float, digits: int) -> str:
    text = f"{abs(value):.{digits}f}"
    # A small negative number may round to zero, and zero has no sign.
    is_below = value < 0 and text.strip("0.") != ""
    return f"{MINUS if is_below else ''}{write_digits(text)}"


def _signed(text: str) -> str:
    is_zero = not any(digit in text for digit in "123456789")
    return text if text.startswith(MINUS) or is_zero else f"+{text}"
