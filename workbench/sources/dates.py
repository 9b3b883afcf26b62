"""Times as people and machines write them, read column by column."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.errors import WorkbenchError
from workbench.tables import TIME

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EARLIEST = np.datetime64(
    "1990-01-01", "us"
)  # a post before it, or after 2099, is a missing value in disguise
_LATEST = np.datetime64("2100-01-01", "us")
_MISSING = np.datetime64("NaT", "us")

_CLOCK = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?"
)
_ZONE = r"(?: ?(?P<zone>Z|UTC|GMT|(?:UTC|GMT)?[+-]\d{2}(?::?\d{2})?))?"
_WEEKDAY = r"(?:[A-Z][a-z]{2,8},? )"
_NAME = r"(?P<name>[A-Za-z]{3,9})"
_SHAPES = (
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
    rf"(?:(?:T|,? +){_CLOCK}{_ZONE})?",
    rf"{_WEEKDAY}{_NAME} +(?P<day>\d{{1,2}}) {_CLOCK}{_ZONE} (?P<year>\d{{4}})",  # Twitter, Java, C
    rf"{_WEEKDAY}?(?P<day>\d{{1,2}})[- ]{_NAME}\.?,?[- ](?P<year>\d{{4}}|\d{{2}})(?:,? +{_CLOCK}{_ZONE})?",
    rf"{_WEEKDAY}?{_NAME}\.? (?P<day>\d{{1,2}}),? (?P<year>\d{{4}})(?:,? +(?:at )?{_CLOCK}{_ZONE})?",
)
_IN_ORDER = (
    r"(?P<{0}>\d{{1,2}})(?P<mark>[/.-])(?P<{1}>\d{{1,2}})[/.-](?P<year>\d{{4}}|\d{{2}})"
    r"(?:,? +{clock}{zone})?"
)
DAY_FIRST = _IN_ORDER.format("day", "month", clock=_CLOCK, zone=_ZONE)
_MONTH_FIRST = _IN_ORDER.format("month", "day", clock=_CLOCK, zone=_ZONE)


def parse_dates(
    values: pa.Array, day_first: bool | None = None, time_zone: str = "UTC", date_format: str | None = None
) -> pa.Array:
    """Times in UTC, null where a value is no date.

    ISO 8601 with or without zone, RFC 2822, Twitter's and Java's form, dates with the English name of the
    month, numeric dates, seconds, milliseconds or microseconds since 1970, and a spreadsheet's serial days.

    Parameters
    ----------
    values
        Text.
    day_first
        Order of numeric dates such as 03/11/2026; None refuses them.
    time_zone
        Of times that name none (IANA name). A time that the end of daylight saving brings twice is the
        first of the two; one that its beginning skips is the first moment after it.
    date_format
        `strftime` codes of the only form expected, instead of all those above.

    Examples
    --------
    >>> found = parse_dates(pa.array(["2015-02-24 11:35:52 -0800", "20-Nov-2026 10:00AM", "soon"]))
    >>> [time and time.isoformat() for time in found.to_pylist()]
    ['2015-02-24T19:35:52+00:00', '2026-11-20T10:00:00+00:00', None]
    """
    values = pc.utf8_trim_whitespace(values)
    if date_format:
        return _in_range(_by_format(values, date_format, time_zone))
    times = _plain_iso(values, time_zone)
    if times is None:
        times = _by_shape(values, day_first, time_zone)
    return _in_range(times)


def share_of_dates(values: list[str]) -> float:
    """Share of values that are dates in one order or the other."""
    texts = pa.array(values, pa.string())
    found = max(len(values) - parse_dates(texts, day_first=order).null_count for order in (True, False))
    return found / len(values) if values else 0.0


def _plain_iso(values: pa.Array, time_zone: str) -> np.ndarray | None:
    """The fast way: Arrow reads a column that is ISO 8601 throughout, with a zone or without."""
    for sign in "+-":  # Arrow wants the zone without a space before it
        values = pc.replace_substring(values, f" {sign}", sign)
    for kind in (TIME, pa.timestamp("us")):
        try:
            pc.cast(values.slice(0, 10), kind)  # a cast pays for each failure: try a few first
            times = _naive(pc.cast(values, kind))
        except pa.ArrowInvalid:
            continue
        return times if kind is TIME else _localise(times, time_zone)
    return None


def _by_shape(values: pa.Array, day_first: bool | None, time_zone: str) -> np.ndarray:
    """Each value by the first shape that fits it."""
    times = np.full(len(values), _MISSING)
    shapes = _SHAPES if day_first is None else (*_SHAPES, DAY_FIRST if day_first else _MONTH_FIRST)
    todo = np.flatnonzero(np.asarray(pc.is_valid(values), bool))
    for shape in shapes:
        if not len(todo):
            return times
        left = values if len(todo) == len(values) else values.take(pa.array(todo))
        parts = pc.extract_regex(left, f"^{shape}$")
        fits = np.asarray(pc.is_valid(parts), bool)
        times[todo[fits]] = _from_parts(parts.drop_null() if parts.null_count else parts, time_zone)
        todo = todo[~fits]
    times[todo] = _from_numbers(values.take(pa.array(todo)), time_zone)
    return times


def _from_parts(parts: pa.StructArray, time_zone: str) -> np.ndarray:
    year, day = number(parts, "year"), number(parts, "day")
    year = np.where(year < 100, year + 2000, year)
    month = _month(parts) if _has(parts, "name") else number(parts, "month")
    months = (year - 1970).astype("M8[Y]").astype("M8[M]") + (month - 1)
    days = months.astype("M8[D]") + (day - 1)
    is_real = (month >= 1) & (month <= 12) & (day >= 1) & (days.astype("M8[M]") == months)
    hour, minute, second = (number(parts, name) for name in ("hour", "minute", "second"))
    half = pc.utf8_lower(pc.struct_field(parts, "half"))
    has_half, is_afternoon = (np.asarray(pc.equal(half, letters), bool) for letters in ("a", "p"))
    has_half = has_half | is_afternoon
    is_real &= (minute < 60) & (second < 60) & np.where(has_half, (hour >= 1) & (hour <= 12), hour < 24)
    hour = np.where(has_half, hour % 12 + 12 * is_afternoon, hour)
    fraction = pc.utf8_slice_codeunits(pc.utf8_rpad(pc.struct_field(parts, "fraction"), 6, "0"), 0, 6)
    micros = ((hour * 60 + minute) * 60 + second) * 1_000_000 + _whole(fraction)
    times = np.where(is_real, days.astype("M8[us]") + micros.astype("m8[us]"), _MISSING)
    return _to_utc(times, pc.struct_field(parts, "zone"), time_zone)


def _to_utc(times: np.ndarray, zones: pa.Array, time_zone: str) -> np.ndarray:
    """Times moved by the offset each names, or localised where it names none."""
    codes = zones.dictionary_encode()
    offsets = np.array([_minutes(zone) for zone in codes.dictionary.to_pylist()], dtype="m8[m]")
    names_one = np.array([bool(zone) for zone in codes.dictionary.to_pylist()], dtype=bool)
    if not len(times):
        return times
    places = np.asarray(codes.indices)
    moved = times - offsets[places]
    is_bare = ~names_one[places]
    moved[is_bare] = _localise(times[is_bare], time_zone)
    return moved


def _minutes(zone: str) -> int:
    """Minutes east of Greenwich.

    Examples
    --------
    >>> _minutes("-0330"), _minutes("+05"), _minutes("Z")
    (-210, 300, 0)
    """
    digits = zone.removeprefix("UTC").removeprefix("GMT").replace(":", "").ljust(5, "0")
    if digits[0] not in "+-":
        return 0
    return (60 * int(digits[1:3]) + int(digits[3:5])) * (-1 if digits[0] == "-" else 1)


def _localise(times: np.ndarray, time_zone: str) -> np.ndarray:
    if time_zone == "UTC" or not len(times):
        return times
    index = pd.DatetimeIndex(times)
    zoned = index.tz_localize(time_zone, ambiguous=np.ones(len(index), bool), nonexistent="shift_forward")
    return zoned.tz_convert("UTC").tz_localize(None).to_numpy().astype("M8[us]")


def _from_numbers(values: pa.Array, time_zone: str) -> np.ndarray:
    """Since 1970, or days of a spreadsheet: which, the number of digits says."""
    is_number = np.asarray(
        pc.fill_null(pc.match_substring_regex(values, r"^\d{5,16}([.,]\d+)?$"), False), bool
    )
    numbers = np.zeros(len(values))
    # A spreadsheet writes the decimal comma of its own country.
    plain = pc.replace_substring(values.filter(pa.array(is_number)), ",", ".")
    numbers[is_number] = np.asarray(pc.cast(plain, pa.float64()))
    times = np.full(len(values), _MISSING)
    for low, high, micros in ((1e8, 1e11, 1e6), (1e11, 1e14, 1e3), (1e14, 1e17, 1)):
        fits = (numbers >= low) & (numbers < high)
        times[fits] = np.round(numbers[fits] * micros).astype("i8").astype("M8[us]")
    is_serial = (numbers >= 20_000) & (numbers < 100_000)
    seconds = np.round(numbers[is_serial] * 86_400).astype("i8").astype("m8[s]")
    times[is_serial] = _localise(np.datetime64("1899-12-30", "us") + seconds, time_zone)
    return times


def _by_format(values: pa.Array, date_format: str, time_zone: str) -> np.ndarray:
    has_zone = "%z" in date_format
    try:
        found = pd.to_datetime(values.to_pandas(), format=date_format, errors="coerce", utc=has_zone)
    except ValueError as error:
        raise WorkbenchError(f"mapping.toml, dates.format '{date_format}': {error}.") from None
    if has_zone:
        return found.dt.tz_localize(None).to_numpy().astype("M8[us]")
    return _localise(found.to_numpy().astype("M8[us]"), time_zone)


def _in_range(times: np.ndarray) -> pa.Array:
    times = np.where((times >= _EARLIEST) & (times < _LATEST), times, _MISSING)
    return pc.assume_timezone(pa.array(times, pa.timestamp("us")), "UTC")


def _naive(times: pa.Array) -> np.ndarray:
    return times.to_numpy(zero_copy_only=False).astype("M8[us]")


def _has(parts: pa.StructArray, name: str) -> bool:
    return parts.type.get_field_index(name) >= 0


def number(parts: pa.StructArray, name: str) -> np.ndarray:
    """A captured group as numbers."""
    return _whole(pc.struct_field(parts, name))


def _whole(digits: pa.Array) -> np.ndarray:
    """Digits as numbers; a part that was not written is 0."""
    return np.asarray(pc.cast(pc.if_else(pc.equal(digits, ""), "0", digits), pa.int64()))


def _month(parts: pa.StructArray) -> np.ndarray:
    """Number of the month by the first letters of its English name, 0 where it is none."""
    names = pc.utf8_slice_codeunits(pc.utf8_lower(pc.struct_field(parts, "name")), 0, 3)
    found = pc.index_in(names, pa.array(_MONTHS))
    return np.asarray(pc.fill_null(found, -1)).astype("i8") + 1
