"""Key phrases and posts that stand for the rest."""

import pytest

from workbench.errors import WorkbenchError
from workbench.models.phrases import key_phrases, representative, represented_shares
from workbench.models.voices import topics_of

TEXTS = (
    [
        "my late flight from @Acme",
        "late flight, again. https://example.com",
        "so late flight",
    ]
    * 4
    + ["rude cabin crew on board <USER:0123456789ab>", "The rude cabin crew!", "rude cabin crew <EMAIL>"] * 3
    + ["refund not paid", "still no refund, refund not paid"] * 2
)


def test_topics_are_the_subjects_commonest_first():
    topics = key_phrases(TEXTS, n_topics=3, n_phrases=2)
    assert [topic.texts for topic in topics] == [12, 9, 4]
    assert [topic.share for topic in topics] == [12 / 25, 9 / 25, 4 / 25]
    assert [topic.phrases[0] for topic in topics] == ["late flight", "rude cabin crew", "refund not paid"]


def test_phrases_do_not_repeat_one_another():
    for topic in key_phrases(TEXTS, n_topics=3, n_phrases=6):
        words = [word for phrase in topic.phrases for word in phrase.split()]
        assert len(set(words)) > 0.5 * len(words)
        assert len(set(topic.phrases)) == len(topic.phrases)


def test_names_masks_and_links_are_no_phrases():
    said = " ".join(
        phrase for topic in key_phrases(TEXTS, n_topics=3, n_phrases=20) for phrase in topic.phrases
    )
    for word in ("acme", "user", "email", "https", "example", "0123456789ab"):
        assert word not in said


def test_the_same_texts_and_seed_give_the_same():
    assert key_phrases(TEXTS, 3, 4, seed=5) == key_phrases(TEXTS, 3, 4, seed=5)
    assert representative(TEXTS, 4, seed=5) == representative(TEXTS, 4, seed=5)


def test_negation_belongs_to_a_phrase_and_is_none_by_itself():
    (topic,) = key_phrases(["not paid", "it is not paid", "not paid!"], n_topics=1)
    assert topic.phrases == ("not paid",)


def test_a_text_unlike_the_topics_belongs_to_none():
    topics = key_phrases([*TEXTS, "what a view over the mountains"], n_topics=3)
    assert sum(topic.texts for topic in topics) == len(TEXTS)
    assert sum(topic.share for topic in topics) == pytest.approx(len(TEXTS) / (len(TEXTS) + 1))


@pytest.mark.parametrize("texts", [[], ["", " "], ["<EMAIL>"], ["the and of"], ["no repeated word here"]])
def test_nothing_in_common_gives_no_topics(texts):
    assert key_phrases(texts) == []


@pytest.mark.parametrize("topics", [1, 2, 3, 5])
def test_posts_of_a_few_kinds_are_their_own_topics(topics):
    """They are factored without a remainder, where scikit-learn's NMF warns of the root of less than nothing."""
    for kinds in (["lost rude"], ["broken paid wifi", "bag queue rude"], ["flight app paid"]):
        for times in range(2, 10):
            found = key_phrases([kind for kind in kinds for _ in range(times)], topics, n_phrases=1)
            assert sum(topic.texts for topic in found) == times * len(kinds)
            if topics >= len(kinds):
                assert {frozenset(topic.phrases[0].split()) for topic in found} == {
                    frozenset(kind.split()) for kind in kinds
                }


def test_the_picked_stand_for_all():
    picked = representative(TEXTS, 3)
    assert ["flight" in TEXTS[i] for i in picked] == [True, False, False]
    assert ["crew" in TEXTS[i] for i in picked] == [False, True, False]
    assert represented_shares(TEXTS, picked) == [12 / 25, 9 / 25, 4 / 25]


def test_fewer_kinds_of_text_than_wanted():
    assert sorted(representative(["late flight", "Late flight!", "rude crew", ""], 10)) == [0, 2]
    assert representative(["", "👍"], 3) == []
    assert representative([], 3) == []
    assert represented_shares(["late"], []) == []


def test_texts_like_none_of_the_picked_count_for_none():
    assert represented_shares(["late flight", "late flight", "rude crew", "lost bag"], [0]) == [0.5]


def test_none_wanted_is_an_error():
    with pytest.raises(WorkbenchError, match="at least 1"):
        representative(TEXTS, 0)


def test_more_texts_than_are_read_keep_their_places():
    texts = ["rude crew"] * 12_000 + ["late flight"] * 13_000
    first, second = representative(texts, 2)
    assert (texts[first], texts[second]) == ("late flight", "rude crew")


def test_names_of_a_brand_are_taken_out_whole():
    texts = [f"so slow, my speed needs help @EEhelp EE {n}" for n in range(4)]
    (phrase,) = topics_of(texts, ["EE"], 1)["phrase"]
    assert "speed" in phrase
    assert "eehelp" not in phrase.lower()


def test_topics_of_the_same_phrases_are_one():
    found = key_phrases(["waiting refund", "refund waiting waiting", "refund refund waiting"], n_phrases=2)
    assert [(set(topic.phrases), topic.texts) for topic in found] == [
        ({"waiting", "refund"}, 2),
        ({"refund waiting"}, 1),
    ]
