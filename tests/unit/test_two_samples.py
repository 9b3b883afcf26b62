"""Two samples, told apart where they differ and not where they do not."""

import numpy as np
import pytest

from workbench.errors import WorkbenchError
from workbench.models.two_samples import tell_apart


def drawn(seed, shift=0.0, count=60):
    return np.random.default_rng(seed).normal(shift, size=(count, 6))


def test_the_later_sample_is_recognised_by_what_is_new():
    after = drawn(1)
    after[:15] += 3  # a quarter writes of something new
    found = tell_apart(drawn(0), after, permutations=199)
    assert found.p_value == 1 / 200
    # A quarter of the posts, and nearly all of the ten that look most like now.
    assert sum(place < 15 for place in np.argsort(-found.scores)[:10]) >= 7


def test_a_sample_compared_with_its_like_is_no_surprise():
    assert tell_apart(drawn(2), drawn(3), permutations=199).p_value > 0.05
    # The very same posts: no mixture is told apart worse than they are better.
    assert tell_apart(drawn(0), drawn(0), permutations=199).p_value > 0.5


def test_the_same_seed_gives_the_same_answer():
    one, other = (tell_apart(drawn(0), drawn(1, 0.3), permutations=99, seed=4) for _ in range(2))
    assert one.p_value == other.p_value
    np.testing.assert_array_equal(one.scores, other.scores)


def test_posts_that_all_say_the_same_tell_nothing():
    found = tell_apart(np.zeros((30, 3)), np.zeros((30, 3)), permutations=99)
    assert (found.auc, found.p_value) == (0.5, 1.0)


def test_too_few_posts_are_refused():
    with pytest.raises(WorkbenchError, match="19 posts are compared with 60"):
        tell_apart(drawn(0, count=19), drawn(1))
