"""Files of jobs: every error of every file at once, each with its mend."""

import ast
import datetime as dt
from pathlib import Path

import pytest

import workbench
from workbench.errors import WorkbenchError
from workbench.schedule.job_checks import CHECKS
from workbench.schedule.job_files import jobs_folder, read_jobs
from workbench.schedule.yaml_text import read_yaml
from workbench.settings import Settings

SETTINGS = Settings.model_validate(
    {
        "brands": {"Halvora": {"role": "own", "products": ["GoSim"]}, "Quorrin": {}},
        "calendars": {"launches": [{"name": "Pebble", "date": dt.date(2026, 6, 16)}]},
        "notify": {"channels": {"ops": {"kind": "log"}}},
    }
)
PLAIN = "name: weekly\nnotebook: kpi/weekly\ncron: 0 7 * * 1\n"


def folder(tmp_path: Path, **files: str | bytes) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return tmp_path


def refused(tmp_path: Path, **files: str | bytes) -> str:
    with pytest.raises(WorkbenchError) as raised:
        read_jobs(SETTINGS, folder(tmp_path, **files))
    return str(raised.value)


def test_one_job_or_several_in_a_file(tmp_path):
    several = "- {name: one, notebook: kpi/weekly, cron: 0 7 * * 1}\n"
    several += "- {name: two, notebook: kpi/baseline, cron: 0 8 * * 1}"
    jobs = read_jobs(SETTINGS, folder(tmp_path, a=PLAIN, b=several))
    assert list(jobs) == ["weekly", "one", "two"]
    assert jobs["two"].notebook == "kpi/baseline"


def test_a_job_with_everything(tmp_path):
    text = PLAIN + (
        "title: The week\ntime_zone: Europe/Berlin\nparameters: {week: last complete ISO week, weeks: 12}\n"
        "for_each: {brand: [Halvora]}\nretries: {times: 3, wait_seconds: 5m, factor: 3}\ntimeout: 1.5h\n"
        "catch_up: all\nowner: Insights\non_failure: {notify: [ops]}\nengine: warm\n"
        "requires: {tables: [posts, labels], complete_until: end of previous week, labels: true, wait: 2h, "
        "then: wait, final_after: 7}\nchecks: [duplicates]\n"
    )
    job = read_jobs(SETTINGS, folder(tmp_path, a=text))["weekly"]
    assert (job.timeout, job.retries.wait_seconds, job.requires.wait) == (5400, 300, 7200)
    assert [job.retries.pause_before(attempt) for attempt in (2, 3, 4, 5)] == [300, 900, 2700, None]
    assert job.for_each == {"brand": ("Halvora",)}


def test_every_error_of_every_file_at_once(tmp_path):
    message = refused(
        tmp_path,
        a=(
            "- name: weekly\n  notebok: kpi/weekly\n  notebook: kpi/weekli\n  cron: 0 7 30 2 *\n"
            "  time_zone: Europe/Berlinn\n"
            "  retries: {times: many}\n"
            "- name: second\n  notebook: kpi/weekly\n  parameters: {wek: 2026-W43, weeks: many}\n"
            "  for_each: {brand: of product, product: of brand}\n  after: {calendar: release}\n"
        ),
        b=PLAIN + "engine: hot\nengine: kernel\n",
        c="",
        d="name: [",
    )
    lines = message.splitlines()
    assert lines[0] == f"{tmp_path}: {len(lines) - 1} errors."
    for expected in (
        "a.yaml, job 'weekly', notebok: is no field. Did you mean 'notebook'?",
        "a.yaml, job 'weekly', notebook: there is no notebook 'kpi/weekli'. Did you mean 'kpi/weekly'?",
        "a.yaml, job 'weekly', cron: '0 7 30 2 *' never fires",
        "a.yaml, job 'weekly', time_zone: 'Europe/Berlinn' is no IANA time zone. Did you mean 'Europe/Berlin'?",
        "a.yaml, job 'weekly', retries.times: expected a whole number, found 'many'.",
        "a.yaml, job 'second', parameters.wek: kpi/weekly has no parameter 'wek'. Did you mean 'week'?",
        "a.yaml, job 'second', parameters.weeks: expected a whole number, found 'many'.",
        "a.yaml, job 'second', for_each: circular: brand is 'of product', product is 'of brand'",
        "a.yaml, job 'second', for_each.product: kpi/weekly has no parameter 'product'.",
        "a.yaml, job 'second', after.calendar: 'release' is no calendar. Did you mean 'releases'?",
        "b.yaml, line 5: 'engine' stands twice. Remove one.",
        "c.yaml is empty. Expected a job",
        "d.yaml, line 1: no valid YAML",
        "a.yaml and b.yaml: 2 jobs are called 'weekly'. Rename all but one.",
    ):
        assert expected in message
    assert len(lines) == 1 + 14


@pytest.mark.parametrize(
    ("added", "told"),
    [
        ("parameters: {weeks: 3.5}", "parameters.weeks: expected a whole number, found 3.5."),
        ("parameters: {weeks: true}", "parameters.weeks: expected a whole number, found true."),
        ("parameters: {weeks: yesterday}", "Relative dates are for parameters that take text."),
        ("parameters: {brand: 3}", "parameters.brand: expected text (numbers in quotes), found 3."),
        ("parameters: {week:}", "parameters.week: expected text (numbers in quotes), found nothing."),
        ("parameters: {week: last complet week}", "Did you mean 'last complete week'?"),
        ("parameters: {week: yesterday}", "parameters.week: 'yesterday' is a day. Expected an ISO week"),
        ("parameters: {brand: Acme}\nfor_each: {brand: all}", "parameters.brand: for_each gives it already"),
        ("parameters:", "parameters: expected names and values, found nothing."),
        ("for_each: {brand: [Halvoro]}", "'Halvoro' is no brand of workbench.toml. Did you mean 'Halvora'?"),
        ("for_each: {brnd: all}", "for_each: 'brnd' is no segment. Did you mean 'brand'?"),
        ("for_each: {region: [North]}", "for_each.region: kpi/weekly has no parameter 'region'."),
        ("on_failure: {notify: [op]}", "'op' is no channel of workbench.toml. Did you mean 'ops'?"),
        ("requires: {tables: [post]}", "requires.tables: 'post' is no table. Did you mean 'posts'?"),
        (
            "requires: {complete_until: soon}",
            "requires.complete_until: 'soon' is no time. Expected one of: slot",
        ),
        ("requires: {then: maybe}", "requires.then: expected 'preliminary' or 'wait', found 'maybe'."),
        ("checks: [duplicate]", "checks: 'duplicate' is no check. Did you mean 'duplicates'?"),
        ("checks: duplicates", "checks: expected a list, as [one, two], found 'duplicates'."),
        (
            "timeout: soon",
            "timeout: 'soon' is no duration. Expected seconds, or a text such as 90s, 30m, 2h or 1d.",
        ),
        ("timeout: 0", "timeout: 0 seconds are none. Expected a longer time"),
        ("retries: {times: 3, wait: 3}", "retries.wait: is no field."),
        ("retries: 3", "retries: expected names and values, found 3."),
        ("catch_up: al", "catch_up: expected 'none', 'latest' or 'all', found 'al'. Did you mean 'all'?"),
        (
            "before: {calendar: launches}",
            "cron: expected exactly one of cron, after and before; found cron and before.",
        ),
        ("after: {calendar: launches, at: 24:00}", "after.at: '24:00' is no time of day."),
        ("3: x", "3: expected text as a name. Put it in quotes."),
    ],
)
def test_each_says_its_mend(tmp_path, added, told):
    assert told in refused(tmp_path, a=PLAIN + added)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("# nothing yet\n", "a.yaml is empty."),
        ("[]", "a.yaml is empty."),
        ("just words", "a.yaml, job 1: is no job."),
        ("- 5\n- 6", "a.yaml, job 2: is no job."),
        ("name: a\n---\nname: b", "line 2: no valid YAML"),
        ("a: &x 1\nb: *x", "aliases (*name) are not read; write it out"),
        ("!!python/object/apply:os.system [ls]", "line 1: no valid YAML"),
        ("[" * 600, "no valid YAML"),
        (b"\xff\xfe\x00", "no text in UTF-8"),
        (
            "name: Weekly Report\nnotebook: kpi/weekly\ncron: 0 7 * * 1",
            "Expected small letters, digits, - and _",
        ),
        ("name: ../weekly\nnotebook: kpi/weekly\ncron: 0 7 * * 1", "Expected small letters, digits, - and _"),
        ("name: a\ncron: 0 7 * * 1", "notebook: is missing. Expected: The notebook"),
        ("name: a\nnotebook: kpi/weekly", "expected exactly one of cron, after and before; found none"),
        ("name: a\nnotebook: README.md\ncron: 0 7 * * 1", "there is no notebook 'README.md'"),
    ],
)
def test_files_that_are_no_jobs(tmp_path, text, told):
    assert told in refused(tmp_path, a=text)


def test_a_broken_notebook_is_named(tmp_path):
    (tmp_path / "broken.ipynb").write_text("{", encoding="utf-8")
    job = f"name: a\nnotebook: {tmp_path}/broken.ipynb\ncron: 0 7 * * 1"
    assert "broken.ipynb is no notebook." in refused(tmp_path, a=job)


def test_the_usual_calendars_may_still_be_empty(tmp_path):
    text = PLAIN.replace("cron: 0 7 * * 1", "before: {calendar: quarterly_reviews, days: 3, at: 10:30}")
    assert read_jobs(Settings(), folder(tmp_path, a=text))["weekly"].before.at == "10:30"


def test_brands_that_only_the_data_name_are_taken(tmp_path):
    jobs = read_jobs(Settings(), folder(tmp_path, a=PLAIN + "for_each: {brand: [United]}"))
    assert jobs["weekly"].for_each == {"brand": ("United",)}


def test_the_folder_beside_the_settings_comes_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    beside = tmp_path / "elsewhere"
    assert jobs_folder(Settings(folder=beside)) == tmp_path / "scheduled"
    with pytest.raises(WorkbenchError, match="there is no folder"):
        read_jobs(Settings(folder=beside))
    (beside / "scheduled").mkdir(parents=True)
    assert jobs_folder(Settings(folder=beside)) == beside / "scheduled"
    assert read_jobs(Settings(folder=beside)) == {}


def test_both_suffixes_are_read_and_other_files_are_not(tmp_path):
    (tmp_path / "a.yml").write_text(PLAIN, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("name: [", encoding="utf-8")
    assert list(read_jobs(SETTINGS, tmp_path)) == ["weekly"]


def test_yaml_as_people_mean_it():
    text = (
        "at: 10:30\nday: 2026-10-01\nno: no\nyes: true\nid: 007\nhalf: .5\nmany: 1e3\nnone: ~\nunder: 1_000"
    )
    assert read_yaml(text)[0] == {
        "at": "10:30", "day": "2026-10-01", "no": "no", "yes": True, "id": "007", "half": 0.5, "many": 1000.0,
        "none": None, "under": "1_000",
    }  # fmt: skip


def test_the_checks_are_those_that_the_package_has():
    """Every `Finding(…)` names its check first."""
    root = Path(workbench.__file__).parent
    found = set()
    for file in (root / "store" / "checks.py", root / "labels" / "checks.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
                found.add(ast.literal_eval(node.args[0]))
    assert found == set(CHECKS)


@pytest.mark.parametrize("value", ["*/5 * * * *", "@daily"])
def test_a_cron_without_quotes_is_told_to_have_some(value):
    with pytest.raises(ValueError, match="Put the value in quotes"):
        read_yaml(f"name: a\ncron: {value}")
