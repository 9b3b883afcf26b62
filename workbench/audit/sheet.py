"""The sheet on which people answer without any server: posts in random order, blind, with a cell for the answer."""

import re
from pathlib import Path

import openpyxl
import pandas as pd
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.datavalidation import DataValidation

from workbench.audit.world import SAMPLE, TASK, World
from workbench.errors import WorkbenchError
from workbench.labels.frames import KEY
from workbench.labels.keys import mention_key
from workbench.labels.tasks import ANSWERS, Task
from workbench.labels.texts import texts_of
from workbench.sources.cells import neutralise, write_csv, write_xlsx
from workbench.sources.sniffing import READERS, sniff
from workbench.statistics.sampling import permanent_numbers
from workbench.store.lake import Lake
from workbench.store.schema import claim
from workbench.tables.strategies import ESTIMATION, in_sql

OF_SAMPLE = f"sample_id = '{SAMPLE}' AND strategy IN {in_sql(ESTIMATION)}"
COLUMNS = ("key", "brand", "text", "label")
_TOKEN = re.compile(r"<([A-Z]+):\w+>")
_WIDTHS = {"key": 16, "brand": 18, "text": 90, "label": 16}  # characters


def write_sheet(path: Path, lake: Lake, world: World, drawn: pd.DataFrame, task: Task) -> int:
    """Write the posts that nobody has answered yet; gives their number.

    The vendor's answers do not stand in it, and the order is random, so that what is answered first is itself
    a random sample.

    Parameters
    ----------
    path
        CSV or XLSX; in the latter the words to choose from drop down in each cell, and the instructions stand
        on a second page.
    lake, world, drawn
        The audit, and its sample.
    task
        What people are asked.

    Raises
    ------
    WorkbenchError
        The file holds answers already, or is neither CSV nor XLSX.
    """
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise WorkbenchError(f"{path}: a sheet is .xlsx or .csv. Name one of these: --to FILE.xlsx.")
    _refuse_filled(path)
    open_rows = sheet_rows(lake, world, drawn[~keys_of(drawn).isin(answered_keys(lake, drawn))])
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix.lower() == ".csv":
        write_csv(path, open_rows)
    else:
        write_xlsx(path, open_rows)
        _make_easy(path, len(open_rows), task)
    return len(open_rows)


def sheet_rows(lake: Lake, world: World, drawn: pd.DataFrame) -> pd.DataFrame:
    """Posts of the sample as they stand in a sheet, in its order: the columns of `COLUMNS`."""
    texts = [_readable(text) if text is not None else None for text in texts_of(lake, drawn)]
    rows = drawn[KEY].assign(
        key=sheet_keys(lake, world, drawn), text=pd.Series(texts, drawn.index, dtype=object), label=""
    )
    order = permanent_numbers(rows, KEY, f"{world.seed} sheet").argsort(kind="stable")
    return rows.iloc[order].dropna(subset="text")[list(COLUMNS)].reset_index(drop=True)


def sheet_keys(lake: Lake, world: World, rows: pd.DataFrame) -> list[str]:
    """What a post is called in the sheet: by its number one could look up who wrote it, and what others say."""
    key = claim(lake, world.settings.key_file)
    return [
        mention_key(key, TASK, post, brand)
        for post, brand in zip(rows["post_id"], rows["brand"], strict=True)
    ]


def keys_of(rows: pd.DataFrame) -> pd.Series:
    """Post and brand in one word each.

    Examples
    --------
    >>> keys_of(pd.DataFrame({"post_id": ["x:1"], "brand": ["Acme"]})).tolist()
    ['x:1|Acme']
    """
    return rows["post_id"] + "|" + rows["brand"]


def answered_keys(lake: Lake, drawn: pd.DataFrame) -> set[str]:
    """Keys of the drawn posts of which somebody has said something."""
    return set(keys_of(lake.read("labels", KEY, where=OF_SAMPLE).to_pandas())) & set(keys_of(drawn))


def words_of(task: Task) -> list[str]:
    """Words that may be answered: the labels of the task, and what may be said instead."""
    return [*task.labels, *task.answers]


def _readable(text: str) -> str:
    """Masked text without the pseudonyms, which say nothing to a reader."""
    return _TOKEN.sub(r"<\1>", text)


def _refuse_filled(path: Path) -> None:
    """Hours of somebody's work may stand in a file of that name."""
    if not path.exists():
        return
    layout = sniff(path)
    filled = 0
    if "label" in layout.columns:
        for block in READERS[layout.format](layout, ["label"], 10_000):
            filled += sum(bool((cell or "").strip()) for cell in block.columns["label"].to_pylist())
    if filled or "label" not in layout.columns:
        what = f"holds {filled:,} answers" if filled else "is no sheet of an audit"
        raise WorkbenchError(
            f"{path} is there already and {what}. Hand it in (--answers {path}), or name another file: --to FILE.xlsx."
        )


def _make_easy(path: Path, rows: int, task: Task) -> None:
    """Words that drop down, texts that wrap, a first line that stays, and the instructions."""
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["posts"]
    choice = DataValidation("list", formula1=f'"{",".join(words_of(task))}"', allow_blank=True)
    choice.error, choice.errorTitle, choice.showErrorMessage = "Choose one of the words.", "Not a label", True
    sheet.add_data_validation(choice)
    choice.add(f"D2:D{max(rows, 1) + 1}")
    for column, name in zip("ABCD", COLUMNS, strict=True):
        sheet.column_dimensions[column].width = _WIDTHS[name]
        sheet[f"{column}1"].font = Font(bold=True)
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    page = workbook.create_sheet("instructions")
    page.column_dimensions["A"].width = 110
    for line in _instructions(task):
        page.append([neutralise(line)])
    workbook.save(path)


def _instructions(task: Task) -> list[str]:
    said = [f"{word}: {ANSWERS[word]}" for word in task.answers if word in ANSWERS]
    return [f"Labels: {', '.join(task.labels)}", *said, "", *task.instructions.splitlines()]
