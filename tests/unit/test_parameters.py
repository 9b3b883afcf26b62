import pytest
from report_notebook import write_notebook

from workbench.errors import WorkbenchError
from workbench.runs.parameters import declared_parameters, read_parameters

CELL = (
    'parameters:\nweek: str = "2026-W47"  # the ISO week\ncountry: str = ""  # all where empty\n'
    "weeks: int = 8  # how many\nfloor: float = 0.5  # least probability\nis_final: bool = False  # closed?\n"
    "brands: list[str] = []  # all where empty\nlimit = 3"
)


@pytest.fixture
def notebook(tmp_path):
    return write_notebook(tmp_path / "weekly.ipynb", CELL)


def test_declared_with_type_and_help(notebook):
    week = declared_parameters(notebook)["week"]
    assert (week.type, week.default, week.help) == ("str", '"2026-W47"', "the ISO week")


@pytest.mark.parametrize(
    ("pair", "value"),
    [
        ("week=2026-W48", "2026-W48"),
        ("country=a=b", "a=b"),
        ("weeks=12", 12),
        ("floor=0.25", 0.25),
        ("is_final=true", True),
        ("is_final=No", False),
        ("brands=Acme, Bolt & Co", ["Acme", "Bolt & Co"]),
        ("limit=5", 5),
    ],
)
def test_values_have_the_declared_type(notebook, pair, value):
    found = list(read_parameters(notebook, [pair]).values())
    assert found == [value]
    assert type(found[0]) is type(value)


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        ("contry=US", r"no parameter 'contry'.\nIt declares: week, country, .* Did you mean 'country'\?"),
        ("weeks=many", "'weeks': expected a whole number, found 'many'"),
        ("floor=high", "'floor': expected a number, found 'high'"),
        ("is_final=perhaps", "'is_final': expected true or false, found 'perhaps'"),
        ("week", "expected name=value"),
    ],
)
def test_errors_say_what_was_expected(notebook, pair, message):
    with pytest.raises(WorkbenchError, match=message):
        read_parameters(notebook, [pair])


def test_a_notebook_without_parameters_takes_none(tmp_path):
    notebook = write_notebook(tmp_path / "plain.ipynb", "1 + 1")
    assert declared_parameters(notebook) == {}
    with pytest.raises(WorkbenchError, match="It declares: none"):
        read_parameters(notebook, ["week=1"])


def test_what_is_no_notebook_is_said(tmp_path):
    file = tmp_path / "notes.ipynb"
    with pytest.raises(WorkbenchError, match="does not exist"):
        declared_parameters(file)
    file.write_text("not JSON")
    with pytest.raises(WorkbenchError, match="is no notebook"):
        declared_parameters(file)
