"""Failed jobs are told once a slot, counted when they go on failing, and once when they work again."""

import time

import pytest

from workbench.errors import WorkbenchError
from workbench.notify.database import opened, outbox_file
from workbench.notify.failure_notices import tell
from workbench.notify.notice import from_json
from workbench.notify.outbox import deliver_due, undelivered
from workbench.settings import parse_settings

FIRST, SECOND, THIRD = (f"2026-11-{day}T07:00Z" for day in ("09", "16", "23"))


@pytest.fixture
def settings(tmp_path):
    """Every slot is told, however soon after the last."""
    return parse_settings({"notify": {"repeat_after_hours": 0}}, tmp_path)


def notices(settings):
    with opened(outbox_file(settings)) as outbox:
        return [from_json(kept) for (kept,) in outbox.execute("select notice from notices order by number")]


def subjects(settings):
    return [notice.subject for notice in notices(settings)]


def test_failure_says_what_where_and_the_mend(settings):
    tell(settings, "weekly", FIRST, "", "failed", "Cell 4 (Figure) failed: KeyError.", "data/reports/x.html")
    (notice,) = notices(settings)
    assert notice.subject == "weekly failed: 2026-11-09 07:00 UTC"
    assert notice.body == (
        "Cell 4 (Figure) failed: KeyError.\n"
        "To run it again: workbench schedule run-now weekly --slot 2026-11-09T07:00Z"
    )
    assert (notice.severity, notice.job, notice.slot, notice.report) == (
        "failure",
        "weekly",
        FIRST,
        "data/reports/x.html",
    )


def test_one_notice_a_slot_however_many_segments(settings):
    for segment in ("brand=Acme", "brand=Bolt", "brand=Acme"):
        tell(settings, "weekly", FIRST, segment, "failed", "no data")
    (notice,) = notices(settings)
    assert "Segments (2): brand=Acme, brand=Bolt." in notice.body
    for number in range(10):
        tell(settings, "weekly", FIRST, f"brand=B{number}", "failed", "no data")
    (notice,) = notices(settings)
    assert "Segments (12): brand=Acme, brand=B0, brand=B1, brand=B2, brand=B3 and 7 more." in notice.body


def test_what_was_delivered_is_not_told_again_and_further_segments_are(settings):
    tell(settings, "weekly", FIRST, "brand=Acme", "failed")
    assert deliver_due(settings) == 1
    tell(settings, "weekly", FIRST, "brand=Acme", "failed")
    assert deliver_due(settings) == 0
    for brand in ("Bolt", "Crux"):
        tell(settings, "weekly", FIRST, f"brand={brand}", "failed")
        assert deliver_due(settings) == 0, "what fails within a minute is gathered"
    assert deliver_due(settings, time.time() + 61) == 1
    assert "Segments (3): brand=Acme, brand=Bolt, brand=Crux." in notices(settings)[-1].body
    assert len(notices(settings)) == 2


def test_each_channel_is_told_of_further_segments_whatever_the_others_have_sent(tmp_path):
    channels = {name: {"kind": "log"} for name in ("fast", "slow")}
    settings = parse_settings({"notify": {"channels": channels}}, tmp_path)
    tell(settings, "weekly", FIRST, "brand=Acme", "failed")
    with opened(outbox_file(settings)) as outbox:
        outbox.execute("update notices set state = 'delivered' where channel = 'fast'")
    tell(settings, "weekly", FIRST, "brand=Bolt", "failed")
    with opened(outbox_file(settings)) as outbox:
        waiting = outbox.execute("select channel, notice from notices where state = 'waiting'").fetchall()
    assert sorted(channel for channel, _ in waiting) == ["fast", "slow"]
    assert all("Segments (2): brand=Acme, brand=Bolt." in from_json(notice).body for _, notice in waiting)


def test_each_slot_is_told_with_the_count(settings):
    for slot in (FIRST, SECOND, THIRD):
        tell(settings, "weekly", slot, "", "failed", "no data")
    assert subjects(settings) == [f"weekly failed: 2026-11-{day} 07:00 UTC" for day in ("09", "16", "23")]
    assert "3 runs, 2026-11-09 07:00 UTC to 2026-11-23 07:00 UTC, have failed" in notices(settings)[-1].body


def test_job_of_every_five_minutes_is_counted_not_told_each_time(tmp_path):
    settings = parse_settings({}, tmp_path)
    for minute in range(0, 60, 5):
        tell(settings, "pulse", f"2026-11-09T07:{minute:02}:00+00:00", "", "failed", "no data")
    assert len(notices(settings)) == 1
    with opened(outbox_file(settings)) as outbox:
        outbox.execute("update told set at = at - 12 * 3600")
    tell(settings, "pulse", "2026-11-09T19:00:00+00:00", "", "failed", "no data")
    assert "13 runs" in notices(settings)[-1].body
    assert len(notices(settings)) == 2


def test_recovery_is_told_once(settings):
    tell(settings, "weekly", FIRST, "", "failed", "no data")
    for slot in (SECOND, SECOND, THIRD):
        tell(settings, "weekly", slot, "", "succeeded")
    assert subjects(settings)[1:] == ["weekly works again"]
    assert notices(settings)[1].body == (
        "Its run of 2026-11-16 07:00 UTC succeeded. Before it, the run of 2026-11-09 07:00 UTC failed.\n"
        "Not made up for: 2026-11-09 07:00 UTC.\n"
        "To make it: workbench schedule run-now weekly --slot 2026-11-09T07:00Z"
    )
    assert notices(settings)[1].severity == "good"


def test_same_slot_run_again_is_made_up_for(settings):
    tell(settings, "weekly", FIRST, "", "failed")
    tell(settings, "weekly", FIRST, "", "succeeded")
    assert "Not made up for" not in notices(settings)[1].body


def test_success_before_the_failure_is_no_recovery(settings):
    tell(settings, "weekly", SECOND, "", "failed")
    tell(settings, "weekly", FIRST, "", "succeeded")
    assert len(notices(settings)) == 1
    tell(settings, "weekly", THIRD, "", "succeeded")
    assert subjects(settings)[1:] == ["weekly works again"]


def test_job_recovers_with_its_last_segment(settings):
    for segment in ("brand=Acme", "brand=Bolt"):
        tell(settings, "weekly", FIRST, segment, "failed")
    for segment in ("brand=Acme", "brand=Corda"):
        tell(settings, "weekly", SECOND, segment, "succeeded")
    assert len(notices(settings)) == 1
    tell(settings, "weekly", SECOND, "brand=Bolt", "succeeded")
    assert subjects(settings)[1:] == ["weekly works again"]


def test_final_report_ends_the_failure_of_the_preliminary_one(settings):
    for segment in ("preliminary", "brand=Acme preliminary"):
        tell(settings, "weekly", FIRST, segment, "failed")
    for segment in ("", "brand=Acme"):
        tell(settings, "weekly", FIRST, segment, "succeeded")
    assert subjects(settings)[1:] == ["weekly works again"]


def test_failing_again_after_a_recovery_is_told_again(settings):
    tell(settings, "weekly", FIRST, "", "failed")
    tell(settings, "weekly", SECOND, "", "succeeded")
    tell(settings, "weekly", THIRD, "", "failed")
    tell(settings, "weekly", THIRD, "", "succeeded")
    assert [notice.severity for notice in notices(settings)] == ["failure", "good", "failure", "good"]


def test_a_slot_that_fails_again_after_a_recovery_is_told_again_and_so_is_its_recovery(settings):
    for _ in range(2):
        tell(settings, "weekly", FIRST, "", "failed", "no data")
        tell(settings, "weekly", FIRST, "", "failed", "no data")
        tell(settings, "weekly", FIRST, "", "succeeded")
    assert [notice.severity for notice in notices(settings)] == ["failure", "good", "failure", "good"]


def test_jobs_are_kept_apart(settings):
    tell(settings, "weekly", FIRST, "", "failed")
    tell(settings, "monthly", SECOND, "", "succeeded")
    assert subjects(settings) == ["weekly failed: 2026-11-09 07:00 UTC"]


def test_missed_slot_is_said_in_its_words(settings):
    tell(settings, "weekly", FIRST, "", "missed", "no scheduler ran")
    assert subjects(settings) == ["weekly was not run: 2026-11-09 07:00 UTC"]


def test_success_alone_writes_nothing(settings):
    tell(settings, "weekly", FIRST, "", "succeeded")
    assert not outbox_file(settings).exists()


def test_slots_in_other_zones_are_the_same_slot(settings):
    tell(settings, "weekly", "2026-11-09T08:00:00+01:00", "", "failed")
    tell(settings, "weekly", FIRST, "", "failed")
    assert [notice.slot for notice in notices(settings)] == [FIRST]


def test_nobody_and_no_secret_in_a_notice(tmp_path, monkeypatch):
    monkeypatch.setenv("OPS_CHAT", "https://hooks.slack.com/services/T/B/s3cr3t\n")  # as files of secrets end
    channels = {"chat": {"kind": "webhook", "url_env": "OPS_CHAT"}}
    settings = parse_settings({"notify": {"channels": channels}}, tmp_path)
    reason = "ann@example.org, +49 30 901820: https://hooks.slack.com/services/T/B/s3cr3t"
    tell(settings, "weekly", FIRST, "", "failed", reason)
    (notice,) = notices(settings)
    assert notice.body.startswith("<EMAIL>, <PHONE>: ***\n")


def test_channels_of_the_job_come_before_those_of_the_settings(tmp_path):
    channels = {"here": {"kind": "log"}, "there": {"kind": "log", "file": "there.log"}}
    settings = parse_settings({"notify": {"channels": channels, "failures": ["here"]}}, tmp_path)
    tell(settings, "weekly", FIRST, "", "failed", channels=["there"])
    tell(settings, "monthly", FIRST, "", "failed")
    assert deliver_due(settings) == 2
    assert "weekly failed" in (tmp_path / "data/there.log").read_text(encoding="utf-8")
    assert "monthly failed" in (tmp_path / "data/runs/notices.log").read_text(encoding="utf-8")


def test_bad_input_is_said(settings):
    with pytest.raises(WorkbenchError, match="'yesterday' is no slot"):
        tell(settings, "weekly", "yesterday", "", "failed")
    with pytest.raises(WorkbenchError, match="no channel 'opps'"):
        tell(settings, "weekly", FIRST, "", "failed", channels=["opps"])


def test_what_the_outbox_cannot_take_is_said(settings, tmp_path):
    (tmp_path / "data").write_text("a file where a folder should be", encoding="utf-8")
    said = "weekly failed: 2026-11-09 07:00 UTC. no data Nobody could be told of it yet: the outbox"
    with pytest.raises(WorkbenchError, match=said):
        tell(settings, "weekly", FIRST, "", "failed", "no data")


def test_a_segment_that_the_job_no_longer_has_stands_in_nobodys_way(settings):
    """Bolt failed and was taken away; that Acme works is a recovery, and its next failure is told."""
    both, one = {"brand=Acme", "brand=Bolt"}, {"brand=Acme"}
    tell(settings, "hourly", "2026-11-09T06:00Z", "brand=Bolt", "failed", "no data", segments=both)
    tell(settings, "hourly", "2026-11-09T07:00Z", "brand=Acme", "succeeded", segments=one)
    tell(settings, "hourly", "2026-11-09T08:00Z", "brand=Acme", "failed", "no data", segments=one)
    told = [row["subject"] for row in undelivered(outbox_file(settings))]
    assert told == [
        "hourly failed: 2026-11-09 06:00 UTC",
        "hourly works again",
        "hourly failed: 2026-11-09 08:00 UTC",
    ]
