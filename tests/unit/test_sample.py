"""The sample world: exact, repeatable, joined up, and free of anybody's data."""

import gzip
import json
import random
import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from stdnum import iban, luhn

from workbench.errors import WorkbenchError
from workbench.sample.acts import ACT_NAMES
from workbench.sample.make import make_world
from workbench.sample.personal import KINDS, personal_words
from workbench.sample.style import Manner, style
from workbench.sample.wording import Slot, compile_rules, grammar_of, topics_of, write
from workbench.sample.world import BRANDS, LANGUAGES, OWN
from workbench.settings import load_settings
from workbench.sources.guessing import guess_mapping
from workbench.sources.sniffing import sniff

COMMITTED = Path(__file__).parents[2] / "data" / "sample"
FILES = (
    "posts.csv.gz",
    "cases.csv",
    "surveys.csv",
    "outcomes.csv",
    "truth.parquet",
    "world.json",
    "workbench.toml",
)


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Path:
    """The world that is committed, made anew."""
    folder = tmp_path_factory.mktemp("world")
    make_world(5000, 7, folder)
    return folder


@pytest.fixture(scope="module")
def posts(world) -> pd.DataFrame:
    return read_posts(world)


@pytest.fixture(scope="module")
def truth(world) -> pd.DataFrame:
    return pd.read_parquet(world / "truth.parquet")


def read_posts(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "posts.csv.gz", dtype=str, keep_default_na=False)


@pytest.mark.parametrize("name", FILES)
def test_committed_files_are_what_is_made(world, name):
    made, committed = world / name, COMMITTED / name
    if name.endswith(".parquet"):
        # The bytes differ between versions of PyArrow, the rows do not.
        pd.testing.assert_frame_equal(pd.read_parquet(made), pd.read_parquet(committed))
        return
    unpack = gzip.decompress if name.endswith(".gz") else bytes
    assert unpack(made.read_bytes()) == unpack(committed.read_bytes()), "run: workbench sample make"


def test_committed_files_are_small():
    assert sum((COMMITTED / name).stat().st_size for name in FILES) < 900_000


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_world(tmp_path):
    for name, seed in (("first", 3), ("again", 3), ("other", 4)):
        make_world(400, seed, tmp_path / name)
    for name in FILES:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    assert (tmp_path / "first" / "posts.csv.gz").read_bytes() != (
        tmp_path / "other" / "posts.csv.gz"
    ).read_bytes()


@pytest.mark.parametrize("count", [1, 2, 37, 1000])
def test_it_has_exactly_as_many_posts_as_asked_for(tmp_path, count):
    summary = make_world(count, 1, tmp_path)
    posts = read_posts(tmp_path)
    assert len(posts) == posts["id"].nunique() == summary.posts == count
    assert set(pd.read_parquet(tmp_path / "truth.parquet")["post_id"]) == set(posts["id"])


def test_no_posts_is_an_error_and_writes_nothing(tmp_path):
    with pytest.raises(WorkbenchError, match="expected 1 or more"):
        make_world(0, 1, tmp_path / "world")
    assert not (tmp_path / "world").exists()


def test_progress_is_told_and_changes_nothing(tmp_path, world):
    told: list[tuple[str, float]] = []
    make_world(5000, 7, tmp_path, lambda done, step: told.append((step, done)))
    assert told[-1] == ("files", 1)
    assert ("words", 1.0) in told
    assert (tmp_path / "posts.csv.gz").read_bytes() == (world / "posts.csv.gz").read_bytes()


def test_settings_are_valid_and_stay_in_their_folder(world):
    settings = load_settings(world / "workbench.toml")
    assert settings.own_brand == OWN
    assert set(settings.brands) == set(BRANDS)
    assert len(settings.brands) == 6
    assert Path(settings.lake_root) == world / "lake"
    assert settings.key_file.is_relative_to(world)
    assert all(target.owner and target.decision for target in settings.targets.values())
    assert {platform.quotation for platform in settings.platforms.values()} == {True, False}


def test_the_mapping_is_guessed_by_names(world):
    found = guess_mapping(sniff(world / "posts.csv.gz"))
    wanted = {
        "native_id": "id", "platform": "platform", "author": "author", "text": "text", "created_at": "created_at",
        "in_reply_to": "in_reply_to", "thread_id": "thread_id", "kind": "kind", "reach": "reach", "likes": "likes",
        "shares": "shares", "media": "alt_text", "region": "region", "author_role": "author_type",
        "sentiment": "sentiment",
    }  # fmt: skip
    explained = found.explain()
    for field, column in wanted.items():
        assert re.search(rf"\b{field}\b.*\b{column}\b", explained), (field, column)


def test_replies_follow_their_parent_in_the_same_thread(posts):
    by_id = posts.set_index("id")
    replies = posts[posts["in_reply_to"] != ""]
    parents = by_id.loc[replies["in_reply_to"]]
    assert (parents["thread_id"].to_numpy() == replies["thread_id"].to_numpy()).all()
    assert (parents["created_at"].to_numpy() < replies["created_at"].to_numpy()).all()
    assert (parents["platform"].to_numpy() == replies["platform"].to_numpy()).all()
    openers = posts[posts["in_reply_to"] == ""]
    assert (openers["id"] == openers["thread_id"]).all()
    assert replies["thread_id"].value_counts().max() >= 4


def test_some_posts_come_late_and_the_file_is_in_the_order_of_collection(posts):
    collected, created = pd.to_datetime(posts["collected_at"]), pd.to_datetime(posts["created_at"])
    assert collected.is_monotonic_increasing
    assert (collected > created).all()
    assert 0.01 < (collected - created > pd.Timedelta(days=2)).mean() < 0.05


def test_customers_hardly_ever_say_the_same(posts, truth):
    theirs = truth[(truth["author_role"] == "customer") & (truth["act"] != "repost")]
    texts = posts.set_index("id")["text"].loc[theirs["post_id"].unique()]
    assert texts.duplicated(keep=False).mean() < 0.02
    words = Counter(word for text in texts for word in re.findall(r"\w+", text.lower()))
    assert len(words) > 3500
    assert sum(count == 1 for count in words.values()) > 0.3 * len(words)


def test_every_language_has_words_for_everything():
    given = {
        "brand",
        "other",
        "product",
        "account",
        "who",
        "whose",
        "whom",
        "namesake",
        "personal_link",
        *KINDS,
    }
    for language in LANGUAGES:
        rules = grammar_of(language).rules
        for name, alternatives in rules.items():
            slots = [part for alternative in alternatives for part in alternative if isinstance(part, Slot)]
            for slot in slots:
                topics = topics_of(language) if slot.by == "topic" else [slot.by]
                called = [f"{slot.rule}.{topic}" for topic in topics] if slot.by else [slot.rule]
                assert slot.rule in given or set(called) <= set(rules), (language, name, slot)


def test_every_act_has_words_in_every_language():
    by_another_rule = {"announcement", "namesake", "repost"}
    for language in LANGUAGES:
        rules = set(grammar_of(language).rules)
        for act in set(ACT_NAMES) - by_another_rule:
            by_length = {f"{act}.{length}" for length in ("short", "medium", "long")}
            assert act in rules or by_length <= rules, (language, act)


def test_truth_follows_the_text(posts, truth):
    text = posts.set_index("id")["text"].str.casefold().loc[truth["post_id"]].to_numpy()
    for brand, told in BRANDS.items():
        of_brand = truth["brand"] == brand
        names = pd.Series([brand.casefold() in t for t in text], index=truth.index)
        assert (truth["is_named"] == names)[of_brand].all()
        addressed = pd.Series(
            [any(f"@{a.casefold()}" in t for a in told.accounts) for t in text], index=truth.index
        )
        assert addressed[truth["directed_at"] == brand].all()
        assert (
            truth.loc[addressed & of_brand & (truth["author_role"] == "customer"), "directed_at"] == brand
        ).all()
    assert (truth.loc[truth["is_sarcastic"], "sentiment"].dropna().isin(["negative", "neutral"])).all()
    assert truth.loc[~truth["is_relevant"], "sentiment"].isna().all()
    # Every customer's opener names its brand; in replies the thread says which brand is meant.
    opens = truth["post_id"].isin(posts.loc[posts["in_reply_to"] == "", "id"]) & (
        truth["author_role"] == "customer"
    )
    assert truth.loc[opens, "is_named"].all()


def test_a_post_that_names_two_brands_is_two_mentions_of_its_own_mind(truth):
    twice = truth[truth["act"].isin(["switch_away", "better_than"])]
    minds = twice.groupby("post_id")["sentiment"].agg(set)
    assert len(minds) > 30
    assert (minds.map(lambda mind: {"positive", "negative"} <= mind)).all()


def test_response_seconds_are_those_of_the_first_later_answer(posts, truth):
    created = pd.to_datetime(posts.set_index("id")["created_at"])
    thread = posts.set_index("id")["thread_id"]
    answers = {}
    for post in truth.loc[truth["author_role"] == "brand", "post_id"]:
        answers.setdefault(thread[post], []).append(created[post])
    asked = truth[(truth["author_role"] == "customer") & (truth["directed_at"] == truth["brand"])]
    for post, seconds in zip(asked["post_id"], asked["response_seconds"], strict=True):
        waits = [
            (a - created[post]).total_seconds() for a in answers.get(thread[post], ()) if a > created[post]
        ]
        assert (min(waits) == seconds) if waits else pd.isna(seconds)
    assert asked["response_seconds"].notna().sum() > 100


def test_case_numbers_in_posts_are_cases(world, posts):
    cases = pd.read_csv(world / "cases.csv")
    quoted = set(posts["text"].str.extractall(r"\b(HA-\d{8})\b")[0])
    assert len(quoted) >= 10
    assert quoted <= set(cases["case_id"])
    assert set(cases["requester"]) <= set(posts["author"])
    solved = cases.dropna(subset=["solved_at"])
    assert (solved["solved_at"] > solved["created_at"]).all()
    assert (cases["reopened_at"].dropna() > cases.loc[cases["reopened_at"].notna(), "solved_at"]).all()


def test_surveys_and_outcomes_are_of_known_customers(world, posts):
    surveys, outcomes = pd.read_csv(world / "surveys.csv"), pd.read_csv(world / "outcomes.csv")
    assert surveys["score"].between(0, 10).all()
    assert set(surveys["author"]) | set(outcomes["author"]) <= set(posts["author"])
    assert not outcomes.duplicated(["author", "brand", "outcome"]).any()
    assert set(outcomes["outcome"]) == {"churn", "advocacy"}


def test_human_labels_are_mostly_right(posts, truth):
    main = truth.drop_duplicates("post_id", keep=False).set_index("post_id")["sentiment"]
    labelled = posts[posts["sentiment"] != ""].set_index("id")["sentiment"]
    assert 0.08 * len(posts) < len(labelled) < 0.12 * len(posts)
    both = labelled.index.intersection(main.index)
    assert 0.005 < (labelled[both] != main[both]).mean() < 0.08


def test_personal_data_is_invented():
    draw = random.Random(1).random
    allowed = {
        "email": r"[\w.]+@(mail\.)?example\.(com|org|net)",
        "phone": r"(07700 ?900|\+44 7700 900|(020|\+44 20) 7946 0|\+49 30 23125 |\+33 1 99 00 )[\d ]+"
        r"|(\(212\) |\+1 415-)555-01\d\d",
        "ip": r"203\.0\.113\.\d+|198\.51\.100\.\d+|2001:db8::[0-9a-f]+",
        "link": r"https://portal\.example\.com/\S+",
        "case": "HA-20000000",
        "order": r"44\d{8}",
    }
    for _ in range(500):
        for kind in KINDS:
            (value,) = personal_words(kind, "mira_x", "HA-20000000", draw).values()
            if kind == "card":
                assert luhn.is_valid(value.replace(" ", ""))
            elif kind == "iban":
                assert iban.is_valid(value)
            else:
                assert re.fullmatch(allowed[kind], value), value


def test_addresses_in_posts_are_examples(posts):
    text = " ".join(posts["text"])
    domains = re.findall(r"https?://([\w.]+)|[\w.]+@([\w]+\.[\w.]+)", text)
    assert domains
    assert all(re.fullmatch(r"(\w+\.)?example\.(com|org|net)\.?", a or b) for a, b in domains)


def test_a_post_keeps_to_its_place_and_names_the_brand_once():
    towns = ["Hexley", "Oxmoor", "Saltrey"]
    toy = compile_rules(
        {"remember": ["town"], "post": ["{who} fail in {town}, {who} fail {town}"], "town": towns}
    )
    for seed in range(20):
        text = write(toy, "post", {"who": ("Acme", "they")}, random.Random(seed).random)
        found = re.fullmatch(r"Acme fail in (\w+), they fail (\w+)", text)
        assert found
        assert found[1] == found[2]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("why?. no", "why? no"),
        ("a.. b", "a. b"),
        ("well...", "well..."),
        ("so 🙄. no", "so 🙄 no"),
        ("a  b ", "a b"),
    ],
)
def test_marks_are_not_doubled(rule, expected):
    assert write(compile_rules({"post": [rule]}), "post", {}, lambda: 0.0) == expected


def test_style_leaves_handles_and_numbers_alone():
    shouting = Manner(is_lower=True, drops_marks=False, typo_rate=1.0, is_loud=True)
    rng = random.Random(2)
    text = (
        "@HalvoraHelp Case HA-20000001 is still Open. #HalvoraDown https://portal.example.com/login?user=Ann"
    )
    for _ in range(200):
        styled = style(text, shouting, rng.random)
        for kept in (
            "@HalvoraHelp",
            "HA-20000001",
            "#HalvoraDown",
            "https://portal.example.com/login?user=Ann",
        ):
            assert kept in styled


def test_world_json_holds_the_parameters(world):
    told = json.loads((world / "world.json").read_text())
    assert [crisis["name"] for crisis in told["crises"]] == ["national outage", "double billing"]
    assert told["response_protocol"]["new_from"] == "2026-07-06"
    assert told["launch"] == {"product": "Pebble", "day": "2026-06-16"}
