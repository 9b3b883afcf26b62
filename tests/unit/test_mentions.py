"""Specification: which brands a post speaks about, whom it addresses, what counts nowhere."""

import csv
import re

import pyarrow as pa
import pytest

from workbench.settings import Brand
from workbench.tables import POSTS
from workbench.text.mentions import (
    account_for_brands,
    account_resembles,
    disagreements,
    mentions_of,
    rules_fingerprint,
)

BRANDS = {
    "Acme": Brand(
        role="own",
        keywords=["acme mobile"],
        exclusions=["acme park", "cartoon"],
        accounts=["acme", "AcmeHelp"],
        products=["Beam", "Beam Max"],
    ),
    "Bolt": Brand(keywords=["bolt telecom", "ボルト"], accounts=["bolt_care"], products=["Spark"]),
}
ACCOUNTS = {"acme": "Acme", "acmehelp": "Acme", "bolt_care": "Bolt"}
TOKENS = {"<USER:0a1b2c3d4e5f>": "Bolt"}
AUTHORS = {"pseudonym of acme": "Acme"}


def posts(*rows: dict) -> pa.Table:
    """Posts with the columns that are read; those not given are null."""
    names = ["post_id", "text", "media", "author", "author_role", "brand_given", "region", "product"]
    types = {column.name: column.type for column in POSTS.columns}
    columns = {name: [row.get(name) for row in rows] for name in names}
    columns["post_id"] = [row.get("post_id", f"x:{i}") for i, row in enumerate(rows)]
    return pa.table({name: pa.array(values, types[name]) for name, values in columns.items()})


def found(text: str, **more) -> list[tuple]:
    """`brand, directed_at, found_by, is_relevant` of the mentions of one post."""
    rows = mentions_of(posts({"text": text, **more}), BRANDS, ACCOUNTS, TOKENS, AUTHORS).to_pylist()
    return [(r["brand"], r["directed_at"], r["found_by"], r["is_relevant"]) for r in rows]


def brands(text: str, **more) -> list[str]:
    return [row[0] for row in found(text, **more)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("I left Acme for Bolt", ["Acme", "Bolt"], id="two brands are two mentions"),
        pytest.param("ACME'S bill, again: acme!", ["Acme"], id="any letter case, once"),
        pytest.param("a trip to Acmeville with acme_fan", [], id="whole words"),
        pytest.param("#acme is down", ["Acme"], id="hashtag"),
        pytest.param("bolt\n telecom", ["Bolt"], id="any white space in a phrase"),
        pytest.param("Ａｃｍｅ is full width", ["Acme"], id="look-alike characters"),
        pytest.param("昨日からボルトが使えません", ["Bolt"], id="no spaces around a Japanese keyword"),
        pytest.param("私のacmeは壊れた", ["Acme"], id="Latin keyword in a Japanese text"),
        pytest.param("écacme acmeé", [], id="accented letters belong to the word"),
        pytest.param("nothing about any of them", [], id="no brand"),
        pytest.param("", [], id="empty"),
    ],
)
def test_keywords(text, expected):
    assert brands(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "@AcmeHelp my phone is dead", [("Acme", "Acme", "account", True)], id="readable account"
        ),
        pytest.param(
            "<USER:0a1b2c3d4e5f> hello there", [("Bolt", "Bolt", "account", True)], id="masked account"
        ),
        pytest.param("<USER:ffffffffffff> hello there", [], id="somebody"),
        pytest.param("write to me@acme or x.@acme today", [], id="no handle"),
        pytest.param("thanks @bolt_care.", [("Bolt", "Bolt", "account", True)], id="handle and full stop"),
        pytest.param("@acmes unknown", [], id="another account that begins alike"),
        pytest.param(
            "@bolt_care ask @acme, they know",
            [("Acme", "Bolt", "account", True), ("Bolt", "Bolt", "account", True)],
            id="directed at the first",
        ),
        pytest.param(
            "Acme is better than @bolt_care",
            [("Acme", "Bolt", "keyword", True), ("Bolt", "Bolt", "account", True)],
            id="directed at the one addressed, not the one named",
        ),
    ],
)
def test_accounts(text, expected):
    assert found(text) == expected


def test_captions_are_searched_too():
    assert brands("look at this", media="a broken Acme phone") == ["Acme"]


@pytest.mark.parametrize(
    ("given", "text", "expected"),
    [
        pytest.param("Acme", "no signal", [("Acme", "given")], id="the source alone"),
        pytest.param("ACME ", "no signal", [("Acme", "given")], id="spelled as in the settings"),
        pytest.param("Zest", "no signal", [("Zest", "given")], id="unknown to the settings"),
        pytest.param("", "no signal at Acme", [("Acme", "keyword")], id="empty is none"),
        pytest.param("Acme", "@bolt_care hello", [("Acme", "given")], id="text names only another"),
        pytest.param(
            "Acme", "Acme or Bolt", [("Acme", "given"), ("Bolt", "keyword")], id="text names it too"
        ),
        pytest.param(
            "Zest", "Zest or Bolt", [("Bolt", "keyword"), ("Zest", "given")], id="unknown, named too"
        ),
        pytest.param("Zest", "zesty Bolt", [("Zest", "given")], id="unknown, not named"),
    ],
)
def test_the_given_brand_wins(given, text, expected):
    assert [(row[0], row[2]) for row in found(text, brand_given=given)] == expected


def test_a_given_brand_that_the_text_does_not_address_disagrees():
    rows = posts(
        {"post_id": "wrong", "brand_given": "Acme", "text": "@bolt_care hello"},
        {"post_id": "both", "brand_given": "Acme", "text": "@bolt_care Acme is better"},
        {"post_id": "right", "brand_given": "Acme", "text": "@acme hello"},
        {"post_id": "silent", "brand_given": "Acme", "text": "hello"},
        {"post_id": "no brand given", "text": "@bolt_care hello"},
    )
    mentions = mentions_of(rows, BRANDS, ACCOUNTS)
    assert disagreements(rows, mentions).to_pylist() == ["wrong"]
    assert disagreements(rows.slice(1), mentions).to_pylist() == []


def test_what_a_brands_account_wrote_is_a_relevant_mention_of_it():
    assert found("<USER:ffffffffffff> https://a.example", author="pseudonym of acme") == [
        ("Acme", None, "author", True)
    ]
    assert found("#deal", author_role="brand", brand_given="Bolt") == [("Bolt", None, "given", True)]


@pytest.mark.parametrize(
    ("text", "is_relevant"),
    [
        pytest.param("A walk in Acme Park", False, id="namesake"),
        pytest.param("That Acme cartoon is old", False, id="exclusion apart from the name"),
        pytest.param("@acme no signal in Acme Park", True, id="namesake, but its account is addressed"),
        pytest.param("@acme https://a.example #deal", False, id="no words"),
        pytest.param("@acme 😡", True, id="an emoji says something"),
        pytest.param("Acme cartoonist wanted", True, id="exclusions are whole words"),
    ],
)
def test_relevance(text, is_relevant):
    assert [row[3] for row in found(text)] == [is_relevant]


def test_an_exclusion_is_of_one_brand():
    assert {row[0]: row[3] for row in found("Acme cartoon on Bolt")} == {"Acme": False, "Bolt": True}


def test_products_and_regions():
    rows = mentions_of(
        posts(
            {"text": "the Acme Beam fell, the Bolt did not", "region": "UK"},
            {"text": "Acme and Bolt", "brand_given": "Acme", "product": "Router"},
            {"text": "the Bolt Beam", "product": None},
            {"text": "Acme phone", "product": "Phone"},
        ),
        BRANDS,
        ACCOUNTS,
    ).to_pylist()
    assert [(r["brand"], r["product"], r["region"]) for r in rows] == [
        ("Acme", "Beam", "UK"),
        ("Bolt", None, "UK"),
        ("Acme", "Router", None),
        ("Bolt", None, None),
        ("Bolt", None, None),
        ("Acme", "Phone", None),
    ]


def test_no_posts_and_no_brands():
    assert mentions_of(posts(), BRANDS, ACCOUNTS).num_rows == 0
    assert mentions_of(posts({"text": "Acme"}), {}, {}).num_rows == 0


def test_rules_carry_the_fingerprint_that_changes_with_them():
    rows = mentions_of(posts({"text": "Acme"}), BRANDS, ACCOUNTS).to_pylist()
    assert rows[0]["rules"] == rules_fingerprint(BRANDS, ACCOUNTS)
    assert rows[0]["rules"] != rules_fingerprint(BRANDS, {**ACCOUNTS, "zest": "Zest"})
    assert rows[0]["rules"] != rules_fingerprint({"Acme": BRANDS["Acme"]}, ACCOUNTS)


def test_an_account_is_learned_from_half_of_the_posts_and_twenty_authors():
    people = [f"person{i}" for i in range(20)]
    given, said = ["Delta"] * 39, ["@JetBlue why"] * 20 + ["nothing"] * 19
    assert account_for_brands(given, said, people + people[:19]) == {"Delta": "jetblue"}
    assert account_for_brands(given[:38], said[1:], people + people[:18]) == {}  # nineteen posts to it
    assert account_for_brands(given, said, ["one"] * 20 + people[:19]) == {}  # by one author
    assert account_for_brands([None] * 39, said, people + people[:19]) == {}


def test_what_the_account_itself_wrote_is_not_counted():
    people = [f"person{i}" for i in range(20)]
    given, said = ["Acme"] * 120, ["@acme hi"] * 20 + ["@person1 sorry"] * 100
    assert account_for_brands(given, said, people + ["@Acme"] * 100) == {"Acme": "acme"}
    assert account_for_brands(given, said, people + [None] * 100) == {}


@pytest.mark.parametrize(
    ("brand", "account", "expected"),
    [
        ("United", "united", True),
        ("US Airways", "USAirways", True),
        ("American", "americanair", True),
        ("Virgin America", "virginamerica", True),
        ("Delta Air Lines", "delta", True),
        ("British Airways", "British_Airways", True),
        ("British Airways", "BA_Help", True),
        ("Sainsbury's", "sainsburys", True),
        ("Delta", "jetblue", False),
        ("Delta", "united", False),
        ("Southwest", "swa", False),
    ],
)
def test_account_resembles(brand, account, expected):
    assert account_resembles(brand, account) is expected


@pytest.mark.research
def test_real_tweets_to_airlines(research_data):
    """Accounts are learned, one of them wrong in the file; some two hundred tweets name several brands."""
    with (research_data / "us_airline" / "tweets.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    given, texts = [row["airline"] for row in rows], [row["text"] for row in rows]
    learned = account_for_brands(given, texts, [row["name"] for row in rows])
    assert learned == {
        "Virgin America": "virginamerica",
        "United": "united",
        "Southwest": "southwestair",
        "Delta": "jetblue",
        "US Airways": "usairways",
        "American": "americanair",
    }
    assert [brand for brand, account in learned.items() if not account_resembles(brand, account)] == ["Delta"]
    accounts = {account: brand for brand, account in learned.items()}
    table = posts(
        *({"text": _mask(text, accounts), "brand_given": b} for text, b in zip(texts, given, strict=True))
    )
    mentions = mentions_of(table, {}, accounts)
    assert mentions.num_rows > len(rows) + 150
    assert len(disagreements(table, mentions)) < 30
    # Who knows that the account is JetBlue's sees that the file's Delta rows are not Delta's.
    honest = mentions_of(table, {}, accounts | {"jetblue": "JetBlue"})
    assert len(disagreements(table, honest)) > 1_000


def _mask(text, accounts):
    """Handles of people masked, as the privacy layer does."""
    return re.sub(r"@(\w+)", lambda h: h[0] if h[1].lower() in accounts else "<USER:ffffffffffff>", text)
