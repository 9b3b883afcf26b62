"""Identifiers keep every digit, and never name a person."""

import datetime as dt

import pyarrow as pa
import pytest

from workbench.sources import identifiers
from workbench.tables import TIME


def clean(*ids):
    return identifiers.clean(pa.array(ids, pa.string())).to_pylist()


@pytest.mark.parametrize(
    "written", ["5.70306E+17", "5,70306E+17", "5.7e17", "5.703061336777605e+17", "570306133677760512.0"]
)
def test_rounded(written):
    assert identifiers.is_rounded(pa.array([written])).to_pylist() == [True]
    assert clean(written) == [written]


@pytest.mark.parametrize("written", ["570306133677760513", "3.0", "e6xucdd", "12e", "1-2", None])
def test_not_rounded(written):
    assert identifiers.is_rounded(pa.array([written], pa.string())).to_pylist() == [False]


def test_wrapping_is_taken_off():
    assert clean("3.0", "'42", '="57"', "abc.0", None) == ["3", "42", "57", "abc.0", None]


def test_addresses_become_hashes():
    web, bluesky, plain = clean("https://x.com/ann/status/1", "at://did:plc:ann/app.bsky.feed.post/3l", "a:b")
    assert web.startswith("sha-")
    assert bluesky.startswith("sha-")
    assert (len(web), plain) == (24, "a:b")
    assert clean("https://x.com/ann/status/1") == [web]


def test_missing_ids_come_from_what_the_post_is():
    moment = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
    columns = [["x", "x", "x"], ["ann", None, "ann"], [moment] * 3, ["hi", "hi", "ho"]]
    arrays = [
        pa.array(values, kind)
        for values, kind in zip(columns, [pa.string(), pa.string(), TIME, pa.string()], strict=True)
    ]
    first, second, third = identifiers.fill_missing(pa.array([None, None, "7"]), *arrays).to_pylist()
    assert first == identifiers.digest("x", "ann", str(int(moment.timestamp() * 1e6)), "hi")
    assert first != second
    assert third == "7"


def test_parts_do_not_run_into_each_other():
    assert identifiers.digest("ab", "c") != identifiers.digest("a", "bc")


@pytest.mark.parametrize(
    "written",
    [
        "x.com/ann/status/1",
        "www.facebook.com/ann/posts/1",
        "//x.com/ann",
        "/r/acme/comments/1",
        "ann@mail.example",
    ],
)
def test_addresses_without_a_scheme_are_addresses_too(written):
    assert clean(written)[0].startswith("sha-")


def test_who_guesses_an_address_cannot_make_its_hash():
    hashed = clean("https://x.com/ann/status/1")[0]
    ids = pa.chunked_array([[hashed, "42", None], [hashed]], pa.string())
    one, plain, none, again = identifiers.keyed(ids, b"1" * 32).to_pylist()
    assert (plain, none) == ("42", None)
    assert one == again != hashed
    assert one != identifiers.keyed(ids, b"2" * 32).to_pylist()[0]
    assert len(one) == len(hashed)
