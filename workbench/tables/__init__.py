"""Every table of the lake, declared once: columns, types, units, key and what they mean.

The declaration makes the Delta schema, validates what comes in and writes the data dictionary.
Names follow ActivityStreams and Schema.org where they have a word. Times are UTC; durations say
their unit in the name; booleans start with ``is_`` or ``has_``.
"""

from workbench.tables.customers import CASES as CASES
from workbench.tables.customers import OUTCOMES as OUTCOMES
from workbench.tables.customers import SURVEYS as SURVEYS
from workbench.tables.judgements import LABEL_CHANCES as LABEL_CHANCES
from workbench.tables.judgements import LABEL_FRAMES as LABEL_FRAMES
from workbench.tables.judgements import LABEL_SAMPLES as LABEL_SAMPLES
from workbench.tables.judgements import LABELS as LABELS
from workbench.tables.judgements import PREDICTIONS as PREDICTIONS
from workbench.tables.keeping import BATCHES as BATCHES
from workbench.tables.keeping import BRANDS as BRANDS
from workbench.tables.keeping import LAKE as LAKE
from workbench.tables.keeping import MEASURES as MEASURES
from workbench.tables.posts import MENTIONS as MENTIONS
from workbench.tables.posts import NEAR_DUPLICATES as NEAR_DUPLICATES
from workbench.tables.posts import POSTS as POSTS
from workbench.tables.table import REAL as REAL
from workbench.tables.table import TEXT as TEXT
from workbench.tables.table import TIME as TIME
from workbench.tables.table import WHOLE as WHOLE
from workbench.tables.table import YES_NO as YES_NO
from workbench.tables.table import Column as Column
from workbench.tables.table import Table as Table

SCHEMA_VERSION = 1

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        POSTS, MENTIONS, PREDICTIONS, LABELS, LABEL_SAMPLES, LABEL_FRAMES, LABEL_CHANCES, BRANDS, BATCHES,
        NEAR_DUPLICATES, CASES, SURVEYS, OUTCOMES, MEASURES, LAKE,
    )
}  # fmt: skip

# What reports have shown, and what the lake says of itself: the source of no figure.
OUTPUTS = (MEASURES.name, LAKE.name)
