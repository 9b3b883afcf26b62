"""Do as many labels as were planned give the precision that was wanted? Planned from a pilot, on real posts."""

import sys

import numpy as np
import pandas as pd
import pytest
from simulated_coverage import airlines, sample_world, with_lexicon, with_other_brands

from workbench.statistics.planning import assumed, half_widths, labels_wanted, outlook
from workbench.statistics.prevalence import corrected_mean

pytestmark = pytest.mark.slow

DRAWS = 200


@pytest.mark.research
def test_airlines_planned_from_a_pilot(research_data, capsys):
    posts = with_other_brands(airlines(research_data))
    planned(posts, [("Delta", "negative"), ("United", "negative"), ("Southwest", "neutral")], capsys)


def test_the_sample_planned_from_a_pilot(capsys):
    planned(with_lexicon(sample_world()), [("Halvora", "negative"), ("Quorrin", "positive")], capsys)


def planned(posts: pd.DataFrame, cases: list[tuple[str, str]], capsys) -> None:
    rng = np.random.default_rng(71)
    lines = []
    for brand, name in cases:
        group = posts[posts["brand"] == brand]
        for pilot, wanted in ((30, 0.06), (100, 0.05)):
            found = np.array([one_plan(rng, group, name, pilot, wanted) for _ in range(DRAWS)])
            labels, reached = found.T
            ratio = reached / wanted
            lines.append(
                f"{brand} {name}, pilot of {pilot}, wanted ±{wanted}: {labels.mean():.0f} labels planned "
                f"(one in ten below {np.quantile(labels, 0.1):.0f}); reached ±{reached.mean():.4f}, "
                f"{ratio.mean():.3f} ±{ratio.std() / np.sqrt(DRAWS):.3f} of what was wanted, nine in ten below "
                f"{np.quantile(ratio, 0.9):.2f} of it; by assumption {labels_wanted(assumed(0.5), len(group), wanted)}"
            )
            assert 0.95 < ratio.mean() < 1.05
            assert np.quantile(ratio, 0.9) < (1.25 if pilot == 30 else 1.1)
    with capsys.disabled():
        sys.stdout.write("\n".join(["", *lines, ""]))


def one_plan(rng, group: pd.DataFrame, name: str, pilot: int, wanted: float) -> tuple[int, float]:
    """Labels planned from a pilot, and half the width of the interval once they are there, the pilot included."""
    order = rng.permutation(len(group))
    known = outlook(len(group), group[name].sum(), judged(group, name, order[:pilot]))
    labels = max(labels_wanted(known, len(group), wanted), pilot)
    assert half_widths(known, len(group), [labels])[0] <= wanted
    estimate = corrected_mean(len(group), group[name].sum(), judged(group, name, order[:labels]))
    return labels, (estimate.high - estimate.low) / 2


def judged(group: pd.DataFrame, name: str, places: np.ndarray) -> pd.DataFrame:
    rows = group.iloc[places]
    return pd.DataFrame(
        {
            "label": (rows["sentiment"] == name).to_numpy(dtype=float),
            "prediction": rows[name].to_numpy(),
            "inclusion_probability": len(rows) / len(group),
            "is_held_out": True,
        }
    )
