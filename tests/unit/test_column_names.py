"""A file without a heading begins with a post, and no error quotes that."""

import pytest

from workbench.errors import WorkbenchError
from workbench.labels.ticket_files import read_tickets
from workbench.models.labelled_files import read_labelled_file
from workbench.sources.column_names import columns_told
from workbench.sources.guessing import guess_mapping
from workbench.sources.sniffing import sniff

ROW = "@jane_doe my parcel is lost,negative\n@ann wonderful,positive\n"


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "posts.csv"
    file.write_text(ROW, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    "read",
    [
        lambda file: read_labelled_file(file, "text", ["label"]),
        lambda file: guess_mapping(sniff(file)),
        lambda file: read_tickets(file, {}),
    ],
)
def test_no_error_quotes_a_post_for_a_column(file, read):
    with pytest.raises(WorkbenchError) as told:
        read(file)
    assert "Its first line seems to be a row already" in str(told.value)
    assert "parcel" not in str(told.value)


@pytest.mark.parametrize(
    "name", ["a" * 61, "one two three four five six seven", "https://x.org", "tel 5550123456"]
)
def test_what_looks_like_a_row_is_not_shown(name):
    assert name not in columns_told(["id", name])


def test_many_columns_are_cut_off():
    assert columns_told([f"c{n}" for n in range(50)]).endswith("c39, ….")
