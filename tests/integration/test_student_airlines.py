"""A student on real posts: near its teacher, small, quick to load, and fast."""

import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import train_test_split

from workbench.models.classifier import LABELS
from workbench.models.linear import train_linear
from workbench.models.registry import load, save
from workbench.models.student_training import train_student
from workbench.models.verdict import verdict

pytestmark = [pytest.mark.slow, pytest.mark.research]

_LOAD = """
import sys
from pathlib import Path
from time import process_time
from workbench.models.registry import load
model = load(Path(sys.argv[1]))
model.classify(["late again"], [""])
print(process_time(), "torch" in sys.modules)
"""


@pytest.fixture(scope="module")
def halves(research_data):
    """The half that the teacher learns from, and the half that neither of the two learns from."""
    posts = pd.read_csv(research_data / "us_airline" / "tweets.csv", dtype=str).drop_duplicates("tweet_id")
    parts = train_test_split(posts, test_size=0.5, stratify=posts["airline_sentiment"], random_state=1)
    return [(list(part["text"]), list(part["airline_sentiment"])) for part in parts]


@pytest.fixture(scope="module")
def pair(halves, tmp_path_factory):
    """A teacher of words; its student, which hears of all posts; and where the student is kept.

    What is said of a post comes from a student that had not heard of it.
    """
    (texts, labels), (others, _) = halves
    teacher = train_linear(texts, labels)
    heard = [*texts, *others]
    student = train_student(teacher, heard, [""] * len(heard), folds=5)
    return teacher, student, save(student, tmp_path_factory.mktemp("models"))


def test_it_is_within_a_point_of_its_teacher(halves, pair):
    teacher, student, _ = pair
    texts, labels = halves[1]
    given = np.array([LABELS.index(label) for label in labels])
    found = verdict(
        given, student.classify(texts, [""] * len(texts)), teacher.classify(texts, [""] * len(texts)), LABELS
    )
    assert found.difference > -0.01, found.reason
    assert all(student.held_out(texts))


def test_it_is_small_and_loads_without_torch(pair):
    place = pair[2]
    assert sum(file.stat().st_size for file in place.rglob("*")) < 50e6
    done = subprocess.run(
        [sys.executable, "-c", _LOAD, str(place)], capture_output=True, text=True, check=True
    )
    # Time of the processor, Python itself included: others may be at work on this machine.
    seconds, has_torch = done.stdout.split()
    assert has_torch == "False"
    assert float(seconds) < 1


def test_it_reads_twenty_thousand_posts_a_second_on_two_cores(halves, pair):
    student, texts = load(pair[2]), halves[1][0]
    start = time.process_time()
    student.classify(texts, [""] * len(texts))
    # Nothing remembered yet, one core. Processes share nothing, so two cores read twice as many.
    assert 2 * len(texts) / (time.process_time() - start) > 20_000
