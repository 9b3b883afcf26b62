"""Faults of the data are found without anybody looking for them."""

import datetime as dt

import duckdb
import pandas as pd
import pytest

from workbench.store.checks import check_data

NO_LABELS = pd.DataFrame({"post_id": [], "brand": [], "task": [], "label": [], "strategy": []}, dtype=object)
NO_BRANDS = pd.DataFrame({"brand": [], "account": [], "origin": []}, dtype=object)
NO_BATCHES = pd.DataFrame(
    {
        name: []
        for name in ("batch_id", "source", "status", "read", "duplicates", "rejected", "brands_disagree")
    }
)


def days(
    brand: str, counts: list[int], start: str = "2026-03-02", directed_at: str | None = None
) -> pd.DataFrame:
    """So many mentions a day, from a day on."""
    first = dt.date.fromisoformat(start)
    rows = [
        {
            "post_id": f"{brand}-{number}-{i}",
            "brand": brand,
            "day": (first + dt.timedelta(number)).isoformat(),
            "directed_at": directed_at or brand,
            "found_by": "given",
            "author_role": "brand" if i == 0 else "customer",
            "in_reply_to": "asked",
        }
        for number, count in enumerate(counts)
        for i in range(count)
    ]
    return pd.DataFrame(rows)


def found(
    mentions, labels=NO_LABELS, batches=NO_BATCHES, brands=NO_BRANDS, **options
) -> list[tuple[str, str]]:
    findings = check_data(mentions, labels, batches, brands, **options)
    return list(zip(findings["check"], findings["subject"], strict=True))


def test_sound_data_have_no_findings():
    assert found(pd.concat([days("Acme", [20] * 10), days("Bolt", [9] * 10)])) == []


def test_brand_that_starts_late_is_found_though_one_stray_post_is_earlier():
    mentions = pd.concat([days("Acme", [20] * 10), days("Bolt", [1, 0, 0, 0, 0, 0, 20, 20, 20, 20])])
    findings = check_data(mentions, NO_LABELS, NO_BATCHES, NO_BRANDS)
    late = findings[findings["check"] == "brand starts late"].iloc[0]
    assert late["subject"] == "Bolt"
    assert "starts on 2026-03-08, 6 days after" in late["finding"]
    assert "(1 post before that)" in late["finding"]


def test_brand_whose_account_is_called_otherwise_is_found():
    brands = pd.DataFrame(
        {"brand": ["Delta", "United"], "account": ["jetblue", "united"], "origin": ["data", "data"]}
    )
    mentions = pd.concat([days("Delta", [5] * 5), days("United", [5] * 5)])
    assert found(mentions, brands=brands) == [("brand addresses another", "Delta")]


def test_brand_whose_posts_address_another_declared_brand_is_found():
    mentions = pd.concat([days("Acme", [8] * 5), days("Bolt", [8] * 5, directed_at="Acme")])
    assert found(mentions) == [("brand addresses another", "Bolt")]


def test_hole_is_found_but_not_in_a_brand_of_few_posts():
    mentions = pd.concat(
        [days("Acme", [12, 12, 12, 12, 0, 12, 12, 12, 12]), days("Tiny", [1, 1, 1, 1, 0, 1, 1, 1, 1])]
    )
    assert found(mentions) == [("days without posts", "Acme")]


def test_contradicting_labels_are_counted_once_a_post():
    labels = pd.DataFrame(
        {
            "post_id": ["1", "1", "2", "2", "3"],
            "brand": ["Acme"] * 5,
            "task": ["sentiment"] * 5,
            "label": ["negative", "neutral", "positive", "positive", "negative"],
            "strategy": "random",
        }
    )
    findings = check_data(days("Acme", [5] * 5), labels, NO_BATCHES, NO_BRANDS)
    assert findings["finding"].tolist() == ["1 post was labelled more than once, with different answers."]


def said(post, label, task="intents", strategy="random"):
    return {"post_id": post, "brand": "Acme", "task": task, "label": label, "strategy": strategy}


@pytest.mark.parametrize(
    ("rows", "posts"),
    [
        ([said("1", "complaint"), said("1", "not:praise"), said("1", "question")], 0),
        ([said("1", "complaint"), said("1", "not:complaint"), said("1", "not:praise"), said("1", "praise")], 1),
        ([said("1", "negative", "sentiment"), said("1", "cannot_tell", "sentiment")], 0),
        ([said("1", "negative", "sentiment"), said("1", "neutral", "sentiment"),
          said("1", "neutral", "sentiment", "adjudication")], 0),
    ],
    ids=["several hold", "one holds and does not", "nobody contradicted", "somebody decided"],
)  # fmt: skip
def test_what_contradicts_is_told_apart_from_what_may_hold_together(rows, posts):
    frame = pd.DataFrame(rows)
    for labels in (frame, duckdb.from_df(frame)):
        findings = check_data(days("Acme", [5] * 5), labels, NO_BATCHES, NO_BRANDS)
        assert findings["finding"].str.startswith("1 post was").sum() == posts
        assert len(findings) == posts


def test_missing_answers_are_found():
    mentions = days("Acme", [9] * 9).assign(author_role="customer")
    assert found(mentions) == [("no answers collected", "brands' answers")]


def test_what_other_brands_posts_say_of_a_brand_is_no_coverage_of_it():
    early = days("Bolt", [5] * 6).assign(found_by="keyword")
    late = days("Bolt", [20] * 4, start="2026-03-08").assign(post_id=lambda rows: "late-" + rows["post_id"])
    mentions = pd.concat([days("Acme", [20] * 10), early, late])
    assert found(mentions) == [("brand starts late", "Bolt")]


def test_posts_after_the_end_are_found():
    assert found(days("Acme", [9] * 9), end_day="2026-03-08") == [("posts in the future", "dates")]


def test_what_the_ingests_met_is_told():
    names = ("batch_id", "source", "status", "read", "duplicates", "rejected", "brands_disagree")
    rows = [
        ("1", "a.csv", "complete", 9, 2, 1, 3),
        ("2", "b.csv", "running", None, None, None, None),
        ("3", "c.csv", "undone", 9, 9, 0, 0),
    ]
    batches = pd.DataFrame(rows, columns=names)
    assert found(days("Acme", [9] * 9), batches=batches) == [
        ("duplicates", "a.csv"),
        ("rows refused", "a.csv"),
        ("brands disagree", "a.csv"),
        ("ingest interrupted", "b.csv"),
    ]


def test_empty_lake_has_no_findings():
    names = ("post_id", "brand", "day", "directed_at", "found_by", "author_role", "in_reply_to")
    empty = pd.DataFrame({name: [] for name in names}, dtype=object)
    assert found(empty) == []
