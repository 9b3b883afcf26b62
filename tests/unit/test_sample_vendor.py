"""The vendor's export of the sample: what is committed is what is made, and it can be audited as it comes."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from workbench.audit.export import check_export
from workbench.errors import WorkbenchError
from workbench.sample.vendor import ANSWERS, EXPORT, ROWS, write_vendor_export
from workbench.settings import parse_settings
from workbench.sources.guessing import guess_mapping
from workbench.sources.sniffing import sniff

COMMITTED = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    for name in ("posts.csv.gz", "truth.parquet"):
        shutil.copy(COMMITTED / name, folder)
    write_vendor_export(folder)
    return folder


@pytest.mark.parametrize("name", [EXPORT, ANSWERS])
def test_committed_files_are_what_is_made(made, name):
    written = (COMMITTED / name).read_text(encoding="utf-8")
    assert written == (made / name).read_text(encoding="utf-8"), "run: workbench sample vendor-export"


def test_the_export_is_read_without_a_mapping(made):
    layout = sniff(made / EXPORT)
    said = check_export(layout, guess_mapping(layout), parse_settings({}, made))
    assert sum(said.values()) == ROWS
    assert set(said) == {"negative", "neutral", "positive"}


def test_every_row_has_an_answer_and_some_are_about_no_brand(made):
    export, answers = (pd.read_csv(made / name, dtype=str) for name in (EXPORT, ANSWERS))
    assert export["Mention Id"].is_unique
    assert export["Mention Id"].tolist() == answers["key"].tolist()
    assert set(answers["label"]) == {"negative", "neutral", "positive", "irrelevant"}
    assert 0.02 < (answers["label"] == "irrelevant").mean() < 0.06
    # A vendor that were right would show nothing.
    assert 0.4 < (export["Sentiment"] == answers["label"]).mean() < 0.7


def test_without_a_sample_there_is_nothing_to_export(tmp_path):
    with pytest.raises(WorkbenchError, match="workbench sample make"):
        write_vendor_export(tmp_path)
