"""Alarms that may be looked for after every label: how often are they false, and how soon are they right?

Beside them what a usual test alarms at when it is looked at as often.
"""

import sys

import numpy as np
import pytest
from scipy import stats
from simulated_coverage import airlines, with_other_brands

from workbench.models.classifier import LABELS
from workbench.statistics.betting import capital, either_way
from workbench.statistics.confidence_sequence import confidence_sequence
from workbench.statistics.sequential import powered, watch_difference, watch_drop

pytestmark = pytest.mark.slow

RUNS, LOOKS = 4_000, 1_000
ALARM = 0.05
SECURE = 2  # errors of the simulation


def error(share: float, runs: int = RUNS) -> float:
    return float(np.sqrt(share * (1 - share) / runs))


def said(capsys, *lines: str) -> None:
    with capsys.disabled():
        sys.stdout.write("\n".join(["", *lines, ""]))


def first_alarms(evidence: np.ndarray) -> np.ndarray:
    """After how many labels each run alarms; more than there are where it does not."""
    is_over = evidence >= 1 / ALARM
    return np.where(is_over.any(axis=1), is_over.argmax(axis=1) + 1, evidence.shape[1] + 1)


@pytest.mark.parametrize("accuracy", [0.6, 0.8, 0.95])
def test_a_promise_that_is_kept(accuracy, capsys):
    """A thousand labels, looked at after each, of a model that is as good as promised."""
    rng = np.random.default_rng(51)
    right = (rng.random((RUNS, LOOKS)) < accuracy).astype(float)
    false = np.concatenate(
        [
            first_alarms(capital(accuracy - part, worst=1 - accuracy)) <= LOOKS
            for part in np.array_split(right, 8)
        ]
    ).mean()
    usual = repeated_test(right, accuracy).mean()
    said(
        capsys,
        f"Promised and kept {accuracy:.0%}, {LOOKS:,} looks, {RUNS:,} runs: false alarms {false:.4f} "
        f"±{error(false):.4f}; FAILS: a usual test (5 %, one side) at every look from 20 on {usual:.4f}",
    )
    assert false < ALARM + SECURE * error(ALARM)
    assert usual > 3 * ALARM
    # The public function says of each run the same.
    for run in right[:20]:
        found = watch_drop(list(run), accuracy)
        assert found.is_alarm == bool(first_alarms(capital(accuracy - run[None], 1 - accuracy))[0] <= LOOKS)


def repeated_test(right: np.ndarray, promised: float) -> np.ndarray:
    """Whether a test for a lower share, made after every label from the 20th on, is ever significant."""
    count = np.arange(1, right.shape[1] + 1)
    mean = right.cumsum(axis=1) / count
    score = (mean - promised) / np.sqrt(promised * (1 - promised) / count)
    return np.asarray((score[:, 19:] < stats.norm.ppf(ALARM)).any(axis=1))


def test_a_promise_that_is_broken(capsys):
    """How many labels it takes to see it, beside a test planned for that very drop and looked at once."""
    rng = np.random.default_rng(52)
    lines = []
    for drop, enough in ((0.05, 0.5), (0.1, 0.95), (0.2, 0.999)):
        right = (rng.random((1_000, LOOKS)) < 0.8 - drop).astype(float)
        at = first_alarms(capital(0.8 - right, worst=0.2))
        once = (stats.norm.ppf(0.95) + stats.norm.ppf(0.8)) ** 2 * 0.8 * 0.2 / drop**2
        seen = (at <= LOOKS).mean()
        lines.append(
            f"From 80 % to {0.8 - drop:.0%}: seen {seen:.3f} within {LOOKS:,} labels, half of them after "
            f"{np.median(at):.0f}, four in five after {np.quantile(at, 0.8):.0f}; planned and looked at once "
            f"(power 80 %): {once:.0f}"
        )
        assert seen > enough
    said(capsys, *lines)


def test_posts_drawn_with_unequal_chances(capsys):
    """The model errs more on posts that are drawn nine times as often; weights undo it, and nothing alarms."""
    rng = np.random.default_rng(53)
    is_often = rng.random((2_000, LOOKS)) < 0.9
    accuracy = 0.5 * 0.6 + 0.5 * 0.9  # half of all posts are of either kind
    right = (rng.random(is_often.shape) < np.where(is_often, 0.6, 0.9)).astype(float)
    scale = np.where(is_often, 1 / 9, 1.0)
    gained = (accuracy - right) * scale
    false = np.concatenate(
        [first_alarms(capital(part, worst=1 - accuracy)) <= LOOKS for part in np.array_split(gained, 8)]
    ).mean()
    found = watch_drop(list(right[0]), accuracy, weights=list(9 * scale[0]))
    assert found.path["evidence"].to_numpy() == pytest.approx(capital(gained[0], 1 - accuracy))
    unweighted = (first_alarms(capital(accuracy - right[:200], worst=1 - accuracy)) <= LOOKS).mean()
    said(
        capsys,
        f"Unequal chances: false alarms {false:.4f} ±{error(false, 2_000):.4f}; "
        f"FAILS: without weights {unweighted:.3f}",
    )
    assert false < ALARM + SECURE * error(ALARM, 2_000)
    assert unweighted > 0.9


def test_all_intervals_together_hold_the_mean(capsys):
    rng = np.random.default_rng(54)
    lines = []
    for mean in (0.1, 0.5, 0.8):
        runs, usual = [], []
        for values in (rng.random((200, 300)) < mean).astype(float):
            path = confidence_sequence(list(values))
            runs.append(bool(((path["low"] <= mean) & (mean <= path["high"])).all()))
            usual.append(path["high"].iloc[-1] - path["low"].iloc[-1])
        width = 2 * 1.96 * np.sqrt(mean * (1 - mean) / 300)
        held = np.mean(runs)
        lines.append(
            f"Mean {mean}: all 300 intervals hold it in {held:.3f} ±{error(held, 200):.3f} of 200 runs; the last is "
            f"{np.mean(usual) / width:.2f} times as wide as a usual one looked at once"
        )
        assert held > 0.95 - SECURE * error(0.95, 200)
        assert np.mean(usual) / width < 2
    said(capsys, *lines)


def test_a_share_that_did_not_change_and_one_that_did(capsys):
    rng = np.random.default_rng(55)
    lines = []
    for before, after in ((0.3, 0.3), (0.1, 0.1), (0.3, 0.4), (0.3, 0.5)):
        runs = RUNS if before == after else 1_000
        early, late = rng.random((runs, LOOKS)) < before, rng.random((runs, LOOKS)) < after
        gained = late.astype(float) - early
        at = np.concatenate([first_alarms(either_way(part, 1.0, 1.0)) for part in np.array_split(gained, 8)])
        seen = (at <= LOOKS).mean()
        lines.append(
            f"Share {before:.0%}, then {after:.0%}: alarms {seen:.4f} ±{error(seen, runs):.4f} within {LOOKS:,} labels"
            + (f", half of them after {np.median(at):.0f}" if seen > 0.5 else "")
        )
        assert seen < ALARM + SECURE * error(ALARM, runs) if before == after else seen > 0.85
    said(capsys, *lines)


@pytest.mark.research
def test_real_posts_and_a_real_classifier(research_data, capsys):
    """Airlines in random order: the negative share as it is, and with complaints left away or added.

    Old and new are drawn from one pool without putting back, as labels are.
    """
    posts = with_other_brands(airlines(research_data))
    posts = posts[posts["brand"].isin(["Delta", "Southwest"])]
    negative = (posts["sentiment"] == "negative").to_numpy(dtype=float)
    right = (posts[list(LABELS)].idxmax(axis=1) == posts["sentiment"]).to_numpy(dtype=float)
    said_negative, accuracy = posts["negative"].to_numpy(), right.mean()
    rng = np.random.default_rng(56)
    drop, plain, tuned, plain_at, tuned_at = [], [], [], [], []
    for _ in range(400):
        order = rng.permutation(len(posts))
        drop.append(watch_drop_only(right[order[:600]], accuracy))
        early, late = order[:600], order[600:1200]
        power = float(np.polyfit(said_negative[early], negative[early], 1)[0].clip(0, 1))
        plain.append(changed(negative, said_negative, early, late, 0.0)[0])
        tuned.append(changed(negative, said_negative, early, late, power)[0])
        # Half of the posts that are not negative go: the share rises.
        kept = late_of_other_mix(rng, negative, order[600:])
        plain_at.append(changed(negative, said_negative, early, kept, 0.0)[1])
        tuned_at.append(changed(negative, said_negative, early, kept, power)[1])
    false = [np.mean(alarms) for alarms in (drop, plain, tuned)]
    said(
        capsys,
        "Delta and Southwest, 600 labels, 400 runs; false alarms: accuracy "
        f"{false[0]:.3f}, negative share {false[1]:.3f}, the same powered {false[2]:.3f}, ±{error(ALARM, 400):.3f}; "
        f"a true change is seen after {np.median(plain_at):.0f} labels, powered after {np.median(tuned_at):.0f}",
    )
    for share in false:
        assert share < ALARM + SECURE * error(ALARM, 400)
    assert np.median(tuned_at) < np.median(plain_at)


def watch_drop_only(right: np.ndarray, promised: float) -> bool:
    return bool(first_alarms(capital(promised - right[None], 1 - promised))[0] <= len(right))


def late_of_other_mix(rng, negative: np.ndarray, places: np.ndarray) -> np.ndarray:
    kept = places[(negative[places] == 1) | (rng.random(len(places)) < 1 / 2)]
    return np.asarray(kept[:600])


def changed(negative, prediction, early, late, power: float) -> tuple[bool, int]:
    """Whether and when a change of the share is seen; predictions of all posts of a time are those of its own."""
    sides = [powered(negative[p], prediction[p], prediction[p].mean(), power) for p in (early, late)]
    found = watch_difference(sides[0][0], sides[1][0], bounds=sides[0][1], bounds_after=sides[1][1])
    return found.is_alarm, found.alarm_at or len(late) + 1
