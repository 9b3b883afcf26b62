"""Guess which column holds what: by the names that platforms and aggregators use, then by what is in them."""

import re

from workbench.errors import WorkbenchError
from workbench.sources.column_names import columns_told, is_heading
from workbench.sources.dates import share_of_dates
from workbench.sources.fitting import INBOUND, fits, is_count, is_prose, is_word, plain, share
from workbench.sources.layouts import Layout
from workbench.sources.mapping import Constant, Mapping, toml_value
from workbench.sources.names import NAMES

_SEVERAL = ("native_id", "text", "likes", "shares", "reach", "region")  # the next is read where one is empty
_DATE = re.compile("dat|time|zeit|tag|fecha|jour|giorno")
_TELLTALES = (
    ("x", r"tweet.*|retweet.*|publicmetrics.*|.*tweetid"),
    ("reddit", r"subreddit.*"),
    ("mastodon", r"reblogscount|accountacct"),
    ("bluesky", r"commitrecord.*"),
)


def guess_mapping(layout: Layout) -> Mapping:
    """Mapping of a file's columns to the fields of posts, as good as names and sample allow.

    A column is taken only if its values agree with the field. Columns about persons that no field needs,
    such as free-text locations, are never taken.

    Raises
    ------
    WorkbenchError
        No column holds text or time; shows the line of `mapping.toml` that would mend it.
    """
    fields: dict[str, tuple[str, ...] | Constant] = {}
    for name in NAMES:
        taken = {column for source in fields.values() if isinstance(source, tuple) for column in source}
        if found := _by_name(name, layout, taken):
            fields[name] = found
    for name, by_content in (("text", _by_text), ("created_at", _by_dates)):
        if name not in fields and (found := by_content(layout, fields)):
            fields[name] = found
    _require(layout, fields)
    if "brand" not in fields and (found := _by_brand(layout, fields)):
        fields["brand"] = found
    fields.setdefault("platform", Constant(_platform_of(layout)))
    fields["created_at"] = _with_clock(layout, fields["created_at"])
    return Mapping(fields, values=_translations(layout, fields), columns=layout.columns)


def _by_name(name: str, layout: Layout, taken: set[str]) -> tuple[str, ...]:
    places: dict[str, str] = {}
    for column in layout.columns:
        places.setdefault(plain(column), column)
    names = [plain(known) for known in NAMES[name].split()]
    columns = [places[known] for known in names if known in places]
    if name.startswith("sentiment"):  # named after the subject, as in airline_sentiment
        columns += [column for column in layout.columns if plain(column).endswith(plain(name))]
    fitting = [
        column for column in columns if column not in taken and fits(name, column, layout.values(column))
    ]
    if name in _SEVERAL:
        return _until_full(fitting, layout)
    filled = [column for column in fitting if layout.values(column)]
    # Of a brand that is named nowhere the texts and other columns may tell.
    return tuple(filled[:1] or ([] if name == "brand" and layout.sample else fitting[:1]))


def _until_full(columns: list[str], layout: Layout) -> tuple[str, ...]:
    """The first column, and further ones as long as they fill rows that the ones before leave empty."""
    chosen: list[str] = []
    empty = list(layout.sample)
    for column in columns:
        still_empty = [row for row in empty if not (row.get(column) or "").strip()]
        if len(still_empty) < len(empty) or not chosen:
            chosen.append(column)
        empty = still_empty
        if not empty:
            break
    return tuple(chosen)


def _by_text(layout: Layout, fields: dict) -> tuple[str, ...]:
    """The longest column of varied words."""

    def length(column: str) -> float:
        sample = layout.values(column)
        if not sample or len(set(sample)) <= 0.5 * len(sample):
            return 0
        return (
            sum(map(len, sample)) / len(sample) if is_prose(sample) and share(sample, _has_words) > 0.5 else 0
        )

    best = max(_free(layout, fields), key=length, default=None)
    return (best,) if best and length(best) >= 15 else ()


def _has_words(value: str) -> bool:
    return value.count(" ") >= 2


def _by_dates(layout: Layout, fields: dict) -> tuple[str, ...]:
    """The first column that holds dates throughout; bare numbers are not taken for dates."""
    for column in _free(layout, fields):
        sample = layout.values(column)
        if share_of_dates(sample) > 0.9 and not share(sample, str.isdigit):
            return (column,)
    return ()


def _by_brand(layout: Layout, fields: dict) -> tuple[str, ...]:
    """A column of few words that stand in the texts of their rows."""
    for column in _free(layout, fields):
        sample = layout.values(column)
        if not 2 <= len(set(sample)) <= min(30, len(sample) / 2) or share(sample, is_word) < 0.9:
            continue
        pairs = [
            (plain(row.get(column) or ""), plain(row.get(fields["text"][0]) or "")) for row in layout.sample
        ]
        if share((pair for pair in pairs if len(pair[0]) > 2), lambda pair: pair[0] in pair[1]) > 0.3:
            return (column,)
    return ()


def _free(layout: Layout, fields: dict) -> list[str]:
    read = set(Mapping(fields).read)
    return [column for column in layout.columns if column not in read]


def _require(layout: Layout, fields: dict) -> None:
    for name, what, likeness in (
        ("text", "what people wrote", lambda column: (sum(map(len, layout.values(column))), False)),
        (
            "created_at",
            "when it was published",
            # Numbers may be anything; a column that is called a date is the likelier one.
            lambda column: (share_of_dates(layout.values(column)), bool(_DATE.search(plain(column)))),
        ),
    ):
        if name not in fields:
            nearest = max(_free(layout, fields) or layout.columns, key=likeness)
            example = f", for example: {name} = {toml_value(nearest)}" if is_heading(layout.columns) else "."
            raise WorkbenchError(
                f"{layout.path}: no column seems to hold {what}. {columns_told(layout.columns)}\n"
                f"If one does, name it in mapping.toml{example}"
            )


def _platform_of(layout: Layout) -> str:
    names = [plain(column) for column in layout.columns]
    return next(
        (name for name, sign in _TELLTALES if any(re.fullmatch(sign, column) for column in names)), "unknown"
    )


def _with_clock(layout: Layout, source: tuple[str, ...] | Constant) -> tuple[str, ...] | Constant:
    """Date and time where they stand in two columns."""
    clock = next((column for column in layout.columns if plain(column) in ("time", "timeutc", "hour")), None)
    if not isinstance(source, tuple) or clock is None or clock in source:
        return source
    dates = layout.values(source[0])
    joined = [
        f"{row[source[0]]} {row[clock]}" for row in layout.sample if row.get(source[0]) and row.get(clock)
    ]
    is_whole = share(dates, lambda value: ":" in value) > 0.5
    return source if is_whole or share_of_dates(joined) < 0.5 else (*source, clock)


def _translations(layout: Layout, fields: dict) -> dict[str, dict[str, str]]:
    """Words that mean something only in this file: inbound true or false, sentiment below and above 0."""
    found: dict[str, dict[str, str]] = {}
    role, label = fields.get("author_role"), fields.get("sentiment")
    if isinstance(role, tuple) and "inbound" in plain(role[0]):
        found["author_role"] = dict(INBOUND)
    if isinstance(label, tuple):
        scores = layout.values(label[0])
        if any(score.startswith("-") for score in scores) and share(scores, is_count) == 1:
            found["sentiment"] = {str(score): _sign(score) for score in range(-5, 6)}
    return found


def _sign(score: int) -> str:
    return "negative" if score < 0 else "positive" if score > 0 else "neutral"
