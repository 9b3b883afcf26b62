"""What models and people said of a mention."""

from workbench.tables.table import REAL, TEXT, TIME, Column, Table

PREDICTIONS = Table(
    "predictions",
    "What a model said of a mention: one row per label.",
    ("post_id", "brand", "task", "model", "label"),
    (
        Column("post_id", TEXT, "The post", is_required=True),
        Column("brand", TEXT, "The brand it speaks about", is_required=True),
        Column("task", TEXT, "sentiment, …", is_required=True),
        Column("model", TEXT, "Name and version of the model", is_required=True),
        Column("label", TEXT, "negative, neutral, positive for sentiment", is_required=True),
        Column("probability", REAL, "Probability of the label", "0–1", is_required=True),
        Column("predicted_at", TIME, "When it was said", is_required=True),
    ),
)

LABELS = Table(
    "labels",
    "What a person said of a mention, and how the mention came to be asked about.",
    ("annotation_id",),
    (
        Column("annotation_id", TEXT, "One judgement", is_required=True),
        Column("post_id", TEXT, "The post", is_required=True),
        Column("brand", TEXT, "The brand; null where the source did not say"),
        Column("task", TEXT, "sentiment, …", is_required=True),
        Column("label", TEXT, "The judgement", is_required=True),
        Column("annotator", TEXT, "Keyed pseudonym, or the source of imported labels", is_required=True),
        Column("labelled_at", TIME, "When it was said", is_required=True),
        Column("confidence", REAL, "Annotators' confidence as the source gave it", "0–1"),
        Column("corrected_model", TEXT, "Model whose prediction was shown and corrected"),
        Column("sample_id", TEXT, "The drawn sample it belongs to"),
        Column(
            "strategy", TEXT, "How the post was drawn; `imported` may train, never estimate", is_required=True
        ),
        Column("inclusion_probability", REAL, "Chance of having been drawn, π", "0–1"),
        Column("batch_id", TEXT, "The ingest that brought it, for imported labels"),
    ),
)
