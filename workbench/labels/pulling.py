"""Fetching what people said: new, changed and withdrawn judgements; nothing lost, nothing twice.

What was fetched is known from the lake itself, and any machine may fetch. A pull that is stopped anywhere is made good
by the next. Kept beside the lake is only what could not be taken; where that is lost, all is looked at again.
"""

import datetime as dt
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from workbench.labels.connection import Connection, connect
from workbench.labels.drawn_mentions import drawn_mentions, key_in_label_studio
from workbench.labels.erased import remove_erased as take_away
from workbench.labels.label_studio import Project, judged_tasks, known_keys, people
from workbench.labels.last_look import LastLook, read_look, write_look
from workbench.labels.projects import PICK, SETTLE, projects_of
from workbench.labels.received import Reader, Received, judgement_of, receive, with_known_people
from workbench.labels.tasks import Task, load_task, tasks_folder
from workbench.labels.validation import MEND
from workbench.privacy.pseudonyms import fingerprint, pseudonym
from workbench.progress import Progress, silent
from workbench.settings import Settings
from workbench.store.lake import Lake
from workbench.store.schema import claim, open_lake
from workbench.tables import LABELS

# A judgement is dated before it is saved; those that were on their way at the last pull are seen at the next.
_OVERLAP = dt.timedelta(minutes=10)
_COUNTS = ("judgements", "new", "changed", "withdrawn", "skipped", "open", "removed")


def pull(
    settings: Settings,
    task: Task | str,
    *,
    connection: Connection | None = None,
    remove_erased: bool = False,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Fetch what people said since the last time into the table `labels`.

    A judgement that was changed replaces what it was, one that was taken back is removed. Where a change left no
    valid answer, the last valid one stays and the reason is told. Drafts and skipped posts say nothing. Labels of
    a post that was cleared away from Label Studio stay.

    Parameters
    ----------
    settings
        Whose lake gets the labels.
    task
        What was asked, or its name.
    connection
        The Label Studio to use; otherwise that of the settings.
    remove_erased
        Take the texts of posts that were erased here away from Label Studio, with what was said of them.
    progress
        Called with the share done and what is done.

    Returns
    -------
    ``task``, ``judgements`` (that the lake now holds), ``new``, ``changed``, ``withdrawn``, ``skipped``, ``open``
    (posts that lack a judgement), ``removed``, ``seconds`` (median time of a judgement) and ``refused``: ``reason``,
    ``count``, ``mend``, ``where`` (addresses of up to five).

    Raises
    ------
    WorkbenchError
        The server does not answer; what was fetched before stays.
    """
    task = load_task(task, tasks_folder(settings)) if isinstance(task, str) else task
    lake = open_lake(settings)
    key = claim(lake, settings.key_file)
    connection = connection or connect(settings)
    accounts = frozenset(handle.lower() for brand in settings.brands.values() for handle in brand.accounts)
    projects = projects_of(connection, task.name, fingerprint(key))
    names = people(connection) if projects else {}
    counts = dict.fromkeys(_COUNTS, 0)
    refused: dict[str, list[str]] = {}
    seconds: list[float] = []
    for number, (place, project) in enumerate(projects.items(), 1):
        mentions = drawn_mentions(lake, key, task, place.purpose)
        seen = settings.data_folder / f".pulled-{project.fingerprint}.json"
        fetched = _Fetched(lake, connection, project, Reader(task, mentions, names, key, accounts), seen)
        got = fetched.bring(counts)
        seconds += list(got.rows["seconds"].dropna())
        if remove_erased:
            is_written_down = place.purpose not in (SETTLE, PICK)
            counts["removed"] += take_away(
                connection, project, lake, key, task, mentions, is_written_down=is_written_down
            )
        for reason, tasks in got.refused.items():
            where = f"{connection.url}/projects/{project.number}/data?task="
            refused.setdefault(reason, []).extend(f"{where}{one}" for one in dict.fromkeys(tasks))
        progress(number / len(projects), f"{project.title}: fetched")
    return {
        "task": task.name,
        **counts,
        "seconds": round(float(pd.Series(seconds).median()), 1) if seconds else None,
        "refused": [
            {"reason": reason, "count": len(where), "mend": MEND[reason], "where": where[:5]}
            for reason, where in sorted(refused.items())
        ],
    }


@dataclass(frozen=True)
class _Fetched:
    """One project's judgements on their way into the lake."""

    lake: Lake
    connection: Connection
    project: Project
    reader: Reader
    seen: Path
    """Where it is kept what the last pull saw."""

    def bring(self, counts: dict[str, int]) -> Received:
        """Fetch, write, and add to what is counted."""
        held = self.lake.read(
            "labels", where=f"annotation_id LIKE '{self.project.fingerprint}:%'"
        ).to_pandas()
        known = set(held["annotation_id"].map(judgement_of))
        look = read_look(self.seen)
        # What could not be taken is told by every pull until it is mended, so that all is looked at until then.
        is_enough = len(held) > 0 and not look.is_old and not look.has_refused
        since = held["labelled_at"].max() - _OVERLAP if is_enough else None
        got, is_whole = self._receive(since), since is None
        named = {pseudonym(self.reader.key, address) for address in self.reader.people.values()}
        # The counts differ where a judgement was withdrawn, or its moment was missed; and who has left is known by what
        # was fetched before: look at all.
        is_short = self.project.annotations != len(known | got.given)
        if not is_whole and (is_short or not set(got.rows["annotator"]) <= named):
            got, is_whole = self._receive(None), True
        got.rows = with_known_people(got.rows, held, named)
        withdrawn = self._withdrawn(held, known - got.given, is_whole, got)
        self._write(held, withdrawn, got.rows)
        taken = set(got.rows["annotation_id"].map(judgement_of))
        write_look(self.seen, LastLook(not got.given <= taken, time.time() if is_whole else look.whole_at))
        news = set(_news(held, got.rows)["annotation_id"].map(judgement_of))
        counts["judgements"] += len((known | taken) - withdrawn)
        counts["new"] += len(taken - known)
        counts["changed"] += len(news & known)
        counts["withdrawn"] += len(withdrawn)
        counts["skipped"] += self.project.skipped
        # Where anything is refused all was looked at.
        counts["open"] += self.project.tasks - self.project.labelled
        counts["open"] += sum(not own & known for own in got.lacking)
        return got

    def _receive(self, since: dt.datetime | None) -> Received:
        return receive(judged_tasks(self.connection, self.project, since), self.project, self.reader)

    def _withdrawn(self, held: pd.DataFrame, missing: set[str], is_whole: bool, got: Received) -> set[str]:
        """Judgements that are gone from a task that is still there; a task cleared away takes no label with it.

        One that was put there again after the judgement is another one.
        """
        rows = held[held["annotation_id"].map(judgement_of).isin(missing)]
        if rows.empty:
            return set()
        there = known_keys(self.connection, self.project.number) if is_whole else got.keys
        key, task = self.reader.key, self.reader.task.name
        records: list[Any] = rows.to_dict("records")
        since = [there.get(key_in_label_studio(key, task, row)) for row in records]
        is_there = [
            born is not None and born <= row["labelled_at"] for born, row in zip(since, records, strict=True)
        ]
        return set(rows["annotation_id"][is_there].map(judgement_of))

    def _write(self, held: pd.DataFrame, withdrawn: set[str], rows: pd.DataFrame) -> None:
        judgements = held["annotation_id"].map(judgement_of)
        is_replaced = judgements.isin(set(rows["annotation_id"].map(judgement_of)))
        is_replaced &= ~held["annotation_id"].isin(rows["annotation_id"])
        stale = held["annotation_id"][judgements.isin(withdrawn) | is_replaced]
        # What no longer holds goes first: stopped between the two, the lake never seems newer than it is.
        self.lake.delete("labels", pa.table({"annotation_id": pa.array(stale, pa.string())}))
        news = _news(held, rows)
        if len(news):
            self.lake.merge(
                "labels", pa.Table.from_pandas(news, LABELS.schema, preserve_index=False), update=True
            )


def _news(held: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows that the lake does not hold as they are."""
    same = ["annotation_id", "label", "labelled_at"]
    known = set(zip(*(held[name] for name in same), strict=True))
    is_new = [row not in known for row in zip(*(rows[name] for name in same), strict=True)]
    return rows[pd.Series(is_new, index=rows.index, dtype=bool)]
