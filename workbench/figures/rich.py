"""What JupyterLab shows of our objects: an opened lake, measure frames, models. Reports show none of it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from IPython.core.getipython import get_ipython

from workbench.figures.fragments import fragment, table_markup
from workbench.figures.numbers import format_count, with_interval
from workbench.figures.words import kind_words
from workbench.models.classifier import Carded
from workbench.models.lexicon import LexiconModel
from workbench.statistics.measure import MEASURE_COLUMNS, group_columns
from workbench.tables import TABLES

_MOST_ROWS = 20


def enable_rich_display() -> None:
    """Let JupyterLab show measure frames with intervals and units, and models by their cards."""
    shell = get_ipython()
    formatter = getattr(shell, "display_formatter", None)
    if formatter is None:
        return
    html = formatter.formatters["text/html"]
    html.for_type(pd.DataFrame, frame_markup)
    html.for_type(Carded, lambda model: card_markup(model.card))
    html.for_type(LexiconModel, lambda model: card_markup(model.card))


def frame_markup(frame: pd.DataFrame) -> str | None:
    """A measure frame with its figures as people read them; any other frame as pandas shows it."""
    if frame.columns.duplicated().any() or not set(MEASURE_COLUMNS) <= set(frame.columns):
        return frame._repr_html_()  # type: ignore[operator]
    rows = frame.head(_MOST_ROWS)
    groups = group_columns(frame)
    columns = [
        *(str(name).capitalize() for name in groups),
        "Figure",
        "Value, 95 % interval",
        "Posts",
        "Kind",
    ]
    texts = [_cells(row, groups) for row in rows.to_dict("records")]
    numeric = [False] * (len(groups) + 1) + [True, True, False]
    shown = "" if len(rows) == len(frame) else f", the first {_MOST_ROWS} shown"
    caption = f"{format_count(len(frame))} figure{'' if len(frame) == 1 else 's'}{shown}"
    return _styled(table_markup(caption, columns, texts, numeric))


def card_markup(card: Mapping[str, Any]) -> str:
    """What a model is, what it learned from, how well it does and where it must not be trusted."""
    learned, scores = card.get("trained_on") or {}, card.get("scores") or {}
    facts = {
        "What": card.get("what"),
        "Task": card.get("task"),
        "Labels": ", ".join(card.get("labels") or ()),
        "Learned from": f"{format_count(learned['n'])} texts" if "n" in learned else "nothing of yours",
        "Macro F1": _score(scores),
        "Languages": ", ".join(map(str, card.get("languages") or ())),
        "Limits": " ".join(card.get("limits") or ()),
        "Licence": card.get("licence"),
    }
    rows = [[name, str(value)] for name, value in facts.items() if value]
    return _styled(table_markup(f"Model {card['name']}", ["About", "What is known"], rows, [False, False]))


def lake_markup(
    root: str,
    brands: Mapping[str, str],
    days: Sequence[str],
    models: Mapping[str, str],
    rows: Mapping[str, int],
    versions: Mapping[str, int],
) -> str:
    """What lies in an opened lake.

    Parameters
    ----------
    root
        Where it lies.
    brands
        Role of each brand.
    days
        The first and the last day of its posts.
    models
        Name of the model in use, by task.
    rows, versions
        Of each table.
    """
    said = ", ".join(f"{name} ({role})" for name, role in brands.items()) or "none declared"
    facts = [
        ["Posts", f"{format_count(rows['posts'])}, {days[0]} to {days[1]}"],
        ["Brands", said],
        *([f"Model of {task}", name] for task, name in models.items()),
    ]
    tables = [
        [name, format_count(count), str(versions[name]), TABLES[name].description if name in TABLES else ""]
        for name, count in rows.items()
        if count
    ]
    listed = table_markup(
        "Tables: wb.table(name)",
        ["Table", "Rows", "Version", "What it holds"],
        tables,
        [False, True, True, False],
    )
    return _styled(
        table_markup(f"Workbench, opened at {root}", ["About", "What is known"], facts, [False, False])
        + f"<details><summary>{len(tables)} tables</summary>{listed}</details>"
    )


def _cells(row: Mapping[Any, Any], groups: list[str]) -> list[str]:
    kind = kind_words(row["kind"], 0 if pd.isna(row["labels"]) else int(row["labels"]), row["vintage"])
    said = kind if row["status"] in ("ok", row["kind"]) else f"{kind}; {row['status']}"
    return [
        *("" if pd.isna(row[name]) else str(row[name]) for name in groups),
        str(row["metric"]),
        with_interval(row["value"], row["low"], row["high"], row["unit"]),
        "" if pd.isna(row["posts"]) else format_count(row["posts"]),
        said,
    ]


def _score(scores: Mapping[str, Any]) -> str:
    """The score of the card, with its interval where it has one."""
    known = scores.get("macro_f1") is not None
    return with_interval(scores["macro_f1"], scores.get("low"), scores.get("high")) if known else ""


def _styled(markup: str) -> str:
    return str(fragment(markup, "table").data)
