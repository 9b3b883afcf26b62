"""Corrected shares of all brands by week over a million mentions, beside the plain mean and the labels alone.

Run: python tests/performance/bench_corrected.py [mentions] [folder for the Parquet file]

Prints the seconds of each, and how wide the interval is beside that of the labels alone. Stops with an error where
the corrected figures take longer than is promised, or where they miss the truth too often.
"""

import sys
import tempfile
from pathlib import Path

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
from performance.bench_measures import EARNED, _timed

from workbench.kpi.net_sentiment import net_sentiment
from workbench.kpi.sentiment_share import sentiment_share
from workbench.kpi.sentiment_shift import sentiment_shift
from workbench.statistics.cells import labelled_mentions
from workbench.statistics.prevalence import labels_only_mean

BY = ["brand", "week"]
_FEWEST_HELD = 0.92  # of nominal 95 %, over 156 cells

# Half a year of six brands. The truth drifts with brand and week; the classifier follows it, timidly and with a bias;
# three in a hundred are judged. The truth stands in a column of its own, which no measure reads.
MAKE = """
COPY (
    WITH numbered AS (
        SELECT range AS n, hash(range) % 6 AS brand, hash(range, 'w') % 26 + 1 AS week,
            (hash(range, 'r') % 1000000) / 1000000.0 AS r, (hash(range, 's') % 1000000) / 1000000.0 AS s,
            hash(range, 'o') % 20 AS o, (hash(range, 'l') % 1000) / 1000.0 AS l
        FROM range({count})
    ), judged AS (
        SELECT *, CASE WHEN r < 0.2 + 0.05 * brand + 0.004 * week THEN 'negative'
            WHEN r < 0.7 + 0.02 * brand THEN 'neutral' ELSE 'positive' END AS truth
        FROM numbered
    ), said AS (
        SELECT *, CASE truth WHEN 'negative' THEN 0.35 + 0.55 * s WHEN 'neutral' THEN 0.45 * s ELSE 0.25 * s END AS f
        FROM judged
    )
    SELECT 'x:' || n AS post_id, 'brand ' || brand AS brand, 'author ' || hash(n, 'a') % 200000 AS author,
        CASE WHEN o = 0 THEN 'bot' ELSE 'customer' END AS author_role, o <> 1 AS is_relevant,
        CASE WHEN hash(n, 'p') % 3 = 0 THEN 'forum' ELSE 'network' END AS platform,
        1780000000 + week * 604800 AS created_epoch, '2026-W' || lpad(week::VARCHAR, 2, '0') AS week,
        f AS negative, (1 - f) * 0.6 AS neutral, (1 - f) * 0.4 AS positive, true AS is_held_out,
        CASE WHEN l < 0.03 THEN (truth = 'negative')::DOUBLE END AS label_negative,
        CASE WHEN l < 0.03 THEN (truth = 'neutral')::DOUBLE END AS label_neutral,
        CASE WHEN l < 0.03 THEN (truth = 'positive')::DOUBLE END AS label_positive,
        CASE WHEN l < 0.03 THEN 0.03 END AS inclusion_probability,
        CASE WHEN l < 0.03 THEN 1 END AS annotators, truth
    FROM said
) TO '{file}' (FORMAT parquet)
"""

MEAN = f"SELECT brand, week, avg(negative) AS value FROM mentions WHERE {EARNED} GROUP BY ALL"
TRUTH = (
    f"SELECT brand, week, avg((truth = 'negative')::INT) AS truth FROM mentions WHERE {EARNED} GROUP BY ALL"
)
LABELS = f"SELECT brand, week, count(*) AS posts FROM mentions WHERE {EARNED} GROUP BY ALL"


def main(count: int, folder: Path) -> None:
    """Time the measures, and look whether their intervals hold the truth."""
    file = folder / f"labelled_{count}.parquet"
    connection = duckdb.connect()
    if not file.exists():
        connection.execute(MAKE.format(count=count, file=file))
    mentions = connection.read_parquet(str(file))
    mentions.create_view("mentions")
    shares, seconds, _ = _timed(lambda: sentiment_share(mentions, BY))
    _, seconds_of_mean, _ = _timed(lambda: connection.sql(MEAN).df())
    alone, seconds_alone, _ = _timed(lambda: _labels_alone(connection, mentions))
    print(
        f"{count:,} mentions, {shares['labels'].sum() // 3:,} labels, by {' and '.join(BY)}: {len(shares)} figures"
    )
    print(f"{'sentiment_share':32}{seconds:7.2f} s")
    print(f"{'net_sentiment':32}{_timed(lambda: net_sentiment(mentions, BY))[1]:7.2f} s")
    shift = _timed(lambda: sentiment_shift(mentions, ["brand"]))[1]
    print(f"{'sentiment_shift, of two weeks':32}{shift:7.2f} s")
    print(f"{'mean of predictions, plain SQL':32}{seconds_of_mean:7.2f} s")
    print(f"{'labels alone, one sentiment':32}{seconds_alone:7.2f} s")
    truth = connection.sql(TRUTH).df()
    _compare(shares, alone, connection.sql(MEAN).df(), truth)


def _labels_alone(connection: duckdb.DuckDBPyConnection, mentions: duckdb.DuckDBPyRelation) -> pd.DataFrame:
    """What one would report without a classifier."""
    posts = connection.sql(LABELS).df().set_index(BY)["posts"]
    labelled = labelled_mentions(nw.from_native(mentions), BY).rename(columns={"label_negative": "label"})
    rows = [
        (*cell, estimate.value, estimate.low, estimate.high)
        for cell, own in labelled.groupby(BY)
        for estimate in [labels_only_mean(own, int(posts[cell]))]
    ]
    return pd.DataFrame(rows, columns=[*BY, "value", "low", "high"])


def _compare(shares: pd.DataFrame, alone: pd.DataFrame, mean: pd.DataFrame, truth: pd.DataFrame) -> None:
    """Error of each way, its interval, and how often that holds the truth."""
    corrected = shares[shares["metric"] == "sentiment_share.negative"]
    print(f"\n{'share of negative mentions':32}{'error':>9}{'interval':>10}{'held':>7}")
    held = 0.0
    for name, figures in (("corrected", corrected), ("labels alone", alone), ("mean of predictions", mean)):
        both = figures.merge(truth, on=BY)
        error = float(np.sqrt(((both["value"] - both["truth"]) ** 2).mean()))
        if "low" not in both:
            print(f"{name:32}{100 * error:7.1f} %")
            continue
        within = float(((both["low"] <= both["truth"]) & (both["truth"] <= both["high"])).mean())
        half = float((both["high"] - both["low"]).mean() / 2)
        held = held or within
        print(f"{name:32}{100 * error:7.1f} %{'±':>3}{100 * half:5.1f} %{within:7.0%}")
    if held < _FEWEST_HELD:
        sys.exit(f"the intervals of the corrected shares hold the truth in {held:.0%}; 95 % were promised.")


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as made:
        main(wanted, Path(sys.argv[2]) if len(sys.argv) > 2 else Path(made))
