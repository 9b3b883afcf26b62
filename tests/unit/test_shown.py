"""What a labeller is shown: the post, what came before it, the brand; never who wrote it, nor that it is made."""

import pandas as pd
import pytest
from unit.rows import mention, mentions, post, posts

from workbench.labels.keys import gold_key, mention_key
from workbench.labels.shown import DISTRESSING, shown
from workbench.labels.tasks import Gold, Task
from workbench.store.lake import Lake

KEY = bytes(32)
GOLD = Gold("gold:sentiment-1", "@Lumora is down, and lumora is silent", "Lumora", ("negative",))
TASK = Task("sentiment", "Sentiment", ("negative", "positive"), (), False, "", "", {}, (GOLD,))


def row(post_id, brand="Acme", **columns):
    return {
        "post_id": post_id,
        "brand": brand,
        "sample_id": "s",
        "strategy": "random",
        "is_distressing": False,
        **columns,
    }


@pytest.fixture
def lake(tmp_path):
    lake = Lake(str(tmp_path / "lake"))
    said = [
        post("1", text="Anybody there?", thread_id="x:1", author="b" * 32, created_epoch=1),
        post("2", text="Same here", thread_id="x:1", author=None, created_epoch=2),
        post(
            "3", text="We are on it", thread_id="x:1", author="c" * 32, author_role="brand", created_epoch=3
        ),
        post("4", text="Still down", thread_id="x:1", author="b" * 32, created_epoch=4, media="a dark room"),
        post("5", text="Too late", thread_id="x:1", created_epoch=5),
        post("6", text="Alone", platform="reddit"),
    ]
    lake.merge("posts", posts(*said))
    spoken = [mention(str(n)) for n in (1, 2, 4, 5, 6)]
    lake.merge("mentions", mentions(*spoken, mention("3", "Acme", found_by="author")))
    return lake


def tell(lake, *rows):
    return shown(lake, KEY, TASK, pd.DataFrame(list(rows)))


def test_a_post_with_what_came_before_it(lake):
    [told] = tell(lake, row("x:4"))
    assert told == {
        "key": mention_key(KEY, "sentiment", "x:4", "Acme"),
        "text": "Still down\na dark room",
        "brand": "Acme",
        "platform": "x",
        "where": "On x, after what stands here above it",
        "thread": "the same person: Anybody there?\n\nsomebody else: Same here\n\nAcme: We are on it",
        "notice": "",
    }


def test_a_post_that_stands_alone(lake):
    [told] = tell(lake, row("x:6"))
    assert (told["where"], told["thread"]) == ("On reddit", "")


def test_of_a_long_thread_the_beginning_and_the_end(lake):
    said = [
        post(f"l{n}", text=f"Word {n}", thread_id="x:l0", created_epoch=n, author="d" * 32) for n in range(12)
    ]
    lake.merge("posts", posts(*said))
    [told] = tell(lake, row("x:l11"))
    assert [part.rpartition(" ")[2] for part in told["thread"].split("\n\n")] == [
        "0",
        "…",
        *map(str, range(4, 11)),
    ]


def test_two_brands_of_one_post_are_two_tasks(lake):
    first, second = tell(lake, row("x:6"), row("x:6", "Bolt"))
    assert first["key"] != second["key"]
    assert (first["brand"], second["brand"]) == ("Acme", "Bolt")


def test_what_may_distress_is_announced(lake):
    [told] = tell(lake, row("x:6", is_distressing=True))
    assert told["notice"] == DISTRESSING


def test_an_erased_post_is_not_shown(lake):
    assert tell(lake, row("x:gone"), row("x:6"))[0] is None


def test_a_gold_item_looks_like_the_posts_around_it(lake):
    post_, gold = tell(lake, row("x:6"), row(GOLD.identity, "Lumora", strategy="gold"))
    assert gold["text"] == "@Acme is down, and acme is silent"
    assert (gold["brand"], gold["platform"], gold.keys()) == ("Acme", "reddit", post_.keys())
    assert len(gold["key"]) == len(post_["key"])
    assert gold["key"] == gold_key(KEY, "sentiment", GOLD.identity, "s")
    assert gold["key"] != gold_key(KEY, "sentiment", GOLD.identity, "another sample")
