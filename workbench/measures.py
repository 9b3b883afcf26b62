"""Every measure by its name, and when the figures of some must be withheld."""

from collections.abc import Callable
from typing import Any

import narwhals as nw
import pandas as pd

from workbench.benchmarks.share_of_voice import share_of_voice
from workbench.errors import one_of
from workbench.kpi.acknowledged_resolution import acknowledged_resolution
from workbench.kpi.first_response_time import first_response_time
from workbench.kpi.intent_share import intent_share
from workbench.kpi.net_sentiment import net_sentiment
from workbench.kpi.net_sentiment_signal import net_sentiment_signal
from workbench.kpi.sentiment_share import sentiment_share
from workbench.kpi.sentiment_shift import sentiment_shift
from workbench.kpi.sentiment_signal import sentiment_signal
from workbench.kpi.share_answered import share_answered
from workbench.kpi.volume import volume
from workbench.store.frames import in_memory

MEASURES: dict[str, Callable[..., Any]] = {
    measure.__name__: measure
    for measure in (
        volume,
        sentiment_share,
        net_sentiment,
        sentiment_shift,
        intent_share,
        sentiment_signal,
        net_sentiment_signal,
        share_answered,
        first_response_time,
        acknowledged_resolution,
        share_of_voice,
    )
}
OF_ANSWERS = ("share_answered", "first_response_time", "acknowledged_resolution")
IN_OPENING_HOURS = ("share_answered", "first_response_time")
POOLED = ("sentiment_share", "net_sentiment", "intent_share")
ESTIMATES = (*POOLED, "sentiment_shift")


def find_measure(name: str) -> Callable[..., Any]:
    """The measure of that name.

    Raises
    ------
    WorkbenchError
        There is none; names the nearest.

    Examples
    --------
    >>> find_measure("volume").__module__
    'workbench.kpi.volume'
    >>> find_measure("volum")
    Traceback (most recent call last):
    workbench.errors.WorkbenchError: there is no measure 'volum'. Did you mean 'volume'? There are: volume, ...
    """
    one_of(name, MEASURES, "measure")
    return MEASURES[name]


def has_answers(mentions: Any) -> bool:
    """Whether any answer by a brand's own account is among the mentions.

    Examples
    --------
    >>> has_answers(pd.DataFrame({"post_id": ["x:1"], "author_role": ["brand"], "in_reply_to": [None]}))
    False
    """
    is_answer = (nw.col("author_role") == "brand") & ~nw.col("in_reply_to").is_null()
    answers = nw.from_native(mentions).filter(is_answer).head(1)
    return bool(len(in_memory(answers.select("post_id"))))


def withheld(frame: pd.DataFrame) -> pd.DataFrame:
    """Figures of answers where no answer was collected."""
    return frame.assign(value=None, status="withheld", method="withheld: no answer by a brand was collected")
