"""The mention frame: the one view on the lake that every measure takes.

One row a mention, a post together with one brand it speaks about, with its post, the sentiment that one
model saw in it and people judged it to have, and its day, week and month on the business clock.
"""

from collections.abc import Sequence
from typing import Any, Literal

import pyarrow as pa

from workbench.store.answered_chances import answered_sql
from workbench.store.engine import Engine
from workbench.store.intent_columns import intent_schema, intent_sql
from workbench.store.lake import Lake
from workbench.tables import REAL, TEXT, TIME, WHOLE, YES_NO
from workbench.tables.strategies import ESTIMATION, in_sql

FirstDay = Literal["monday", "saturday", "sunday"]

SCHEMA = pa.schema(
    [
        ("post_id", TEXT), ("brand", TEXT), ("product", TEXT), ("region", TEXT), ("platform", TEXT),
        ("author", TEXT), ("author_role", TEXT), ("kind", TEXT), ("language", TEXT), ("text", TEXT),
        ("created_at", TIME), ("created_epoch", WHOLE), ("thread_id", TEXT), ("in_reply_to", TEXT),
        ("is_asking", YES_NO), ("is_relevant", YES_NO), ("directed_at", TEXT), ("found_by", TEXT), ("reach", WHOLE),
        ("negative", REAL), ("neutral", REAL), ("positive", REAL), ("sentiment", TEXT), ("sentiment_model", TEXT),
        ("is_held_out", YES_NO), ("label_negative", REAL), ("label_neutral", REAL), ("label_positive", REAL),
        ("label_mixed", REAL), ("label_relevant", REAL),
        ("inclusion_probability", REAL), ("annotators", WHOLE), ("collected_epoch", WHOLE),
        ("local_epoch", WHOLE), ("day", TEXT), ("week", TEXT), ("month", TEXT),
    ]
)  # fmt: skip

# Days by which a date is moved so that its week becomes the ISO week, from Monday, of the same Thursday.
_MOVED = {"monday": 0, "sunday": 1, "saturday": 2}

# A post by the account of one brand that names another is promotion where that other one is concerned.
_MENTIONS = """
WITH said AS (
    SELECT post_id, brand,
        max(CASE WHEN label = 'negative' THEN probability ELSE 0 END) AS negative,
        max(CASE WHEN label = 'neutral' THEN probability ELSE 0 END) AS neutral,
        max(CASE WHEN label = 'positive' THEN probability ELSE 0 END) AS positive,
        min(CASE WHEN coalesce(is_held_out, model LIKE 'lexicon%') THEN 1 ELSE 0 END) AS held_out
    FROM {{predictions}}
    WHERE task = 'sentiment' AND model = {model}
    GROUP BY post_id, brand
), judgements AS (
    SELECT post_id, brand, label, inclusion_probability,
        row_number() OVER (
            PARTITION BY post_id, brand, annotator ORDER BY labelled_at DESC, annotation_id DESC
        ) AS place
    FROM {{labels}}
    WHERE task = 'sentiment' AND sample_id IS NOT NULL AND inclusion_probability IS NOT NULL
        AND strategy IN {estimation}
), judged AS (
    SELECT post_id, brand, count(*) AS annotators, max(inclusion_probability) AS inclusion_probability,
        avg(CASE label WHEN 'negative' THEN 1.0e0 WHEN 'mixed' THEN 0.5e0 ELSE 0.0e0 END) AS negative,
        avg(CASE WHEN label = 'neutral' THEN 1.0e0 ELSE 0.0e0 END) AS neutral,
        avg(CASE label WHEN 'positive' THEN 1.0e0 WHEN 'mixed' THEN 0.5e0 ELSE 0.0e0 END) AS positive,
        avg(CASE WHEN label = 'mixed' THEN 1.0e0 ELSE 0.0e0 END) AS mixed,
        avg(CASE WHEN label = 'irrelevant' THEN 0.0e0 ELSE 1.0e0 END) AS relevant
    FROM judgements
    WHERE place = 1 AND label IN ('negative', 'neutral', 'positive', 'mixed', 'irrelevant')
    GROUP BY post_id, brand
){answered}{intent_tables}, spoken_for AS (
    SELECT DISTINCT m.post_id
    FROM {{mentions}} AS m JOIN {{posts}} AS p ON m.post_id = p.post_id
    WHERE p.author_role = 'brand' AND m.found_by IN ('author', 'given')
)
SELECT m.post_id, m.brand, coalesce(m.product, p.product) AS product, coalesce(m.region, p.region) AS region,
    p.platform, p.author,
    CASE WHEN p.author_role = 'brand' AND m.found_by IN ('account', 'keyword') AND o.post_id IS NOT NULL
        THEN 'promoter' ELSE p.author_role END AS author_role,
    p.kind, p.language, p.text, p.created_at, p.created_epoch, p.thread_id, p.in_reply_to,
    p.is_asking, m.is_relevant, m.directed_at, m.found_by, p.reach, s.negative, s.neutral, s.positive,
    CASE WHEN s.negative IS NULL THEN NULL
        WHEN s.negative >= s.neutral AND s.negative >= s.positive THEN 'negative'
        WHEN s.neutral >= s.positive THEN 'neutral'
        ELSE 'positive' END AS sentiment,
    CASE WHEN s.negative IS NOT NULL THEN {model} END AS sentiment_model,
    coalesce(s.held_out, 1) = 1 AS is_held_out,
    j.negative AS label_negative, j.neutral AS label_neutral, j.positive AS label_positive,
    j.mixed AS label_mixed, j.relevant AS label_relevant,
    CASE WHEN j.post_id IS NOT NULL THEN coalesce(a.chance, j.inclusion_probability) END AS inclusion_probability,
    j.annotators,
    {collected_epoch} AS collected_epoch, {local_epoch} AS local_epoch{intent_columns}
FROM {{mentions}} AS m
JOIN {{posts}} AS p ON m.post_id = p.post_id
LEFT JOIN said AS s ON m.post_id = s.post_id AND m.brand = s.brand
LEFT JOIN judged AS j ON m.post_id = j.post_id AND m.brand = j.brand AND m.is_relevant
LEFT JOIN answered AS a ON m.post_id = a.post_id AND m.brand = a.brand
LEFT JOIN spoken_for AS o ON m.post_id = o.post_id{intent_joins}
"""

# 1970-01-01 was a Thursday: day number 0 stands on the fourth day of a week from Monday.
_DATED = """
WITH numbered AS (
    SELECT *, CAST(floor(local_epoch / 86400) AS INTEGER) AS day_number FROM {{dated}}
), placed AS (
    SELECT *, DATE '1970-01-01' + day_number AS local_date,
        DATE '1970-01-01' + (day_number + {moved} - (day_number + {moved} + 3) % 7 + 3) AS thursday
    FROM numbered
)
SELECT {columns},
    CAST(local_date AS STRING) AS day,
    concat(CAST(year(thursday) AS STRING), '-W',
        lpad(CAST(CAST(floor((dayofyear(thursday) + 6) / 7) AS INTEGER) AS STRING), 2, '0')) AS week,
    substr(CAST(local_date AS STRING), 1, 7) AS month
FROM placed
"""


def mention_frame(
    engine: Engine,
    lake: Lake,
    *,
    time_zone: str = "UTC",
    first_day_of_week: FirstDay = "monday",
    model: str | None = None,
    intents: Sequence[str] = (),
    intents_model: str | None = None,
) -> Any:
    """All mentions with their posts, as a frame of the engine's kind.

    Parameters
    ----------
    engine
        Where it is computed.
    lake
        The tables; opened `at` versions, it gives the mentions of then.
    time_zone
        Business time zone, an IANA name.
    first_day_of_week
        A week is named after the ISO week of its Thursday, so "2026-W48" holds 23–29 November 2026 for
        weeks from Monday, 22–28 for weeks from Sunday, 21–27 for weeks from Saturday.
    model
        Name of the model whose sentiment is shown; without it there is none.
    intents
        Labels of the task intents that are wanted; without any, no column speaks of them.
    intents_model
        Name of the model whose intents are shown.

    Returns
    -------
    One row a mention with the columns of `SCHEMA`: ``negative``, ``neutral`` and ``positive`` are
    probabilities (null where the model has said nothing), ``sentiment`` the likeliest label, ``is_held_out``
    whether the model learned nothing from this text (also true where it has said nothing). ``label_negative``,
    ``label_neutral`` and ``label_positive`` are the share of ``annotators`` who judged so, each by their latest
    judgement, and ``inclusion_probability`` the chance π of having been drawn and answered by now (see
    `workbench.store.answered_chances`): null where the mention is not relevant or not labelled in a sample drawn to
    estimate. ``label_mixed`` found it mixed, which counts as half
    negative and half positive; ``label_relevant`` is the share who found it to be about the brand, the
    others counting with no sentiment. Who cannot tell has not judged. Labels of any other strategy never stand
    there. For intents see `workbench.store.intent_columns`.
    ``created_epoch`` and ``collected_epoch`` are seconds since 1970 UTC, ``local_epoch`` the first of them
    on the wall clock of the time zone, ``day``, ``week``, ``month`` as '2026-11-23', '2026-W48', '2026-11'
    on that clock.
    """
    joined = engine.sql(
        _MENTIONS.format(
            model=_quoted(model or ""),
            local_epoch=engine.local_epoch("p.created_at", time_zone),
            collected_epoch=engine.local_epoch("p.collected_at", "UTC"),
            estimation=in_sql(ESTIMATION),
            answered=answered_sql("answered", "judged", "sentiment"),
            **intent_sql(intents, _quoted(intents_model or "")),
        ),
        **{
            name: engine.table(lake, name)
            for name in ("mentions", "posts", "predictions", "labels", "label_samples")
        },
    )
    names = [*SCHEMA.names, *intent_schema(intents).names]
    columns = ", ".join(name for name in names if name not in ("day", "week", "month"))
    return engine.sql(_DATED.format(moved=_MOVED[first_day_of_week], columns=columns), dated=joined)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
