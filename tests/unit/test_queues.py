"""Samples are drawn once, written down before anybody labels, and every mention's chance is known."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import WorkbenchError
from workbench.labels.frames import fingerprint, members, remember_members, sampling_frame, without_earlier
from workbench.labels.queues import draw_sample
from workbench.labels.samples import list_samples
from workbench.store.lake import Lake


@pytest.fixture
def lake(tmp_path) -> Lake:
    return Lake(str(tmp_path / "lake"))


def frame(**mentions: int) -> pd.DataFrame:
    """So many mentions of each brand."""
    rows = [(f"x:{brand}-{n}", brand) for brand, count in mentions.items() for n in range(count)]
    return pd.DataFrame(rows, columns=["post_id", "brand"])


def draw(lake, what, sample_id="spring", per_stratum=5, seed=1, **options):
    return draw_sample(lake, what, sample_id=sample_id, per_stratum=per_stratum, seed=seed, **options)


def test_a_draw_is_written_down_with_its_chances(lake):
    sample = draw(lake, frame(Acme=20, Bolt=3))
    assert sample.is_new
    assert sample.strata.to_dict("records") == [
        {"stratum": "Acme", "mentions": 20, "drawn": 5, "inclusion_probability": 5 / 20},
        {"stratum": "Bolt", "mentions": 3, "drawn": 3, "inclusion_probability": 1.0},
    ]
    stored = lake.read("label_samples").to_pandas()
    assert len(stored) == 5 + 3
    assert set(stored["seed"]) == {1}
    assert set(stored["strategy"]) == {"random"}
    assert set(stored["frame"]) == {fingerprint(frame(Acme=20, Bolt=3))}
    assert len(members(lake, "sentiment")) == 20 + 3


def test_drawn_again_it_is_the_same_and_nothing_is_written(lake):
    first = draw(lake, frame(Acme=20))
    versions = lake.current_versions()
    again = draw(lake, frame(Acme=20)[::-1])
    assert not again.is_new
    assert sorted(again.rows["post_id"]) == sorted(first.rows["post_id"])
    assert lake.current_versions() == versions


@pytest.mark.parametrize(
    ("what", "options", "says"),
    [
        (frame(Acme=20), {"seed": 2}, r"was drawn on 20..-..-.. with seed 1, not 2\..*--seed 1"),
        (frame(Acme=22)[1:], {}, "from 20 mentions; since then 2 came and 1 went.*--only-new"),
        (
            frame(Acme=20),
            {"per_stratum": 4},
            r"with 5 mentions \(strata: 1\); these options give 4 \(strata: 1\)",
        ),
        (frame(Acme=20), {"task": "intent"}, "for the task sentiment"),
    ],
    ids=["seed", "frame", "size", "task"],
)
def test_another_draw_under_the_same_name_is_refused(lake, what, options, says):
    draw(lake, frame(Acme=20))
    before = lake.current_versions()
    with pytest.raises(WorkbenchError, match=says):
        draw(lake, what, **options)
    assert lake.current_versions() == before


def test_mentions_that_another_sample_could_draw_are_refused(lake):
    draw(lake, frame(Acme=20))
    # None of these need have been drawn: their chance of being drawn is what counts.
    late = frame(Acme=23)[15:]
    with pytest.raises(
        WorkbenchError, match=r"5 of 8 mentions could be drawn by sample 'spring'.*--only-new"
    ):
        draw(lake, late, "summer")
    left = without_earlier(lake, late, "sentiment", "summer")
    assert left["post_id"].tolist() == ["x:Acme-20", "x:Acme-21", "x:Acme-22"]
    assert len(draw(lake, left, "summer").rows) == 3
    assert not draw(lake, without_earlier(lake, late, "sentiment", "summer"), "summer").is_new


def test_the_same_mention_may_be_asked_another_task(lake):
    draw(lake, frame(Acme=20))
    assert draw(lake, frame(Acme=20), "intents", task="intent").is_new


def test_one_that_was_interrupted_goes_on(lake):
    remember_members(lake, frame(Acme=20)[:7], "sentiment", "spring")
    assert draw(lake, frame(Acme=20)).is_new
    assert len(members(lake, "sentiment")) == 20


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"per_stratum": 0}, "expected 1 or more"),
        ({"seed": -1}, "seed -1"),
        ({"sample_id": "it's"}, "no name of a sample"),
        ({"sample_id": ""}, "no name of a sample"),
        ({"task": "x' OR '1'='1"}, "no name of a sample or task"),
        ({"strategy": "uncertain"}, "Strategies: random"),
        ({"by": []}, "--by brand"),
    ],
    ids=str,
)
def test_what_cannot_be_drawn_is_said_and_leaves_nothing(lake, options, says):
    with pytest.raises(WorkbenchError, match=says):
        draw(lake, frame(Acme=20), **options)
    assert not lake.current_versions()


def test_no_mention_at_all_is_said(lake):
    with pytest.raises(WorkbenchError, match="no mention left"):
        draw(lake, frame(Acme=1)[1:])


@settings(max_examples=25, deadline=None)
@given(
    counts=st.dictionaries(st.sampled_from(["Acme", "Bolt", "Cord"]), st.integers(1, 40), min_size=1),
    per_stratum=st.integers(1, 50),
    seed=st.integers(0, 2**32),
    shuffled=st.randoms(use_true_random=False),
)
def test_whatever_the_frame_its_chances_add_up(tmp_path_factory, counts, per_stratum, seed, shuffled):
    whole = frame(**counts)
    order = list(range(len(whole)))
    shuffled.shuffle(order)
    one, other = (Lake(str(tmp_path_factory.mktemp("lake"))) for _ in range(2))
    rows = draw(one, whole, per_stratum=per_stratum, seed=seed).rows
    same = draw(other, whole.iloc[order], per_stratum=per_stratum, seed=seed).rows
    assert sorted(rows["post_id"]) == sorted(same["post_id"])
    assert set(rows["post_id"]) <= set(whole["post_id"])
    for brand, count in counts.items():
        drawn = rows[rows["brand"] == brand]
        assert len(drawn) == min(count, per_stratum)
        # Each stands for 1/π mentions, and together for all of them.
        assert (1 / drawn["inclusion_probability"]).sum() == pytest.approx(count)


def seen(*rows: tuple) -> pd.DataFrame:
    columns = ["post_id", "brand", "is_relevant", "author_role", "day", "product"]
    return pd.DataFrame(rows, columns=columns)


MENTIONS = seen(
    ("x:1", "Acme", True, "customer", "2026-03-01", "Box"),
    ("x:1", "Bolt", True, "customer", "2026-03-01", None),
    ("x:2", "Acme", False, "customer", "2026-03-01", None),
    ("x:3", "Acme", True, "brand", "2026-03-02", None),
    ("x:4", "Acme", True, "unknown", "2026-03-02", None),
    ("x:5", "Acme", True, "customer", "2026-03-03", None),
)


@pytest.mark.parametrize(
    ("options", "posts"),
    [
        ({}, ["x:1", "x:1", "x:4", "x:5"]),
        ({"brands": ["Bolt"]}, ["x:1"]),
        ({"first_day": "2026-03-02"}, ["x:4", "x:5"]),
        ({"first_day": "2026-03-02", "last_day": "2026-03-02"}, ["x:4"]),
    ],
    ids=str,
)
def test_only_relevant_and_earned_mentions_of_the_chosen_brands_and_days_are_drawn_from(options, posts):
    assert sampling_frame(MENTIONS, **options)["post_id"].tolist() == posts


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"brands": ["Acmee"]}, "Did you mean 'Acme'"),
        ({"by": ["brnd"]}, "Did you mean 'brand'"),
        ({"first_day": "1.3.2026"}, "Write it as 2026-11-23"),
        ({"first_day": "20260301"}, "Write it as 2026-11-23"),
        ({"first_day": "2027-01-01"}, "no relevant, earned mention"),
    ],
    ids=str,
)
def test_a_frame_of_nothing_says_why(options, says):
    with pytest.raises(WorkbenchError, match=says):
        sampling_frame(MENTIONS, **options)


def test_strata_may_be_of_several_columns_and_a_missing_value_is_one(lake):
    by = ["brand", "product"]
    sample = draw(lake, sampling_frame(MENTIONS, by), by=by)
    assert sample.strata["stratum"].tolist() == ["Acme | Box", "Acme | unknown", "Bolt | unknown"]


def test_samples_are_listed_with_what_is_labelled(lake):
    assert list_samples(lake) == []
    draw(lake, frame(Acme=20, Bolt=3))
    (listed,) = list_samples(lake)
    counts = {
        name: listed[name] for name in ("strata", "mentions", "drawn", "labelled", "annotators", "seed")
    }
    assert counts == {"strata": 2, "mentions": 23, "drawn": 8, "labelled": 0, "annotators": 0, "seed": 1}


def test_a_larger_sample_holds_the_smaller_and_all_chances_are_those_of_the_larger(lake):
    first = draw(lake, frame(Acme=20, Bolt=3))
    larger = draw(lake, frame(Acme=20, Bolt=3), per_stratum=8)
    assert set(first.rows["post_id"]) < set(larger.rows["post_id"])
    assert larger.strata.to_dict("records") == [
        {"stratum": "Acme", "mentions": 20, "drawn": 8, "inclusion_probability": 8 / 20},
        {"stratum": "Bolt", "mentions": 3, "drawn": 3, "inclusion_probability": 1.0},
    ]
    stored = lake.read("label_samples").to_pandas()
    assert sorted(stored["post_id"]) == sorted(larger.rows["post_id"])
    assert set(stored["frame"]) == {fingerprint(frame(Acme=20, Bolt=3))}
    again = draw(lake, frame(Acme=20, Bolt=3), per_stratum=8)
    assert (again.earlier, sorted(again.rows["post_id"])) == (11, sorted(larger.rows["post_id"]))
    # Posts that came since are no part of it, however many more are asked for.
    later = draw(lake, frame(Acme=30, Bolt=3), per_stratum=12)
    assert later.strata.to_dict("records")[0]["inclusion_probability"] == 12 / 20
    assert {int(name.split("-")[1]) for name in later.rows["post_id"]} <= set(range(20))
