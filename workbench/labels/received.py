"""What came from Label Studio, as rows of the table `labels`; what cannot be taken, with its reason."""

import datetime as dt
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from workbench.labels.drawn_mentions import Mention
from workbench.labels.label_studio import Project, first_of_keys
from workbench.labels.tasks import Task
from workbench.labels.validation import ERASED, FOREIGN, RETIRED, Answer, read_answer
from workbench.privacy.masking import mask_text
from workbench.privacy.pseudonyms import pseudonym
from workbench.tables import LABELS
from workbench.tables.judgements import NOT


@dataclass(frozen=True)
class Reader:
    """What is needed to read a judgement.

    Parameters
    ----------
    task
        What was asked.
    mentions
        By the key that a task carries; see `workbench.labels.drawn_mentions`.
    people
        E-mail address by number.
    key
        The pseudonym key.
    accounts
        Handles of brands, which may stand in a remark.
    """

    task: Task
    mentions: Mapping[str, Mention]
    people: Mapping[int, str]
    key: bytes
    accounts: frozenset[str]


@dataclass
class Received:
    """Judgements of one project: rows, and what else was seen.

    `given` holds the judgement of every annotation that exists, taken or not; `keys` since when the tasks seen are
    there, by their key; `lacking` the judgements of each task of which none could be taken, though one could be mended.
    """

    rows: pd.DataFrame
    given: set[str] = field(default_factory=set)
    keys: dict[str, dt.datetime] = field(default_factory=dict)
    lacking: list[set[str]] = field(default_factory=list)
    refused: dict[str, list[int]] = field(default_factory=dict)


def receive(tasks: Iterable[Any], project: Project, reader: Reader) -> Received:
    """Read the judgements of tasks as the server gives them."""
    rows: list[dict[str, Any]] = []
    tasks = list(tasks)
    got = Received(pd.DataFrame(), keys=first_of_keys(tasks))
    for task in tasks:
        name = str((task.data or {}).get("key"))
        before, own, is_mendable = len(rows), set[str](), False
        for annotation in task.annotations or ():
            if annotation["was_cancelled"]:  # a skip says nothing
                continue
            judgement = f"{project.fingerprint}:{annotation['id']}"
            own.add(judgement)
            read = _read(reader, reader.mentions.get(name), annotation)
            if isinstance(read, str):
                got.refused.setdefault(read, []).append(task.id)
                is_mendable |= read not in (ERASED, FOREIGN, RETIRED)
            else:
                rows += _rows(judgement, reader, reader.mentions[name], annotation, read, _models(task))
        got.given |= own
        if is_mendable and len(rows) == before:
            got.lacking.append(own)
    got.rows = pd.DataFrame(rows, columns=LABELS.schema.names)
    return got


def with_known_people(rows: pd.DataFrame, held: pd.DataFrame, named: Container[str]) -> pd.DataFrame:
    """Judgements of who was removed from Label Studio, under the pseudonym that they had before.

    Parameters
    ----------
    rows
        Judgements as they come now: of who has no address any more by the number of the account.
    held
        Judgements as they were fetched before.
    named
        Pseudonyms of all who have an address.
    """
    was = held.drop_duplicates("annotation_id").set_index("annotation_id")["annotator"]
    has_left = ~rows["annotator"].map(lambda annotator: annotator in named).astype(bool)
    own = rows["annotation_id"].map(was).astype(object).where(has_left)
    people = own.dropna().groupby(rows["annotator"]).agg(set).to_dict()
    known = {stand_in: next(iter(found)) for stand_in, found in people.items() if len(found) == 1}
    others = rows["annotator"].map(lambda one: known.get(one, one))
    return rows.assign(annotator=own.where(own.notna(), others))


def judgement_of(annotation_id: str) -> str:
    """The judgement that a row belongs to: one has a row for every label of a task with several.

    Examples
    --------
    >>> judgement_of("5f1c:17|complaint")
    '5f1c:17'
    """
    return annotation_id.partition("|")[0]


def _read(reader: Reader, mention: Mention | None, annotation: Mapping[str, Any]) -> Answer | str:
    if mention is None:
        return FOREIGN
    if not mention.is_there:
        return RETIRED if mention.strategy == "gold" else ERASED
    return read_answer(reader.task, annotation["result"])


def _rows(
    judgement: str,
    reader: Reader,
    mention: Mention,
    annotation: Mapping[str, Any],
    answer: Answer,
    models: Mapping[int, str],
) -> list[dict[str, Any]]:
    person = annotation["completed_by"]
    person = person["id"] if isinstance(person, dict) else person
    shared = {
        "post_id": mention.post_id,
        "brand": mention.brand,
        "task": reader.task.name,
        "annotator": pseudonym(reader.key, reader.people.get(person, f"account {person}")),
        "labelled_at": pd.Timestamp(annotation["updated_at"]),
        "corrected_model": models.get(annotation["parent_prediction"] or 0),
        "sample_id": mention.sample_id,
        "strategy": mention.strategy,
        "inclusion_probability": mention.inclusion_probability,
        "comment": mask_text(answer.comment, reader.key, reader.accounts) or None,
        "seconds": annotation["lead_time"],
    }
    if not reader.task.is_multi_label:
        return [{**shared, "annotation_id": judgement, "label": answer.labels[0]}]
    # The name of the label, whether it holds or not: a changed mind replaces its row.
    names = [label.removeprefix(NOT) for label in answer.labels]
    return [
        {**shared, "annotation_id": f"{judgement}|{name}", "label": label}
        for name, label in zip(names, answer.labels, strict=True)
    ]


def _models(task: Any) -> dict[int, str]:
    """Model of each prediction that stands beside a task."""
    return {said.id: said.model_version for said in task.predictions or () if said.model_version}
