"""A lake with texts and what people said of them."""

import datetime as dt

import pyarrow as pa
from unit.rows import NOON, mention, mentions, post, posts

from workbench.store.schema import open_lake
from workbench.tables import LABELS


def judgement(post_id: str, label: str, number: int = 0, **columns: object) -> dict:
    return {
        "annotation_id": f"{post_id}-{number}",
        "post_id": post_id,
        "brand": "Acme",
        "task": "sentiment",
        "label": label,
        "annotator": "p1",
        "labelled_at": NOON + dt.timedelta(minutes=number),
        "strategy": "imported",
        **columns,
    }


def filled(settings, *judgements: dict, texts=("one", "two", "three")):
    """A lake of these texts, mentions of Acme, with these judgements."""
    lake = open_lake(settings)
    lake.merge("posts", posts(*(post(str(i), text=text, language="en") for i, text in enumerate(texts))))
    lake.merge("mentions", mentions(*(mention(str(i)) for i in range(len(texts)))))
    lake.merge("labels", LABELS.conform(pa.Table.from_pylist(list(judgements), LABELS.schema)))
    return lake
