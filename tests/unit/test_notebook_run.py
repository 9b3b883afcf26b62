import sys
from pathlib import Path

import nbformat
import pytest
from report_notebook import write_notebook

from workbench.errors import WorkbenchError
from workbench.runs.notebook import run_notebook
from workbench.runs.record import read_records, recorded_frame

PARAMETERS = 'parameters:\nweek: str = "2026-W01"  # ISO week\nweeks: int = 8  # how many'


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """One run for the tests that only read what it left: a kernel takes seconds to start."""
    folder = tmp_path_factory.mktemp("runs")
    source = write_notebook(
        folder / "source.ipynb",
        PARAMETERS,
        "import os, sys\nimport duckdb, numpy as np\nfrom workbench.runs.record import record",
        "record('figures', {'week': week, 'share': np.float64(0.31), 'missing': float('nan')})\n"
        "record('frame', duckdb.sql(\"select 'Acme' as brand, 3::bigint as posts, null::double as low\"))\n"
        "record('machine', {'python': sys.executable, 'settings': os.environ['WORKBENCH_SETTINGS']})",
    )
    output = folder / "runs" / "deep" / "2026-W47.ipynb"
    failed = output.with_suffix(".failed.ipynb")
    failed.parent.mkdir(parents=True)
    failed.write_text("from an earlier run")
    return run_notebook(source, output, {"week": "2026-W47"}, folder / "workbench.toml", progress=False)


def test_records_come_back_as_plain_values(executed):
    records = read_records(executed)
    assert records["figures"] == {"week": "2026-W47", "share": 0.31, "missing": None}
    assert records["frame"] == {"columns": ["brand", "posts", "low"], "rows": [["Acme", 3, None]]}
    assert recorded_frame(records["frame"])["posts"].to_list() == [3]


def test_the_kernel_is_this_python_with_the_settings_given(executed):
    machine = read_records(executed)["machine"]
    assert machine == {"python": sys.executable, "settings": str(executed.parents[2] / "workbench.toml")}


def test_a_good_run_leaves_one_file(executed):
    assert list(executed.parent.iterdir()) == [executed]


def test_the_source_is_not_changed(executed):
    source = nbformat.read(executed.parents[2] / "source.ipynb", as_version=4)
    assert all(cell.execution_count is None and not cell.outputs for cell in source.cells)


def test_an_unknown_parameter_runs_nothing(tmp_path):
    source = write_notebook(tmp_path / "weekly.ipynb", PARAMETERS)
    with pytest.raises(
        WorkbenchError, match=r"no parameter 'wek'.\nIt declares: week, weeks. Did you mean 'week'"
    ):
        run_notebook(source, tmp_path / "out.ipynb", {"wek": "2026-W47"}, None)
    assert list(tmp_path.iterdir()) == [source]


def test_a_failure_names_the_cell_and_hides_what_it_says(tmp_path, monkeypatch):
    source = write_notebook(
        tmp_path / "weekly.ipynb",
        PARAMETERS,
        "text:\n## Measure\n\nHow much?",
        "raise ValueError('text of a post')",
    )
    output = tmp_path / "out.ipynb"
    output.write_text("the last good run")
    with pytest.raises(WorkbenchError) as caught:
        run_notebook(source, output, {"week": "2026-W47"}, None, progress=False)
    assert "failed in cell 3 (under 'Measure') with ValueError." in str(caught.value)
    assert "text of a post" not in str(caught.value)
    assert output.read_text() == "the last good run"
    assert sorted(Path(tmp_path).iterdir()) == sorted([source, output, tmp_path / "out.failed.ipynb"])


def test_a_workbench_error_is_passed_on(tmp_path, capsys):
    source = write_notebook(
        tmp_path / "weekly.ipynb",
        "from workbench.errors import WorkbenchError\nraise WorkbenchError('posts.csv has no column.')",
    )
    with pytest.raises(WorkbenchError, match=r"in cell 1 with WorkbenchError: posts.csv has no column."):
        run_notebook(source, tmp_path / "out.ipynb", {}, None)
    assert "weekly.ipynb" in capsys.readouterr().err, "progress names the notebook"


@pytest.mark.parametrize("engine", ["kernel", "warm"])
def test_no_run_knows_the_secrets_of_channels(tmp_path, monkeypatch, engine):
    monkeypatch.setenv("OPS_CHAT", "https://hooks.example/T1/secret-token")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "secret-token-of-labels")
    settings = tmp_path / "workbench.toml"
    settings.write_text('[notify.channels.chat]\nkind = "webhook"\nurl_env = "OPS_CHAT"\n', encoding="utf-8")
    source = write_notebook(tmp_path / "n.ipynb", "import os\nprint(dict(os.environ))")
    output = run_notebook(source, tmp_path / "runs" / "n.ipynb", {}, settings, progress=False, engine=engine)
    shown = output.read_text(encoding="utf-8")
    assert "'OPS_CHAT': ''" in shown
    assert "secret-token" not in shown


def test_what_a_cell_says_as_ours_is_masked(tmp_path):
    source = write_notebook(
        tmp_path / "n.ipynb",
        "from workbench.errors import WorkbenchError\nraise WorkbenchError('no answer of jane@mail.example')",
    )
    with pytest.raises(WorkbenchError, match="no answer of <EMAIL>"):
        run_notebook(source, tmp_path / "out.ipynb", {}, None, progress=False)


def test_a_dead_kernel_is_an_error_for_people(tmp_path):
    source = write_notebook(tmp_path / "weekly.ipynb", "import os\nos._exit(9)")
    with pytest.raises(WorkbenchError, match="kernel died"):
        run_notebook(source, tmp_path / "out.ipynb", {}, None, progress=False)


@pytest.mark.parametrize("engine", ["kernel", "warm"])
def test_a_cell_that_ends_the_run_is_no_good_run(tmp_path, engine):
    source = write_notebook(tmp_path / "n.ipynb", "text:\n# Early", "import sys\nsys.exit(0)", "print(1)")
    output = tmp_path / "runs" / "n.ipynb"
    with pytest.raises(
        WorkbenchError, match=r"in cell 2 \(under 'Early'\), which ended the run before its end"
    ):
        run_notebook(source, output, {}, None, progress=False, engine=engine)
    assert not output.exists()


@pytest.mark.parametrize("engine", ["kernel", "warm"])
def test_what_a_cell_shows_without_end_is_cut(tmp_path, engine):
    shows = "from IPython.display import display\nfor _ in range(30):\n    display('y' * 1_000_000)"
    source = write_notebook(tmp_path / "n.ipynb", shows, "'x' * 20_000_000")
    output = run_notebook(source, tmp_path / "runs" / "n.ipynb", {}, None, progress=False, engine=engine)
    assert output.stat().st_size < 12_000_000
    assert output.read_text(encoding="utf-8").count("… cut here") == 2


def test_a_cell_that_people_leave_out_by_its_tag_is_no_early_end(tmp_path):
    source = write_notebook(tmp_path / "n.ipynb", "1 / 0", "print(1)")
    notebook = nbformat.read(source, as_version=4)
    notebook.cells[0].metadata["tags"] = ["skip-execution"]
    nbformat.write(notebook, source)
    assert run_notebook(source, tmp_path / "runs" / "n.ipynb", {}, None, progress=False).is_file()
