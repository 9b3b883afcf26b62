"""For whom a job runs: brands, products and regions."""

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pydantic import ValidationError

from workbench.runs.file_names import file_safe
from workbench.runs.segments import segment_path
from workbench.schedule.jobs import Job
from workbench.schedule.segments import remark_of, segment_key, segments_of
from workbench.settings import Settings

SETTINGS = Settings.model_validate(
    {
        "brands": {
            "Halvora": {"role": "own", "products": ["FibreMax", "GoSim"]},
            "Quorrin": {"products": ["GoSim"]},
            "Nimbrel": {},
        }
    }
)


def job(for_each: dict) -> Job:
    return Job(name="weekly", notebook="kpi/weekly", cron="0 7 * * 1", for_each=for_each)


def values(for_each: dict, settings: Settings = SETTINGS) -> list[tuple]:
    return [tuple(segment.values()) for segment in segments_of(job(for_each), settings)]


def test_a_job_without_segments_runs_once():
    assert segments_of(job({}), SETTINGS) == [{}]


@pytest.mark.parametrize(
    ("for_each", "expected"),
    [
        ({"brand": "all"}, [("Halvora",), ("Quorrin",), ("Nimbrel",)]),
        ({"brand": ["Nimbrel", "Halvora"]}, [("Nimbrel",), ("Halvora",)]),
        ({"product": "all"}, [("FibreMax",), ("GoSim",)]),
        ({"region": ["North", "South"]}, [("North",), ("South",)]),
        (
            {"brand": ["Halvora", "Nimbrel"], "region": ["North", "South"]},
            [("Halvora", "North"), ("Halvora", "South"), ("Nimbrel", "North"), ("Nimbrel", "South")],
        ),
        (
            {"brand": "all", "product": "of brand"},
            [("Halvora", "FibreMax"), ("Halvora", "GoSim"), ("Quorrin", "GoSim")],
        ),
        (
            {"brand": "of product", "product": ["GoSim"]},
            [("Halvora", "GoSim"), ("Quorrin", "GoSim")],
        ),
    ],
)
def test_one_run_each(for_each, expected):
    assert values(for_each) == expected


def test_no_brand_is_no_run_and_is_remarked():
    assert values({"brand": "all"}, Settings()) == []
    assert remark_of(job({"brand": "all"}), Settings()) == (
        "job 'weekly' runs for nobody: for_each finds no brand in the settings. Name them under [brands] in "
        "workbench.toml."
    )
    assert remark_of(job({"brand": "all"}), SETTINGS) == ""


@pytest.mark.parametrize(
    ("for_each", "told"),
    [
        (
            {"brand": "of product", "product": "of brand"},
            "circular: brand is 'of product', product is 'of brand'",
        ),
        ({"brand": "of brand"}, "circular: brand is 'of brand'"),
        ({"product": "of brand"}, "for_each has no brand. Add brand: all"),
        ({"brnd": "all"}, "'brnd' is no segment. Did you mean 'brand'?"),
        ({"brand": []}, "brand is an empty list"),
        ({"brand": ["Acme", "Bolt", "Acme"]}, "brand names Acme twice"),
        ({"brand": ["Acme", " "]}, "brand names an empty text"),
        ({"region": ["😀" * 20]}, "is too long to name a file"),
        ({"brand": "Acme"}, "brand is 'Acme'. Expected all, a list of brands, or of product"),
        ({"brand": [3]}, "numbers in quotes"),
        ({"brand": None}, "brand is None"),
        ({"region": "all"}, "Expected a list of regions: the settings do not know them"),
        ({"region": "of brand", "brand": "all"}, "Expected a list of regions"),
    ],
)
def test_what_is_wrong_is_said(for_each, told):
    with pytest.raises(ValidationError) as raised:
        job(for_each)
    assert told in str(raised.value)


def test_the_key_does_not_hang_on_the_order():
    assert segment_key({"region": "North", "brand": "Acme"}) == segment_key(
        {"brand": "Acme", "region": "North"}
    )
    assert segment_key({}) == ""


NAMES = st.text(min_size=1, max_size=20)


@examples(max_examples=60, deadline=None)
@given(NAMES, NAMES)
def test_different_values_have_different_files(one, other):
    assert (file_safe(one) == file_safe(other)) == (one == other)


@examples(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["brand", "product", "region"]), NAMES),
       st.dictionaries(st.sampled_from(["brand", "product", "region"]), NAMES))  # fmt: skip
def test_different_segments_have_different_keys(one, other):
    assert (segment_key(one) == segment_key(other)) == (one == other)


@examples(max_examples=60, deadline=None)
@given(NAMES)
def test_no_value_leaves_its_folder(value):
    name = file_safe(value)
    assert not set(name) & set('/\\:*?"<>|%#&=, ')
    assert name
    assert not name.startswith(".")
    assert not name.endswith(".")
    assert segment_path({"brand": value}) == name


@pytest.mark.parametrize("value", ["..", ".", "con", "NUL.txt", "a/../../b", "\0", "x\n", "\ud800"])
def test_names_that_file_systems_keep_for_themselves(value, tmp_path):
    (tmp_path / f"{file_safe(value)}.html").write_text("", encoding="utf-8")
    assert len(list(tmp_path.iterdir())) == 1
