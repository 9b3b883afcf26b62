"""Who is spoken of most, in a sentence."""

import pandas as pd

from workbench.figures.numbers import format_value


def voice_sentence(shares: pd.DataFrame, period: str) -> str:
    """Whose share of the conversation is the largest.

    Parameters
    ----------
    shares
        Share of voice of one period: ``brand``, ``value``.
    period
        Label of the period.

    Examples
    --------
    >>> voice_sentence(pd.DataFrame({"brand": ["Acme", "Bolt"], "value": [0.6, 0.4]}), "2026-W43")
    'Acme has the largest share of the conversation in 2026-W43: 60\\xa0% of it.'
    >>> voice_sentence(pd.DataFrame({"brand": [], "value": []}), "2026-W43")
    'In 2026-W43 nobody spoke of any of the brands.'
    """
    known = shares.dropna(subset="value").sort_values("value", kind="stable")
    if known.empty:
        return f"In {period} nobody spoke of any of the brands."
    first = known.iloc[-1]
    share = format_value(first["value"], "share")
    return f"{first['brand']} has the largest share of the conversation in {period}: {share} of it."
