"""Threads are found by following answers."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.store.threads import thread_roots


def test_circle_ends_at_its_smallest_id():
    assert thread_roots({"b": "c", "c": "b", "d": "c"}) == {"b": "b", "c": "b", "d": "b"}


def test_post_that_answers_itself_is_its_own_thread():
    assert thread_roots({"a": "a"}) == {"a": "a"}


def test_a_chain_of_a_hundred_thousand_answers_ends():
    parents = {str(i): str(i - 1) if i else None for i in range(100_000)}
    assert set(thread_roots(parents).values()) == {"0"}


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.one_of(st.none(), st.sampled_from("abcdefghz"))))
def test_posts_are_in_the_thread_of_what_they_answer(parents):
    roots = thread_roots(parents)
    assert set(roots) == set(parents)
    for post, parent in parents.items():
        if parent in roots:
            assert roots[post] == roots[parent]
        elif parent:
            assert roots[post] == parent
        else:
            assert roots[post] == post
