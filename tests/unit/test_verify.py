import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from signed_report import published, records_of, settings_in
from typer.testing import CliRunner

from workbench.cli import app
from workbench.errors import WorkbenchError
from workbench.figures.tiles import Tile
from workbench.provenance.verify import Finding, verify
from workbench.runs.manifest import manifest_of, with_manifest
from workbench.runs.signing import signed
from workbench.settings import Settings, load_settings


@pytest.fixture
def made(tmp_path) -> tuple[Path, Settings]:
    settings = settings_in(tmp_path)
    return published(settings, records_of()), settings


def edit(report: Path, old: str, new: str) -> None:
    html = report.read_text(encoding="utf-8")
    assert old in html
    report.write_text(html.replace(old, new, 1), encoding="utf-8")


def found(report: Path, settings: Settings) -> dict[str, Finding]:
    return {finding.check: finding for finding in verify(report, settings)}


def test_a_report_as_it_was_made_holds(made):
    assert [(f.check, f.holds) for f in verify(*made)] == [
        ("signature", True), ("displayed figures", True), ("page", True), ("kept manifest", True),
    ]  # fmt: skip


def test_a_workbench_that_finds_other_figures_in_the_same_page_calls_nobody_a_forger(made, monkeypatch):
    monkeypatch.setattr("workbench.provenance.verify.displayed_figures", lambda html: [])
    assert all(finding.holds for finding in verify(*made))


def test_an_edited_cell_is_named(made):
    report, settings = made
    edit(report, "41 %", "14 %")
    faults = found(report, settings)
    assert faults["displayed figures"].details == (
        "table 'Brands side by side', row 'Acme', column 'Unhappy': was '41 %', is '14 %'",
    )
    assert faults["page"].holds is False
    assert faults["signature"].holds, "the manifest itself is untouched"


def test_an_edited_tile_is_named(made):
    report, settings = made
    edit(report, "−0.25", "0.25")
    [told] = found(report, settings)["displayed figures"].details
    assert told.startswith("tile 'Mood'")
    assert "was 'Mood −0.25" in told
    assert "is 'Mood 0.25" in told


def test_of_a_long_tile_only_the_words_that_changed_are_shown(tmp_path):
    settings = settings_in(tmp_path)
    tile = Tile(
        "Unhappy mentions", 0.41, "share", 0.34, 0.48, kind="estimate", posts=1204, labels=214, note="Pooled."
    )
    report = published(settings, {"tiles": [tile]})
    edit(report, "41\xa0%", "14\xa0%")
    [told] = found(report, settings)["displayed figures"].details
    assert told == "tile 'Unhappy mentions': '41' became '14'"


def test_a_figure_taken_out_or_put_in_is_named(made):
    report, settings = made
    edit(report, '<tr><th scope="row">Bolt</th><td class="number">20 %</td></tr>', "")
    assert any(
        "row 'Bolt'" in told and "taken out" in told
        for told in found(report, settings)["displayed figures"].details
    )


def test_an_edited_sentence_shows_though_it_is_no_figure(made):
    report, settings = made
    edit(report, "How did customers feel?", "How happy were customers?")
    faults = found(report, settings)
    assert faults["displayed figures"].holds
    assert faults["page"].holds is False
    assert faults["page"].details == ("the text at the head: changed",)


def test_an_edit_of_the_marks_alone_is_said_to_be_one(made):
    report, settings = made
    edit(report, "<h1>", "<h1 data-by='somebody'>")
    page = found(report, settings)["page"]
    assert (page.holds, page.details) == (False, ("the marks at the head: changed",))


def test_an_edit_that_shows_nowhere_is_said_to_be_one(made):
    report, settings = made
    edit(report, "<h1>", "<!-- by somebody --><h1>")
    page = found(report, settings)["page"]
    assert (page.holds, page.details) == (False, ())
    assert "it is in blanks, comments or their order" in page.said


def test_an_edited_manifest_breaks_the_signature_and_what_was_edited_is_named(made):
    report, settings = made
    edit(report, '"weeks":12', '"weeks":8')
    faults = found(report, settings)
    assert "was changed after it was signed" in faults["signature"].said
    assert faults["kept manifest"].details == ("order.parameters.weeks: was 12, is 8",)


def test_a_manifest_of_another_report_is_said_to_be_that(made):
    report, settings = made
    other = published(settings, records_of(0.9), "kpi/baseline/2026-W40", title="The baseline")
    borrowed = manifest_of(other.read_text(encoding="utf-8"))
    assert borrowed is not None
    report.write_text(with_manifest(report.read_text(encoding="utf-8"), borrowed), encoding="utf-8")
    faults = found(report, settings)
    assert faults["signature"].holds, "that of the other report is genuine"
    assert "the manifest is of another report: it speaks of 'kpi/baseline/2026-W40'" in faults["page"].said


def test_another_title_over_the_same_figures_is_an_edited_page(made):
    report, settings = made
    title = BeautifulSoup(report.read_text(encoding="utf-8"), "html.parser").h1.text
    edit(report, f"<h1>{title}", "<h1>The month in public")
    faults = found(report, settings)
    assert faults["displayed figures"].holds
    assert "the page was changed after it was made" in faults["page"].said


def test_nothing_hides_in_the_element_that_no_hash_covers(made):
    report, settings = made
    html = report.read_text(encoding="utf-8")
    # Readers of JSON take the last of two equal names, browsers end a script at its tag however that is written.
    shown = 'title":"x</SCRIPT><h1>Sales doubled</h1><script>'
    forged = html.replace('id="manifest">{', f'id="manifest">{{"{shown}",')
    assert forged != html
    report.write_text(forged, encoding="utf-8")
    with pytest.raises(WorkbenchError, match="cannot be read: it was changed"):
        verify(report, settings)
    report.write_text(html.replace('id="manifest">{', 'id="manifest"> {'), encoding="utf-8")
    with pytest.raises(WorkbenchError, match="cannot be read: it was changed"):
        verify(report, settings)


def test_line_ends_of_windows_in_a_page_are_part_of_it(made):
    _, settings = made
    sealed = published(settings, records_of(title="The\r\nweek"))
    assert b"\r\n" in sealed.read_bytes()
    assert all(finding.holds for finding in verify(sealed, settings))


def test_a_manifest_that_somebody_else_wrote_is_no_traceback(made):
    report, settings = made
    html = report.read_bytes().decode()
    manifest = manifest_of(html)
    assert manifest is not None
    for name, value in (
        ("tables", ["posts"]),
        ("order", {}),
        ("displayed", [{"where": 1}]),
        ("figures", None),
    ):
        report.write_bytes(with_manifest(html, {**manifest, name: value}).encode())
        with pytest.raises(WorkbenchError, match=f"did not write: {name}"):
            verify(report, settings)


def test_a_report_that_cannot_be_signed_leaves_the_last_good_one(made):
    report, settings = made
    before = report.read_bytes()
    settings.signing_key_file.chmod(0o644)
    with pytest.raises(WorkbenchError, match="open to other users"):
        published(settings, records_of(0.5))
    assert report.read_bytes() == before


def test_diff_says_that_a_page_was_changed_and_compares_what_it_was_made_of(made, monkeypatch):
    report, settings = made
    edit(report, "41 %", "14 %")
    (settings.folder / "workbench.toml").write_text(
        f'[signing]\npublic_key = "{settings.signing.public_key}"\n'
    )
    monkeypatch.setenv("WORKBENCH_SETTINGS", str(settings.folder / "workbench.toml"))
    told = CliRunner().invoke(app, ["diff", str(report), str(report)])
    assert "was changed after it was made (see workbench verify)" in " ".join(told.stderr.split())


def test_what_nobody_known_has_signed_is_not_run(made, tmp_path, monkeypatch):
    report, settings = made
    manifest = manifest_of(report.read_bytes().decode())
    assert manifest is not None
    forged = {**manifest, "lake": "https://example.org/lake"}
    report.write_bytes(with_manifest(report.read_bytes().decode(), forged).encode())
    (tmp_path / "workbench.toml").write_text(f'[signing]\npublic_key = "{settings.signing.public_key}"\n')
    monkeypatch.setenv("WORKBENCH_SETTINGS", str(tmp_path / "workbench.toml"))
    told = CliRunner().invoke(app, ["diff", str(report), str(report)])
    assert told.exit_code == 1
    assert "is not run again: the signature" in str(told.exception)
    told = CliRunner().invoke(app, ["verify", str(report), "--rerun", "--json"])
    assert told.exit_code == 1
    found = {finding["check"]: finding for finding in json.loads(told.stdout)["findings"]}
    assert not found["signature"]["holds"], "what was found without running it is told all the same"
    assert "is not run again: the signature" in found["figures made again"]["said"]


def test_figures_forged_together_with_the_manifest_need_the_key(made, tmp_path):
    report, settings = made
    forger = settings_in(tmp_path / "forger")
    manifest = manifest_of(report.read_text(encoding="utf-8"))
    assert manifest is not None
    report.write_text(
        with_manifest(report.read_text(encoding="utf-8"), signed(manifest, forger)), encoding="utf-8"
    )
    assert "which is not pinned" in found(report, settings)["signature"].said


def test_an_older_report_whose_run_was_made_again_still_holds(made, monkeypatch):
    report, settings = made
    kept = settings.data_folder / "runs/kpi/weekly/2026-W43.manifest.json"
    later = {**json.loads(kept.read_text(encoding="utf-8")), "made_at": "2027-01-01T00:00:00+00:00"}
    kept.write_text(json.dumps(later), encoding="utf-8")
    assert found(report, settings)["kept manifest"].holds is None
    kept.unlink()
    assert "kept manifest" not in found(report, settings)


def test_the_commands_make_a_key_and_give_exit_codes(tmp_path, monkeypatch):
    file = tmp_path / "workbench.toml"
    file.write_text("")
    monkeypatch.setenv("WORKBENCH_SETTINGS", str(file))
    printed = CliRunner().invoke(app, ["key"]).stdout
    file.write_text(printed)  # as it stands: its other lines are comments
    report = published(load_settings(), records_of())
    told = CliRunner().invoke(app, ["verify", str(report), "--json"])
    assert (told.exit_code, json.loads(told.stdout)["holds"]) == (0, True)
    edit(report, "41 %", "14 %")
    told = CliRunner().invoke(app, ["verify", str(report)])
    assert told.exit_code == 1
    assert f"{report} does not hold." in told.stdout
    assert "    table 'Brands side by side', row 'Acme'" in told.stdout
    told = CliRunner().invoke(app, ["verify", str(tmp_path / "none.html"), "--json"])
    assert told.exit_code == 2, "nothing was checked"
    assert "there is no report" in json.loads(told.stdout)["error"]


def test_what_is_no_report_is_said(tmp_path, made):
    report, settings = made
    with pytest.raises(WorkbenchError, match="there is no report"):
        verify(tmp_path / "none.html", settings)
    (tmp_path / "plain.html").write_text("<html><body>41 %</body></html>")
    with pytest.raises(WorkbenchError, match="holds no manifest"):
        verify(tmp_path / "plain.html", settings)
    (tmp_path / "bytes.html").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WorkbenchError, match="cannot be read as a report"):
        verify(tmp_path / "bytes.html", settings)
    edit(report, '"schema":1', '"schema":99')
    with pytest.raises(WorkbenchError, match="schema 99"):
        verify(report, settings)


def test_a_good_page_under_the_name_of_another_is_told(made, tmp_path):
    report, settings = made
    other = report.with_name("2026-W44.html")
    other.write_bytes(report.read_bytes())
    found = {finding.check: finding for finding in verify(other, settings)}
    assert found["name"].holds is False
    assert found["name"].said == (
        "it lies where kpi/weekly/2026-W44 is looked for, and is the report kpi/weekly/2026-W43."
    )
    sent = tmp_path / "attachment.html"
    sent.write_bytes(report.read_bytes())
    told = {finding.check: finding for finding in verify(sent, settings)}["name"]
    assert told.holds is None
    assert told.said.startswith("it is the report kpi/weekly/2026-W43, made 20")
