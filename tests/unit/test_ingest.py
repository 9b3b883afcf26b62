"""From a file to the lake: masked, once, and whatever is wrong is said."""

import datetime as dt
import gzip
import json
from pathlib import Path

import pytest

from workbench.errors import WorkbenchError
from workbench.ingest import ingest
from workbench.settings import Settings, parse_settings
from workbench.sources.identifiers import digest
from workbench.sources.mapping import parse_mapping
from workbench.store.batches import batches, undo
from workbench.store.lake import Lake

HEADER = "id,brand,author,created_at,text,sentiment\n"
GOOD = "1,Acme,jane_doe,2026-03-02T10:00:00Z,Acme is down again,negative\n"
SECRETS = (
    "jane.doe@example.com",
    "4111 1111 1111 1111",
    "DE89 3704 0044 0532 0130 00",
    "jane_doe",
    "bob_miller",
)


@pytest.fixture
def settings(tmp_path) -> Settings:
    brands = {"Acme": {"role": "own", "accounts": ["acme"]}, "Bolt": {"accounts": ["bolt"]}}
    return parse_settings({"brands": brands}, tmp_path)


def write(folder: Path, text: str | bytes, name: str = "posts.csv") -> Path:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def counts(result) -> tuple[int, int, int, int]:
    c = result.counts
    return c.read, c.stored, c.duplicates, c.rejected


def lake_of(settings: Settings) -> Lake:
    return Lake(settings.lake_root)


def test_nothing_personal_touches_the_disk(tmp_path, settings):
    said = f"@acme I am {SECRETS[0]} card {SECRETS[1]} IBAN {SECRETS[2]}"
    text = f"{said} and @bob_miller knows my order number 1234567890"
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    broken = f"3,Acme,bob_miller,no date,write to {SECRETS[0]},\n"
    file = write(outside, HEADER + f'2,Acme,jane_doe,2026-03-02T10:00:00Z,"{text}",negative\n' + broken)
    result = ingest(file, settings)
    assert counts(result) == (2, 1, 0, 1)
    assert result.counts.masked == 1
    written = [f.read_bytes() for f in (tmp_path / "data").rglob("*") if f.is_file()]
    for secret in SECRETS:
        assert not any(secret.encode() in content for content in written), secret
    stored = lake_of(settings).read("posts").to_pylist()[0]["text"]
    assert "@acme" in stored
    assert "<CASE:" in stored
    assert "<PHONE>" not in stored


def test_rejected_rows_hold_no_author_and_nothing_cut_in_two(tmp_path, settings):
    heading = "id,brand,screen_name,created_at,text,display name\n"
    cut = f"{'x ' * 4_990}jane.doe.the.elder@example.com {'y ' * 20_000}"
    rows = f"1,Acme,janehandle,jane@mail.io,Acme is down,Jane D\n2,Acme,janehandle,no,{cut},Jane D\n"
    good = "3,Acme,max,2026-03-02T10:00:00Z,Acme is down,Max\n"
    result = ingest(write(tmp_path, heading + rows + good), settings)
    aside = result.rejected_file.read_text(encoding="utf-8")
    assert counts(result) == (3, 1, 0, 2)
    assert "Acme is down" in aside
    assert not [word for word in ("janehandle", "Jane D", "jane@mail.io", "jane.doe") if word in aside]


def test_addresses_in_other_columns_are_masked(tmp_path, settings):
    heading = "id,brand,author,created_at,text,region,product,platform,sentiment\n"
    good = "".join(f"{i},Acme,max,2026-03-02T10:00:00Z,Acme is down,EMEA,App,x,negative\n" for i in range(60))
    bad = "b@m.io,b2@m.io,max,2026-03-02T10:00:00Z,Acme is down,r@m.io,p@m.io,f@m.io,s@m.io\n"
    ingest(write(tmp_path, heading + good + bad), settings)
    written = [f.read_bytes() for f in (tmp_path / "data").rglob("*") if f.is_file()]
    assert not [content for content in written if b"@m.io" in content]
    posts = lake_of(settings).read("posts").to_pandas()
    assert len(posts) == 61
    assert posts.loc[posts["region"] == "<EMAIL>", "post_id"].str.contains("sha-").all()


def test_a_hash_in_an_id_cannot_be_made_by_who_guesses_the_author(tmp_path, settings):
    file = write(tmp_path, "brand,author,created_at,text\nAcme,jane_doe,2026-03-02T10:00:00Z,Acme is down\n")
    for _ in range(2):
        ingest(file, settings)
    (stored,) = lake_of(settings).read("posts").to_pylist()
    guessed = digest("unknown", "jane_doe", str(stored["created_epoch"] * 1_000_000), "Acme is down")
    assert stored["post_id"].startswith("unknown:sha-")
    assert guessed not in stored["post_id"]


def test_author_and_handle_of_one_person_join(tmp_path, settings):
    rows = (
        "1,Acme,jane_doe,2026-03-02T10:00:00Z,Acme is down,\n"
        "2,Acme,max,2026-03-02T11:00:00Z,@Jane_Doe same with Acme,\n"
    )
    ingest(write(tmp_path, HEADER + rows), settings)
    posts = {r["post_id"]: r for r in lake_of(settings).read("posts").to_pylist()}
    author = next(r["author"] for r in posts.values() if "same" not in r["text"])
    assert f"<USER:{author[:12]}>" in next(r["text"] for r in posts.values() if "same" in r["text"])


def test_when_a_post_was_collected_is_what_the_source_says_else_now(tmp_path, settings):
    rows = (
        "id,text,created_at,collected_at\n"
        "1,Acme is down,2026-03-02T10:00:00Z,2026-03-20T08:00:00Z\n"
        "2,Acme is up,2026-03-02T11:00:00Z,\n"
    )
    before = dt.datetime.now(dt.UTC)
    ingest(write(tmp_path, rows), settings)
    collected = {r["text"]: r["collected_at"] for r in lake_of(settings).read("posts").to_pylist()}
    assert collected["Acme is down"] == dt.datetime(2026, 3, 20, 8, tzinfo=dt.UTC)
    assert collected["Acme is up"] >= before


def test_second_run_stores_nothing_twice(tmp_path, settings):
    file = write(tmp_path, HEADER + GOOD)
    assert counts(ingest(file, settings)) == (1, 1, 0, 0)
    before = lake_of(settings).read("posts").to_pylist()
    assert counts(ingest(file, settings)) == (1, 0, 1, 0)
    assert lake_of(settings).read("posts").to_pylist() == before


def test_duplicates_with_conflicting_labels_keep_both_labels(tmp_path, settings):
    result = ingest(write(tmp_path, HEADER + GOOD + GOOD.replace("negative", "neutral") + GOOD), settings)
    assert counts(result) == (3, 1, 2, 0)
    labels = lake_of(settings).read("labels").to_pylist()
    assert sorted(row["label"] for row in labels) == ["negative", "neutral"]
    assert {row["strategy"] for row in labels} == {"imported"}


def test_bad_rows_are_put_aside_with_line_and_reason_and_the_rest_is_stored(tmp_path, settings):
    rows = (
        GOOD
        + "2,Acme,max,31/31/2026,Acme bad date,\n3,Acme\n4,Acme,max,2026-03-02T10:00:00Z,,\n"
        + GOOD.replace("1,", "5,", 1)
    )
    result = ingest(write(tmp_path, HEADER + rows), settings)
    assert counts(result) == (5, 2, 0, 3)
    aside = [json.loads(line) for line in result.rejected_file.read_text(encoding="utf-8").splitlines()]
    assert [row["line"] for row in aside] == [3, 4, 5]
    assert all(row["reason"] for row in aside)
    assert not any("max" in str(row["row"]) for row in aside), "the author is left out"


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (None, "posts.csv", "does not exist"),
        (b"", "posts.csv", "empty"),
        (HEADER.encode(), "posts.csv", "no rows|only a header|no post"),
        (b"id,when\n1,2026-03-02\n", "posts.csv", "text"),
        (b"id,text\n1,hello there my friend\n", "posts.csv", "date|created_at"),
        (b"\x00\x01\x02\xff\xfe\xfd" * 100, "posts.csv", "."),
        ((HEADER + GOOD.replace("1,", "5.70306E+17,", 1)).encode(), "posts.csv", "Excel|spreadsheet|rounded"),
    ],
    ids=["missing", "empty", "header only", "no text", "no date", "binary", "ids rounded"],
)
def test_file_that_holds_no_posts_is_an_error_that_says_why(tmp_path, settings, content, name, message):
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(WorkbenchError, match=message):
        ingest(file, settings)
    assert lake_of(settings).read("posts").num_rows == 0


def test_ten_megabyte_post_is_refused_and_the_rest_is_stored(tmp_path, settings):
    long = "2,Acme,max,2026-03-02T10:00:00Z," + "very long 12345 @a " * 550_000 + ",\n"
    result = ingest(write(tmp_path, HEADER + GOOD + long), settings)
    assert counts(result) == (2, 1, 0, 1)


@pytest.mark.parametrize(
    "text",
    [
        "שלום Acme, השירות נפל ‏",
        "Acme\u200b is\u200d down\u200e",
        "=cmd|' /C calc'!A0 Acme",
        "Acme \U0001f621\U0001f621",
    ],
    ids=["right to left", "zero width", "formula", "emoji"],
)
def test_unusual_text_is_stored_as_a_mention(tmp_path, settings, text):
    ingest(write(tmp_path, HEADER + f'1,,max,2026-03-02T10:00:00Z,"{text}",\n'), settings)
    assert lake_of(settings).read("mentions")["brand"].to_pylist() == ["Acme"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_encodings_are_recognised(tmp_path, settings, encoding):
    text = HEADER + "1,Acme,max,2026-03-02T10:00:00Z,Acme läuft überhaupt nicht,\n"
    ingest(write(tmp_path, text.encode(encoding)), settings)
    assert lake_of(settings).read("posts")["text"].to_pylist() == ["Acme läuft überhaupt nicht"]


def test_gzip_and_several_processes_give_the_same(tmp_path):
    rows = "".join(GOOD.replace("1,", f"{n},", 1).replace("jane_doe", f"user{n % 7}") for n in range(400))
    results = []
    for name, workers in (("one", 0), ("many", 2)):
        settings = parse_settings({"brands": {"Acme": {}}}, tmp_path / name)
        settings.key_file.parent.mkdir(parents=True, mode=0o700)
        settings.key_file.touch(mode=0o600)
        settings.key_file.write_bytes(bytes(range(32)))
        file = write(tmp_path / name, gzip.compress((HEADER + rows).encode()), "posts.csv.gz")
        assert counts(ingest(file, settings, chunk_rows=90, workers=workers)) == (400, 400, 0, 0)
        columns = ["post_id", "author", "text", "language", "thread_id"]
        results.append(sorted(map(str, lake_of(settings).read("posts", columns).to_pylist())))
    assert results[0] == results[1]


def test_answers_without_threads_are_put_into_the_thread_of_what_they_answer(tmp_path, settings):
    text = (
        "id,author,created_at,text,in_reply_to\n"
        "1,max,2026-03-02T10:00:00Z,@acme is the line down?,\n"
        "2,acme,2026-03-02T10:05:00Z,@max we look into it,1\n"
        "3,max,2026-03-02T10:09:00Z,@acme thanks it works,2\n"
    )
    ingest(write(tmp_path, text), settings)
    posts = {r["post_id"].split(":")[1]: r for r in lake_of(settings).read("posts").to_pylist()}
    assert {r["thread_id"] for r in posts.values()} == {posts["1"]["post_id"]}
    assert [posts[n]["author_role"] for n in "123"] == ["unknown", "brand", "unknown"]


def test_reply_that_names_no_brand_speaks_about_the_brand_of_its_thread(tmp_path, settings):
    text = (
        "id,author,created_at,text,in_reply_to,thread_id\n"
        "1,max,2026-03-02T10:00:00Z,@acme is the line down?,,1\n"
        "2,acme,2026-03-02T10:05:00Z,we look into it,1,1\n"
        "3,max,2026-03-02T10:09:00Z,thanks it works,2,1\n"
        "4,ann,2026-03-02T10:10:00Z,nothing here,,4\n"
    )
    file = write(tmp_path, text)
    for _ in range(2):
        ingest(file, settings)
        mentions = sorted(lake_of(settings).read("mentions").to_pylist(), key=lambda row: row["post_id"])
        found = [(m["post_id"][-1], m["brand"], m["found_by"], m["directed_at"]) for m in mentions]
        assert found == [
            ("1", "Acme", "account", "Acme"),
            ("2", "Acme", "author", None),
            ("3", "Acme", "thread", "Acme"),
        ]


def test_undone_ingest_can_be_done_again(tmp_path, settings):
    file = write(tmp_path, HEADER + GOOD)
    first = ingest(file, settings)
    assert undo(lake_of(settings), first.batch_id) == 1
    assert lake_of(settings).read("mentions").num_rows == 0
    assert counts(ingest(file, settings)) == (1, 1, 0, 0)
    assert [b["status"] for b in batches(lake_of(settings))] == ["complete", "undone"]


def test_mapping_given_by_hand_is_followed(tmp_path, settings):
    mapping = parse_mapping({"text": "body", "created_at": "when", "brand": {"value": "Bolt"}})
    ingest(write(tmp_path, "body,when\nis this thing on?,2026-03-02T10:00:00Z\n"), settings, mapping)
    assert lake_of(settings).read("mentions")["brand"].to_pylist() == ["Bolt"]
