"""Each measure over a million mentions, by brand and day, beside the SQL one would write by hand for it.

Run: python tests/performance/bench_measures.py [mentions] [folder for the Parquet file]

Prints the seconds of each, and the ratio of their processor time, which other processes on the machine hardly
change. Stops with an error where the figures differ.
"""

import math
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw

from workbench.benchmarks.share_of_voice import share_of_voice
from workbench.journeys.graph import directly_follows
from workbench.journeys.steps import journey_steps
from workbench.kpi.acknowledged_resolution import acknowledged_resolution
from workbench.kpi.first_response_time import first_response_time
from workbench.kpi.net_sentiment_signal import net_sentiment_signal
from workbench.kpi.sentiment_signal import sentiment_signal
from workbench.kpi.share_answered import share_answered
from workbench.kpi.volume import volume
from workbench.statistics import wording

BY = ["brand", "day"]
BRANDS = [f"brand {number}" for number in range(6)]
_TRIES = 5

# Threads of three: a question, the brand's answer (to two thirds of them) or another post, and a word of thanks.
MAKE = """
COPY (
    WITH numbered AS (
        SELECT range AS n, range // 3 AS thread, range % 3 AS part, hash(range // 3) AS h, hash(range, 'x') AS r
        FROM range({count})
    )
    SELECT 'x:' || n AS post_id, 'brand ' || h % 6 AS brand, 'x:' || thread * 3 AS thread_id,
        CASE WHEN part > 0 THEN 'x:' || (n - 1) END AS in_reply_to,
        CASE WHEN part = 1 AND h % 3 > 0 THEN 'agent' ELSE 'author ' || h % 200000 END AS author,
        CASE WHEN part = 1 AND h % 3 > 0 THEN 'brand' WHEN r % 20 = 0 THEN 'bot' ELSE 'customer' END AS author_role,
        CASE WHEN part > 0 THEN 'reply' ELSE 'post' END AS kind,
        CASE WHEN part = 2 AND r % 4 = 0 THEN 'Works now, thanks a lot for the quick help!'
            ELSE 'My line has been down since this morning and nobody tells me why ' || n END AS text,
        1780000000 + (h % 20000000)::BIGINT + part * (r % 100000)::BIGINT AS created_epoch,
        strftime(to_timestamp(1780000000 + (h % 20000000)::BIGINT), '%Y-%m-%d') AS day,
        part = 0 AS is_asking, r % 10 > 0 AS is_relevant,
        CASE WHEN part <> 1 THEN 'brand ' || h % 6 END AS directed_at,
        CASE WHEN r % 50 > 0 THEN (r % 1000) / 1000.0 END AS negative,
        CASE WHEN r % 50 > 0 THEN (1 - (r % 1000) / 1000.0) / 4 END AS neutral,
        CASE WHEN r % 50 > 0 THEN (1 - (r % 1000) / 1000.0) * 3 / 4 END AS positive
    FROM numbered
) TO '{file}' (FORMAT parquet)
"""

EARNED = "is_relevant AND author_role NOT IN ('brand', 'bot', 'promoter')"
ELIGIBLE = f"{EARNED} AND is_asking AND directed_at = brand"
# The same rule as `workbench.statistics.answers`: to the post, to its author, or to nobody in particular.
ANSWERED = f"""
    asked AS (SELECT * FROM mentions WHERE {ELIGIBLE}),
    answers AS (
        SELECT a.thread_id, a.brand, a.created_epoch AS answer_epoch, p.post_id AS parent, p.author AS parent_author
        FROM mentions AS a LEFT JOIN mentions AS p ON a.in_reply_to = p.post_id AND a.brand = p.brand
        WHERE a.author_role = 'brand' AND a.kind <> 'direct_message'
    ),
    first AS (
        SELECT q.post_id, q.brand, min(answer_epoch) AS answer_epoch
        FROM asked AS q JOIN answers AS a ON q.thread_id = a.thread_id AND q.brand = a.brand
        WHERE answer_epoch >= q.created_epoch
            AND (parent IS NULL OR parent = q.post_id OR parent_author = q.author)
        GROUP BY q.post_id, q.brand
    ),
    answered AS (SELECT q.*, f.answer_epoch FROM asked AS q LEFT JOIN first AS f USING (post_id, brand)),
    opened AS (
        SELECT * FROM answered
        QUALIFY row_number() OVER (PARTITION BY thread_id, brand, author ORDER BY created_epoch, post_id) = 1
    )
"""
GROUPS = "(SELECT DISTINCT brand, day FROM mentions)"


def _says(pattern: str) -> str:
    quoted = pattern.replace("'", "''")
    return f"regexp_matches(t.text, '{quoted}')"


THANKS = (
    f"{_says(wording._THANKS)} AND NOT {_says(wording._STILL_OPEN)} AND NOT {_says(wording._HAND_OFF)} "
    "AND NOT t.is_asking"
)
BY_HAND = {
    "volume": f"SELECT brand, day, count(*) FILTER ({EARNED}) AS volume FROM mentions GROUP BY ALL",
    "sentiment_signal": f"""
        SELECT brand, day, avg(negative) FILTER ({EARNED}), avg(neutral) FILTER ({EARNED}),
            avg(positive) FILTER ({EARNED})
        FROM mentions GROUP BY ALL""",
    "net_sentiment_signal": f"""
        SELECT brand, day, (avg(positive) - avg(negative)) / (avg(positive) + avg(negative) + avg(neutral))
        FROM mentions WHERE {EARNED} GROUP BY ALL""",
    "share_answered": f"""
        WITH {ANSWERED}
        SELECT brand, day, avg(coalesce((answer_epoch - created_epoch <= 3600)::INT, 0)) FILTER (post_id IS NOT NULL),
            avg(coalesce((answer_epoch - created_epoch <= 86400)::INT, 0)) FILTER (post_id IS NOT NULL)
        FROM {GROUPS} LEFT JOIN answered USING (brand, day) GROUP BY ALL""",
    "first_response_time": f"""
        WITH {ANSWERED}
        SELECT brand, day, median(answer_epoch - created_epoch), quantile_cont(answer_epoch - created_epoch, 0.9),
            avg((answer_epoch IS NOT NULL)::INT) FILTER (post_id IS NOT NULL)
        FROM {GROUPS} LEFT JOIN opened USING (brand, day) GROUP BY ALL""",
    "acknowledged_resolution": f"""
        WITH {ANSWERED},
        thanked AS (
            SELECT DISTINCT q.post_id, q.brand
            FROM opened AS q JOIN mentions AS t USING (thread_id, brand, author)
            WHERE {THANKS} AND t.created_epoch > q.answer_epoch AND t.created_epoch <= q.created_epoch + 604800
        )
        SELECT brand, day, avg((t.post_id IS NOT NULL)::INT) FILTER (q.post_id IS NOT NULL)
        FROM {GROUPS} LEFT JOIN opened AS q USING (brand, day) LEFT JOIN thanked AS t USING (post_id, brand)
        GROUP BY ALL""",
    "share_of_voice": f"""
        WITH counted AS (
            SELECT brand, day, count(DISTINCT post_id) FILTER ({EARNED}) AS posts FROM mentions
            WHERE brand IN ({", ".join(f"'{brand}'" for brand in BRANDS)}) GROUP BY ALL
        )
        SELECT brand, day, posts / sum(posts) OVER (PARTITION BY day) FROM counted""",
}
MEASURES = {
    "volume": volume,
    "sentiment_signal": sentiment_signal,
    "net_sentiment_signal": net_sentiment_signal,
    "share_answered": share_answered,
    "first_response_time": first_response_time,
    "acknowledged_resolution": acknowledged_resolution,
    "share_of_voice": lambda mentions, by: share_of_voice(mentions, by, BRANDS),
}


def main(count: int, folder: Path) -> None:
    """Time every measure, and the steps and graph of journeys."""
    file = folder / f"mentions_{count}.parquet"
    connection = duckdb.connect()
    if not file.exists():
        connection.execute(MAKE.format(count=count, file=file))
    mentions = connection.read_parquet(str(file))
    mentions.create_view("mentions")
    print(
        f"{count:,} mentions, by {' and '.join(BY)}\n{'measure':26}{'seconds':>9}{'by hand':>9}{'ratio':>7}"
    )
    for name, measure in MEASURES.items():
        figures, seconds, work = _timed(lambda measure=measure: _rows(measure(mentions, BY)))
        by_hand, seconds_by_hand, work_by_hand = _timed(lambda name=name: _by_hand(connection, name))
        _compare(name, figures, by_hand)
        print(f"{name:26}{seconds:9.2f}{seconds_by_hand:9.2f}{work / work_by_hand:7.1f}")
    _, seconds, _ = _timed(lambda: directly_follows(journey_steps(mentions)))
    print(f"{'journey graph':26}{seconds:9.2f}")


def _by_hand(connection: duckdb.DuckDBPyConnection, name: str) -> list[dict]:
    return connection.sql(BY_HAND[name]).to_arrow_table().to_pylist()


def _timed(compute: Callable[[], Any]) -> tuple[Any, float, float]:
    """What it gives, seconds and processor seconds: the best of a few times, the rest is what others took."""
    seconds = work = float("inf")
    for _ in range(_TRIES):
        start, work_before = time.perf_counter(), time.process_time()
        given = compute()
        seconds = min(seconds, time.perf_counter() - start)
        work = min(work, time.process_time() - work_before)
    return given, seconds, work


def _rows(frame: duckdb.DuckDBPyRelation) -> list[dict]:
    return nw.from_native(frame).collect().to_arrow().to_pylist()


def _compare(name: str, figures: list[dict], by_hand: list[dict]) -> None:
    """The same figures, in whatever order; sums of fractions differ in the last digits."""
    measured = sorted((row["brand"], row["day"], _number(row["value"])) for row in figures)
    expected = sorted(
        (brand, day, _number(value)) for brand, day, *values in map(dict.values, by_hand) for value in values
    )
    same = len(measured) == len(expected) and all(
        a[:2] == b[:2] and math.isclose(a[2], b[2], abs_tol=1e-9)
        for a, b in zip(measured, expected, strict=True)
    )
    if not same:
        sys.exit(f"{name}: the figures differ from those by hand.")


def _number(value: float | None) -> float:
    return -1.0 if value is None else float(value)


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as made:
        main(wanted, Path(sys.argv[2]) if len(sys.argv) > 2 else Path(made))
