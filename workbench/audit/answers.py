"""Answers that come back in a file: everything checked first, and stored whole or not at all."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from workbench.audit.answer_file import MOST_SHOWN, placed, read_answers, refuse_moved, shown
from workbench.audit.sheet import answered_keys, keys_of, sheet_rows, words_of
from workbench.audit.world import SAMPLE, TASK, World
from workbench.errors import WorkbenchError
from workbench.labels.frames import KEY
from workbench.labels.tasks import Task
from workbench.privacy.masking import NO_KEY, mask_text
from workbench.privacy.pseudonyms import pseudonyms
from workbench.sources.values import sentiment
from workbench.store.lake import Lake
from workbench.store.schema import claim

_NOBODY = "sheet"  # who answered where no name is given
_LONGEST_WORD, _MOST_WORDS = 24, 12
_SAME = {"canttell": "cannottell"}
_APOSTROPHES = str.maketrans("", "", "'’ -_")


@dataclass(frozen=True)
class Taken:
    """What came of a file of answers.

    Parameters
    ----------
    answers
        Answers to drawn posts in it, of which `new` were not known before and `changed` were known otherwise.
    empty
        Drawn posts in it without an answer.
    kept
        Those of them that were answered before: an empty cell takes no answer back, ``cannot_tell`` does.
    not_drawn
        Rows of posts that are in the export but were not drawn. They count nowhere: nobody knows with what
        chance they came to be labelled.
    other_name
        Posts answered in it under a name and before without one, or the other way round: each counts as answered by
        two people.
    """

    answers: int
    new: int
    changed: int
    empty: int
    kept: int
    not_drawn: int
    other_name: int


def take_file(
    file: Path,
    lake: Lake,
    world: World,
    drawn: pd.DataFrame,
    task: Task,
    key_column: str = "key",
    label_column: str = "label",
) -> Taken:
    """Read a sheet that was filled in, or any file with a key and a label, into the labels of the audit.

    A key is that of the sheet; or a post's own number (with or without platform), then for the one brand it was
    drawn for, or that of a column ``brand``. Who answered may stand in a column ``annotator``: two people may
    judge one post. An empty label is a post still open; read again, answers that changed replace the old ones.

    Raises
    ------
    WorkbenchError
        Words that are no answers, keys of no post, posts answered twice by one person, texts that stand beside
        another key than in the sheet. Nothing is stored then, and the file is not touched.
    """
    rows = placed(file, read_answers(file, key_column, label_column), lake, world, drawn)
    refuse_moved(file, rows, sheet_rows(lake, world, drawn))
    of_sample, known = rows[rows["is_drawn"]], answered_keys(lake, drawn)
    judged = of_sample[of_sample["label"] != ""].copy()
    judged["label"] = _labels(file, judged, task)
    key = claim(lake, world.settings.key_file)
    judged["person"] = pd.Series(
        pseudonyms(key, [name or _NOBODY for name in judged["annotator"]]), judged.index, dtype=object
    )
    judged = _once_each(file, judged)
    other_name = _under_other_name(judged, lake, key)
    new, changed = _store(judged, lake, world, drawn)
    return Taken(
        answers=len(judged),
        new=new,
        changed=changed,
        empty=int((of_sample["label"] == "").sum()),
        kept=int(keys_of(of_sample[of_sample["label"] == ""]).isin(known).sum()),
        not_drawn=int((~rows["is_drawn"]).sum()),
        other_name=other_name,
    )


def _labels(file: Path, rows: pd.DataFrame, task: Task) -> pd.Series:
    """The words of the task for those in the file."""
    words = words_of(task)
    standard = {_plain(word): word for word in words}
    meant = rows["label"].map(lambda said: standard.get(_plain(sentiment(said))))
    if meant.isna().any():
        wrong = rows[meant.isna()]
        if wrong["label"].nunique() > _MOST_WORDS:
            raise WorkbenchError(
                f"{file}: {len(wrong):,} answers are none of {', '.join(words)}, and nearly each is another. "
                "Is it another column? Name the one of the labels: --label COLUMN. Nothing was stored."
            )
        pairs = [
            f"line {line}: {mask_text(said, NO_KEY)!r}"
            if len(said) <= _LONGEST_WORD
            else f"line {line}: a long text"
            for line, said in zip(wrong["line"], wrong["label"], strict=True)
        ]
        more = f" and {len(pairs) - MOST_SHOWN:,} more" if len(pairs) > MOST_SHOWN else ""
        raise WorkbenchError(
            f"{file}: {len(wrong):,} answers are none of {', '.join(words)} ({'; '.join(pairs[:MOST_SHOWN])}{more}). "
            "Mend them and hand the file in again: nothing was stored."
        )
    return meant


def _plain(word: str) -> str:
    plain = word.casefold().translate(_APOSTROPHES)
    return _SAME.get(plain, plain)


def _once_each(file: Path, rows: pd.DataFrame) -> pd.DataFrame:
    """Each post once a person, however the name is written; the same answer twice is one."""
    rows = rows.drop_duplicates([*KEY, "person", "label"])
    twice = rows[rows.duplicated([*KEY, "person"], keep=False)]
    if len(twice):
        raise WorkbenchError(
            f"{file}: {twice.groupby(KEY).ngroups:,} posts have two different answers (lines {shown(twice['line'])}). "
            "Keep one of each, or say in a column 'annotator' who gave which. Nothing was stored."
        )
    return rows


def _under_other_name(judged: pd.DataFrame, lake: Lake, key: bytes) -> int:
    """How many posts somebody answers by name, and nobody in particular does or did; in whichever order."""
    nobody = pseudonyms(key, [_NOBODY])[0]
    columns = [*KEY, "annotator"]
    known = lake.read("labels", columns, where=f"sample_id = '{SAMPLE}'").to_pandas()
    known = known.rename(columns={"annotator": "person"})
    said = pd.concat([known, judged[[*KEY, "person"]]])
    is_named = said["person"].ne(nobody).groupby([said[name] for name in KEY]).agg(["any", "all"])
    both = is_named.index[is_named["any"] & ~is_named["all"]]
    return int(pd.MultiIndex.from_frame(judged[KEY].drop_duplicates()).isin(both).sum())


def _store(judged: pd.DataFrame, lake: Lake, world: World, drawn: pd.DataFrame) -> tuple[int, int]:
    """Write the answers; gives how many are new, and how many changed."""
    told = drawn[[*KEY, "inclusion_probability", "strategy"]]
    rows = judged[[*KEY, "label", "person"]].rename(columns={"person": "annotator"}).merge(told, on=KEY)
    rows["annotation_id"] = "|".join([SAMPLE, ""]) + keys_of(rows) + "|" + rows["annotator"]
    before = lake.read("labels", ["annotation_id", "label"], where=f"sample_id = '{SAMPLE}'").to_pandas()
    known = rows.merge(before, on="annotation_id", how="left", suffixes=("", "_before"))
    is_new = known["label_before"].isna()
    is_changed = ~is_new & (known["label_before"] != known["label"])
    rows = rows[(is_new | is_changed).to_numpy()]
    rows = rows.assign(task=TASK, sample_id=SAMPLE, labelled_at=dt.datetime.now(dt.UTC))
    lake.merge("labels", pa.Table.from_pandas(rows, preserve_index=False), update=True)
    return int(is_new.sum()), int(is_changed.sum())
