"""The words that say how far a figure can be trusted; every chart, tile and report uses these."""

import re

from workbench.figures.numbers import format_count
from workbench.statistics.prevalence import FEW_LABELS

KINDS: dict[str, str] = {
    "signal": "Signal: what the classifier says of every post; not yet corrected by people",
    "estimate": "Estimate: corrected by people's labels, with its 95 % interval",
    "count": "Count: counted, neither classified nor estimated",
}

# Beneath a chart that shows both.
BOTH_KINDS = "Full: estimate, corrected by people's labels, with 95 % interval. Dashed: signal, not corrected"

VINTAGES: dict[str, str] = {
    "preliminary": "Preliminary: posts, answers or labels may still arrive",
    "final": "Final: the period is closed",
}


# Whether a figure reached its target; said in words, never by colour alone.
STATUSES: dict[str, str] = {
    "met": "✓ met",
    "missed": "✗ missed",
    "unsure": "? cannot be told yet",
    "none": "not judged",
}


def kind_words(kind: str, labels: int | None = None, vintage: str = "final") -> str:
    """How far a figure can be trusted, in a few words.

    Examples
    --------
    >>> kind_words("estimate", 214), kind_words("signal"), kind_words("count", 0, "preliminary")
    ('Estimate corrected by 214 labels', 'Signal', 'Count, preliminary')
    """
    word = KINDS.get(kind, kind).partition(":")[0]
    if kind == "estimate" and labels:
        word += f" corrected by {format_count(labels)} label{'' if labels == 1 else 's'}"
    return f"{word}, preliminary" if vintage == "preliminary" else word


def has_few_labels(kind: str | None, labels: float | None) -> bool:
    """Whether a figure is an estimate of so few labels that its interval matters more than its value.

    Examples
    --------
    >>> has_few_labels("estimate", 12), has_few_labels("estimate", 30), has_few_labels("signal", 0)
    (True, False, False)
    """
    return kind == "estimate" and labels is not None and labels < FEW_LABELS


def pooled_window(method: str) -> str:
    """The periods that a figure was pooled over; empty where it stands for its own period alone.

    Examples
    --------
    >>> pooled_window("difference estimator; pooled over 2026-W40 to 2026-W43")
    '2026-W40 to 2026-W43'
    """
    found = re.search(r"pooled over (\S+ to [^\s;,]+)", method)
    return found[1] if found else ""


def metric_label(metric: str) -> str:
    """Name of a measure as people read it.

    Examples
    --------
    >>> metric_label("share_answered_24h"), metric_label("sentiment_signal.negative")
    ('Share answered 24h', 'Sentiment signal, negative')
    """
    name, dot, part = metric.partition(".")
    return (name + (f", {part}" if dot else "")).replace("_", " ").capitalize()
