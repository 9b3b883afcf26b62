"""What is wrong with the data, found before anybody reads a figure: one function a fault."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from workbench.tables.judgements import CANNOT_TELL, NOT
from workbench.tables.strategies import ADJUDICATION
from workbench.text.mentions import account_resembles

# A day with less than this share of a brand's usual count is taken for a stray post, not for coverage.
_STRAY = 0.1
# A mismatch shown by more than half of a brand's posts is a property of the data, not of some posts.
_MOST = 0.5


class Batch(NamedTuple):
    """What the checks read of a batch; the counts of one that is still running are missing."""

    batch_id: str
    source: str
    status: str
    read: int
    duplicates: int
    rejected: int
    brands_disagree: int


@dataclass(frozen=True)
class Finding:
    """One fault: which check found it, in what, what was found, and how to mend or read it."""

    check: str
    subject: str
    finding: str
    advice: str


def check_data(
    mentions: IntoFrame, labels: IntoFrame, batches: IntoFrame, brands: IntoFrame, end_day: str = ""
) -> pd.DataFrame:
    """Faults of the collected data, one row each; empty when nothing was found.

    Parameters
    ----------
    mentions
        The mention frame.
    labels, batches, brands
        The tables of these names.
    end_day
        Today, as ISO date; posts that lie behind it are reported.

    Returns
    -------
    Columns ``check``, ``subject``, ``finding``, ``advice``.
    """
    # Marked first and then summed: pandas takes no condition inside an aggregate.
    marked = nw.from_native(mentions).with_columns(
        # Where a file names the brand of each post, what other brands' posts say of it is no coverage of it.
        is_covering=nw.when(nw.col("found_by") == "given").then(nw.lit(1)).otherwise(nw.lit(0)),
        is_answer=nw.when((nw.col("author_role") == "brand") & ~nw.col("in_reply_to").is_null())
        .then(nw.lit(1))
        .otherwise(nw.lit(0)),
        is_elsewhere=nw.when(nw.col("directed_at") != nw.col("brand")).then(nw.lit(1)).otherwise(nw.lit(0)),
    )
    counts = _collect(
        marked.group_by("brand", "day").agg(
            posts=nw.col("post_id").count(),
            given=nw.col("is_covering").sum(),
            answers=nw.col("is_answer").sum(),
            elsewhere=nw.col("is_elsewhere").sum(),
        )
    )
    figures = ["posts", "given", "answers", "elsewhere"]
    # DuckDB adds whole numbers up to decimals.
    counts[figures] = counts[figures].astype("int64")
    has_given = counts.groupby("brand")["given"].transform("sum") > 0
    counts["posts"] = counts["posts"].where(~has_given, counts["given"])
    counts = counts[counts["posts"] > 0]
    accounts, ingests = _collect(nw.from_native(brands)), _collect(nw.from_native(batches))
    findings = [
        *_brand_addresses_another(counts, accounts),
        *_brand_starts_late(counts),
        *_no_answers(counts),
        *_days_without_posts(counts),
        *_posts_in_the_future(counts, end_day),
        *_conflicting_labels(nw.from_native(labels)),
        *_ingests(ingests),
    ]
    return pd.DataFrame([asdict(f) for f in findings], columns=["check", "subject", "finding", "advice"])


def _brand_addresses_another(counts: pd.DataFrame, accounts: pd.DataFrame) -> Iterator[Finding]:
    """A collection query that was given to the wrong brand."""
    learned = accounts[accounts["origin"] == "data"]
    for brand, account in zip(map(str, learned["brand"]), map(str, learned["account"]), strict=True):
        if not account_resembles(brand, account):
            yield Finding(
                "brand addresses another",
                brand,
                f"Most posts given to {brand} address @{account}, whose name is not {brand}'s.",
                f"Find out whose posts these are before reading any figure of {brand}; then correct the brand "
                "column, or declare the account in workbench.toml.",
            )
    total = counts.groupby("brand")[["posts", "elsewhere"]].sum()
    for name, row in total[total["elsewhere"] > _MOST * total["posts"]].iterrows():
        brand = str(name)
        yield Finding(
            "brand addresses another",
            brand,
            f"{int(row['elsewhere']):,} of {int(row['posts']):,} posts given to {brand} address another brand.",
            "Check the brand column of the export against its query.",
        )


def _brand_starts_late(counts: pd.DataFrame) -> Iterator[Finding]:
    """A query switched on later than the others: its earlier zeros are no silence."""
    if counts.empty:
        return
    starts = {str(brand): _covered(days)["day"].min() for brand, days in counts.groupby("brand")}
    first, last = min(starts.values()), counts["day"].max()
    span = _days_between(first, last) + 1
    for brand, start in starts.items():
        late = _days_between(first, start)
        if late >= 2 and late > 0.1 * span:
            before = int(counts[(counts["brand"] == brand) & (counts["day"] < start)]["posts"].sum())
            yield Finding(
                "brand starts late",
                brand,
                f"{brand} starts on {start}, {late} days after the first brand ({before:,} "
                f"post{'' if before == 1 else 's'} before that).",
                f"Compare {brand} with others from {start} on only; volumes and shares of voice before it are "
                "artefacts of collection.",
            )


def _no_answers(counts: pd.DataFrame) -> Iterator[Finding]:
    if len(counts) and not counts["answers"].sum():
        yield Finding(
            "no answers collected",
            "brands' answers",
            "No answer by a brand's own account is in the data, so nobody can say what was answered.",
            "Collect the brands' answers too, or declare their accounts in workbench.toml; until then figures of "
            "answers are withheld.",
        )


def _days_without_posts(counts: pd.DataFrame) -> Iterator[Finding]:
    """Holes in a brand that is otherwise spoken of every day."""
    for brand, days in counts.groupby("brand"):
        covered = _covered(days)
        # Posts come in bursts: with fewer a day, a day without any is chance.
        if len(covered) < 7 or covered["posts"].median() < 10:
            continue
        all_days = pd.date_range(covered["day"].min(), covered["day"].max()).strftime("%Y-%m-%d")
        missing = sorted(set(all_days) - set(days["day"]))
        if missing:
            yield Finding(
                "days without posts",
                str(brand),
                f"{brand} has no post on {len(missing)} day{'s' if len(missing) > 1 else ''}: "
                f"{', '.join(missing[:5])}{' …' if len(missing) > 5 else ''}.",
                "Collect these days again, or leave them out of comparisons.",
            )


def _posts_in_the_future(counts: pd.DataFrame, end_day: str) -> Iterator[Finding]:
    late = int(counts[counts["day"] > end_day]["posts"].sum()) if end_day else 0
    if late:
        yield Finding(
            "posts in the future",
            "dates",
            f"{late:,} posts are dated after {end_day}.",
            "Check the date format and time zone in the mapping ([dates] in mapping.toml).",
        )


def _conflicting_labels(labels: Any) -> Iterator[Finding]:
    """Who cannot tell contradicts nobody, and where somebody decided nothing is open any more."""
    mention = ["post_id", "brand", "task"]
    said = labels.filter(nw.col("label") != CANNOT_TELL)
    settled = said.filter(nw.col("strategy") == ADJUDICATION).select(*mention).unique()
    negated = _collect(said.filter(nw.col("label").str.starts_with(NOT)).select("task").unique())
    # A post has one label of most tasks; where several may hold, each is asked for itself.
    asked = nw.lit("")
    if several := [str(task) for task in negated["task"]]:
        name = nw.col("label").str.replace_all(f"^{NOT}", "")
        asked = nw.when(nw.col("task").is_in(several)).then(name).otherwise(asked)
    judged = _collect(
        said.join(settled, on=mention, how="anti")
        .with_columns(asked=asked)
        .group_by(*mention, "asked")
        .agg(labels=nw.col("label").n_unique())
        .filter(nw.col("labels") > 1)
        .select(*mention)
        .unique()
        .group_by("task")
        .agg(posts=nw.col("post_id").count())
    )
    for task, posts in zip(judged["task"], judged["posts"], strict=True):
        yield Finding(
            "conflicting labels",
            task,
            f"{posts:,} post{' was' if posts == 1 else 's were'} labelled more than once, with different answers.",
            "Neither answer is taken for the truth: they are left out of training.",
        )


def _ingests(batches: pd.DataFrame) -> Iterator[Finding]:
    known = batches[batches["status"] != "undone"][list(Batch._fields)]
    for row in (Batch(*values) for values in known.itertuples(index=False, name=None)):
        if row.status == "running":
            yield Finding(
                "ingest interrupted",
                str(row.source),
                f"Batch {row.batch_id} did not end.",
                f"Run the ingest again, or: workbench batches undo {row.batch_id}",
            )
            continue
        if row.duplicates:
            yield Finding(
                "duplicates",
                str(row.source),
                f"{int(row.duplicates):,} of {int(row.read):,} rows repeat a post that was there already.",
                "Each post counts once.",
            )
        if row.rejected:
            yield Finding(
                "rows refused",
                str(row.source),
                f"{int(row.rejected):,} of {int(row.read):,} rows could not be read.",
                f"Line and reason are in rejected/{row.batch_id}.jsonl; mend them and run the ingest again.",
            )
        if row.brands_disagree:
            yield Finding(
                "brands disagree",
                str(row.source),
                f"In {int(row.brands_disagree):,} of {int(row.read):,} rows the text names only other brands than "
                "the brand column.",
                "The brand column was followed.",
            )


def _covered(days: pd.DataFrame) -> pd.DataFrame:
    """Days on which a brand was really collected."""
    return days[days["posts"] > _STRAY * days["posts"].median()]


def _days_between(first: str, last: str) -> int:
    return (pd.Timestamp(last) - pd.Timestamp(first)).days


def _collect(frame: nw.DataFrame | nw.LazyFrame) -> pd.DataFrame:
    small = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    return small.to_pandas()
