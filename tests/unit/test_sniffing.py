"""What a file is, told from its content; what it is not, said so that it can be mended."""

import gzip
import random
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.errors import WorkbenchError
from workbench.sources import sniff

ROWS = "id,created_at,text\n1,2026-11-20,hello there\n2,2026-11-20,and again\n"
BRANDWATCH = """"Report:","Bulk Mentions Download"
"Brand:","Acme"
"From:","Mon Nov 16 00:00:00 UTC 2026"
"To:","Mon Nov 23 00:00:00 UTC 2026"
"Label:",""

Query Id,Query Name,Date,Full Text,Resource Id
2001,Acme,2026-11-20 10:00:00.0,"internet down, again",1893456789012345678
"""


def write(folder, content, name="posts.csv"):
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("content", "format", "separator", "header_line"),
    [
        (ROWS, "csv", ",", 1),
        (ROWS.replace(",", ";"), "csv", ";", 1),
        (ROWS.replace(",", "\t"), "csv", "\t", 1),
        (ROWS.replace(",", ";").replace("there", "there, and, so, on"), "csv", ";", 1),
        (BRANDWATCH, "csv", ",", 7),
        ("\n\nAcme export\n" + ROWS, "csv", ",", 4),
        ("\n".join(f"Filter {n}: acme" for n in range(15)) + "\n" + ROWS, "csv", ",", 16),
        ('{"id": 1, "text": "a, b"}\n', "jsonl", ",", 1),
        ('\ufeff{"id": 1, "text": "a, b"}\n', "jsonl", ",", 1),
    ],
)
def test_format_is_told_from_the_content(tmp_path, content, format, separator, header_line):  # noqa: A002
    layout = sniff(write(tmp_path, content, "export.txt"))
    assert (layout.format, layout.separator, layout.header_line) == (format, separator, header_line)


def test_layout_has_columns_and_sample(tmp_path):
    layout = sniff(write(tmp_path, BRANDWATCH))
    assert layout.columns == ("Query Id", "Query Name", "Date", "Full Text", "Resource Id")
    assert layout.sample[0]["Full Text"] == "internet down, again"
    assert layout.values("Resource Id") == ["1893456789012345678"]


def test_nameless_and_repeated_columns_can_be_told_apart(tmp_path):
    assert sniff(write(tmp_path, ",id,id,text\n0,1,2,hello\n")).columns == (
        "column 1",
        "id",
        "id (2)",
        "text",
    )


def test_gzip_and_parquet_by_content(tmp_path):
    assert sniff(write(tmp_path, gzip.compress(ROWS.encode()), "posts")).is_gzip
    pq.write_table(pa.table({"id": [1], "user": [{"name": "ann"}], "tags": [["a"]]}), tmp_path / "posts.bin")
    layout = sniff(tmp_path / "posts.bin")
    assert (layout.format, layout.columns) == ("parquet", ("id", "user.name"))


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"),
     ("utf-16-be", "utf-16-be"), ("latin-1", "cp1252"), ("utf-32", "utf-32")],
)  # fmt: skip
def test_encoding(tmp_path, encoding, found):
    content = ROWS.replace("hello", "schöne Grüße, naïve café ñandú".replace(",", ""))
    assert sniff(write(tmp_path, content.encode(encoding))).encoding == found


def test_encoding_is_told_from_the_whole_file(tmp_path):
    content = ROWS + "3,2026-11-20,plain\n" * 100_000 + "4,2026-11-20,café\n"
    assert sniff(write(tmp_path, content.encode("cp1252"))).encoding == "cp1252"


@pytest.mark.parametrize("encoding", ["cp1251", "iso-8859-7", "cp1256", "cp850", "shift_jis"])
def test_other_encodings_are_asked_for_and_can_be_named(tmp_path, encoding):
    texts = {"cp1251": "опять не работает", "iso-8859-7": "δεν λειτουργεί", "cp1256": "لا يعمل",
             "cp850": "très déçu, größer", "shift_jis": "またダウン"}  # fmt: skip
    content = "id;created_at;text\n" + f"1;2026-11-20;{texts[encoding]}\n" * 3
    path = write(tmp_path, content.encode(encoding))
    with pytest.raises(WorkbenchError, match=r"byte 0x[0-9A-F]{2} at offset \d+ does not decode.*--encoding"):
        sniff(path)
    assert sniff(path, encoding=encoding).values("text")[0] == texts[encoding]


def test_the_offset_is_that_of_the_byte(tmp_path):
    content = ("id,text\n" + "é" * 400_000 + "\n").encode() + b"\x81" * 900_000
    with pytest.raises(WorkbenchError, match=r"byte 0x81 at offset 800,009 "):
        sniff(write(tmp_path, content))


def test_a_wrong_encoding_named_by_the_user(tmp_path):
    path = write(tmp_path, ROWS.replace("hello", "café").encode("latin-1"))
    with pytest.raises(WorkbenchError, match="is not utf-8: byte 0xE9 at offset 35 "):
        sniff(path, encoding="utf-8")
    with pytest.raises(WorkbenchError, match="'utf-88' is no encoding"):
        sniff(path, encoding="utf-88")
    assert sniff(path, encoding="latin-1").values("text")[0] == "café there"


def _zip(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("posts.csv", ROWS)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\n \n", "nothing but blank lines"),
        (b"id,created_at,text\n", "has a header and no rows"),
        (b"570306133677760513,2026-11-20,hello\n570306133677760514,2026-11-20,hi\n", "has no header"),
        (random.Random(4).randbytes(5000), "is binary"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "is binary"),
        (b"PK\x03\x04 rubbish", "no XLSX file"),
        (b"PAR1 rubbish", "no Parquet file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50), "old XLS"),
        (b"\x1f\x8b rubbish", "damaged gzip"),
        (gzip.compress(ROWS.encode() * 1000)[:-20], "damaged gzip"),
        (gzip.compress(b""), "holds an empty file"),
        (b'[{"id": 1}, {"id": 2}]', "one JSON array.*jq"),
        (b"{broken\n{also\n", "none of its first 1,000 lines is an object"),
        (b"<?xml version='1.0'?><posts/>", "XML or a web page"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_what_cannot_be_read_says_why(tmp_path, content, message):
    with pytest.raises(WorkbenchError, match=message):
        sniff(write(tmp_path, content))


def test_other_archives_are_no_xlsx(tmp_path):
    with pytest.raises(WorkbenchError, match="no XLSX file"):
        sniff(write(tmp_path, _zip(tmp_path / "a.zip"), "posts.xlsx"))


def test_missing_file_and_folder(tmp_path):
    write(tmp_path, ROWS)
    with pytest.raises(WorkbenchError, match=r"posts.cvs does not exist. Did you mean 'posts.csv'\?"):
        sniff(tmp_path / "posts.cvs")
    with pytest.raises(WorkbenchError, match="is a folder"):
        sniff(tmp_path)
    with pytest.raises(WorkbenchError, match="does not exist"):
        sniff(tmp_path / "nowhere" / "posts.csv")


def test_errors_never_quote_a_post(tmp_path):
    with pytest.raises(WorkbenchError) as error:
        sniff(write(tmp_path, b"1,2026-11-20,my secret\n2,2026-11-20,my secret\n"))
    assert "secret" not in str(error.value)
