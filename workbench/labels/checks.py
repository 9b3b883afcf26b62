"""What is wrong with labels and the samples they were drawn in: one function a fault."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import narwhals as nw
import pandas as pd

from workbench.labels.frames import KEY
from workbench.labels.tasks import CANNOT_TELL
from workbench.statistics.mentions import NOT_EARNED, is_earned
from workbench.store.checks import Finding
from workbench.store.frames import in_memory
from workbench.tables.strategies import DRAWN

_ROUNDING = 1e-9


def check_labels(mentions: Any, labels: Any, samples: Any, frames: Any) -> pd.DataFrame:
    """Faults of the labels that estimates rest on, one row each; empty when nothing was found.

    Parameters
    ----------
    mentions
        The mention frame.
    labels, samples, frames
        The tables `labels`, `label_samples` and `label_frames`, on the same engine.

    Returns
    -------
    Columns ``check``, ``subject``, ``finding``, ``advice``, as `workbench.store.checks.check_data` gives them.
    """
    # Imported labels were drawn by nobody here, and there may be as many as posts.
    counts = ~nw.col("sample_id").is_null() & nw.col("strategy").is_in(list(DRAWN))
    judged = in_memory(nw.from_native(labels).filter(counts))
    drawn = in_memory(samples)
    known = _known(mentions, labels, counts) if len(judged) else pd.DataFrame(columns=[*KEY, "is_counted"])
    judged = judged.merge(known, on=KEY, how="left")
    findings = [
        *_of_posts_that_are_gone(judged),
        *_of_mentions_that_count_nowhere(judged),
        *_judged_again(judged),
        *_annotators_disagree(judged),
        *_chance_is_none(judged),
        *_chance_is_another(judged, drawn),
        *_in_two_queues(drawn),
        *(_came_after_drawing(mentions, frames) if len(drawn) else ()),
    ]
    return pd.DataFrame([asdict(f) for f in findings], columns=["check", "subject", "finding", "advice"])


def _known(mentions: Any, labels: Any, counts: nw.Expr) -> pd.DataFrame:
    """The labelled mentions that there still are, and whether figures count them."""
    labelled = nw.from_native(labels).filter(counts).select(*KEY)
    found = nw.from_native(mentions).select(*KEY, "is_relevant", "author_role")
    known = in_memory(found.join(labelled, on=KEY, how="semi"))
    counted = known["is_relevant"].astype(bool) & ~known["author_role"].isin(NOT_EARNED)
    return known[KEY].assign(is_counted=counted)


def _of_posts_that_are_gone(judged: pd.DataFrame) -> Iterator[Finding]:
    for sample, rows in judged[judged["is_counted"].isna()].groupby("sample_id"):
        yield Finding(
            "labels of posts that are gone",
            str(sample),
            f"{_labels(len(rows))} of sample '{sample}' {_are(len(rows))} of posts that were erased, or that no "
            "longer mention the brand.",
            "They count nowhere. The other labels stay valid for the mentions that are left.",
        )


def _of_mentions_that_count_nowhere(judged: pd.DataFrame) -> Iterator[Finding]:
    for sample, rows in judged[judged["is_counted"].eq(False)].groupby("sample_id"):
        yield Finding(
            "labels of irrelevant mentions",
            str(sample),
            f"{_labels(len(rows))} of sample '{sample}' {_are(len(rows))} of mentions that are no longer relevant and "
            "earned.",
            "They enter no figure. If that is wrong, mend the brand's keywords and exclusions in workbench.toml.",
        )


def _judged_again(judged: pd.DataFrame) -> Iterator[Finding]:
    judgements = judged.assign(judgement=_judgement(judged)).drop_duplicates(["judgement", *KEY, "annotator"])
    repeated = judgements[judgements.duplicated(["task", *KEY, "annotator"])]
    for sample, rows in repeated.groupby("sample_id"):
        yield Finding(
            "annotations repeat",
            str(sample),
            f"{len(rows):,} annotation{_s(len(rows))} of sample '{sample}' repeat what the same person said of the "
            "same mention.",
            "Of each person's judgements of a mention the latest counts, once.",
        )


def _annotators_disagree(judged: pd.DataFrame) -> Iterator[Finding]:
    person = ["task", *KEY, "annotator"]
    told = judged[judged["label"] != CANNOT_TELL].sort_values(["labelled_at", "annotation_id"])
    told = told.assign(judgement=_judgement(told))
    latest = told[told["judgement"] == told.groupby(person)["judgement"].transform("last")]
    latest = latest[latest.groupby(["task", *KEY])["annotator"].transform("nunique") > 1]
    # Where several labels may hold, an answer is all that was said of each.
    answers = latest.groupby(person)["label"].agg(lambda labels: "|".join(sorted(labels))).rename("answer")
    asked = answers.groupby(["task", *KEY]).nunique()
    for task, rows in asked.groupby("task"):
        if differ := int((rows > 1).sum()):
            yield Finding(
                "annotators disagree",
                str(task),
                f"Of {len(rows):,} mention{_s(len(rows))} that several people judged, they disagree on {differ:,}.",
                "Each counts as the mean of its judgements. Where it is often, make the instructions clearer.",
            )


def _judgement(judged: pd.DataFrame) -> pd.Series:
    """Which rows one person gave at once: of a task with several labels a judgement is a row a label."""
    return judged["annotation_id"].str.split("|").str[0]


def _chance_is_none(judged: pd.DataFrame) -> Iterator[Finding]:
    chance = judged["inclusion_probability"].astype(float)
    for sample, rows in judged[~((chance > 0) & (chance <= 1))].groupby("sample_id"):
        yield Finding(
            "chance of being drawn is none",
            str(sample),
            f"{_labels(len(rows))} of sample '{sample}' {_have(len(rows))} an inclusion probability that is missing or "
            "not above 0 and up to 1.",
            "No estimate can be made with them. Take the probability from label_samples, where it was recorded "
            "when the mention was drawn.",
        )


def _chance_is_another(judged: pd.DataFrame, drawn: pd.DataFrame) -> Iterator[Finding]:
    recorded = drawn[["sample_id", *KEY, "inclusion_probability"]].astype({"inclusion_probability": float})
    both = judged.merge(recorded, on=["sample_id", *KEY], how="left", suffixes=("", "_recorded"))
    chance, noted = both["inclusion_probability"].astype(float), both["inclusion_probability_recorded"]
    differs = noted.isna() | ((chance - noted).abs() > _ROUNDING)
    for sample, rows in both[differs].groupby("sample_id"):
        yield Finding(
            "labels of no drawn mention",
            str(sample),
            f"{_labels(len(rows))} of sample '{sample}' {_are(len(rows))} of mentions that it did not draw, or not "
            "with the probability that the label says.",
            "Find out where they come from before reading an estimate; labels that nobody drew may train, never "
            "estimate (strategy imported).",
        )


def _in_two_queues(drawn: pd.DataFrame) -> Iterator[Finding]:
    """What two processes that draw at the same moment can do."""
    twice = drawn[drawn.duplicated(["task", *KEY], keep=False)]
    for task, rows in twice.groupby("task"):
        both = len(rows.drop_duplicates(KEY))
        names = sorted(rows["sample_id"].unique())
        yield Finding(
            "mention in two queues",
            str(task),
            f"{both:,} mention{_s(both)} {_are(both)} in more than one of the samples {', '.join(names)}.",
            "Two commands drew at the same moment. Draw the younger sample anew under another name, and do not "
            "label what it has drawn.",
        )


def _came_after_drawing(mentions: Any, frames: Any) -> Iterator[Finding]:
    """Mentions of the brands and days of a sample that were not there when it was drawn."""
    known, members = nw.from_native(mentions), nw.from_native(frames).select(*KEY, "sample_id")
    placed = known.select(*KEY, "day").join(members, on=KEY)
    days = placed.group_by("sample_id", "brand").agg(first=nw.col("day").min(), last=nw.col("day").max())
    outside = known.filter(is_earned()).select(*KEY, "day").join(members.select(*KEY), on=KEY, how="anti")
    late = in_memory(outside.group_by("brand", "day").agg(posts=nw.col("post_id").count()))
    spans = in_memory(days).merge(late, on="brand")
    spans = spans[(spans["day"] >= spans["first"]) & (spans["day"] <= spans["last"])]
    for sample, posts in spans.groupby("sample_id")["posts"].sum().items():
        yield Finding(
            "mentions came after drawing",
            str(sample),
            f"{int(posts):,} mention{_s(posts)} of the brands and days of sample '{sample}' "
            f"{'was' if posts == 1 else 'were'} not among those it was drawn from.",
            "Its labels do not speak for them. Draw them as a sample of their own: workbench labels draw --only-new "
            "--id NAME.",
        )


def _labels(count: int) -> str:
    return f"{count:,} label{_s(count)}"


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _have(count: int) -> str:
    return "has" if count == 1 else "have"
