"""Specification: near duplicates. What counts as almost the same, and who is the earliest."""

import random
from itertools import pairwise

import pytest

from workbench.text import duplicates
from workbench.text.duplicates import near_duplicates

LONG = "the app is down again and nobody at your shop can tell me when it will be back"


def found(*texts: str, epochs: list[int] | None = None, threshold: float = 0.8) -> dict[str, str]:
    """`later: earliest` of texts named a, b, c, ..."""
    ids = [chr(ord("a") + i) for i in range(len(texts))]
    rows = near_duplicates(ids, texts, epochs or list(range(len(texts))), threshold).to_pylist()
    return {row["post_id"]: row["duplicate_of"] for row in rows}


@pytest.mark.parametrize(
    "copy",
    [
        pytest.param(LONG.upper() + "!!!", id="case and punctuation"),
        pytest.param(f"RT <USER:0a1b2c3d4e5f>: {LONG}", id="retweet of a customer"),
        pytest.param(f"RT @Acme: {LONG}", id="retweet of a brand"),
        pytest.param(f"<USER:0a1b2c3d4e5f> {LONG} https://t.co/xyz", id="sent to somebody, with a link"),
        pytest.param(LONG + " please", id="a word more"),
        pytest.param(LONG.replace("app", "a\u200bp\u200dp"), id="unseen characters"),
        pytest.param(LONG.replace("app", "ａｐｐ"), id="full-width letters"),
    ],
)
def test_a_copy_is_found(copy):
    assert found(LONG, copy) == {"b": "a"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(LONG, LONG.replace("down again", "up and running"), id="other words"),
        pytest.param("thank you all", "thank you two", id="short, one word differs"),
        pytest.param("so good 😍", "so good 😡", id="short, another emoji"),
        pytest.param("<USER:0a1b2c3d4e5f> thanks", "<USER:ffffffffffff> thanks", id="short, to another"),
        pytest.param("man bites dog in town", "dog bites man in town", id="same words in another order"),
        pytest.param("", "", id="nothing said"),
        pytest.param("https://t.co/abc", "https://t.co/abd", id="two links"),
    ],
)
def test_another_post_is_not(one, other):
    assert found(one, other) == {}


def test_short_posts_are_duplicates_when_equal():
    assert found("Thank you!", "thank you!", "thank you", "🎉", "🎉") == {"b": "a", "e": "d"}


def test_scripts_without_spaces_are_compared_by_character():
    assert found(
        "このアプリは今日もまた落ちています助けてください",
        "このアプリは今日もまた落ちています助けてくださいね",
    ) == {"b": "a"}


def test_the_earliest_by_time_is_the_original_whatever_the_order():
    assert found(LONG, LONG, LONG, epochs=[20, 0, 10]) == {"a": "b", "c": "b"}


def test_at_the_same_second_the_smaller_id_is_the_original():
    rows = near_duplicates(["z", "y"], [LONG, LONG], [5, 5]).to_pylist()
    assert [(row["post_id"], row["duplicate_of"]) for row in rows] == [("z", "y")]


def test_chains_are_one_group_and_similarity_is_exact():
    """Pairs of words: a 9; b shares 8 of its 10 and c 7 of 11 with a, and b 9 of its 10 with c's 11."""
    a = "w1 w2 w3 w4 w5 w6 w7 w8 w9 w10"
    b = "w2 w3 w4 w5 w6 w7 w8 w9 w10 w11"
    c = "w3 w4 w5 w6 w7 w8 w9 w10 w11 w12"
    rows = near_duplicates(["a", "b", "c"], [a, b, c], [0, 1, 2]).to_pylist()
    assert rows == [
        {"post_id": "b", "duplicate_of": "a", "similarity": pytest.approx(8 / (9 + 9 - 8))},
        {"post_id": "c", "duplicate_of": "a", "similarity": pytest.approx(7 / (9 + 9 - 7))},
    ]


def test_a_higher_threshold_finds_fewer():
    a, b = "w1 w2 w3 w4 w5 w6 w7 w8 w9 w10", "w2 w3 w4 w5 w6 w7 w8 w9 w10 w11"
    assert found(a, b, threshold=0.8) == {"b": "a"}
    assert found(a, b, threshold=0.81) == {}
    assert found(a, b, a, threshold=1.0) == {"c": "a"}


def test_no_two_of_many_short_posts_are_equal_by_chance():
    texts = [f"thanks {i}" for i in range(300_000)]
    assert near_duplicates(texts, texts, [0] * len(texts)).num_rows == 0


def test_no_posts_give_no_rows():
    assert near_duplicates([], [], []).num_rows == 0


def test_all_posts_of_brute_force_are_found(monkeypatch):
    """Variants of fifty posts, in many small pieces: nothing false, and nearly everything."""
    monkeypatch.setattr(duplicates, "_PIECE", 64)
    rng = random.Random(1)
    words = [f"w{i}" for i in range(300)]
    originals = [[rng.choice(words) for _ in range(rng.randint(5, 30))] for _ in range(50)]
    texts = [" ".join(_changed(rng.choice(originals), words, rng)) for _ in range(1000)]
    ids = [str(i) for i in range(len(texts))]
    rows = near_duplicates(ids, texts, list(range(len(texts)))).to_pylist()
    got, expected = {row["post_id"]: row["duplicate_of"] for row in rows}, _brute_force(texts, 0.8)
    right = sum(expected.get(post) == original for post, original in got.items())
    assert right / len(got) > 0.99
    assert right / len(expected) > 0.99


def test_a_template_with_thousands_of_variants_is_one_group():
    """All in the same buckets: the work must not grow with their square."""
    words = " ".join(f"w{i}" for i in range(40))
    texts = [f"{words} code{i}" for i in range(20_000)]
    rows = near_duplicates([f"{i:05}" for i in range(len(texts))], texts, list(range(len(texts))))
    assert rows["duplicate_of"].unique().to_pylist() == ["00000"]
    assert rows.num_rows == len(texts) - 1


def _changed(words, vocabulary, rng):
    """Up to three words replaced."""
    copy = list(words)
    for _ in range(rng.randint(0, 3)):
        copy[rng.randrange(len(copy))] = rng.choice(vocabulary)
    return copy


def _brute_force(texts, threshold):
    """`later: earliest` by comparing all pairs."""
    shingles = [set(pairwise(t.split())) for t in texts]
    group = list(range(len(texts)))
    for i in range(len(texts)):
        for j in range(i):
            if len(shingles[i] & shingles[j]) >= threshold * len(shingles[i] | shingles[j]):
                old, new = max(group[i], group[j]), min(group[i], group[j])
                group = [new if g == old else g for g in group]
    return {str(i): str(g) for i, g in enumerate(group) if g != i}
