"""Jobs as declared, the jobs that come with the workbench, and their page."""

import datetime as dt
import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from workbench.reference import FOLDER
from workbench.schedule.job_files import read_jobs
from workbench.schedule.jobs import CalendarTrigger, Job, OnFailure, Requires, Retries, seconds
from workbench.schedule.orders import order_of_slot
from workbench.schedule.relative_dates import VOCABULARY, resolve
from workbench.schedule.slots import slots_between
from workbench.schedule.yaml_text import read_yaml
from workbench.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]
PAGE = (FOLDER / "jobs.md").read_text(encoding="utf-8")
SAMPLE = ROOT / "data" / "sample" / "workbench.toml"
DATES = {
    "calendars": {
        "releases": [{"name": "Pebble", "date": dt.date(2026, 6, 16)}],
        "quarterly_reviews": [{"name": "third quarter", "date": dt.date(2026, 10, 15)}],
    }
}


@pytest.mark.parametrize("settings", [Settings(), load_settings(SAMPLE)], ids=["no settings", "sample"])
def test_the_jobs_that_come_with_the_workbench_are_right(settings):
    jobs = read_jobs(settings, ROOT / "scheduled")
    assert {"weekly", "baseline", "share_of_voice", "drift_check", "train_sentiment", "topics"} <= set(jobs)


def test_each_of_them_runs_within_a_year_and_under_its_own_names():
    settings = Settings.model_validate({**load_settings(SAMPLE).model_dump(), **DATES})
    year = dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    names = []
    for job in read_jobs(settings, ROOT / "scheduled").values():
        slots = slots_between(job, *year, settings)
        assert slots, job.name
        names += [order_of_slot(job, slot.at, slot.values, settings).name for slot in slots[:40]]
    assert len(set(names)) == len(names)
    assert "kpi/weekly/2026-W01" in names
    assert "modeling/quarterly_topics/2026-Q3" in names


def test_a_job_is_not_changed_once_read():
    job = Job(name="a", notebook="kpi/weekly", cron="0 7 * * 1")
    with pytest.raises(ValidationError, match="frozen"):
        job.name = "b"


def test_a_job_has_one_trigger():
    with pytest.raises(ValidationError, match="found none"):
        Job(name="a", notebook="kpi/weekly")
    with pytest.raises(ValidationError, match="found cron and after"):
        Job(name="a", notebook="kpi/weekly", cron="0 7 * * 1", after=CalendarTrigger(calendar="releases"))


def test_its_zone_is_its_own_or_that_of_the_settings():
    assert Job(name="a", notebook="b", cron="0 7 * * 1").zone("Europe/Berlin") == "Europe/Berlin"
    assert Job(name="a", notebook="b", cron="0 7 * * 1", time_zone="UTC").zone("Europe/Berlin") == "UTC"


@pytest.mark.parametrize("text", ["", "2 hours", "-3", "1:30", "h", "nan", True, None])
def test_what_is_no_duration(text):
    with pytest.raises(ValueError, match="is no duration"):
        seconds(text)


@pytest.mark.parametrize("model", [Job, CalendarTrigger, Retries, OnFailure, Requires])
def test_every_field_is_documented_in_the_words_of_its_declaration(model):
    for name, field in model.model_fields.items():
        assert field.description, name
        assert f"| `{name}` | {field.description} |" in PAGE, (
            f"jobs.md does not say what {model.__name__}.{name} is"
        )


def test_the_page_documents_no_field_that_is_none():
    fields = {
        name for model in (Job, CalendarTrigger, Retries, OnFailure, Requires) for name in model.model_fields
    }
    assert set(re.findall(r"^\| `([a-z_]+)` \| [A-Z]", PAGE, re.M)) - {"yesterday"} <= fields


def test_relative_dates_of_the_page_are_resolved_as_it_says():
    monday = dt.datetime(2026, 10, 26, 6, tzinfo=dt.UTC)
    for expression, meaning in VOCABULARY.items():
        text = expression.replace("N ", "28 ").replace("…", "previous quarter")
        label = resolve(text, monday, "Europe/Berlin", Settings())
        assert f"| `{expression}` | {meaning} | `{label}` |" in PAGE


def test_examples_of_the_page_are_jobs(tmp_path):
    examples = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)
    assert len(examples) == 3
    whole, trigger, segments = examples
    (tmp_path / "weekly.yaml").write_text(whole, encoding="utf-8")
    assert list(read_jobs(Settings(), tmp_path)) == ["weekly"]
    assert CalendarTrigger.model_validate(read_yaml(trigger)[0]["before"]).days == 3
    for line in segments.splitlines():
        Job(name="a", notebook="b", cron="0 7 * * 1", **read_yaml(line)[0])
