"""What mentions say, as a model reads it."""

import pandas as pd
import pyarrow as pa

from workbench.models.classification import read_texts
from workbench.store.lake import Lake


def texts_of(lake: Lake, mentions: pd.DataFrame) -> list[str | None]:
    """Masked text of each mention with the captions of its media; None where the post was erased."""
    wanted = pa.table({"post_id": pa.array(mentions["post_id"].unique(), pa.string())})
    posts = lake.read("posts", ["post_id", "text", "media"]).join(wanted, "post_id", join_type="inner")
    said = dict(zip(posts["post_id"].to_pylist(), read_texts(posts), strict=True))
    return [said.get(post_id) for post_id in mentions["post_id"]]
