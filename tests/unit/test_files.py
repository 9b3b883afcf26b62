"""Files of posts in every format: read right, in chunks, with bad rows refused one by one."""

import csv
import gzip
import io
import json
from datetime import UTC, datetime

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import WorkbenchError
from workbench.sources import RAW_POSTS, guess_mapping, read_posts, sniff
from workbench.sources.mapping import parse_mapping

HEADER = "id,author,created_at,text\n"
PLAIN = {"native_id": "id", "author": "author", "created_at": "created_at", "text": "text"}


def read(path, mapping=None, **options):
    """All posts of a file as rows, and all rejected rows."""
    layout = sniff(path)
    chosen = parse_mapping(mapping, layout) if mapping else guess_mapping(layout)
    chunks = list(read_posts(path, chosen, layout, **options))
    return [row for chunk in chunks for row in chunk.posts.to_pylist()], [
        r for chunk in chunks for r in chunk.rejected
    ]


def write(folder, content, name="posts.csv"):
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def row(number, text="hello there", at="2026-11-20T10:00:00Z"):
    return f"{number},ann,{at},{text}\n"


def test_every_column_of_the_contract_is_there(tmp_path):
    path = write(tmp_path, HEADER + row(1))
    (chunk,) = read_posts(path, guess_mapping(sniff(path)), sniff(path))
    assert chunk.posts.schema == RAW_POSTS
    assert chunk.posts.to_pylist()[0] == {
        **dict.fromkeys(RAW_POSTS.names),
        "native_id": "1", "platform": "unknown", "author": "ann", "text": "hello there",
        "created_at": datetime(2026, 11, 20, 10, tzinfo=UTC), "line": 2,
    }  # fmt: skip
    assert (chunk.rejected, chunk.fraction_done) == ([], 1.0)


def test_chunks_are_bounded_and_progress_grows(tmp_path):
    path = write(tmp_path, HEADER + "".join(row(n) for n in range(200_000)))
    layout = sniff(path)
    chunks = list(read_posts(path, guess_mapping(layout), layout, chunk_rows=60_000))
    assert [chunk.posts.num_rows for chunk in chunks] == [60_000, 60_000, 60_000, 20_000]
    progress = [chunk.fraction_done for chunk in chunks]
    assert progress == sorted(progress)
    assert progress[0] < 0.5
    assert progress[-1] == 1.0


def test_lines_are_physical_lines(tmp_path):
    path = write(tmp_path, HEADER + row(1, '"two\nlines"') + "\n" + row(2) + "3,ann\n" + row(4))
    posts, rejected = read(path)
    assert [(post["native_id"], post["line"]) for post in posts] == [("1", 2), ("2", 5), ("4", 7)]
    assert posts[0]["text"] == "two\nlines"
    assert [(r.line, r.reason) for r in rejected] == [(6, "2 fields where 4 are expected")]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("9,ann\n", "2 fields where 4 are expected"),
        ("9,ann,2026-11-20,a,b\n", "5 fields where 4 are expected"),
        (row(9, text=""), "no text"),
        (row(9, text="  "), "no text"),
        (row(9, at=""), "no created_at"),
        (row(9, at="31/31/2026"), "created_at '31/31/2026' is no date"),
        (row(9, at="my number is secret and long"), "created_at is no date"),
        (row(9, text="nul\0char"), "a NUL character in 'text'"),
        (row(9, text='"said "hi" twice"'), "a quote inside a quoted field is not doubled"),
        (row("5.70306E+17"), "id '5.70306E+17': a spreadsheet has rounded it, its last digits are lost"),
        (row(9, text="a" * 1_000_001), "text of 1,000,001 bytes is longer than a post can be (1 MB)"),
    ],
)
def test_a_bad_row_is_refused_and_the_others_are_read(tmp_path, bad, reason):
    path = write(tmp_path, HEADER + "".join(row(n) for n in range(150)) + bad + row(150))
    posts, rejected = read(path, PLAIN)
    assert [post["native_id"] for post in posts] == [str(n) for n in range(151)]
    assert [(r.line, r.reason) for r in rejected] == [(152, reason)]


def test_a_rejected_row_keeps_what_was_read(tmp_path):
    path = write(tmp_path, HEADER + row(1) + row(2, at="soon"))
    _, (rejected,) = read(path, PLAIN)
    assert rejected.row == {"id": "2", "author": "ann", "created_at": "soon", "text": "hello there"}


@pytest.mark.parametrize("quoted_rows", [0, 1, 50])
def test_a_stray_quote_costs_one_row(tmp_path, quoted_rows):
    """Without mending, the quote in line 3 would swallow everything up to the next quoted text."""
    after = [row(n, '"quoted, text"' if n < 3 + quoted_rows else "plain") for n in range(3, 200)]
    path = write(tmp_path, HEADER + row(1) + row(2, '"stray quote') + "".join(after))
    posts, rejected = read(path)
    assert [post["native_id"] for post in posts] == ["1", *(str(n) for n in range(3, 200))]
    assert [r.line for r in rejected] == [3]
    assert "quote" in rejected[0].reason


def test_a_stray_quote_among_all_quoted_texts(tmp_path):
    lines = [row(n, '"quoted, ""text"""') for n in range(100)]
    lines[40] = row(40, '"never closed')
    posts, rejected = read(write(tmp_path, HEADER + "".join(lines)))
    assert (len(posts), [r.line for r in rejected]) == (99, [42])


@pytest.mark.parametrize("rows_between", [0, 1, 5])
def test_bare_quotes_around_several_rows_hide_none(tmp_path, rows_between):
    """A text that begins with a quote and a later one that ends with one look like one long text."""
    last = 2 + rows_between
    between = [f"{n}\tplain, text\t2026-11-20\n" for n in range(2, last)]
    lines = ['1\t"Great, they said\t2026-11-20\n', *between, f'{last}\tand more of it"\t2026-11-20\n']
    posts, rejected = read(write(tmp_path, "id\ttext\tdate\n" + "".join(lines)))
    assert [post["native_id"] for post in posts] == [str(n) for n in range(2, last + 1)]
    assert [(r.line, r.reason) for r in rejected] == [(2, "a quoted field is never closed")]


def test_commas_in_a_text_over_several_lines_make_no_rows(tmp_path):
    text = "so, it is late\none, two, three, four\n1, 2, three, 4"
    posts, rejected = read(write(tmp_path, HEADER + row(1, f'"{text}"') + row(2)))
    assert [post["text"] for post in posts] == [text, "hello there"]
    assert not rejected


def test_a_quote_never_closed_at_the_end(tmp_path):
    path = write(tmp_path, HEADER + row(1) + row(2) + '3,ann,2026-11-20,"cut off')
    posts, rejected = read(path)
    assert len(posts) == 2
    assert [(r.line, r.reason) for r in rejected] == [(4, "a quoted field is never closed")]


def test_a_text_over_many_lines_crosses_batches(tmp_path):
    text = "\n".join(str(n) for n in range(25_000))
    posts, rejected = read(write(tmp_path, HEADER + row(1, f'"{text}"') + row(2)))
    assert [(post["native_id"], post["line"]) for post in posts] == [("1", 2), ("2", 25_002)]
    assert posts[0]["text"] == text
    assert not rejected


def test_many_stray_quotes_take_linear_time(tmp_path):
    path = write(tmp_path, HEADER + "".join(row(n, '"stray' if n % 2 else "fine") for n in range(20_000)))
    posts, rejected = read(path)
    assert (len(posts), len(rejected)) == (10_000, 10_000)


def test_a_ten_megabyte_post_is_refused(tmp_path):
    path = write(tmp_path, HEADER + row(1) + row(2, "é" * 5_000_000) + row(3))
    posts, rejected = read(path, PLAIN)
    assert [post["native_id"] for post in posts] == ["1", "3"]
    assert rejected[0].reason == "text of 10,000,000 bytes is longer than a post can be (1 MB)"
    assert len(rejected[0].row["text"]) == 20_000  # half of it is kept, once it is masked


def test_surplus_empty_cells_and_empty_rows_are_no_fault(tmp_path):
    posts, rejected = read(write(tmp_path, HEADER + row(1) + row(2, "hi,,,") + ",,,\n" + row(3)))
    assert (len(posts), rejected) == (3, [])


def test_one_broken_character_costs_one_row(tmp_path):
    content = (
        HEADER + row(1, "schön") + row(2, "müde") + row(3, "größer")
    ).encode() + b"4,ann,2026-11-20,caf\xe9\n"
    posts, rejected = read(write(tmp_path, content))
    assert len(posts) == 3
    assert [(r.line, r.reason) for r in rejected] == [(5, "bytes that are not valid in the file's encoding")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("packed", [False, True])
def test_encodings(tmp_path, encoding, packed):
    content = (HEADER + row(1, "“schön” – 5 €") + row(2, "naïve café")).encode(encoding)
    posts, _ = read(write(tmp_path, gzip.compress(content) if packed else content, "posts.dat"))
    assert [post["text"] for post in posts] == ["“schön” – 5 €", "naïve café"]


def test_a_file_cut_off_within_a_character(tmp_path):
    path = write(tmp_path, (HEADER + row(1)).encode("utf-16")[:-1])
    with pytest.raises(WorkbenchError, match="no valid utf-16: truncated data"):
        read(path)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(tmp_path, separator, end):
    rows = [
        ["id", "created at", "text"],
        ["1", "2026-11-20", "so, late; again | sigh"],
        ["2", "2026-11-20", "it's fine"],
    ]
    content = io.StringIO(newline="")
    csv.writer(content, delimiter=separator, lineterminator=end).writerows(rows)
    posts, rejected = read(write(tmp_path, content.getvalue()))
    assert [post["text"] for post in posts] == [rows[1][2], rows[2][2]]
    assert not rejected


def test_ids_lose_no_digit_and_nothing_a_spreadsheet_added(tmp_path):
    ids = ["570306133677760513", "'42", '"=""57"""', "3.0", "abc-1"]
    posts, _ = read(write(tmp_path, HEADER + "".join(map(row, ids))), PLAIN)
    assert [post["native_id"] for post in posts] == ["570306133677760513", "42", "57", "3", "abc-1"]


def test_a_column_of_rounded_ids_is_a_damaged_file(tmp_path):
    path = write(tmp_path, HEADER + row("5.70306E+17") + row("5.70307E+17"))
    with pytest.raises(WorkbenchError, match=r"2 of the first 2 ids are like '5.70306E\+17'"):
        read(path, PLAIN)


def test_without_ids_the_same_post_has_the_same_id(tmp_path):
    rows = [f"{author},2026-11-20T10:00:00Z,hello there you\n" for author in ("ann", "bob")]
    content = "author,created_at,text\n" + "".join(rows)
    posts, _ = read(write(tmp_path, content))
    again, _ = read(write(tmp_path, content.replace("T10:00:00Z", "T11:00:00+01:00"), "again.csv"))
    ids = [post["native_id"] for post in posts]
    assert ids == [post["native_id"] for post in again]
    assert len(set(ids)) == 2
    assert all(len(name) == 24 and name.startswith("sha-") for name in ids)


def test_addresses_name_people_and_are_hashed(tmp_path):
    content = "url,date,text,parent_url\nhttps://x.com/a/1,2026-11-20,hello there you,\n" \
        "https://x.com/b/2,2026-11-20,hello to you too,https://x.com/a/1\n"  # fmt: skip
    (first, second), _ = read(write(tmp_path, content))
    assert first["native_id"].startswith("sha-")
    assert second["in_reply_to"] == first["native_id"]
    assert "x.com" not in str([first, second])


def test_reddit_parents_join(tmp_path):
    lines = [
        {"id": "abc", "author": "ann", "body": "is it down?", "created_utc": 1538352000, "subreddit": "acme"},
        {"id": "abd", "author": "[deleted]", "body": "yes it is down", "created_utc": "1538352060",
         "subreddit": "acme", "parent_id": "t1_abc", "link_id": "t3_xyz"},
    ]  # fmt: skip
    posts, _ = read(write(tmp_path, "\n".join(map(json.dumps, lines)), "posts.jsonl"))
    assert [(p["platform"], p["author"], p["in_reply_to"], p["thread_id"]) for p in posts] == [
        ("reddit", "ann", None, None),
        ("reddit", None, "abc", "xyz"),
    ]


def test_json_lines(tmp_path):
    lines = [
        json.dumps({"id": 570306133677760513, "text": "hi there 👋", "created_at": "2026-11-20T10:00:00Z",
                    "public_metrics": {"like_count": 3}, "user": {"screen_name": "ann"}, "lang": "en"}),
        "{broken",
        "",
        "[1]",
        json.dumps({"id": "2", "text": "\ud83d alone", "created_at": "2026-11-20T10:00:00Z"}),
        json.dumps({"data": [{"id": "3", "text": "wrapped", "created_at": "2026-11-20", "author_id": "7",
                              "referenced_tweets": [{"type": "replied_to", "id": "1"}]}],
                    "includes": {"users": [{"id": "7", "username": "bob"}]}}),
    ]  # fmt: skip
    posts, rejected = read(write(tmp_path, "\n".join(lines), "posts.jsonl"))
    first, second = posts
    assert (first["native_id"], first["text"], first["likes"]) == ("570306133677760513", "hi there 👋", 3)
    assert (first["author"], first["platform"], first["language"]) == ("ann", "x", "en")
    assert (second["native_id"], second["in_reply_to"], second["line"]) == ("3", "1", 6)
    assert [r.line for r in rejected] == [2, 4, 5]
    assert rejected[0].reason.startswith("no JSON: ")


def test_parquet(tmp_path):
    table = pa.table(
        {
            "id": [570306133677760513, 2],
            "created_at": pa.array([0, 1_500_000], pa.timestamp("ms", "Europe/Berlin")).cast(
                pa.timestamp("ns", "UTC")
            ),
            "posted": [datetime(2026, 11, 20, 10, 0, 0, 250_000), datetime(2026, 11, 20, 11)],
            "text": pa.array(["hello there you", "hello to you too"]).dictionary_encode(),
            "user": [{"screen_name": "ann"}, {"screen_name": None}],
            "likes": [1, None],
        }
    )
    pq.write_table(table.drop(["created_at"]), tmp_path / "posts.parquet")
    posts, _ = read(tmp_path / "posts.parquet", chunk_rows=1, time_zone="Europe/Berlin")
    assert [(p["native_id"], p["author"], p["likes"], p["line"]) for p in posts] == [
        ("570306133677760513", "ann", 1, 1),
        ("2", None, None, 2),
    ]
    assert posts[0]["created_at"] == datetime(2026, 11, 20, 9, 0, 0, 250_000, tzinfo=UTC)


def xlsx(folder, rows):
    workbook = openpyxl.Workbook()
    for cells in rows:
        workbook.active.append(cells)
    workbook.save(folder / "posts.xlsx")
    return folder / "posts.xlsx"


def test_xlsx(tmp_path):
    path = xlsx(
        tmp_path,
        [
            ["Dashboard: Acme care"],
            [],
            ["Message ID", "Created Time", "Message", "Social Network", "Sentiment", "Inbound", "Likes"],
            [42, datetime(2026, 11, 20, 10), "it is down again", "TWITTER", "NEGATIVE", True, 3.0],
            [],
            ["43", 46346.5, "we are on it", "TWITTER", "NEUTRAL", False, None],
        ],
    )
    posts, rejected = read(path)
    assert not rejected
    assert [
        (p["native_id"], p["line"], p["platform"], p["sentiment"], p["author_role"], p["likes"])
        for p in posts
    ] == [
        ("42", 4, "x", "negative", "customer", 3),
        ("43", 6, "x", "neutral", "brand", None),
    ]
    assert [p["created_at"].hour for p in posts] == [10, 12]


def test_numbers_of_xlsx_that_a_spreadsheet_rounds_are_no_ids(tmp_path):
    path = xlsx(
        tmp_path, [["id", "date", "text"], *([n * 10**16, "2026-11-20", "hello there"] for n in (1, 2, 3))]
    )
    with pytest.raises(WorkbenchError, match="spreadsheet has rounded"):
        read(path)


def test_day_first_is_decided_by_the_whole_file(tmp_path):
    path = write(
        tmp_path, HEADER + "".join(row(n, at="03/11/2026") for n in range(1500)) + row(9, at="24/11/2026")
    )
    posts, _ = read(path)
    assert {post["created_at"].month for post in posts} == {11}


def test_day_first_that_nothing_decides_is_asked_for_and_mended_by_the_mapping(tmp_path):
    path = write(tmp_path, HEADER + row(1, at="03/11/2026"))
    with pytest.raises(WorkbenchError, match="day_first = true"):
        read(path)
    posts, _ = read(path, {**PLAIN, "dates": {"day_first": False}})
    assert posts[0]["created_at"].month == 3


def test_the_mapping_s_time_zone_goes_before_the_business_one(tmp_path):
    path = write(tmp_path, HEADER + row(1, at="2026-11-20 10:00"))
    (post,), _ = read(path, {**PLAIN, "dates": {"time_zone": "America/New_York"}}, time_zone="Europe/Berlin")
    assert post["created_at"].hour == 15


def test_values_are_translated(tmp_path):
    content = "id,created_at,text,who,mood,lang,via\n1,2026-11-20,hello there,Team,Sad,English,Twitter\n"
    mapping = {
        "native_id": "id", "created_at": "created_at", "text": "text", "author_role": "who",
        "sentiment": "mood", "language": "lang", "platform": "via", "kind": {"value": "reply"},
        "values": {"author_role": {"TEAM": "brand"}, "sentiment": {"sad": "negative"}},
    }  # fmt: skip
    (post,), _ = read(write(tmp_path, content), mapping)
    assert (post["author_role"], post["sentiment"], post["language"], post["platform"], post["kind"]) == (
        "brand", "negative", "en", "x", "reply"
    )  # fmt: skip


def test_a_mapping_for_another_file_is_refused_before_reading(tmp_path):
    mapping = parse_mapping({**PLAIN, "likes": "hearts"})
    path = write(tmp_path, HEADER + row(1))
    with pytest.raises(WorkbenchError, match="hearts: the file has no column 'hearts'"):
        read_posts(path, mapping, sniff(path))


def test_a_field_may_go_on_with_the_separator_on_the_next_line(tmp_path):
    path = write(tmp_path, 'id|product|created_at|text\nn0|"\n|"|2026-11-20|0\n')
    found, rejected = read(path, {"native_id": "id", "created_at": "created_at", "text": "text"})
    assert not rejected
    assert [post["text"] for post in found] == ["0"]


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
posts = st.lists(st.tuples(cells, cells.filter(str.strip)), min_size=1, max_size=8)


@settings(deadline=None)
@given(
    posts,
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_any_table_written_as_csv_reads_back(tmp_path_factory, rows, separator, encoding, quoting, end):
    path = tmp_path_factory.mktemp("csv") / "posts.csv"
    if (
        quoting == csv.QUOTE_MINIMAL and end == "\n"
    ):  # Python's writer leaves a lone \r bare: no reader can tell
        rows = [(product.replace("\r", " "), text.replace("\r", ".")) for product, text in rows]
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=separator, quoting=quoting, lineterminator=end)
        writer.writerow(["id", "product", "created_at", "text"])
        writer.writerows([f"n{n}", product, "2026-11-20", text] for n, (product, text) in enumerate(rows))
    found, rejected = read(
        path, {"native_id": "id", "product": "product", "created_at": "created_at", "text": "text"}
    )
    assert not rejected
    assert [(p["native_id"], p["product"], p["text"]) for p in found] == [
        (f"n{n}", product.strip() or None, text) for n, (product, text) in enumerate(rows)
    ]


@settings(deadline=None)
@given(posts, st.booleans())
def test_any_table_written_as_json_lines_reads_back(tmp_path_factory, rows, escaped):
    path = tmp_path_factory.mktemp("jsonl") / "posts.jsonl"
    records = [{"id": n, "text": text, "created_at": "2026-11-20"} for n, (_, text) in enumerate(rows)]
    lines = [json.dumps(record, ensure_ascii=escaped) for record in records]
    path.write_text("\n".join(lines), encoding="utf-8", newline="")
    found, rejected = read(path, {"native_id": "id", "created_at": "created_at", "text": "text"})
    assert not rejected
    assert [(p["native_id"], p["text"]) for p in found] == [
        (str(n), text) for n, (_, text) in enumerate(rows)
    ]


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=300))
def test_no_content_breaks_it(tmp_path_factory, content):
    """Whatever stands below the header: every row is a post or refused, and the last good row is read."""
    path = tmp_path_factory.mktemp("any") / "posts.csv"
    body = content.replace('"', "").replace("\r", "\n")
    path.write_text(HEADER + body + "\n" + row("last"), encoding="utf-8", newline="")
    found, _ = read(path, PLAIN)
    assert found[-1]["native_id"] == "last"


@pytest.mark.research
def test_airline_tweets(research_data):
    posts, rejected = read(research_data / "us_airline" / "tweets.csv")
    assert (len(posts), rejected) == (7328, [])
    assert len({post["native_id"] for post in posts}) == 7242
    assert posts[0]["native_id"] == "570306133677760513"
    assert posts[0]["created_at"] == datetime(2015, 2, 24, 19, 35, 52, tzinfo=UTC)
    assert sum("\n" in post["text"] for post in posts) > 50
    assert {post["brand"] for post in posts} >= {"United", "Virgin America"}
    assert {post["region"] for post in posts} == {None}
    assert sum(post["sentiment"] == "negative" for post in posts) == 4597


def test_line_of_a_text_with_as_many_commas_as_columns_is_no_row(tmp_path):
    file = tmp_path / "posts.csv"
    file.write_text(
        '"id","author","text","created_at"\n"a1","max","well\nit broke, again, today, sigh","2026-03-02T10:00:00Z"\n',
        encoding="utf-8",
    )
    layout = sniff(file)
    chunks = list(read_posts(file, guess_mapping(layout), layout))
    assert [t for c in chunks for t in c.posts["text"].to_pylist()] == ["well\nit broke, again, today, sigh"]
    assert not any(c.rejected for c in chunks)
