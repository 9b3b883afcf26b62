"""Every notebook runs on the sample, keeps what it promises, and becomes a report."""

from pathlib import Path

import pytest

from workbench.reporting import report_job
from workbench.runs.record import read_records, recorded_frame
from workbench.store.lake import Lake

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
MOST_BYTES = 1_500_000
PROMISED = {
    "kpi/weekly": {
        "tiles",
        "this_week",
        "shifts",
        "ranks",
        "mood",
        "signal",
        "talk",
        "checks",
        "provenance",
    },
    "kpi/why_corrected": {"ways", "judged", "again", "provenance"},
    "kpi/baseline": {"baseline", "weekly", "checks", "provenance"},
    "modeling/choose_model": {"counts", "scores", "provenance"},
    "modeling/drift_check": {"alarm", "drift", "provenance"},
    "modeling/topics": {"topics", "history", "provenance"},
    "modeling/label_quality": {"agreement", "disputes", "likely_errors", "provenance"},
    "modeling/train_intents": {"counts", "scores", "decision", "provenance"},
    "modeling/train_sentiment": {"counts", "scores", "irony", "decision", "provenance"},
    "modeling/tune_thresholds": {"thresholds", "provenance"},
    "journeys/journey_map": {"paths", "provenance"},
    "benchmarks/audit_vendor": {
        "title",
        "pages",
        "scores",
        "overall",
        "shares",
        "ranks",
        "next_labels",
        "provenance",
    },
    "benchmarks/share_of_voice": {"share_of_voice", "history", "checks", "provenance"},
}
# One plain model instead of one a fold: a fifth of the time.
QUICKLY = {
    **{name: ["cross_fitted=false"] for name in ("modeling/train_intents", "modeling/train_sentiment")},
    # The others learn for minutes; their own tests compare them.
    "modeling/choose_model": ["methods=lexicon,tfidf"],
    "modeling/topics": ["most=300"],
    "kpi/why_corrected": ["draws=10"],
}


def test_every_notebook_is_run_here():
    assert set(PROMISED) == {f"{f.parent.name}/{f.stem}" for f in NOTEBOOKS.glob("[!.]*/*.ipynb")}


@pytest.mark.parametrize("name", PROMISED)
def test_runs_on_the_sample_and_becomes_a_report(name, sample, monkeypatch):
    monkeypatch.setenv("WORKBENCH_SETTINGS", str(sample))
    report = report_job(name, QUICKLY.get(name, []), lambda done, what: None)
    folder, stem = name.split("/")
    assert report.parent == sample.parent / "reports" / folder / stem
    executed = sample.parent / "runs" / folder / stem / f"{report.stem}.ipynb"
    records = read_records(executed)
    assert set(records) == PROMISED[name]
    assert records["provenance"]["tables"]["posts"] == 1
    html = report.read_text(encoding="utf-8")
    assert "Where this came from" in html
    assert report.stat().st_size < MOST_BYTES


def test_weekly_figures_are_kept_and_agree_with_the_report(sample, monkeypatch):
    monkeypatch.setenv("WORKBENCH_SETTINGS", str(sample))
    report_job("kpi/weekly", ["week=2026-W37"], lambda done, what: None)
    executed = sample.parent / "runs" / "kpi" / "weekly" / "2026-W37.ipynb"
    shown = recorded_frame(read_records(executed)["this_week"])
    kept = (
        Lake(str(sample.parent / "lake")).read("measures", where="run_id = 'kpi/weekly/2026-W37'").to_pandas()
    )
    volume = shown[
        (shown["metric"] == "volume") & (shown["brand"] == "Halvora") & (shown["week"] == "2026-W37")
    ]
    stored = kept[(kept["metric"] == "volume") & kept["group"].str.contains('"Halvora", "week": "2026-W37"')]
    assert stored["value"].tolist() == volume["value"].tolist()
    assert volume["value"].item() > 100, "the outage of that week is seen"
