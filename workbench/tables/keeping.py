"""What the workbench keeps of its own work: ingests, brands' accounts, figures shown, and the lake itself."""

from workbench.tables.table import REAL, TEXT, TIME, WHOLE, Column, Table

BATCHES = Table(
    "batches",
    "One row per ingest.",
    ("batch_id",),
    (
        Column("batch_id", TEXT, "Start time and fingerprint of the file", is_required=True),
        Column("source", TEXT, "Name of the file or service", is_required=True),
        Column("fingerprint", TEXT, "SHA-256 of the file", is_required=True),
        Column("mapping", TEXT, "The column mapping used, as JSON", is_required=True),
        Column("status", TEXT, "running, complete or undone", is_required=True),
        Column("started_at", TIME, "Start", is_required=True),
        Column("finished_at", TIME, "End"),
        Column("read", WHOLE, "Rows read"),
        Column("stored", WHOLE, "Posts stored"),
        Column("duplicates", WHOLE, "Rows whose post was there already"),
        Column("rejected", WHOLE, "Rows refused, in data/rejected/"),
        Column("masked", WHOLE, "Posts in which personal data was masked"),
        Column("brands_disagree", WHOLE, "Posts whose given brand is not the brand their text names"),
    ),
)

BRANDS = Table(
    "brands",
    "Accounts by which posts address a brand, and who said so.",
    ("brand", "account"),
    (
        Column("brand", TEXT, "Name of the brand", is_required=True),
        Column("account", TEXT, "Account without @, lower case", is_required=True),
        Column("origin", TEXT, "settings, or data (most posts of the brand address it)", is_required=True),
    ),
)

MEASURES = Table(
    "measures",
    "Every figure that a report showed. One that changed when its run was made again has a row for each time.",
    ("run_id", "metric", "group", "recorded_at"),
    (
        Column("run_id", TEXT, "The run of the notebook", is_required=True),
        Column("metric", TEXT, "Name of the measure", is_required=True),
        Column("group", TEXT, "Grouping columns and values, as JSON", is_required=True),
        Column("value", REAL, "The figure; null where withheld"),
        Column("low", REAL, "Lower end of the 95 % interval"),
        Column("high", REAL, "Upper end"),
        Column("unit", TEXT, "Unit", is_required=True),
        Column("posts", WHOLE, "Mentions it rests on", is_required=True),
        Column("labels", WHOLE, "Human labels it rests on", is_required=True),
        Column("kind", TEXT, "signal, estimate or count", is_required=True),
        Column("method", TEXT, "How it was computed", is_required=True),
        Column("vintage", TEXT, "preliminary or final", is_required=True),
        Column(
            "status",
            TEXT,
            "ok; pooled (with the periods before it); few labels (a wide interval); no labels (the signal instead); "
            "few answers (a time of fewer than ten); "
            "withheld (nothing to tell); or against its target: met, missed",
        ),
        Column("recorded_at", TIME, "When", is_required=True),
    ),
)

LAKE = Table(
    "lake",
    "What the lake says of itself: schema version, fingerprint of the pseudonym key.",
    ("name",),
    (
        Column("name", TEXT, "What is said", is_required=True),
        Column("value", TEXT, "Its value", is_required=True),
    ),
)
