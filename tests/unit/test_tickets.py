"""Support tickets as labels: by the task's mapping, masked, taken back whole, and in no figure."""

import dataclasses

import pytest
from unit.labelling import INTENTS, SENTIMENT, filled
from unit.rows import post, posts

from workbench.errors import WorkbenchError
from workbench.labels.tickets import import_tickets
from workbench.models.lake_labels import labelled_sets
from workbench.settings import parse_settings
from workbench.store.batches import undo
from workbench.store.lake import Lake
from workbench.store.mentions import recompute_mentions
from workbench.store.schema import claim

TICKETS = """Ticket ID,Type,Description,post_id
4711,billing > wrong ,"Acme charged me twice, write to ann@example.com",
4712,Cancel,I am leaving,x:Acme-3
4713,Cancel,,Acme-4
4714,Parking,Where can I park?,
4715,Cancel,,
"""

TWO = dataclasses.replace(INTENTS, tickets={"billing > wrong": ("complaint",), "How-to": ("question",)})


@pytest.fixture
def lake(tmp_path):
    return filled(tmp_path, 6)


@pytest.fixture
def settings(tmp_path):
    return parse_settings({"brands": {"Acme": {}}, "lake": {"root": "lake"}}, tmp_path)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "tickets.csv"
    path.write_text(TICKETS, encoding="utf-8")
    return path


def test_a_lake_without_posts_takes_tickets(tmp_path, settings, file):
    done = import_tickets(Lake(str(tmp_path / "lake")), settings, INTENTS, file)
    assert (done.of_posts, done.of_their_own) == (0, 2)


def test_tickets_become_labels_of_their_posts_or_of_their_own_text(lake, settings, file):
    done = import_tickets(lake, settings, INTENTS, file)
    assert (done.tickets, done.of_posts, done.of_their_own, done.left_out) == (5, 2, 1, 1)
    assert done.unknown == {"Parking": 1}
    labels = lake.read("labels").to_pandas()
    assert set(labels["strategy"]) == {"ticket"}
    assert labels["sample_id"].isna().all()
    said = labels.groupby("post_id")["label"].agg(sorted).to_dict()
    own = next(post for post in said if post.startswith("ticket:"))
    cancelled = ["churn_threat", "complaint"]
    assert said == {own: ["complaint"], "x:Acme-3": cancelled, "x:Acme-4": cancelled}
    (stored,) = lake.read("posts", where="platform = 'ticket'").to_pylist()
    assert stored["text"] == "Acme charged me twice, write to <EMAIL>"
    assert "4711" not in stored["post_id"]


def test_again_it_changes_nothing_and_it_is_taken_back_whole(lake, settings, file):
    first = import_tickets(lake, settings, INTENTS, file)
    assert first.labels == 5
    again = import_tickets(lake, settings, INTENTS, file)
    assert again.labels == 0
    assert lake.read("labels").num_rows == 5
    undo(lake, first.batch_id)
    assert lake.read("labels").num_rows == 0
    assert lake.read("posts", where="platform = 'ticket'").num_rows == 0
    assert lake.read("posts").num_rows == 6


def test_a_ticket_that_names_a_brand_is_no_mention_of_it(lake, settings, file):
    import_tickets(lake, settings, INTENTS, file)
    recompute_mentions(lake, settings, claim(lake, settings.key_file))
    mentioned = lake.read("mentions", ["post_id"])["post_id"].to_pylist()
    assert not [post for post in mentioned if post.startswith("ticket:")]


@pytest.mark.parametrize(
    ("text", "columns", "says"),
    [
        ("id,text\n1,hello\n", {}, "no column of categories.*--category"),
        ("category,text\nParking,x\nParking,y\n", {}, "none of the 2 tickets.*Billing > wrong, Cancel"),
        ("id,category\n1,Cancel\n", {}, "no column of texts and none of posts.*--text"),
        (TICKETS, {"category": "Typ"}, "Did you mean 'Type'"),
    ],
    ids=["no column", "no category", "no text", "misspelt"],
)
def test_what_cannot_be_imported_is_said_and_leaves_nothing(lake, settings, tmp_path, text, columns, says):
    path = tmp_path / "other.csv"
    path.write_text(text, encoding="utf-8")
    before = lake.current_versions()
    with pytest.raises(WorkbenchError, match=says):
        import_tickets(lake, settings, INTENTS, path, columns)
    assert lake.current_versions() == before


def test_a_task_without_mapping_says_where_to_write_it(lake, settings, file):
    with pytest.raises(WorkbenchError, match=r"under \[tickets\]"):
        import_tickets(lake, settings, SENTIMENT, file)


def test_a_column_of_sentences_is_not_shown(lake, settings, tmp_path):
    path = tmp_path / "wrong.csv"
    path.write_text(
        'category,text\nCancel,bye\n"My number is 030 1234 and I am very angry with you",x\n', "utf-8"
    )
    done = import_tickets(lake, settings, dataclasses.replace(INTENTS), path)
    assert done.unknown == {"(too long or too many to be categories)": 1}


def test_another_file_may_use_the_same_numbers_for_other_tickets(lake, settings, file):
    import_tickets(lake, settings, INTENTS, file)
    july = file.with_name("july.csv")
    july.write_text("Ticket ID,Type,Description\n4711,Cancel,Nobody answers me\n", encoding="utf-8")
    assert import_tickets(lake, settings, INTENTS, july).of_their_own == 1
    posts = lake.read("posts", where="platform = 'ticket'").to_pandas().set_index("post_id")["text"]
    labels = lake.read("labels").to_pandas()
    said = labels[labels["post_id"].isin(posts.index)].groupby("post_id")["label"].agg(sorted)
    assert {posts[post]: labels for post, labels in said.items()} == {
        "Acme charged me twice, write to <EMAIL>": ["complaint"],
        "Nobody answers me": ["churn_threat", "complaint"],
    }


def test_a_ticket_that_has_another_category_by_now_has_only_this(lake, settings, tmp_path):
    file = tmp_path / "tickets.csv"
    heading = "Ticket ID,Type,Description,post_id\n"
    for category, label, replaced in (("billing > wrong", "complaint", 0), ("How-to", "question", 1)):
        file.write_text(f"{heading}1,{category},Acme charged me twice,\n", encoding="utf-8")
        assert import_tickets(lake, settings, TWO, file).replaced == replaced
        assert lake.read("labels").to_pandas()["label"].tolist() == [label]


def test_of_each_ticket_of_a_post_the_newest_word_counts(lake, settings, tmp_path):
    file = tmp_path / "tickets.csv"
    heading = "Ticket ID,Type,Description,post_id\n"
    first, second = "1,billing > wrong,,x:Acme-3\n", "2,How-to,,x:Acme-3\n"
    file.write_text(heading + first, encoding="utf-8")
    import_tickets(lake, settings, TWO, file)
    file.write_text(heading + first + second, encoding="utf-8")
    import_tickets(lake, settings, TWO, file)
    (taught,) = labelled_sets(lake, TWO.name, ("complaint", "question")).label_sets
    assert taught == {"complaint", "question"}
    file.write_text(heading + "1,How-to,,x:Acme-3\n" + second, encoding="utf-8")
    import_tickets(lake, settings, TWO, file)
    (taught,) = labelled_sets(lake, TWO.name, ("complaint", "question")).label_sets
    assert taught == {"question"}
    file.write_text(heading + first + second, encoding="utf-8")
    import_tickets(lake, settings, TWO, file)
    (taught,) = labelled_sets(lake, TWO.name, ("complaint", "question")).label_sets
    assert taught == {"complaint", "question"}, "and back again"


def test_a_number_that_two_platforms_use_names_no_post(lake, settings, file):
    lake.merge("posts", posts(post("Acme-4", post_id="facebook:Acme-4", platform="facebook")))
    done = import_tickets(lake, settings, INTENTS, file)
    assert (done.ambiguous, done.of_posts, done.left_out) == (1, 1, 2)
    assert "facebook:Acme-4" not in set(lake.read("labels").to_pandas()["post_id"])


def test_where_one_label_holds_two_categories_of_a_post_are_counted_and_not_taken(lake, settings, tmp_path):
    task = dataclasses.replace(TWO, is_multi_label=False)
    file = tmp_path / "tickets.csv"
    file.write_text(
        "Type,Description\nbilling > wrong,Acme again\nHow-to,Acme again\nHow-to,Where is it?\n",
        encoding="utf-8",
    )
    done = import_tickets(lake, settings, task, file)
    assert (done.contradictory, done.left_out) == (2, 0)
    assert (done.of_posts, done.of_their_own) == (0, 1)
    assert lake.read("labels").to_pandas()["label"].tolist() == ["question"]


def test_dates_are_read_as_everywhere_and_the_others_are_counted(lake, settings, tmp_path):
    file = tmp_path / "tickets.csv"
    dates = ["31/12/2025 10:00", "02/03/2026", "1767225600", "nonsense"]
    rows = "".join(f"How-to,question {i},{date}\n" for i, date in enumerate(dates))
    file.write_text(f"Type,Description,Created\n{rows}", encoding="utf-8")
    assert import_tickets(lake, settings, TWO, file).undated == 1
    posts = lake.read("posts", where="platform = 'ticket'").to_pandas().sort_values("text")
    assert [f"{day:%Y-%m-%d}" for day in posts["created_at"]][:3] == [
        "2025-12-31",
        "2026-03-02",
        "2026-01-01",
    ]


def test_a_row_that_cannot_be_read_is_named(lake, settings, tmp_path):
    file = tmp_path / "tickets.csv"
    file.write_text('Type,Description\nHow-to,x\n"How-to\n', encoding="utf-8")
    with pytest.raises(WorkbenchError, match="line 3"):
        import_tickets(lake, settings, TWO, file)
