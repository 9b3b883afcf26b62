"""What the audit of a vendor shows, in sentences that need no statistics."""

from collections.abc import Mapping

import pandas as pd

from workbench.figures.numbers import format_change, format_count, format_interval, format_value
from workbench.reports.audit_standing import Standing, counted, figure_of
from workbench.reports.statements import apart_sentence, listed
from workbench.statistics.possible_ranks import told_apart

FELT = {"negative": "unhappy", "neutral": "neutral", "positive": "happy"}
_MOST_PAIRS = 3


def audit_verdict(scores: pd.DataFrame, standing: Standing) -> str:
    """The answer in one sentence.

    Examples
    --------
    >>> scores = pd.DataFrame({"metric": ["accuracy"], "value": [0.482], "low": [0.43], "high": [0.53]})
    >>> standing = Standing("x", "x.csv", 2, 900, 200, 200, 200, 1, 0, 0, 0, 0, 0, 0, "", "", 15)
    >>> audit_verdict(scores, standing)
    'The vendor is right about 48 of 100 posts'
    """
    accuracy = figure_of(scores, "accuracy")
    if accuracy is None:
        return "None of the labelled posts is about the brands"
    start = "Preliminary: the" if standing.is_preliminary else "The"
    return f"{start} vendor is right about {_of_100(accuracy['value'])} posts"


def accuracy_sentence(scores: pd.DataFrame, most: str, standing: Standing) -> str:
    """How often the vendor is right, beside calling every post what most are."""
    accuracy, gain = figure_of(scores, "accuracy"), figure_of(scores, "gain")
    if accuracy is None or gain is None:
        return ""
    ends = format_interval(accuracy["low"], accuracy["high"], "share")
    always = (
        f"calling every post {FELT[most]} would be right about {_of_100(accuracy['value'] - gain['value'])}"
    )
    if gain["low"] > 0:
        beside = f"{always}, so that it does know something"
    elif gain["high"] < 0:
        beside = f"{always}: that would be better"
    else:
        beside = f"{always}; whether it is better than that cannot be told"
    by = f"{format_count(standing.judged)} posts that people judged without seeing its answer"
    return f"By {by}, it is right about {_of_100(accuracy['value'])} ({ends} with 95 % confidence); {beside}."


def direction_sentence(overall: pd.DataFrame) -> str:
    """Which sentiments the vendor shows too often, and too seldom; empty where nothing is known."""
    if (overall["verdict"] == "not known").all():
        return ""
    wrong = overall[overall["verdict"].isin(["too high", "too low"])]
    if wrong.empty:
        return (
            "Over all posts its shares of unhappy, neutral and happy posts lie within what the labels allow."
        )
    worst = wrong.loc[wrong["error"].abs().sort_values(kind="stable").index[-1]]
    others = [row for row in wrong.to_dict("records") if row["metric"] != worst["metric"]]
    told = f"It shows {_shown(worst)}"
    also = "; ".join(_shown(row) for row in others)
    return f"{told}{f'; {also}' if also else ''}."


def brands_sentence(shares: pd.DataFrame, label: str = "negative") -> str:
    """Of how many brands the vendor's share is wrong, and which way."""
    rows = shares[(shares["metric"] == label) & (shares["verdict"] != "not known")]
    if len(rows) < 2:
        return ""
    counted = rows["verdict"].value_counts()
    ways = {"too high": "too high", "too low": "too low", "within": "within the interval"}
    if len(counted) == 1:
        return (
            f"Its share of {FELT[label]} posts is {ways[str(counted.index[0])]} for all {len(rows)} brands."
        )
    parts = [f"{words} for {counted[way]}" for way, words in ways.items() if way in counted]
    return f"Of {len(rows)} brands, its share of {FELT[label]} posts is {listed(parts)}."


def order_sentence(ranked: pd.DataFrame, label: str = "negative") -> str:
    """Which brands the vendor surely has in the wrong order, and which cannot be told apart."""
    known = ranked[ranked["rank_low"].notna()]
    if len(known) < 2:
        return ""
    pairs = _reversed(known)
    figure = f"share of {FELT[label]} posts"
    if pairs:
        named = "; ".join(
            f"{first} has a larger {figure} than {second}" for first, second in pairs[:_MOST_PAIRS]
        )
        more = f"; and {len(pairs) - _MOST_PAIRS} more" if len(pairs) > _MOST_PAIRS else ""
        order = f"It has {counted(len(pairs), 'pair')} of brands in the wrong order (by people's labels {named}{more})."
    else:
        order = "No two brands are surely in the wrong order."
    return f"{order} {apart_sentence(told_apart(known), figure)}".strip()


def next_sentence(following: pd.DataFrame, standing: Standing, half_width: float = 0.05) -> str:
    """What the next labels would buy, and what it takes to know every brand well."""
    known = following.dropna(subset=["now", "then", "wanted"])
    if known.empty:
        return ""
    more = int(known["more"].sum())
    wanted = int((known["wanted"] - known["labels"]).clip(lower=0).sum())
    aim = f"±{format_change(half_width, 'share').removeprefix('+')}".replace(".0", "")
    then = f"{_middle(known['now'])} to {_middle(known['then'])}" if more else ""
    bought = (
        f"The next {format_count(more)} labels, about {_time(more, standing)}, would narrow a brand's interval "
        f"from {then}."
        if more
        else "Every post is labelled."
    )
    if not wanted:
        return f"{bought} Each brand's share is known to {aim} already."
    takes = f"takes {format_count(wanted)} more labels, about {_time(wanted, standing)}"
    return f"{bought} To know each brand's share to {aim} {takes}."


def _shown(row: Mapping) -> str:
    ends = format_interval(row["low"], row["high"], "share")
    return (
        f"{format_value(row['vendor'], 'share')} {FELT[row['metric']]} posts where people find "
        f"{format_value(row['value'], 'share')} ({ends})"
    )


def _reversed(ranked: pd.DataFrame) -> list[tuple[str, str]]:
    """Pairs that the vendor has in the wrong order, the one with the larger share first."""
    place = {brand: number for number, brand in enumerate(ranked["brand"])}
    return [
        (brand, other)
        for brand, others in zip(ranked["brand"], ranked["reversed_with"], strict=True)
        for other in others
        if place[brand] < place[other]
    ]


def _of_100(share: float) -> str:
    return f"{100 * share:.0f} of 100"


def _middle(half_widths: pd.Series) -> str:
    return f"±{100 * float(half_widths.median()):.0f} points"


def _time(labels: int, standing: Standing) -> str:
    minutes = labels * standing.seconds_per_label / 60
    return f"{max(minutes, 1):.0f} minutes" if minutes < 100 else f"{minutes / 60:.0f} hours"
