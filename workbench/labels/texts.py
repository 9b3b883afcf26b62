"""What mentions say, as a model reads it."""

import pandas as pd

from workbench.models.posts_read import posts_read
from workbench.store.lake import Lake


def texts_of(lake: Lake, mentions: pd.DataFrame) -> list[str | None]:
    """Masked text of each mention with the captions of its media; None where the post was erased."""
    posts = posts_read(lake, mentions["post_id"])
    said = dict(zip(posts["post_id"], posts["text"], strict=True))
    return [said.get(post_id) for post_id in mentions["post_id"]]
