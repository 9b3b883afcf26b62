"""Specification: the text as classifiers read it. Nothing that was said may be lost."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.text.normalise import hashtags, normalise, with_media


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a  b\n\tc", "a b c", id="white space"),
        pytest.param("fish &amp; chips &lt;3", "fish & chips :heavy_black_heart:", id="HTML entities"),
        pytest.param("Ｆｕｌｌ 𝓗𝓮𝓵𝓵𝓸 caf\u0065\u0301", "Full Hello café", id="look-alike characters"),
        pytest.param("re\u200bfu\u00adnd \u202eok\u202c", "refund ok", id="unseen characters"),
        pytest.param("soooo goooood", "soo good", id="stretched words"),
        pytest.param("call 10000 times!!!", "call 10000 times!!!", id="numbers and signs are not stretched"),
        pytest.param("😡👍🏽", ":pouting_face: :thumbs_up_sign:", id="emoji, without skin tone"),
        pytest.param("❤️ 🇺🇸", ":heavy_black_heart: :flag_us:", id="emoji variant and flag"),
        pytest.param(
            "thanks:) :-( ;) :'(",
            "thanks :slightly_smiling_face: :slightly_frowning_face: :winking_face: :crying_face:",
            id="emoticons",
        ),
        pytest.param("at 1:00 and/or x=(1) note:(a)", "at 1:00 and/or x=(1) note:(a)", id="no emoticons"),
        pytest.param("at https://a.example/:D now", "at <URL> now", id="an emoticon in a link"),
        pytest.param("#LateFlightAgain", "#LateFlightAgain late flight again", id="hashtag of several words"),
        pytest.param(
            "#USAirways2Go", "#USAirways2Go us airways 2 go", id="hashtag with an acronym and a number"
        ),
        pytest.param("#fail #日本", "#fail #日本", id="hashtag of one word"),
        pytest.param("<USER:aaab> <CASE:000b> <EMAIL>", "<USER> <CASE> <EMAIL>", id="masked tokens"),
        pytest.param("哈哈哈哈", "哈哈", id="stretched in another script"),
        pytest.param("", "", id="empty"),
    ],
)
def test_normalise(text, expected):
    assert normalise(text) == expected


@given(st.text(alphabet=st.characters(categories=("L", "N", "Zs")), max_size=60))
def test_no_letter_or_digit_is_lost(text):
    """Letters and digits stay, in order, but for the third of three equal ones in a row."""
    assert _squeezed(normalise(text)) == _squeezed(unicodedata.normalize("NFKC", text))


@given(st.text(max_size=80))
def test_any_text_is_normalised(text):
    assert normalise(text) == " ".join(normalise(text).split())


def test_hashtags_are_words_and_not_anchors_or_numbers():
    assert hashtags("#Fail (#Late_Flight) #fail a#b #1 https://a.example/#top &#39;") == [
        "fail",
        "late_flight",
    ]


def test_media_are_read_with_the_text_once():
    assert with_media("Look", "A broken screen") == "Look\nA broken screen"
    assert with_media("A broken screen, look", "A broken screen") == "A broken screen, look"
    assert with_media("Look", None) == "Look"


def _squeezed(text):
    """Letters and digits, runs of one character as one."""
    signs = [sign for sign in text if sign.isalnum()]
    return [sign for i, sign in enumerate(signs) if i == 0 or signs[i - 1] != sign]
