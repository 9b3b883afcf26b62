"""What a model leaves to people waits for them only while nobody has judged it, and where it concerns somebody."""

import pandas as pd
import pyarrow as pa
import pytest
from unit.labelling import filled, label_row, write_labels

from workbench.labels.left_to_people import left_to_people
from workbench.models.lexicon import NAME as LEXICON
from workbench.settings import parse_settings
from workbench.tables import PREDICTIONS

LABELS = ("negative", "neutral", "positive")


@pytest.fixture
def settings(tmp_path):
    costs = {"negative": {"missed": 5, "false_alarm": 5, "review": 1}}
    return parse_settings(
        {"brands": {"Acme": {}}, "lake": {"root": "lake"}, "costs": {"sentiment": costs}}, tmp_path
    )


def test_judged_irrelevant_and_the_brands_own_posts_wait_for_nobody(settings, tmp_path):
    lake = filled(tmp_path, 5)
    same = {"brand": "Acme", "task": "sentiment", "model": LEXICON, "is_held_out": True}
    same["predicted_at"] = pd.Timestamp("2026-03-04", tz="UTC")
    rows = [
        {**same, "post_id": f"x:Acme-{number}", "label": label, "probability": probability}
        for number in range(5)
        for label, probability in zip(LABELS, (0.5, 0.3, 0.2), strict=True)
    ]
    lake.merge("predictions", PREDICTIONS.conform(pa.Table.from_pylist(rows, PREDICTIONS.schema)))
    write_labels(lake, label_row("x:Acme-1", "negative", "ann"))
    mentions = pd.DataFrame(
        {
            "post_id": [f"x:Acme-{number}" for number in range(5)], "brand": "Acme", "day": "2026-03-04",
            "is_relevant": [True, True, False, True, True],
            "author_role": ["customer", "customer", "customer", "brand", "customer"],
        }
    )  # fmt: skip
    waiting = left_to_people(lake, settings, "sentiment", mentions)
    assert waiting["post_id"].tolist() == ["x:Acme-0", "x:Acme-4"]
    assert waiting["label"].tolist() == ["negative"] * 2
