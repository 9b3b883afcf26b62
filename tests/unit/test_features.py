"""Features: the same numbers as scikit-learn's, and texts that read alike."""

import numpy as np
import pytest
import scipy.sparse as sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from workbench.errors import WorkbenchError
from workbench.models.features import CHARACTERS, WORDS, learn_features, prepared

LEARNT = [
    "@Acme late AGAIN :(",
    "Thanks, great crew!!",
    "why is it late?",
    "spät, schon wieder 😡",
    "a b",
    "",
]
FEATURES = learn_features(LEARNT)
VECTORIZERS = [
    TfidfVectorizer(sublinear_tf=True, lowercase=False, **kind).fit(map(prepared, LEARNT))
    for kind in (WORDS, CHARACTERS)
]


@given(st.lists(st.one_of(st.text(max_size=60), st.sampled_from(LEARNT)), min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_the_fast_way_gives_what_scikit_learn_gives(texts):
    clean = [prepared(text) for text in texts]
    expected = sparse.hstack([vectorizer.transform(clean) for vectorizer in VECTORIZERS])
    np.testing.assert_allclose(FEATURES(texts).toarray(), expected.toarray(), atol=1e-12)


def test_brands_people_and_links_read_alike():
    one = prepared("@Acme lost my bag https://t.co/a <USER:0123456789ab> <CASE:0123456789ab>")
    other = prepared("@Bolt lost my bag http://example.com/b?c=d <USER:ba9876543210> <CASE:ba9876543210>")
    assert one == other == "@user lost my bag <url> @user <case>"


def test_spelling_does_not_hide_a_word():
    assert prepared("sooooo bad") == prepared("soo b\u200bad") == prepared("ＳＯＯ BAD")


def test_an_address_is_no_account():
    assert prepared("me@example.com") == "me@example.com"


def test_many_texts_forget_what_only_one_of_them_says():
    texts = ["late again"] * 999 + ["unrepeatable"]
    assert "unrepeatable" not in learn_features(texts).words.columns
    assert "unrepeatable" in learn_features(texts[1:]).words.columns


def test_nothing_to_learn_from():
    with pytest.raises(WorkbenchError, match="all 2 texts are empty"):
        learn_features(["", " \n"])


def test_emoji_alone_can_be_learnt():
    assert learn_features(["😡", "😍"])(["😍"]).sum() > 0
