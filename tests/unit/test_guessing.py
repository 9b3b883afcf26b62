"""Columns of well-known exports are found by their names, others by what is in them."""

import csv
import io
import json

import pytest

from workbench.errors import WorkbenchError
from workbench.sources import guess_mapping, load_mapping, read_posts, sniff
from workbench.sources.mapping import Constant

TEXTS = ["the line is down again", "thanks, it works now", "where is my parcel?"]


def guess(folder, header, *rows, separator=",", encoding="utf-8"):
    content = io.StringIO(newline="")
    csv.writer(content, delimiter=separator).writerows([header, *rows])
    path = folder / "posts.csv"
    path.write_bytes(content.getvalue().encode(encoding))
    return guess_mapping(sniff(path))


def first_post(folder, mapping):
    layout = sniff(folder / "posts.csv")
    return next(read_posts(layout.path, mapping, layout)).posts.to_pylist()[0]


def test_brandwatch(tmp_path):
    (tmp_path / "posts.csv").write_text(
        '"Report:","Bulk Mentions Download"\n"Brand:","Acme"\n"From:","Mon Nov 16 00:00:00 UTC 2026"\n'
        '"To:","Mon Nov 23 00:00:00 UTC 2026"\n"Label:",""\n\n'
        "Query Id,Query Name,Date,Title,Snippet,Url,Page Type,Sentiment,Language,Full Text,Resource Id,Author,"
        "X Author ID,X Likes,Thread Entry Type,Gender,City\n"
        "2001,Acme,2026-11-20 10:00:00.0,,down,http://x.com/a/status/1,twitter,negative,en,"
        '"internet down,\nagain ""sigh""",1893456789012345678,ann,99,3,reply,f,Berlin\n'
    )
    mapping = guess_mapping(sniff(tmp_path / "posts.csv"))
    assert {"Gender", "City", "X Author ID"} <= set(mapping.unread)
    post = first_post(tmp_path, mapping)
    assert post["text"] == 'internet down,\nagain "sigh"'
    assert (post["native_id"], post["author"], post["likes"], post["line"]) == (
        "1893456789012345678",
        "ann",
        3,
        8,
    )
    assert (post["brand"], post["platform"], post["kind"], post["sentiment"]) == (
        "Acme",
        "x",
        "reply",
        "negative",
    )


def test_meltwater_in_utf_16_with_date_and_time_apart(tmp_path):
    header = ["Date", "Time", "Document ID", "URL", "Input Name", "Source Name", "Author Handle", "Opening Text",
              "Hit Sentence", "Language", "Sentiment", "Reach"]  # fmt: skip
    row = ["20-Nov-2026", "10:00AM", "doc1", "https://x.com/a/1", "Acme", "X", "@ann", "internet",
           "internet down", "English", "Negative", "1,200"]  # fmt: skip
    mapping = guess(tmp_path, header, row, separator="\t", encoding="utf-16")
    assert mapping.sources("created_at") == ("Date", "Time")
    post = first_post(tmp_path, mapping)
    assert (post["native_id"], post["author"], post["text"], post["reach"]) == (
        "doc1",
        "ann",
        "internet down",
        1200,
    )
    assert (post["created_at"].isoformat(), post["language"]) == ("2026-11-20T10:00:00+00:00", "en")


def test_talkwalker(tmp_path):
    header = ["url", "indexed", "published", "title", "content", "lang", "sentiment", "source_type",
              "extra_author_attributes.name", "extra_author_attributes.gender", "reach", "engagement"]  # fmt: skip
    start = ["https://x.com/a/1", "20/11/26 10:00:00", "20/11/26 09:59:00", ""]
    end = ["SOCIALMEDIA,TWITTER", "ann", "f", 10, 3]
    rows = [[*start, text, "en", score, *end] for text, score in zip(TEXTS, [-3, 0, 2], strict=True)]
    mapping = guess(tmp_path, header, *rows, separator=";", encoding="utf-8-sig")
    assert "extra_author_attributes.gender" in mapping.unread
    post = first_post(tmp_path, mapping)
    assert (post["platform"], post["sentiment"], post["author"], post["created_at"].day) == (
        "x",
        "negative",
        "ann",
        20,
    )


def test_zendesk(tmp_path):
    header = ["id", "subject", "description", "created_at", "requester_id", "via.channel", "status"]
    mapping = guess(tmp_path, header, [35, "Down", TEXTS[0], "2026-11-20T10:00:00Z", 7, "email", "open"])
    assert mapping.sources("text") == ("description",)
    assert mapping.sources("author") == ("requester_id",)
    assert first_post(tmp_path, mapping)["platform"] == "email"


def test_airline_columns_without_the_personal_ones(tmp_path):
    header = ["tweet_id", "airline_sentiment", "airline_sentiment_confidence", "airline", "name", "text",
              "tweet_created", "retweet_count", "tweet_location", "user_timezone"]  # fmt: skip
    rows = [[n, "negative", 0.7, "United", "ann", text, "2015-02-24 11:35:52 -0800", 0, "Boston", "Quito"]
            for n, text in enumerate(TEXTS)]  # fmt: skip
    mapping = guess(tmp_path, header, *rows)
    assert mapping.unread == ["tweet_location", "user_timezone"]
    assert mapping.fields == {
        "native_id": ("tweet_id",), "author": ("name",), "text": ("text",), "created_at": ("tweet_created",),
        "shares": ("retweet_count",), "brand": ("airline",), "sentiment": ("airline_sentiment",),
        "sentiment_confidence": ("airline_sentiment_confidence",), "platform": Constant("x"),
    }  # fmt: skip


def test_inbound_says_who_wrote(tmp_path):
    header = ["tweet_id", "author_id", "inbound", "created_at", "text", "in_response_to_tweet_id"]
    mapping = guess(tmp_path, header, [1, "7", "True", "Tue Oct 31 22:10:47 +0000 2017", TEXTS[0], "3.0"])
    assert {"true": "customer", "false": "brand"}.items() <= mapping.values["author_role"].items()
    post = first_post(tmp_path, mapping)
    assert (post["author_role"], post["in_reply_to"]) == ("customer", "3")


def test_unknown_names_by_content(tmp_path):
    rows = [[f"k{n}", ("Acme", "Bolt")[n % 2], f"{('Acme', 'Bolt')[n % 2]}: {TEXTS[n % 3]} {n}", f"2026-11-{n + 1:02}"]
            for n in range(20)]  # fmt: skip
    mapping = guess(tmp_path, ["a", "b", "c", "d"], *rows)
    assert mapping.fields == {
        "text": ("c",), "created_at": ("d",), "brand": ("b",), "platform": Constant("unknown")
    }  # fmt: skip


def test_a_name_alone_is_not_enough(tmp_path):
    header = ["id", "time", "posted", "source", "text"]
    mapping = guess(tmp_path, header, [1, 3.5, "2026-11-20", "Twitter for iPhone", TEXTS[0]])
    assert mapping.sources("created_at") == ("posted",)
    assert mapping.fields["platform"] == Constant("unknown")


def test_many_bad_dates_do_not_hide_the_column_of_dates(tmp_path):
    mapping = guess(tmp_path, ["id", "date", "text"], [1, "2026-11-20", TEXTS[0]], [2, "soon", TEXTS[1]])
    assert mapping.sources("created_at") == ("date",)


@pytest.mark.parametrize(
    ("places", "is_region"),
    [(["DE", "FR", "US-CA"] * 10, True), (["Germany", "France"] * 15, True), (TEXTS * 3, False),
     ([f"somewhere {n}" for n in range(30)], False)],
)  # fmt: skip
def test_location_is_a_region_only_where_it_is_a_short_list(tmp_path, places, is_region):
    rows = [[n, "2026-11-20", f"{TEXTS[n % 3]} {n}", place] for n, place in enumerate(places)]
    assert ("region" in guess(tmp_path, ["id", "date", "text", "location"], *rows).fields) == is_region


def test_a_second_column_is_read_only_where_the_first_is_empty(tmp_path):
    header = ["id", "date", "Full Text", "Snippet", "Title"]
    mapping = guess(
        tmp_path, header, [1, "2026-11-20", "", TEXTS[0], "a"], [2, "2026-11-20", TEXTS[1], "b", "c"]
    )
    assert mapping.sources("text") == ("Full Text", "Snippet")
    assert first_post(tmp_path, mapping)["text"] == TEXTS[0]


def test_no_text_and_no_date_show_the_line_that_mends_it(tmp_path):
    with pytest.raises(
        WorkbenchError, match=r"(?s)no column seems to hold what people wrote.*It has: id, date.*text = "
    ):
        guess(tmp_path, ["id", "date"], [1, "2026-11-20"])
    with pytest.raises(WorkbenchError, match=r"(?s)when it was published.*It has: id, text.*created_at = "):
        guess(tmp_path, ["id", "text"], [1, TEXTS[0]])


def test_the_guess_written_and_edited_is_a_mapping(tmp_path):
    mapping = guess(tmp_path, ["id", "date", "text", "country"], [1, "2026-11-20", TEXTS[0], "DE"])
    (tmp_path / "mapping.toml").write_text(mapping.to_toml(), encoding="utf-8")
    assert load_mapping(tmp_path / "mapping.toml", sniff(tmp_path / "posts.csv")) == mapping


@pytest.mark.parametrize("name", ["author_username", "user.screen_name", "account.acct"])
def test_nested_json_keys(tmp_path, name):
    record = {"id": "1", "text": TEXTS[0], "created_at": "2026-11-20T10:00:00Z"}
    outer, _, inner = name.partition(".")
    record[outer] = {inner: "ann"} if inner else "ann"
    path = tmp_path / "posts.jsonl"
    path.write_text(json.dumps(record))
    assert guess_mapping(sniff(path)).sources("author") == (name,)


@pytest.mark.research
def test_real_exports(research_data):
    expected = {
        "support_threads/twcs.csv": 2569,
        "complaint_topics/twcs-AmazonHelp-200-inbound.xlsx": 200,
        "formats/x_api_v2/noflat.jsonl": 100,
        "formats/reddit_pushshift/RC_sample.jsonl": 2,
        "formats/mastodon/status_sample.json": 1,
        "formats/bluesky_jetstream/sample.jsonl": 1,
    }
    found = {}
    for name in expected:
        layout = sniff(research_data / name)
        found[name] = sum(c.posts.num_rows for c in read_posts(layout.path, guess_mapping(layout), layout))
    assert found == expected
