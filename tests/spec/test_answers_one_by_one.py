"""Answers in random and in real threads, beside a search through all posts one by one."""

import random
from statistics import median

import pandas as pd
import pytest
from spec.table import native, rows

from workbench.kpi.first_response_time import first_response_time
from workbench.kpi.share_answered import share_answered
from workbench.store.threads import thread_roots


def random_posts(seed: int, count: int = 120) -> list[dict]:
    """A few crowded threads, so that people answer each other, late, twice, and past each other."""
    chance = random.Random(seed)
    made: list[dict] = []
    for number in range(count):
        is_brand = chance.random() < 0.4
        thread = f"t{chance.randrange(8)}"
        before = [post["post_id"] for post in made if post["thread_id"] == thread]
        brand = chance.choice(["Acme", "Bolt"])
        made.append(
            {
                "post_id": f"p{number}",
                "thread_id": thread,
                "brand": brand,
                "author": brand.lower() if is_brand else chance.choice(["ann", "ben", "cat", None]),
                "author_role": "brand" if is_brand else chance.choice(["customer", "customer", "bot"]),
                "kind": chance.choice(["post", "reply", "reply", "direct_message"]),
                "in_reply_to": chance.choice([None, "lost", *before[-3:]]),
                "directed_at": chance.choice([brand, brand, None]),
                "is_asking": chance.random() < 0.7,
                "is_relevant": chance.random() < 0.9,
                "created_epoch": chance.randrange(0, 400_000, 1_000),
                "text": "",
            }
        )
    return made


def waits(posts: list[dict]) -> dict[tuple[str, str], tuple[dict, int | None]]:
    """Seconds to the first answer of each eligible post."""
    by_id = {(post["post_id"], post["brand"]): post for post in posts}
    found = {}
    for post in posts:
        is_earned = post["is_relevant"] and post["author_role"] not in ("brand", "bot", "promoter")
        if not (is_earned and post["is_asking"] and post["directed_at"] == post["brand"]):
            continue
        answers = []
        for other in posts:
            if other["author_role"] != "brand" or other["kind"] == "direct_message":
                continue
            if (other["thread_id"], other["brand"]) != (post["thread_id"], post["brand"]):
                continue
            parent = by_id.get((other["in_reply_to"], other["brand"]))
            is_to = parent is None or parent is post or parent["author"] == post["author"] is not None
            if is_to and other["created_epoch"] >= post["created_epoch"]:
                answers.append(other["created_epoch"] - post["created_epoch"])
        found[post["post_id"], post["brand"]] = (post, min(answers, default=None))
    return found


def assert_same(frame, posts: list[dict]) -> None:
    expected = waits(posts)
    shares = {
        (brand, metric): value
        for brand, metric, value in rows(share_answered(frame, ["brand"]), "brand", "metric", "value")
    }
    for brand in sorted({post["brand"] for post, _ in expected.values()}):
        of_brand = [wait for post, wait in expected.values() if post["brand"] == brand]
        for hours in (1, 24):
            in_time = [wait is not None and wait <= hours * 3600 for wait in of_brand]
            assert shares[brand, f"share_answered_{hours}h"] == pytest.approx(sum(in_time) / len(in_time))
    times = {
        (brand, metric): (value, count)
        for brand, metric, value, count in rows(
            first_response_time(frame, ["brand"]), "brand", "metric", "value", "posts"
        )
    }
    opened: dict[tuple, tuple[dict, int | None]] = {}
    for post, wait in sorted(
        expected.values(), key=lambda pair: (pair[0]["created_epoch"], pair[0]["post_id"])
    ):
        opened.setdefault((post["thread_id"], post["brand"], post["author"]), (post, wait))
    for brand in sorted({post["brand"] for post, _ in opened.values()}):
        of_brand = [wait for post, wait in opened.values() if post["brand"] == brand]
        answered = [wait for wait in of_brand if wait is not None]
        value, count = times[brand, "first_response_time.median"]
        assert count == len(of_brand)
        assert value == (pytest.approx(median(answered)) if answered else None)


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb", "spark"])
@pytest.mark.parametrize("seed", range(5))
def test_random_threads(engine, seed, request):
    session = request.getfixturevalue("spark").session if engine == "spark" else None
    posts = random_posts(seed)
    assert_same(native(engine, posts, session), posts)


@pytest.mark.research
def test_real_threads(research_data):
    """Support tweets of many brands; a customer's tweet is taken to ask the brand that its thread is with."""
    tweets = pd.read_csv(research_data / "support_threads" / "twcs.csv", dtype=str)
    # A missing parent made the column of numbers a column of fractions.
    answered = [p.removesuffix(".0") if isinstance(p, str) else None for p in tweets.in_response_to_tweet_id]
    parents = dict(zip(tweets.tweet_id, answered, strict=True))
    roots = thread_roots(parents)
    agents = {
        roots[t]: a
        for t, a, i in zip(tweets.tweet_id, tweets.author_id, tweets.inbound, strict=True)
        if i != "True"
    }
    when = pd.to_datetime(tweets.created_at, format="%a %b %d %H:%M:%S %z %Y")
    seconds = when.dt.as_unit("s").astype("int64")
    posts = [
        {
            "post_id": tweet.tweet_id,
            "thread_id": roots[tweet.tweet_id],
            "brand": agents[roots[tweet.tweet_id]],
            "author": tweet.author_id,
            "author_role": "customer" if tweet.inbound == "True" else "brand",
            "kind": "post",
            "in_reply_to": parents[tweet.tweet_id],
            "directed_at": agents[roots[tweet.tweet_id]],
            "is_asking": tweet.inbound == "True",
            "is_relevant": True,
            "created_epoch": int(second),
            "text": tweet.text,
        }
        for tweet, second in zip(tweets.itertuples(), seconds, strict=True)
        if roots[tweet.tweet_id] in agents
    ]
    assert len(posts) > 2_000
    assert_same(native("duckdb", posts), posts)
