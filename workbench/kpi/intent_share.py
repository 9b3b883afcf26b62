"""Intent share: how many mentions complain, ask, praise or threaten to leave, corrected by people's labels."""

from collections.abc import Sequence

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrameT

from workbench.errors import WorkbenchError, did_you_mean
from workbench.statistics.cells import CLOSING_DAYS, POOL_PERIODS
from workbench.statistics.estimates import estimates
from workbench.statistics.figure import Figure
from workbench.statistics.prevalence import FEW_LABELS
from workbench.statistics.readings_of_tasks import intents_in
from workbench.store.frames import column_names


def intent_share(
    mentions: IntoFrameT,
    by: Sequence[str],
    *,
    intents: Sequence[str] = (),
    minimum_labels: int = FEW_LABELS,
    pool_periods: int = POOL_PERIODS,
    closing_days: int = CLOSING_DAYS,
    observed_until_epoch: int | None = None,
) -> pd.DataFrame:
    """Share of the mentions that have each intent, corrected by people's labels, per group.

    A mention may have several intents, or none, so the shares add up to no particular figure: read each by
    itself. It is corrected, pooled and marked as `sentiment_share` is: without labels it is the signal, and says
    so. An intent that is in few mentions needs many labels; read the interval before the figure.

    Parameters
    ----------
    mentions
        Mention frame with columns of intents.
    by
        Grouping columns.
    intents
        Which; without, all that the frame has.
    minimum_labels, pool_periods, closing_days, observed_until_epoch
        As in `workbench.kpi.sentiment_share.sentiment_share`.

    Returns
    -------
    Measure frame in memory, whatever the engine: one metric an intent, as ``intent_share.complaint``, unit share
    (0–1), with the 95 % interval for these posts. ``posts`` counts the mentions of the pool that the model read,
    ``labels`` those among them that people judged for that intent.

    Raises
    ------
    WorkbenchError
        The mentions lack a column or have no such intent, the classifier learned from a label, or a label has no
        known chance of having been drawn.

    Examples
    --------
    >>> mentions = pd.DataFrame(
    ...     {
    ...         "brand": "Acme",
    ...         "author": ["ann", "bob"],
    ...         "author_role": "customer",
    ...         "is_relevant": True,
    ...         "created_epoch": 0,
    ...         "intent_complaint": [0.75, 0.25],
    ...         "judged_intent_complaint": [1.0, 0.0],
    ...         "judged_intents_relevant": 1.0,
    ...         "intents_inclusion_probability": 1.0,
    ...         "intents_annotators": 1,
    ...         "intents_is_held_out": True,
    ...     }
    ... )
    >>> intent_share(mentions, by=["brand"])[["brand", "metric", "value", "labels", "kind"]]
      brand                  metric  value  labels      kind
    0  Acme  intent_share.complaint    0.5       2  estimate
    """
    known = intents_in(column_names(nw.from_native(mentions)))
    if not known.labels:
        raise WorkbenchError(
            "the mentions have no intents: no model has read them. Train one and let it read: "
            "workbench models train --task intents."
        )
    for name in intents:
        if name not in known.labels:
            raise WorkbenchError(
                f"the mentions have no intent '{name}'.{did_you_mean(name, known.labels)} "
                f"Intents: {', '.join(known.labels)}."
            )
    figures = [
        Figure(f"intent_share.{name}", "share", {name: 1.0}, known) for name in intents or known.labels
    ]
    return estimates(
        mentions,
        by,
        figures,
        minimum_labels=minimum_labels,
        pool_periods=pool_periods,
        closing_days=closing_days,
        observed_until_epoch=observed_until_epoch,
    )
