"""An opened workbench to explore: two brands, two platforms, three weeks, read by a model and partly judged."""

import datetime as dt
from pathlib import Path

import pyarrow as pa
from unit.rows import mention, mentions, post, posts

from workbench.settings import parse_settings
from workbench.store.engine import open_engine
from workbench.store.schema import open_lake
from workbench.tables import LABELS, PREDICTIONS
from workbench.workbench import Workbench

MONDAYS = {"2026-W10": dt.date(2026, 3, 2), "2026-W11": dt.date(2026, 3, 9), "2026-W12": dt.date(2026, 3, 16)}
SETTINGS = {
    "sentiment_model": "lexicon-1",
    "brands": {"Acme": {"role": "own"}, "Bolt": {"role": "competitor"}},
    "platforms": {"x": {"quotation": True}, "facebook": {"quotation": False}},
}
# Brand, week, platform, posts, of which negative, of which judged by people.
GROUPS = (
    ("Acme", "2026-W10", "x", 40, 10, 40),
    ("Acme", "2026-W11", "x", 40, 30, 40),
    ("Acme", "2026-W12", "x", 20, 5, 0),
    ("Acme", "2026-W11", "facebook", 12, 6, 0),
    ("Bolt", "2026-W11", "x", 40, 4, 0),
)


def explored(folder: Path) -> Workbench:
    """The workbench of `GROUPS`; post number n says so, and every fifth calls the line slow."""
    settings = parse_settings(SETTINGS, folder=folder)
    lake = open_lake(settings)
    said = []
    for brand, week, platform, count, negative, judged in GROUPS:
        day = dt.datetime.combine(MONDAYS[week], dt.time(12), dt.UTC)
        said += [
            {
                "number": str(len(said) + n),
                "brand": brand,
                "at": day + dt.timedelta(minutes=n),
                "platform": platform,
                "says": "negative" if n < negative else "neutral",
                "is_judged": n < judged,
                "is": "slow" if (len(said) + n) % 5 == 0 else "down",
            }
            for n in range(count)
        ]
    lake.merge(
        "posts",
        posts(
            *(
                post(
                    one["number"],
                    platform=one["platform"],
                    created_at=one["at"],
                    author=one["number"],
                    text=f"The line is {one['is']}, says <EMAIL> {one['number']}",
                )
                for one in said
            )
        ),
    )
    lake.merge("mentions", mentions(*(mention(one["number"], one["brand"]) for one in said)))
    keys = [{"post_id": f"x:{one['number']}", "brand": one["brand"], "task": "sentiment"} for one in said]
    predictions = [
        {
            **key,
            "model": "lexicon-1",
            "label": name,
            "probability": 0.8 if one["says"] == name else 0.1,
            "predicted_at": one["at"],
        }
        for key, one in zip(keys, said, strict=True)
        for name in ("negative", "neutral", "positive")
    ]
    labels = [
        {
            **key,
            "annotation_id": one["number"],
            "label": one["says"],
            "annotator": "ann",
            "labelled_at": one["at"],
            "sample_id": "s1",
            "strategy": "random",
            "inclusion_probability": 1.0,
        }
        for key, one in zip(keys, said, strict=True)
        if one["is_judged"]
    ]
    lake.merge("predictions", PREDICTIONS.conform(pa.Table.from_pylist(predictions, PREDICTIONS.schema)))
    lake.merge("labels", LABELS.conform(pa.Table.from_pylist(labels, LABELS.schema)))
    made = Workbench(settings, lake, open_engine(), lake.current_versions())
    made.model = "lexicon-1"
    return made
