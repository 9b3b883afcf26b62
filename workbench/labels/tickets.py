"""Support tickets as labels: the category that an agent chose, in the words of a labelling task.

A category was chosen for the support team's work and not for ours, of people who wrote in private, so that it may
teach a model and never estimate: labels of strategy "ticket". A ticket that names a post of the lake labels that post.
Any other keeps its own text, masked, as a post of platform "ticket" that mentions no brand and enters no figure.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from workbench.errors import WorkbenchError
from workbench.file_hash import sha256_of
from workbench.labels.tasks import Task
from workbench.labels.ticket_files import read_tickets, told_categories
from workbench.preparation import Context, prepare
from workbench.privacy.pseudonyms import case_token
from workbench.settings import Settings
from workbench.sources.date_order import order_of
from workbench.sources.dates import parse_dates
from workbench.sources.files import RAW_POSTS
from workbench.sources.values import without_addresses
from workbench.store.batches import Counts, begin, finish
from workbench.store.lake import Lake
from workbench.store.mentions import TICKET, brand_accounts
from workbench.store.schema import claim
from workbench.tables import LABELS


@dataclass(frozen=True)
class Imported:
    """What came of an import.

    Parameters
    ----------
    batch_id
        By which `workbench batches undo` takes it back.
    tickets
        Rows of the file.
    of_posts
        Tickets that label a post of the lake.
    of_their_own
        Tickets that were kept with their own text.
    labels
        Labels that are new.
    replaced
        Labels of tickets that have another category by now.
    contradictory
        Tickets of one post whose categories stand for different labels, where only one may hold.
    ambiguous
        Tickets that name a post by a number which several platforms use: write it as platform:number.
    left_out
        Tickets with neither a known post nor a text.
    undated
        Tickets with a text of their own whose date cannot be read: they are of the day of the import.
    unknown
        Tickets by category for which the task has no label.
    """

    batch_id: str
    tickets: int
    of_posts: int
    of_their_own: int
    labels: int
    replaced: int
    contradictory: int
    ambiguous: int
    left_out: int
    undated: int
    unknown: dict[str, int]


def import_tickets(
    lake: Lake, settings: Settings, task: Task, path: Path, columns: dict[str, str] | None = None
) -> Imported:
    """Read tickets as labels of a task; again, it changes nothing.

    Parameters
    ----------
    lake
        Where posts and labels are written.
    settings
        For the key and the brands' accounts.
    task
        Its ``[tickets]`` say which labels a category stands for.
    path
        CSV, TSV, JSON lines, Parquet or XLSX.
    columns
        Column of each of `workbench.labels.ticket_files.COLUMNS`, where the usual names do not do.

    Raises
    ------
    WorkbenchError
        The task maps no category, the file has no column of categories, or none of its categories is known.
    """
    if not task.tickets:
        raise WorkbenchError(
            f"the task {task.name} maps no ticket category to a label. Write them in its .toml, under [tickets]: "
            '"Billing" = "complaint".'
        )
    rows, chosen = read_tickets(path, columns or {})
    known = {name.strip().casefold(): labels for name, labels in task.tickets.items()}
    folded = rows["category"].fillna("").str.strip().str.casefold()
    is_known = folded.isin(known)
    if not is_known.any():
        raise WorkbenchError(
            f"none of the {len(rows):,} tickets has a category that the task {task.name} knows (column "
            f"'{chosen['category']}'). It knows: {', '.join(task.tickets)}. Add yours to its .toml, under [tickets]."
        )
    brand = without_addresses(pa.array(rows["brand"], pa.string())).to_pylist()
    tickets = rows.assign(brand=brand)[is_known].assign(labels=folded[is_known].map(known))
    key = claim(lake, settings.key_file)
    now = dt.datetime.now(dt.UTC)
    batch_id = begin(lake, path.name, sha256_of(path), f"tickets of {task.name}: {sorted(chosen.items())}")
    tickets = _with_posts(lake, tickets, key)
    own = tickets[tickets["post_id"].isna() & tickets["text"].fillna("").str.strip().ne("")]
    times = _times(own, settings.time_zone)
    posts = prepare(
        _raw(own, times, now), Context(key, batch_id, path.name, now, brand_accounts(lake, settings), {})
    ).posts
    tickets.loc[own.index, "post_id"] = f"{TICKET}:" + own["native_id"]
    told = tickets.dropna(subset=["post_id"])
    labelled = told if task.is_multi_label else _without_contradictions(told)
    # Posts last, as at every ingest: a post that is there has its labels.
    given = _labels(labelled, task.name, path.name, batch_id, now, key)
    of_their_own = int(labelled.index.isin(own.index).sum())
    labels = lake.merge("labels", given)
    replaced = lake.delete("labels", _former(lake, task.name, given))
    stored = lake.merge("posts", posts)
    finish(lake, batch_id, Counts(read=len(rows), stored=stored, rejected=len(rows) - len(labelled)))
    return Imported(
        batch_id=batch_id,
        tickets=len(rows),
        of_posts=len(labelled) - of_their_own,
        of_their_own=of_their_own,
        labels=labels,
        replaced=replaced,
        contradictory=len(told) - len(labelled),
        ambiguous=int(tickets["is_ambiguous"].sum()),
        left_out=len(tickets) - len(told),
        undated=times.null_count if own["created"].notna().any() else 0,
        unknown=told_categories(rows.loc[~is_known, "category"]),
    )


def _without_contradictions(tickets: pd.DataFrame) -> pd.DataFrame:
    """Tickets of posts of which all say the same one label."""
    said = tickets["labels"].map(lambda labels: tuple(sorted(labels)))
    different = said.groupby(tickets["post_id"]).transform("nunique")
    return tickets[(different == 1) & (said.map(len) == 1)]


def _former(lake: Lake, task: str, given: pa.Table) -> pa.Table:
    """Labels that these tickets had before: of each the newest word counts.

    A post with a text of its own is one ticket; a post of the lake may have several, of which each keeps its label.
    Labels that an earlier version wrote do not tell of which ticket they are, and give way.
    """
    columns = ["annotation_id", "post_id", "annotator"]
    there = lake.read("labels", columns, where=f"strategy = 'ticket' and task = '{task}'").to_pandas()
    now = given.select(columns).to_pandas()
    tickets = set(zip(now["post_id"], now["annotator"], strict=True))
    voices = zip(there["post_id"], there["annotator"], strict=True)
    is_ticket = pd.Series([one in tickets for one in voices], there.index, dtype=bool)
    is_alone = there["post_id"].str.startswith(f"{TICKET}:") | (there["annotation_id"].str.count(r"\|") == 3)
    is_former = there["post_id"].isin(now["post_id"]) & (is_alone | is_ticket)
    is_former &= ~there["annotation_id"].isin(now["annotation_id"])
    return pa.table({"annotation_id": pa.array(there.loc[is_former, "annotation_id"], pa.string())})


def _with_posts(lake: Lake, tickets: pd.DataFrame, key: bytes) -> pd.DataFrame:
    """``post_id`` of the post of the lake that a ticket names, and ``native_id``, by which it is kept itself."""
    posts = lake.read("posts", ["post_id"], where=f"platform <> '{TICKET}'").to_pandas()["post_id"]
    numbers = posts.str.replace(r"^[^:]*:", "", regex=True)
    # A number that two platforms use names no post.
    is_one = ~numbers.duplicated(keep=False)
    by_number = dict(zip(numbers[is_one], posts[is_one], strict=True)) | dict(zip(posts, posts, strict=True))
    named = tickets["post"].fillna("").astype(str).str.strip()
    is_ambiguous = named.isin(numbers[~is_one]) & ~named.isin(posts)
    # With its text: another system, or next month's file, may use the same number for another ticket.
    own = [
        case_token(key, f"{number or ''}\0{text}")
        for number, text in zip(tickets["number"], tickets["text"], strict=True)
    ]
    return tickets.assign(
        post_id=named.map(by_number).astype(object), native_id=own, is_ambiguous=is_ambiguous
    )


def _raw(tickets: pd.DataFrame, times: pa.Array, now: dt.datetime) -> pa.Table:
    """Tickets as posts, nothing masked yet."""
    rows = {
        "native_id": pa.array(tickets["native_id"], pa.string()),
        "platform": pa.repeat(TICKET, len(tickets)),
        "text": pa.array(tickets["text"].astype(str), pa.string()),
        "created_at": pa.array(
            [time or now for time in times.to_pylist()], RAW_POSTS.field("created_at").type
        ),
        "kind": pa.repeat(TICKET, len(tickets)),
        "author_role": pa.repeat("customer", len(tickets)),
        "brand": pa.array(tickets["brand"], pa.string()),
        "line": pa.array(range(len(tickets)), pa.int64()),
    }
    columns = [rows.get(field.name, pa.nulls(len(tickets), field.type)) for field in RAW_POSTS]
    return pa.table(columns, schema=RAW_POSTS)


def _times(tickets: pd.DataFrame, time_zone: str) -> pa.Array:
    """When each ticket was opened; null where that cannot be read, also where days and months could be either."""
    said = pa.array([None if pd.isna(one) else str(one) for one in tickets["created"]], pa.string())
    order = order_of(said)
    is_one_way = bool(order.day_first) != bool(order.month_first)
    return parse_dates(said, bool(order.day_first) if is_one_way else None, time_zone)


def _labels(
    tickets: pd.DataFrame, task: str, source: str, batch_id: str, now: dt.datetime, key: bytes
) -> pa.Table:
    # Of each ticket the newest word counts: another ticket of the post is another voice.
    numbers = tickets["number"].fillna("").astype(str)
    voices = [f"{TICKET}:{case_token(key, number) if number else source}" for number in numbers]
    rows = [
        {
            "annotation_id": f"ticket|{post_id}|{task}|{label}|{voice.removeprefix(TICKET)}",
            "post_id": post_id,
            "brand": brand or None,
            "task": task,
            "label": label,
            "annotator": voice,
            "labelled_at": now,
            "strategy": "ticket",
            "batch_id": batch_id,
        }
        for post_id, brand, labels, voice in zip(
            tickets["post_id"], tickets["brand"], tickets["labels"], voices, strict=True
        )
        for label in labels
    ]
    return LABELS.conform(pa.Table.from_pylist(rows, LABELS.schema))
