"""Posts as a model reads them, when it learns and when it is asked."""

from collections.abc import Iterable

import pandas as pd
import pyarrow as pa

from workbench.models.classifier import Classifier
from workbench.models.languages import UNKNOWN, checked_languages
from workbench.store.lake import Lake
from workbench.text.normalise import with_media


def read_texts(posts: pa.Table) -> list[str]:
    """What a model reads of posts with ``text`` and ``media``.

    The caption of a picture is often all that a post says.
    """
    columns = (posts[name].to_pylist() for name in ("text", "media"))
    return [with_media(text, media) for text, media in zip(*columns, strict=True)]


def posts_read(lake: Lake, identities: Iterable[str], *columns: str) -> pd.DataFrame:
    """Those of the posts that are there: ``post_id``, ``text`` as a model reads it, and other columns of `posts`."""
    wanted = pa.table({"post_id": pa.array(pd.unique(pd.Series(identities, dtype=object)), pa.string())})
    posts = lake.read("posts", ["post_id", "text", "media", *columns]).join(
        wanted, "post_id", join_type="left semi"
    )
    return posts.select(["post_id", *columns]).to_pandas().assign(text=read_texts(posts))


def posts_read_by(lake: Lake, model: Classifier, identities: Iterable[str], *columns: str) -> pd.DataFrame:
    """The posts among them whose language the model was checked in, with their ``language``."""
    posts = posts_read(lake, identities, "language", *columns)
    checked = checked_languages(model.card)
    return posts if checked is None else posts[posts["language"].fillna(UNKNOWN).isin(checked)]
