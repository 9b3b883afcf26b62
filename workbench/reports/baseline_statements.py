"""What the baseline says of a period, in sentences."""

import pandas as pd

from workbench.figures.baseline_table import usual_ends, way_off
from workbench.figures.numbers import format_interval, format_value
from workbench.figures.words import metric_label


def baseline_finding(told: pd.DataFrame, period: str) -> list[str]:
    """One sentence for each figure that differs from its baseline in a period, and one on how that was judged.

    Parameters
    ----------
    told
        What `workbench.baseline` tells, of one group.
    period
        Label of the period.

    Examples
    --------
    >>> told = pd.DataFrame(
    ...     {
    ...         "metric": "volume",
    ...         "period": "2026-W37",
    ...         "part": "new",
    ...         "event": "double billing",
    ...         "value": [70.0],
    ...         "low": 24.2,
    ...         "high": 42.6,
    ...         "unit": "mentions",
    ...         "differs": True,
    ...         "p_value": 0.001,
    ...         "left_out": "2026-W20 (national outage)",
    ...         "method": "95 % prediction interval; judged one figure: each figure for itself",
    ...     }
    ... )
    >>> baseline_finding(told, "2026-W37")[0]
    'Volume is 70, higher than the usual 25–42.'
    """
    now = told[told["period"] == period]
    judged = now[(now["part"] == "new") & now["p_value"].notna()]
    if judged.empty:
        return [f"{period} is not judged: it lies in the reference, or too little is known."]
    sentences = [_sentence(figure) for figure in judged[judged["differs"]].to_dict("records")]
    if not sentences:
        sentences = [f"No figure of {period} differs from its baseline."]
    events = sorted(set(judged["event"]) - {""})
    falls = f" In {period} falls: {', '.join(events)}." if events else ""
    return [*sentences, f"{_together(judged['method'].iloc[0])}{_left_out(judged)}.{falls}"]


def _sentence(figure: dict) -> str:
    unit, way = figure["unit"], way_off(figure)
    than = "the usual" if way.startswith("just") else "than the usual"
    usual = format_interval(*usual_ends(figure), unit)
    return f"{metric_label(figure['metric'])} is {format_value(figure['value'], unit)}, {way} {than} {usual}."


def _together(method: str) -> str:
    """How the figures of the period were judged, as their method says."""
    return f"Judged {method.rpartition('; judged ')[2]}"


def _left_out(judged: pd.DataFrame) -> str:
    """Events that the reference leaves out; a figure that merely is not there is told in its own row."""
    reasons = [part for text in judged["left_out"] for part in text.split("; ") if part]
    named = list(dict.fromkeys(reason for reason in reasons if "no figure" not in reason))
    return f"; left out of the reference: {', '.join(named)}" if named else ""
