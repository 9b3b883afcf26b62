"""What a label may be used for: every way of being drawn has one answer."""

import pytest

from workbench.errors import WorkbenchError
from workbench.tables import strategies


def test_only_what_was_drawn_at_random_estimates():
    assert strategies.ESTIMATION == ("random",)


def test_what_scores_or_checks_attention_teaches_nothing():
    assert set(strategies.STRATEGIES) - set(strategies.TRAINS) == {"truth", "gold"}


def test_every_strategy_is_one_of_the_known():
    for group in (strategies.ESTIMATION, strategies.TEACHING, strategies.TRAINS, strategies.DRAWN):
        assert set(group) <= set(strategies.STRATEGIES)
        assert len(set(group)) == len(group)


@pytest.mark.parametrize("name", ["randm", "x') OR ('1'='1", ""])
def test_sql_takes_none_but_these(name):
    with pytest.raises(WorkbenchError, match="there is no strategy"):
        strategies.in_sql([name])
