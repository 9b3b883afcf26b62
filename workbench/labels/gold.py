"""Gold items: invented posts whose answer is known, to see whether people read before they answer."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench.labels.judgements import answers_by_item
from workbench.labels.tasks import Gold
from workbench.models.share_interval import share_interval

EVERY = 20
SEPARATOR = "|"


def with_gold(queue: pd.DataFrame, items: Sequence[Gold], drawn: int, seed: int) -> pd.DataFrame:
    """A queue with gold items at random places, one in twenty mentions, none twice.

    Parameters
    ----------
    queue
        Rows of a `workbench.labels.queue.Queue`.
    items
        Of the task. Fewer than there is room for are all taken.
    drawn
        Mentions of the whole sample, so that the items stay the same while a queue goes on.
    seed
        The same seed takes the same items.

    Returns
    -------
    The queue; a gold item has strategy "gold", its ``gold_label`` (several with "|"), no chance of having been drawn,
    and is answered by everybody who is asked twice.
    """
    count = min(len(items), drawn // EVERY)
    if not count or queue.empty:
        return queue
    dice = np.random.default_rng(seed)
    chosen = [items[place] for place in dice.permutation(len(items))[:count]]
    rows = pd.DataFrame(
        {
            "post_id": [item.identity for item in chosen],
            "brand": [item.brand for item in chosen],
            "sample_id": queue["sample_id"].iloc[0],
            "strategy": "gold",
            "inclusion_probability": np.nan,
            "is_distressing": False,
            "gold_label": [SEPARATOR.join(sorted(item.labels)) for item in chosen],
        }
    )
    # One within each stretch of the queue, so that attention is seen from the first to the last.
    stretch = len(queue) / count
    places = stretch * (np.arange(count) + dice.random(count))
    # In the queue of one person and in that of two alike, as its neighbour stands.
    rows["is_doubled"] = queue["is_doubled"].to_numpy()[places.astype(int)]
    order = np.argsort(np.concatenate([np.arange(len(queue)), places - 0.5]), kind="stable")
    columns = {name: rows[name] if name in rows else pd.Series([None] * count) for name in queue}
    joined = {name: [*queue[name], *values] for name, values in columns.items()}
    return pd.DataFrame(joined, index=range(len(queue) + count)).iloc[order].reset_index(drop=True)


def attention(judgements: pd.DataFrame, items: Sequence[Gold]) -> pd.DataFrame:
    """How many gold items each person answered rightly.

    Parameters
    ----------
    judgements
        As `workbench.labels.judgements.latest_judgements` gives them, strategy "gold".
    items
        Of the task. What the task no longer holds is not judged.

    Returns
    -------
    One row a person: ``annotator``, ``items``, ``right``, ``share`` with ``low`` and ``high`` (95 %, Wilson), the least
    attentive first.
    """
    known = {item.identity: frozenset(item.labels) for item in items}
    said = answers_by_item(judgements)
    said = said[said["post_id"].isin(known)]
    is_right = [answer == known[post] for answer, post in zip(said["answers"], said["post_id"], strict=True)]
    people = said.assign(is_right=is_right).groupby("annotator")["is_right"].agg(items="size", right="sum")
    share = people["right"] / people["items"]
    low, high = share_interval(share, people["items"])
    found = people.assign(share=share, low=low, high=high).reset_index()
    return found.sort_values(["share", "annotator"], ignore_index=True)
