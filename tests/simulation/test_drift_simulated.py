"""How often drift is cried falsely where nothing changed, and how often it is seen where something did."""

import numpy as np
import pandas as pd
import pytest
from unit.test_share_change import mentions

from workbench.models.accuracy_watch import promise_of_card, watch_accuracy
from workbench.models.share_change import share_changes
from workbench.models.two_samples import tell_apart
from workbench.statistics.readings_of_tasks import SENTIMENT

pytestmark = pytest.mark.slow


def accuracy_alarms(of_training, of_now, draws=300, labels=400):
    """Share of draws that alarm, and the median label at which they do; the card is measured as well."""
    draw, at = np.random.default_rng(1), []
    for _ in range(draws):
        card = {"scores": {"accuracy": draw.binomial(400, of_training) / 400}, "trained_on": {"n": 400}}
        right = (draw.random(labels) < of_now).astype(float)
        judged = pd.DataFrame({"right": right, "weight": draw.choice([1.0, 2.0, 4.0], labels)})
        at.append(watch_accuracy(judged, promise_of_card(card)).alarm_at)
    found = [one for one in at if one is not None]
    return len(found) / draws, np.median(found) if found else None


def test_accuracy():
    falsely, _ = accuracy_alarms(0.75, 0.75)
    seen, at = accuracy_alarms(0.75, 0.55)
    assert falsely <= 0.05
    assert seen >= 0.9
    assert at < 150


def population_alarms(shift, draws=300):
    draw = np.random.default_rng(2)
    p_values = []
    for number in range(draws):
        before, after = draw.normal(size=(100, 20)), draw.normal(size=(100, 20))
        after[:40, 0] += shift  # two fifths write of something new
        p_values.append(tell_apart(before, after, permutations=99, seed=number).p_value)
    return np.mean(np.array(p_values) <= 0.05)


def test_population():
    falsely, seen = population_alarms(0.0), population_alarms(4.0)
    # Exact: at most 5 %, give or take what 300 draws allow.
    assert 0.01 <= falsely <= 0.09
    assert seen >= 0.9


def share_alarms(after, draws=120):
    alarms = []
    for number in range(draws):
        sides = (
            mentions(share, 2 * number + side, chances=(0.1, 0.3)) for side, share in enumerate((0.3, after))
        )
        alarms.append(any(row["is_alarm"] for row in share_changes(*sides, SENTIMENT, seed=number)))
    return np.mean(alarms)


def alarms_at_any_look(draws=60, labels=300):
    """… where somebody looks after every tenth label, and nothing changed."""
    answers = ["label_negative", "label_neutral", "label_positive", "inclusion_probability", "annotators"]
    alarms = []
    for number in range(draws):
        before = mentions(0.3, 2 * number, chances=(0.5,))
        now = mentions(0.3, 2 * number + 1, chances=(0.1, 0.4))
        order = np.random.default_rng(number).permutation(np.flatnonzero(now["annotators"].notna()))[:labels]
        looks = []
        for count in range(30, len(order), 10):
            seen = now.copy()
            seen.loc[now.index.difference(order[:count]), answers] = np.nan
            seen = pd.concat([seen.loc[order[:count]], seen.drop(index=order[:count])], ignore_index=True)
            found = share_changes(before, seen, SENTIMENT, seed=number)
            looks.append(any(row["is_alarm"] for row in found))
        alarms.append(any(looks))
    return np.mean(alarms)


def test_shares_looked_at_often():
    assert alarms_at_any_look() <= 0.06


def test_shares():
    falsely, seen = share_alarms(0.3), share_alarms(0.6)
    assert falsely <= 0.06
    assert seen >= 0.8
