"""`%load_ext workbench`: a figure in a few words, and a sentence where the words are wrong."""

import pytest
from pandas.testing import assert_frame_equal
from unit.explored import explored
from unit.shell import notebook_shell

from workbench.errors import WorkbenchError
from workbench.notebook_commands import ask, read_line


@pytest.fixture(scope="module")
def wb(tmp_path_factory):
    made = explored(tmp_path_factory.mktemp("lake"))
    yield made
    made.engine.close()


@pytest.fixture
def shell(wb):
    with notebook_shell() as made:
        made.user_ns["wb"] = wb
        made.run_line_magic("load_ext", "workbench")
        yield made


def test_a_line_gives_the_measure_frame(shell, wb):
    shell.run_cell("found = %measure sentiment_share by brand, week for brand Acme, platform x")
    expected = wb.measures(["sentiment_share"], ["brand", "week", "platform"], brand="Acme", platform="x")
    assert_frame_equal(shell.user_ns["found"], expected)


def test_the_line_asks_the_workbench_that_wb_means_now(shell, wb, tmp_path):
    other = explored(tmp_path)
    other.settings.brands.clear()
    shell.user_ns["wb"] = other
    shell.run_cell("found = %measure share_of_voice by brand")
    assert list(shell.user_ns["found"]["brand"]) == ["Acme", "Bolt"]
    other.engine.close()
    shell.user_ns["wb"] = 3
    with pytest.raises(WorkbenchError, match="no workbench by the name wb"):
        ask(3, "volume")


def test_loaded_again_it_opens_nothing_anew(shell, wb):
    shell.run_line_magic("reload_ext", "workbench")
    assert shell.user_ns["wb"] is wb


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", r"wants the name of a measure\. Expected: %measure NAME"),
        ("volum by week", r"no measure 'volum'\. Did you mean 'volume'"),
        ("volume by weak", r"no column 'weak'\. Did you mean 'week'"),
        ("volume for brand", r"'brand' names no column and value\. Expected"),
        ("volume for brand Acne", r"no brand is 'Acne'\. Did you mean 'Acme'\? It has: Acme, Bolt"),
    ],
)
def test_wrong_words_are_answered_by_a_sentence(wb, line, said):
    with pytest.raises(WorkbenchError, match=said):
        ask(wb, line)


def test_a_mistake_shows_no_way_through_the_package(shell, capsys):
    shell.run_cell("%measure volum")
    told = capsys.readouterr()
    assert "Did you mean 'volume'" in told.out + told.err
    assert "notebook_commands.py" not in told.out + told.err


def test_several_measures_and_values_of_several_words():
    assert read_line("volume, net_sentiment by month for product 'Quorrin TV'") == (
        ["volume", "net_sentiment"],
        ["month"],
        {"product": "Quorrin TV"},
    )
