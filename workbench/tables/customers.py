"""What the company's own systems know of customers: cases, surveys and what came of them."""

from workbench.tables.table import TEXT, TIME, WHOLE, YES_NO, Column, Table

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
