"""The words that say how far a figure can be trusted; every chart, tile and report uses these."""

KINDS: dict[str, str] = {
    "signal": "Signal: what the classifier says of every post; not yet corrected by people",
    "estimate": "Estimate: corrected by people's labels; the band is its 95 % interval",
    "count": "Count: counted, neither classified nor estimated",
}

VINTAGES: dict[str, str] = {
    "preliminary": "Preliminary: posts, answers or labels may still arrive",
    "final": "Final: the period is closed",
}


def metric_label(metric: str) -> str:
    """Name of a measure as people read it.

    Examples
    --------
    >>> metric_label("share_answered_24h"), metric_label("sentiment_signal.negative")
    ('Share answered 24h', 'Sentiment signal, negative')
    """
    name, dot, part = metric.partition(".")
    return (name + (f", {part}" if dot else "")).replace("_", " ").capitalize()
