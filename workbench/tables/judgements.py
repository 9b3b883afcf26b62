"""What models and people said of a mention."""

from workbench.tables.table import REAL, TEXT, TIME, WHOLE, YES_NO, Column, Table

# Answers that are no label of a task; and how a row says that a label was looked for and does not hold.
IRRELEVANT, MIXED, CANNOT_TELL, NONE = "irrelevant", "mixed", "cannot_tell", "none"
NOT = "not:"

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
        Column(
            "is_held_out",
            YES_NO,
            "The model did not learn from this text; null (written before this was recorded) counts as "
            "held out for the lexicon only, which learns from nothing",
        ),
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
        Column(
            "label",
            TEXT,
            "The judgement: a label of the task, `not:` and a label that does not hold (several labels may), or "
            "irrelevant, mixed, cannot_tell",
            is_required=True,
        ),
        Column("annotator", TEXT, "Keyed pseudonym, or the source of imported labels", is_required=True),
        Column("labelled_at", TIME, "When it was said", is_required=True),
        Column("confidence", REAL, "Annotators' confidence as the source gave it", "0–1"),
        Column("corrected_model", TEXT, "Model whose prediction was shown and corrected"),
        Column("sample_id", TEXT, "The drawn sample it belongs to"),
        Column(
            "strategy",
            TEXT,
            "How the mention came to be labelled, one of `workbench.tables.strategies`: `random` estimates and "
            "trains; `truth` only scores, `gold` only checks attention; all others train and never estimate",
            is_required=True,
        ),
        Column(
            "inclusion_probability",
            REAL,
            "Chance of having been drawn, π; figures take it times the part of the stratum that is answered",
            "0–1",
        ),
        Column("batch_id", TEXT, "The ingest that brought it, for imported labels"),
        Column("comment", TEXT, "Masked remark of the annotator"),
        Column("seconds", REAL, "What the judgement took", "s"),
    ),
)

LABEL_SAMPLES = Table(
    "label_samples",
    "Mentions drawn to be labelled, written down before anybody labels them.",
    ("sample_id", "post_id", "brand"),
    (
        Column("sample_id", TEXT, "The sample", is_required=True),
        Column("task", TEXT, "What is asked of it: sentiment, …", is_required=True),
        Column("post_id", TEXT, "The post", is_required=True),
        Column("brand", TEXT, "The brand it speaks about", is_required=True),
        Column(
            "stratum", TEXT, "Part of the frame it was drawn from, for instance a brand", is_required=True
        ),
        Column(
            "inclusion_probability",
            REAL,
            "Chance of having been drawn, π: number drawn / mentions left in the stratum, times the chance that "
            "teaching queues drawn before had left it",
            "0–1",
            is_required=True,
        ),
        Column(
            "strategy", TEXT, "How it was drawn: random to estimate, the others to teach", is_required=True
        ),
        Column("seed", WHOLE, "The same seed and frame draw the same mentions", is_required=True),
        Column("frame", TEXT, "SHA-256 of the mentions of the whole frame", is_required=True),
        Column("frame_size", WHOLE, "Mentions of the frame in this stratum", "mentions", is_required=True),
        Column("drawn_at", TIME, "When it was drawn", is_required=True),
    ),
)

LABEL_FRAMES = Table(
    "label_frames",
    "Mentions that could have been drawn. Each stands in the frame of one sample of a task, or its chance of "
    "being drawn would not be the one recorded.",
    ("task", "post_id", "brand"),
    (
        Column("task", TEXT, "What is asked of the sample", is_required=True),
        Column("post_id", TEXT, "The post", is_required=True),
        Column("brand", TEXT, "The brand it speaks about", is_required=True),
        Column("sample_id", TEXT, "The sample drawn from this frame", is_required=True),
    ),
)

LABEL_CHANCES = Table(
    "label_chances",
    "The chance with which a teaching sample could have drawn each mention of its frame: what it did not take is "
    "left to a random sample drawn later, and with this that one's own chances are still known.",
    ("sample_id", "post_id", "brand"),
    (
        Column("sample_id", TEXT, "The teaching sample", is_required=True),
        Column("task", TEXT, "What is asked of it", is_required=True),
        Column("post_id", TEXT, "The post", is_required=True),
        Column("brand", TEXT, "The brand it speaks about", is_required=True),
        Column(
            "inclusion_probability",
            REAL,
            "Chance of having been drawn into this sample, π; above 0 and never 1",
            "0–1",
            is_required=True,
        ),
    ),
)
