"""An audit from the export to its figures: nothing lost, nothing twice, nothing counted that should not be."""

import shutil

import openpyxl
import pandas as pd
import pytest
from vendor_exports import export_rows, write_export, write_truth

from workbench.audit import hand_out as handing_out
from workbench.audit.answer_file import refuse_moved
from workbench.audit.answers import take_file
from workbench.audit.begin import begin
from workbench.audit.hand_out import hand_out
from workbench.audit.opened import open_audit
from workbench.audit.result import result
from workbench.audit.sheet import sheet_keys, write_sheet
from workbench.audit.world import SAMPLE, TASK, VENDOR, open_world
from workbench.errors import WorkbenchError
from workbench.labels.drawn import recorded
from workbench.labels.tasks import load_task, tasks_folder
from workbench.settings import parse_settings
from workbench.sources.guessing import guess_mapping
from workbench.sources.sniffing import sniff
from workbench.store.schema import open_lake

BRANDS = {"Acme": 90, "Bolt": 60, "Crux": 40, "Tiny": 3}


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """An audit whose sample is drawn, and nobody has answered yet; copied for each test."""
    folder = tmp_path_factory.mktemp("begun")
    begin(parse_settings({}, folder), write_export(folder / "q3.csv", export_rows(BRANDS)), labels=60, seed=3)
    return folder


class Begun:
    def __init__(self, folder):
        self.folder, self.settings, self.file = folder, parse_settings({}, folder), folder / "q3.csv"
        self.truth = write_truth(folder / "truth.csv", export_rows(BRANDS))
        self.task = load_task(TASK, tasks_folder(self.settings))

    @property
    def world(self):
        return open_world(self.settings)

    @property
    def lake(self):
        return open_lake(self.world.settings)

    @property
    def drawn(self):
        return recorded(self.lake, SAMPLE)

    def sheet(self, name="sheet.csv"):
        write_sheet(self.folder / name, self.lake, self.world, self.drawn, self.task)
        return self.folder / name

    def take(self, file, key="key", label="label"):
        return take_file(file, self.lake, self.world, self.drawn, self.task, key, label)

    def labels(self):
        return self.lake.read("labels").to_pandas()

    def go_on(self, **options):
        return begin(self.settings, self.file, **options)


@pytest.fixture
def audit(begun, tmp_path):
    shutil.copytree(begun, tmp_path, dirs_exist_ok=True)
    return Begun(tmp_path)


def filled(sheet, label="negative", rows=None):
    """The sheet as people hand it in."""
    frame = pd.read_csv(sheet, dtype=str, keep_default_na=False)
    frame.loc[frame.index[:rows], "label"] = label
    frame.to_csv(sheet, index=False)
    return frame


def test_the_vendors_sentiment_becomes_predictions_and_no_label(audit):
    predictions = audit.lake.read("predictions").to_pandas()
    assert len(audit.labels()) == 0
    assert predictions["model"].unique().tolist() == [VENDOR]
    assert predictions["is_held_out"].all()
    wide = predictions.pivot(index="post_id", columns="label", values="probability")
    assert (wide["neutral"] == 1).all()
    assert (wide[["negative", "positive"]] == 0).all(axis=None)
    assert len(wide) == sum(BRANDS.values())


def test_the_sample_is_random_within_each_brand_and_no_tiny_brand_is_audited(audit):
    drawn = audit.drawn
    assert drawn["brand"].value_counts().to_dict() == {"Acme": 20, "Bolt": 20, "Crux": 20}
    chances = drawn.groupby("brand")["inclusion_probability"].first().to_dict()
    assert chances == {"Acme": pytest.approx(20 / 90), "Bolt": pytest.approx(20 / 60), "Crux": 0.5}
    assert set(drawn["strategy"]) == {"random"}
    with open_audit(settings=audit.settings) as opened:
        assert (opened.standing.other_brands, opened.standing.of_other_brands) == (1, 3)


def test_an_audit_keeps_to_its_own_folder(audit):
    stored = [p.relative_to(audit.folder).parts[:3] for p in audit.folder.rglob("*") if p.is_file()]
    assert {parts for parts in stored if parts[0] == "data"} == {("data", "audits", "q3")}


def test_begun_again_it_draws_and_reads_nothing_anew(audit):
    before, versions = audit.drawn, audit.lake.current_versions()
    audit.go_on()
    audit.go_on(labels=60, seed=3)
    pd.testing.assert_frame_equal(audit.drawn, before)
    assert audit.lake.current_versions() == versions


def test_more_labels_enlarge_the_sample_and_keep_what_was_answered(audit):
    audit.take(audit.truth)
    before = audit.drawn
    audit.go_on(labels=120)
    after = audit.drawn
    assert after["brand"].value_counts().to_dict() == {"Acme": 40, "Bolt": 40, "Crux": 40}
    assert set(before["post_id"]) < set(after["post_id"])
    labels = audit.labels().merge(after, on="post_id", suffixes=("_label", ""))
    assert (labels["inclusion_probability_label"] == labels["inclusion_probability"]).all()
    assert audit.take(audit.truth).new == 60
    with pytest.raises(WorkbenchError, match="never smaller"):
        audit.go_on(labels=100)


def test_what_is_drawn_goes_into_a_sheet_and_more_of_it_into_one_beside(audit):
    def out(is_larger=False):
        return hand_out(audit.settings, audit.world, audit.lake, audit.drawn, audit.task, is_larger=is_larger)

    first = out()
    assert (first["sheet"].rpartition("/")[2], first["open"]) == ("to_label.xlsx", 60)
    assert out() == {"sheet": first["sheet"]}, "it is told where it lies, and not written again"
    audit.take(audit.truth)
    audit.go_on(labels=90)
    more = out(is_larger=True)
    assert (more["sheet"].rpartition("/")[2], more["open"]) == ("to_label_90.xlsx", 30)


@pytest.mark.parametrize("server", ["", "https://labels.example.com"])
def test_it_goes_to_ones_own_label_studio_and_unasked_to_no_other(audit, server, monkeypatch):
    settings = parse_settings({"labeling": {"server": server}} if server else {}, audit.folder)
    pushed: list[object] = []
    monkeypatch.setattr(handing_out, "address", lambda settings: "http://127.0.0.1:8080")
    monkeypatch.setattr(handing_out, "answers", lambda url: True)
    monkeypatch.setattr(handing_out, "push_posts", lambda *given: pushed.append(given) or {"pushed": 60})
    told = hand_out(settings, audit.world, audit.lake, audit.drawn, audit.task, is_larger=False)
    assert (len(pushed), "sheet" in told) == ((0, True) if server else (1, False))


def test_one_damaged_audit_keeps_no_other_from_being_begun(audit):
    (audit.world.folder / "audit.json").write_text("[]")
    shutil.copy(audit.file, audit.folder / "copy.csv")
    assert begin(audit.settings, audit.folder / "copy.csv", labels=60).name == "copy"


@pytest.mark.parametrize("name", ["..", ".", ".hidden", "../lake", "a/b"])
def test_an_audit_never_lies_outside_its_folder(audit, name):
    mine = audit.folder / "data" / "lake"
    mine.mkdir(parents=True)
    (mine / "posts").write_text("mine")
    with pytest.raises(WorkbenchError, match="is no name of an audit"):
        audit.go_on(name=name)
    assert (mine / "posts").read_text() == "mine"


def test_a_file_that_is_not_there_and_one_that_is_audited_already_are_told(audit):
    told: list[str] = []
    begin(audit.settings, audit.folder / "elsewhere" / "q3.csv", say=told.append)
    shutil.copy(audit.file, audit.folder / "copy.csv")
    begin(audit.settings, audit.folder / "copy.csv", labels=60, say=told.append)
    assert "is not there; this is the audit 'q3' of q3.csv" in told[0]
    assert told[1] == "audit 'q3' is of the same export; --name q3 goes on with it."


def test_rows_that_cannot_be_read_are_told_with_the_commonest_reason(tmp_path):
    rows, told = export_rows(BRANDS), []
    file, mapping = tmp_path / "q3.csv", tmp_path / "mapping.toml"
    rows.loc[rows.index[:7], "Date"] = "some day"
    begin(parse_settings({}, tmp_path), write_export(file, rows), labels=60, say=told.append)
    columns, unread = told
    assert "sentiment is read from column 'Sentiment', the brand from 'Brand'" in columns
    assert "7 of 193 rows could not be read, most because of" in unread
    mapping.write_text(guess_mapping(sniff(file)).to_toml())
    none = write_export(tmp_path / "none.csv", rows.assign(Date="some day"))
    with pytest.raises(WorkbenchError, match=r"193 of 193 rows could not be read.*mapping\.toml"):
        begin(parse_settings({}, tmp_path), none, mapping=mapping)


def test_a_damaged_state_is_one_sentence(audit):
    (audit.world.folder / "audit.json").write_text("{")
    with pytest.raises(WorkbenchError, match=r"audit\.json is damaged"):
        audit.go_on()


def test_an_emptied_cell_takes_nothing_back_and_that_is_told(audit):
    sheet = audit.sheet()
    filled(sheet, "negative", rows=5)
    audit.take(sheet)
    filled(sheet, "", rows=2)
    taken = audit.take(sheet)
    assert (taken.answers, taken.changed, taken.kept) == (3, 0, 2)
    assert len(audit.labels()) == 5


def test_where_people_differ_it_is_told_on_how_many_posts(audit):
    for person, label in (("ann", "negative"), ("bob", "positive")):
        frame = filled(audit.sheet(f"{person}.csv"), "neutral", rows=10).assign(annotator=person)
        frame.loc[frame.index[:4], "label"] = label
        frame.to_csv(audit.folder / f"{person}.csv", index=False)
    for person in ("ann", "bob"):
        audit.take(audit.folder / f"{person}.csv")
    with open_audit(settings=audit.settings) as opened:
        assert (opened.standing.doubled, opened.standing.agreed) == (10, 6)


@pytest.mark.parametrize(
    ("options", "message"),
    [({"seed": 4}, "another seed"), ({"brands": ("Acme",)}, "another brand")],
)
def test_a_sample_is_drawn_once(audit, options, message):
    with pytest.raises(WorkbenchError, match=message):
        audit.go_on(**options)


def test_another_file_of_the_same_name_is_another_audit(audit):
    write_export(audit.file, export_rows({"Acme": 50}))
    with pytest.raises(WorkbenchError, match="of another file"):
        audit.go_on()
    assert audit.go_on(name="other", labels=30).name == "other"


def test_once_begun_the_export_is_not_needed_any_more(audit):
    audit.file.unlink()
    assert audit.go_on().labels == 60


def test_the_sheet_is_blind(audit):
    sheet = pd.read_csv(audit.sheet(), dtype=str, keep_default_na=False)
    assert list(sheet.columns) == ["key", "brand", "text", "label"]
    assert (sheet["label"] == "").all()
    assert sorted(sheet["key"]) == sorted(sheet_keys(audit.lake, audit.world, audit.drawn))
    # Neither the vendor's answer nor the number by which it could be looked up.
    assert "neutral" not in audit.sheet("again.csv").read_text()
    assert not sheet["key"].str.contains("acme|bolt|crux").any()
    assert sheet["brand"].tolist() != sorted(sheet["brand"])


def test_letters_of_any_alphabet_tell_that_a_text_has_moved(tmp_path):
    written = pd.DataFrame({"key": ["a", "b", "c"], "text": ["Поезд опять опоздал", "Спасибо!", "Grüße"]})
    rows = written.assign(line=[2, 3, 4])
    refuse_moved(tmp_path, rows, written)
    # What a spreadsheet could not keep is no other text.
    refuse_moved(tmp_path, rows.assign(text=["????? ????? ???????", "???????!", "Gr??e"]), written)
    with pytest.raises(WorkbenchError, match=r"2 texts are not those .* \(lines 2, 3\)"):
        refuse_moved(tmp_path, rows.assign(text=[*written["text"][[1, 0]], "Grüße"]), written)


def test_answers_without_a_key_are_not_lost(audit):
    frame = filled(audit.sheet())
    frame.loc[frame.index[:2], "key"] = ""
    frame.to_csv(audit.folder / "sheet.csv", index=False)
    with pytest.raises(WorkbenchError, match=r"2 answers have no key \(lines 2, 3\)"):
        audit.take(audit.folder / "sheet.csv")
    assert len(audit.labels()) == 0


def test_a_spreadsheet_offers_the_words_and_the_instructions(audit):
    book = openpyxl.load_workbook(audit.sheet("sheet.xlsx"))
    assert book.sheetnames == ["posts", "instructions"]
    (choice,) = book["posts"].data_validations.dataValidation
    assert choice.formula1 == '"negative,neutral,positive,mixed,irrelevant,cannot_tell"'
    assert str(choice.sqref) == "D2:D61"
    for row in range(2, 12):
        book["posts"].cell(row, 4).value = "Can't tell" if row == 2 else "POS"
    book.save(audit.folder / "sheet.xlsx")
    taken = audit.take(audit.folder / "sheet.xlsx")
    assert (taken.answers, taken.new, taken.empty) == (10, 10, 50)
    assert audit.labels()["label"].value_counts().to_dict() == {"positive": 9, "cannot_tell": 1}


def test_half_a_sheet_counts_as_half_and_the_next_sheet_holds_the_rest(audit):
    filled(audit.sheet(), rows=30)
    assert audit.take(audit.folder / "sheet.csv").empty == 30
    with open_audit(settings=audit.settings) as opened:
        assert opened.standing.is_preliminary
        assert (opened.standing.labelled, opened.standing.drawn) == (30, 60)
        assert len(opened.mentions) == 190
        of_brand = opened.mentions.groupby("brand")["inclusion_probability"]
        # What waits is stood for: no brand counts for less.
        assert of_brand.max().to_list() == pytest.approx((of_brand.count() / of_brand.size()).to_list())
        stand_for = (1 / opened.mentions["inclusion_probability"]).groupby(opened.mentions["brand"]).sum()
        assert stand_for.to_list() == pytest.approx(of_brand.size().to_list())
    rest = pd.read_csv(audit.sheet("rest.csv"), dtype=str)
    assert len(rest) == 30


def test_a_filled_sheet_is_never_overwritten(audit):
    filled(audit.sheet(), rows=1)
    with pytest.raises(WorkbenchError, match="holds 1 answers"):
        audit.sheet()
    with pytest.raises(WorkbenchError, match="is no sheet"):
        audit.sheet("q3.csv")
    assert (audit.folder / "q3.csv").read_text().startswith("Mention Id")


def test_handed_in_twice_nothing_is_counted_twice_and_a_change_replaces(audit):
    sheet = audit.sheet()
    filled(sheet)
    assert audit.take(sheet).new == 60
    again = audit.take(sheet)
    assert (again.new, again.changed) == (0, 0)
    filled(sheet, "positive", rows=5)
    assert audit.take(sheet).changed == 5
    assert audit.labels()["label"].value_counts().to_dict() == {"negative": 55, "positive": 5}


def test_two_people_may_judge_one_post(audit):
    first = filled(audit.sheet()).assign(annotator="ann")
    second = first.assign(annotator="bob", label="positive")
    pd.concat([first, second]).to_csv(audit.folder / "both.csv", index=False)
    assert audit.take(audit.folder / "both.csv").new == 120
    labels = audit.labels()
    assert labels["annotator"].nunique() == 2
    assert not labels["annotator"].isin(["ann", "bob"]).any()
    with open_audit(settings=audit.settings) as opened:
        judged = opened.mentions.dropna(subset="inclusion_probability")
        assert (judged["label_negative"] == 0.5).all()
        assert opened.standing.people == 2


def test_one_person_who_is_written_in_two_ways_is_one(audit):
    first = filled(audit.sheet(), rows=10).assign(annotator="Ann")
    both = pd.concat([first, first.head(10).assign(annotator="@ann", label="positive")])
    both.to_csv(audit.folder / "both.csv", index=False)
    with pytest.raises(WorkbenchError, match="10 posts have two different answers"):
        audit.take(audit.folder / "both.csv")
    assert not len(audit.labels())


def test_answers_are_not_lost_with_the_state_of_an_audit(audit):
    sheet = audit.sheet()
    filled(sheet)
    audit.take(sheet)
    lake = audit.lake
    (audit.world.folder / "audit.json").unlink()
    with pytest.raises(WorkbenchError, match=r"holds 60 answers of an audit 'q3', but no audit\.json"):
        audit.go_on()
    assert len(lake.read("labels")) == 60


def test_who_answers_by_name_after_nobody_in_particular_is_told_to_count_as_another(audit):
    sheet = audit.sheet()
    first = filled(sheet, rows=10)
    assert audit.take(sheet).other_name == 0
    first.assign(Annotator="ann").to_csv(audit.folder / "named.csv", index=False)
    taken = audit.take(audit.folder / "named.csv")
    assert (taken.new, taken.other_name) == (10, 10)
    assert audit.take(sheet).other_name == 10, "whichever came first"
    assert audit.labels()["annotator"].nunique() == 2


@pytest.mark.parametrize(
    ("spoiled", "message"),
    [
        (lambda f: f.assign(label=["angry", *f["label"][1:]]), r"1 answers are none of .* \(line 2: 'angry'\)"),
        (lambda f: f.assign(label=["word " * 9, *f["label"][1:]]), r"line 2: a long text"),
        (lambda f: f.assign(key=["f" * 32, *f["key"][1:]]), r"1 of 60 keys are of no post .* \(lines 2\)"),
        (lambda f: f.assign(text=[*f["text"][1:], f["text"][0]]), "texts are not those that the sheet had"),
        (lambda f: pd.concat([f, f.head(1).assign(label="positive")]), r"1 posts have two different answers"),
        (lambda f: f.rename(columns={"label": "lable"}), "has no column 'label'. Did you mean 'lable'"),
    ],
)  # fmt: skip
def test_a_spoiled_file_is_refused_whole_and_says_where(audit, spoiled, message):
    sheet = audit.sheet()
    spoiled(filled(sheet)).to_csv(sheet, index=False)
    with pytest.raises(WorkbenchError, match=message) as told:
        audit.take(sheet)
    assert "line is down" not in str(told.value), "no post is quoted"
    assert len(audit.labels()) == 0


def test_what_a_spreadsheet_does_to_texts_is_no_reason_to_refuse(audit):
    sheet = audit.sheet()
    frame = filled(sheet)
    frame["text"] = "'" + frame["text"].str.upper().str.replace(" ", "  ").str.replace("'", "’")
    frame.to_csv(sheet, index=False)
    assert audit.take(sheet).new == 60


def test_the_same_answer_twice_is_one(audit):
    sheet = audit.sheet()
    frame = filled(sheet)
    pd.concat([frame, frame]).to_csv(sheet, index=False)
    assert audit.take(sheet).new == 60


def test_labels_of_posts_that_were_not_drawn_count_nowhere(audit):
    taken = audit.take(audit.truth)
    assert (taken.new, taken.not_drawn) == (60, sum(BRANDS.values()) - 60)
    assert len(audit.labels()) == 60


def test_the_result_is_plain_and_true(audit):
    with open_audit(settings=audit.settings) as opened:
        assert result(opened)["result"] is None
        with pytest.raises(WorkbenchError, match="no labels yet"):
            opened.scores()
    audit.take(audit.truth)
    with open_audit(settings=audit.settings) as opened:
        told = result(opened)
    assert told["status"] == "complete"
    accuracy = told["result"]["scores"]["accuracy"]
    assert accuracy["low"] <= 1 / 3 <= accuracy["high"]
    assert {row["verdict"] for row in told["result"]["shares"] if row["metric"] == "negative"} == {"too low"}
    assert told["result"]["findings"][0].startswith("The vendor is right about")


def test_nothing_about_the_brands_is_an_answer_too(audit):
    filled(audit.sheet(), "irrelevant")
    audit.take(audit.folder / "sheet.csv")
    with open_audit(settings=audit.settings) as opened:
        told = result(opened)["result"]
    assert told["findings"][0] == "None of the labelled posts is about the brands."
    assert told["scores"]["accuracy"]["value"] is None
    assert told["scores"]["relevant"]["value"] == 0


def test_a_brand_of_which_nothing_is_labelled_is_named(audit):
    sheet = audit.sheet()
    frame = pd.read_csv(sheet, dtype=str, keep_default_na=False)
    frame["label"] = ["" if brand == "Crux" else "negative" for brand in frame["brand"]]
    frame.to_csv(sheet, index=False)
    audit.take(sheet)
    with open_audit(settings=audit.settings) as opened:
        told = result(opened)["result"]
    crux = [row for row in told["shares"] if row["brand"] == "Crux"]
    assert {row["verdict"] for row in crux} == {"not known"}
    assert any("Nothing is labelled yet of Crux." in sentence for sentence in told["findings"])


def test_an_audit_that_is_not_there_is_named_with_those_that_are(audit):
    with pytest.raises(WorkbenchError, match=r"no audit 'q33'\. Did you mean 'q3'"):
        open_world(audit.settings, "q33")
    with pytest.raises(WorkbenchError, match="no audit yet"):
        open_world(parse_settings({}, audit.folder / "elsewhere"))
