"""Every table of the lake, declared once: columns, types, units, key and what they mean.

The declaration makes the Delta schema, validates what comes in and writes the data dictionary.
Names follow ActivityStreams and Schema.org where they have a word. Times are UTC; durations say
their unit in the name; booleans start with ``is_`` or ``has_``.
"""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from workbench.errors import WorkbenchError, did_you_mean

SCHEMA_VERSION = 1

TEXT = pa.string()
WHOLE = pa.int64()
REAL = pa.float64()
YES_NO = pa.bool_()
TIME = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True)
class Column:
    """One column: its type, what it means, its unit, and whether it may be missing."""

    name: str
    type: pa.DataType
    description: str
    unit: str = ""
    is_required: bool = False


@dataclass(frozen=True)
class Table:
    """One table of the lake."""

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """Arrow schema; a column that may not be missing is not nullable."""
        return pa.schema([pa.field(c.name, c.type, nullable=not c.is_required) for c in self.columns])

    def conform(self, rows: pa.Table) -> pa.Table:
        """The rows with exactly the declared columns, in order and type.

        A missing optional column becomes null; an undeclared one, or a missing value where one is
        required, is an error.

        Raises
        ------
        WorkbenchError
            Names the column and what was expected of it.
        """
        declared = {column.name for column in self.columns}
        for name in rows.column_names:
            if name not in declared:
                raise WorkbenchError(
                    f"table '{self.name}' has no column '{name}'.{did_you_mean(name, declared)} "
                    f"It declares: {', '.join(c.name for c in self.columns)}."
                )
        return pa.table([self._cast(column, rows) for column in self.columns], schema=self.schema)

    def _cast(self, column: Column, rows: pa.Table) -> pa.ChunkedArray:
        if column.name not in rows.column_names:
            values = pa.chunked_array([pa.nulls(rows.num_rows, column.type)])
        else:
            try:
                values = pc.cast(rows[column.name], column.type)
            except pa.ArrowInvalid:
                raise WorkbenchError(
                    f"table '{self.name}', column '{column.name}': expected {column.type}, "
                    f"found {rows[column.name].type} that does not convert."
                ) from None
        if column.is_required and values.null_count:
            raise WorkbenchError(
                f"table '{self.name}', column '{column.name}': {values.null_count} of {rows.num_rows} rows "
                "have no value, and each needs one."
            )
        return values


POSTS = Table(
    "posts",
    "One row a post, masked. Posts of customers, brands, bots and promoters alike.",
    ("post_id",),
    (
        Column("post_id", TEXT, "`platform:native id`", is_required=True),
        Column("platform", TEXT, "Where it was published: x, reddit, facebook, …", is_required=True),
        Column("author", TEXT, "Keyed pseudonym of the account (HMAC-SHA-256)"),
        Column("author_role", TEXT, "customer, brand, bot, promoter or unknown", is_required=True),
        Column("kind", TEXT, "post, reply, comment, review or direct_message", is_required=True),
        Column("text", TEXT, "Masked text; captions and alt text are in `media`", is_required=True),
        Column("language", TEXT, "ISO 639-1 code; null where too short or doubtful"),
        Column("is_asking", YES_NO, "Asks something: a question or a request", is_required=True),
        Column("created_at", TIME, "When it was published", is_required=True),
        Column(
            "created_epoch", WHOLE, "The same, for engines without time arithmetic", "s", is_required=True
        ),
        Column("in_reply_to", TEXT, "post_id of the parent"),
        Column(
            "thread_id",
            TEXT,
            "post_id of the thread's first post; its own where it stands alone",
            is_required=True,
        ),
        Column("reach", WHOLE, "Accounts that may have seen it", "accounts"),
        Column("likes", WHOLE, "Likes when collected"),
        Column("shares", WHOLE, "Reposts and shares when collected"),
        Column("media", TEXT, "Masked captions, alt texts and transcripts, joined by line breaks"),
        Column("brand_given", TEXT, "The brand as the source named it, where it did"),
        Column("region", TEXT, "Region or country as the source gave it"),
        Column("product", TEXT, "Product as the source gave it"),
        Column("source", TEXT, "File or service it came from", is_required=True),
        Column("collected_at", TIME, "When it was collected", is_required=True),
        Column("batch_id", TEXT, "The ingest that brought it", is_required=True),
    ),
)

MENTIONS = Table(
    "mentions",
    "A post together with one brand it speaks about; a post that names three brands is three mentions.",
    ("post_id", "brand"),
    (
        Column("post_id", TEXT, "The post", is_required=True),
        Column("brand", TEXT, "Name of the brand", is_required=True),
        Column("product", TEXT, "Product of that brand, where named"),
        Column("region", TEXT, "Region, where known"),
        Column("is_relevant", YES_NO, "Speaks about the brand: no namesake, no feed", is_required=True),
        Column("directed_at", TEXT, "Brand whose account the post addresses, if any"),
        Column(
            "found_by",
            TEXT,
            "given by the source, author, account, keyword, or thread (a reply)",
            is_required=True,
        ),
        Column("rules", TEXT, "Fingerprint of the brand rules that made this row", is_required=True),
    ),
)

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

NEAR_DUPLICATES = Table(
    "near_duplicates",
    "Posts that say almost the same as an earlier one.",
    ("post_id",),
    (
        Column("post_id", TEXT, "The later post", is_required=True),
        Column("duplicate_of", TEXT, "The earliest post of its group", is_required=True),
        Column("similarity", REAL, "Jaccard similarity of their word shingles", "0–1", is_required=True),
    ),
)

CASES = Table(
    "cases",
    "Support cases (Zendesk calls them tickets).",
    ("case_id",),
    (
        Column("case_id", TEXT, "Keyed token of the case number, as in `<CASE:token>`", is_required=True),
        Column("author", TEXT, "Keyed pseudonym of the requester"),
        Column("brand", TEXT, "Brand", is_required=True),
        Column("status", TEXT, "new, open, pending, hold, solved or closed", is_required=True),
        Column("category", TEXT, "Internal category"),
        Column("created_at", TIME, "Opened", is_required=True),
        Column("solved_at", TIME, "First solved"),
        Column("reopened_at", TIME, "First reopened after being solved"),
    ),
)

SURVEYS = Table(
    "surveys",
    "Answers to 'how likely are you to recommend us?'",
    ("survey_id",),
    (
        Column("survey_id", TEXT, "One answer", is_required=True),
        Column("author", TEXT, "Keyed pseudonym"),
        Column("brand", TEXT, "Brand", is_required=True),
        Column("score", WHOLE, "Answer", "0–10", is_required=True),
        Column("answered_at", TIME, "When", is_required=True),
    ),
)

OUTCOMES = Table(
    "outcomes",
    "What customers did afterwards.",
    ("author", "brand", "outcome"),
    (
        Column("author", TEXT, "Keyed pseudonym", is_required=True),
        Column("brand", TEXT, "Brand", is_required=True),
        Column("outcome", TEXT, "churn or advocacy", is_required=True),
        Column("is_observed", YES_NO, "Whether it came about", is_required=True),
        Column("observed_at", TIME, "When it was known", is_required=True),
    ),
)

MEASURES = Table(
    "measures",
    "Every figure that a report showed.",
    ("run_id", "metric", "group"),
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
        Column("status", TEXT, "ok, withheld, or against its target: met, missed"),
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

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        POSTS, MENTIONS, PREDICTIONS, LABELS, BRANDS, BATCHES, NEAR_DUPLICATES,
        CASES, SURVEYS, OUTCOMES, MEASURES, LAKE,
    )
}  # fmt: skip
