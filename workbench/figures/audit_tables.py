"""Tables of an audit: a vendor's shares beside people's labels, and how right it is about each sentiment."""

from html import escape
from typing import Any

import pandas as pd
from IPython.display import HTML

from workbench.figures.brand_tables import Scale
from workbench.figures.fragments import fragment, table_markup
from workbench.figures.frames import small_frame
from workbench.figures.numbers import format_count, format_value, with_interval

_WIDTH = 110  # pixels
_FEWEST_TO_PLAN, _FEW_TO_PLAN = 10, 30  # labels of a brand
_WORDS = {"accuracy": "All", "negative": "Unhappy", "neutral": "Neutral", "positive": "Happy"}
_WAYS = {"too high": "↑ too high", "too low": "↓ too low", "within": "within", "not known": "not known"}


def audit_table(ranked: pd.DataFrame, following: pd.DataFrame, *, label: str = "negative") -> HTML:
    """Brands by one share: as the vendor has it, as people's labels correct it, drawn, and their ranks.

    Parameters
    ----------
    ranked
        As `workbench.benchmarks.vendor.vendor_ranks` gives it.
    following
        As `workbench.benchmarks.vendor.next_labels` gives it.
    label
        The sentiment by whose share they are compared.
    """
    rows = _joined(ranked, following)
    known = pd.concat([rows[name].astype(float) for name in ("vendor", "low", "high")]).dropna()
    scale = Scale(min([0.0, *known]), max([0.0, *known]), _WIDTH)
    cells = [
        [
            escape(row["brand"]),
            escape(format_value(row["vendor"], "share")),
            escape(_corrected(row)),
            _drawn(row, scale),
            f'<span class="period">{escape(_WAYS[row["verdict"]])}</span>',
            _crossed(_vendor_rank(row)),
            escape(_possible_ranks(row)),
            format_count(row["labels"]),
            escape(_narrower(row)),
            escape(_wanted(row)),
        ]
        for row in rows.to_dict("records")
    ]
    more = int(following["more"].fillna(0).sum())
    columns = [
        "Brand", "Vendor", "By people’s labels", "Drawn", "Vendor is", "Vendor’s rank", "Possible ranks", "Labels",
        f"± points now, and with {format_count(more)} more", "Labels for ±5 points",
    ]  # fmt: skip
    numeric = [False, True, True, False, False, True, True, True, True, True]
    caption = (
        f"{_WORDS[label]} posts of each brand. Drawn: the block is the vendor, the dot with its 95 % interval is what "
        "people say"
    )
    return fragment(table_markup(caption, columns, cells, numeric, is_markup=True), "table")


def vendor_scores_table(scores: pd.DataFrame, *, caption: str) -> HTML:
    """Precision and recall of each sentiment, with their intervals.

    Parameters
    ----------
    scores
        As `workbench.benchmarks.vendor_scores.vendor_scores` gives it.
    caption
        What the table shows.
    """
    table = small_frame(scores, ["metric", "value", "low", "high"])
    figures = {row["metric"]: row for row in table.to_dict("records")}
    rows = [
        [
            _WORDS[label],
            *(_corrected(figures[f"{what}.{label}"]) for what in ("precision", "recall")),
        ]
        for label in ("negative", "neutral", "positive")
    ]
    columns = ["Posts", "Of what the vendor calls so, right", "Of what people call so, found"]
    return fragment(table_markup(caption, columns, rows, [False, True, True]), "table")


def brand_rows(ranked: pd.DataFrame, following: pd.DataFrame) -> list[dict[str, Any]]:
    """The same as plain text, for the command line."""
    return [
        {
            "brand": row["brand"],
            "vendor": format_value(row["vendor"], "share"),
            "people": _corrected(row),
            "vendor is": row["verdict"],
            "vendor's rank": _vendor_rank(row),
            "possible ranks": _possible_ranks(row),
            "labels": int(row["labels"]),
            "after the next": _narrower(row),
            "for ±5 points": _wanted(row),
        }
        for row in _joined(ranked, following).to_dict("records")
    ]


def _joined(ranked: pd.DataFrame, following: pd.DataFrame) -> pd.DataFrame:
    ahead = following[["brand", "now", "then", "wanted"]]
    rows = small_frame(ranked, ["brand", "vendor", "value", "verdict", "vendor_rank"])
    alike = rows.groupby("vendor_rank")["brand"].transform("size")
    return rows.assign(vendor_rank_last=rows["vendor_rank"] + alike - 1).merge(ahead, on="brand", how="left")


def _crossed(rank: str) -> str:
    return f"<strong>{rank}</strong>" if "✗" in rank else rank


def _corrected(row: dict) -> str:
    if pd.isna(row["value"]):
        return "none to judge by"
    return with_interval(_number(row["value"]), _number(row["low"]), _number(row["high"]), "share")


def _possible_ranks(row: dict) -> str:
    return "" if pd.isna(row["rank_low"]) else _ranks(row["rank_low"], row["rank_high"])


def _vendor_rank(row: dict) -> str:
    """The rank, or the ranks of brands to which the vendor gives the same share; crossed where it cannot be."""
    first, last = row["vendor_rank"], row["vendor_rank_last"]
    shown = _ranks(first, last)
    is_possible = pd.isna(row["rank_low"]) or (first <= row["rank_high"] and row["rank_low"] <= last)
    return shown if is_possible else f"{shown} ✗"


def _ranks(first: float, last: float) -> str:
    return f"{first:.0f}–{last:.0f}" if first < last else f"{first:.0f}"


def _narrower(row: dict) -> str:
    if pd.isna(row["now"]):
        return ""
    return f"±{100 * row['now']:.0f} → ±{100 * row['then']:.0f}"


def _wanted(row: dict) -> str:
    """How many labels it takes; of few labels so far nobody knows well how many more."""
    if pd.isna(row["wanted"]) or row["labels"] < _FEWEST_TO_PLAN:
        return ""
    return f"{'about ' if row['labels'] < _FEW_TO_PLAN else ''}{format_count(row['wanted'])}"


def _drawn(row: dict, scale: Scale) -> str:
    """A block where the vendor is; a dot with its interval where people are."""
    vendor = f'<rect class="said" x="{scale.at(row["vendor"]) - 2:.1f}" y="0" width="4" height="12" rx="1"/>'
    people = ""
    if pd.notna(row["low"]) and pd.notna(row["high"]):
        low, value, high = (scale.at(row[name]) for name in ("low", "value", "high"))
        people = (
            f'<line class="reach" x1="{low:.1f}" x2="{high:.1f}" y1="6" y2="6"/>'
            f'<circle cx="{value:.1f}" cy="6" r="3.5"/>'
        )
    zero = f'<line x1="{scale.at(0):.1f}" x2="{scale.at(0):.1f}" y1="0" y2="12"/>'
    return (
        f'<svg class="bar" width="{scale.width}" height="12" viewBox="0 0 {scale.width} 12" aria-hidden="true">'
        f"{zero}{vendor}{people}</svg>"
    )


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)
