"""A file of answers: read, and each row found its place among the posts of an audit."""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from workbench.audit.sheet import keys_of, sheet_keys
from workbench.audit.world import World
from workbench.errors import WorkbenchError, did_you_mean
from workbench.labels.frames import KEY
from workbench.sources.column_names import columns_told
from workbench.sources.sniffing import READERS, sniff
from workbench.store.lake import Lake

MOST_SHOWN = 8
_SAID_BY_KEY = "|"


def read_answers(file: Path, key_column: str, label_column: str) -> pd.DataFrame:
    """Rows with a key: ``line``, ``key``, ``label``, ``brand``, ``text``, ``annotator``, empty where nothing is said.

    Raises
    ------
    WorkbenchError
        A column is missing, or a row cannot be read.
    """
    layout = sniff(file)
    for column in (key_column, label_column):
        if column not in layout.columns:
            raise WorkbenchError(
                f"{file} has no column '{column}'.{did_you_mean(column, layout.columns)} "
                f"{columns_told(layout.columns)} Name the right ones: --key COLUMN --label COLUMN."
            )
    spelt = {column.strip().casefold(): column for column in reversed(layout.columns)}
    columns: dict[str, str] = {name: spelt[name] for name in ("brand", "text", "annotator") if name in spelt}
    columns |= {"key": key_column, "label": label_column}
    parts = [pd.DataFrame(columns=["line", *columns])]
    for block in READERS[layout.format](layout, list(dict.fromkeys(columns.values())), 50_000):
        if block.rejected:
            first = block.rejected[0]
            raise WorkbenchError(f"{file}, line {first.line}: {first.reason}. Mend it; nothing was stored.")
        cells = {name: block.columns[column].to_pylist() for name, column in columns.items()}
        parts.append(pd.DataFrame({"line": block.lines.to_pylist(), **cells}))
    rows = pd.concat(parts[1:] or parts, ignore_index=True)
    for name in ("key", "label", "brand", "text", "annotator"):
        rows[name] = rows[name].fillna("").astype(str).str.strip() if name in rows else ""
    if len(lost := rows.loc[(rows["key"] == "") & (rows["label"] != ""), "line"]):
        raise WorkbenchError(
            f"{file}: {len(lost):,} answers have no key (lines {shown(lost)}), so nobody knows of which post they are. "
            "Copy it from the sheet as it was written; nothing was stored."
        )
    return rows[rows["key"] != ""].reset_index(drop=True)


def placed(file: Path, rows: pd.DataFrame, lake: Lake, world: World, drawn: pd.DataFrame) -> pd.DataFrame:
    """The rows with the mention that each is of: ``post_id``, ``brand``, ``is_drawn``.

    Raises
    ------
    WorkbenchError
        Keys of no post of the audit, or that could be of several.
    """
    names = _names(lake, world, drawn)
    asked = rows.assign(name=rows["key"].str.lstrip("'"), folded=rows["brand"].str.casefold())
    ours = names.loc[names["folded"] == _SAID_BY_KEY, "name"]
    asked.loc[asked["name"].isin(ours), "folded"] = _SAID_BY_KEY
    found = asked.drop(columns="brand").merge(names, on=["name", "folded"], how="left")
    unknown = found.loc[found["post_id"].isna(), "line"]
    if len(unknown):
        raise WorkbenchError(
            f"{file}: {len(unknown):,} of {len(rows):,} keys are of no post of this audit, or of several (lines "
            f"{shown(unknown)}). A spreadsheet may have rounded them, the file may be of another audit, or a column "
            "'brand' is missing. Nothing was stored."
        )
    return found.drop(columns=["name", "folded"]).astype({"is_drawn": bool})


def _names(lake: Lake, world: World, drawn: pd.DataFrame) -> pd.DataFrame:
    """What each mention may be called: ``name``, ``folded`` (brand in small letters)."""
    ours = drawn[KEY].assign(name=sheet_keys(lake, world, drawn), folded=_SAID_BY_KEY, is_drawn=True)
    mentions = lake.read("mentions", KEY).to_pandas()
    mentions["is_drawn"] = keys_of(mentions).isin(set(keys_of(drawn)))
    # Where no brand is said, the mention that was drawn is meant; of a post that was not, any will do.
    meant = mentions[mentions["is_drawn"]]
    others = mentions[~mentions["post_id"].isin(meant["post_id"])].drop_duplicates("post_id")
    said = mentions.assign(folded=mentions["brand"].str.casefold())
    unsaid = pd.concat([meant, others]).assign(folded="")
    known = pd.concat([said, unsaid], ignore_index=True)
    by_post = known.assign(name=known["post_id"])
    by_number = known.assign(name=known["post_id"].str.partition(":")[2])
    names = pd.concat([ours, by_post, by_number], ignore_index=True)
    return names.drop_duplicates(["name", "folded"], keep=False)


def refuse_moved(file: Path, rows: pd.DataFrame, sheet: pd.DataFrame) -> None:
    """A column that was sorted by itself puts every answer beside another post.

    Parameters
    ----------
    file, rows
        Of answers.
    sheet
        As it was written, whole.

    Raises
    ------
    WorkbenchError
        A text does not stand beside its key.
    """
    was = rows["key"].map(dict(zip(sheet["key"], sheet["text"], strict=True)))
    written, found = was.fillna(""), rows["text"]
    # Of letters that a spreadsheet could not keep there are none left to compare.
    other = found.map(_other_letters)
    is_other = (found.map(_bare) != written.map(_bare)) | (
        (other != "") & (other != written.map(_other_letters))
    )
    differs = was.notna() & (found != "") & is_other
    if differs.any():
        raise WorkbenchError(
            f"{file}: {int(differs.sum()):,} texts are not those that the sheet had beside their key (lines "
            f"{shown(rows.loc[differs, 'line'])}). Was one column sorted without the others? Undo that, or take "
            "a new sheet (--sheet). Nothing was stored."
        )


def _bare(text: str) -> str:
    """Plain letters and digits only: spreadsheets change quotes, spaces, emoji and accents."""
    return re.sub(r"[^A-Za-z0-9]", "", text).lower()


def _other_letters(text: str) -> str:
    """Letters of other alphabets than the Latin one."""
    letters = filter(str.isalpha, unicodedata.normalize("NFC", text.casefold()))
    return "".join(one for one in letters if not unicodedata.name(one, "").startswith("LATIN"))


def shown(lines: Iterable[int]) -> str:
    """Numbers of the first few lines.

    Examples
    --------
    >>> shown(range(2, 12))
    '2, 3, 4, 5, 6, 7, 8, 9 and 2 more'
    """
    numbers = sorted(int(line) for line in lines)
    more = f" and {len(numbers) - MOST_SHOWN:,} more" if len(numbers) > MOST_SHOWN else ""
    return ", ".join(map(str, numbers[:MOST_SHOWN])) + more
