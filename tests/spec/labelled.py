"""Drawn mentions that people judged, for the specifications of corrected figures."""

from typing import Any

from spec.table import mentions

SENTIMENTS = ("negative", "neutral", "positive")


def labelled_mentions(drawing: str) -> list[dict[str, Any]]:
    """Rows of a drawn mention frame in which two columns stand for seven.

    ``says`` is what the classifier is sure of, ``people`` what those who judged the mention said (several with
    a plus between them), be it mixed or irrelevant; an empty cell is a mention that was not read, or not
    judged. Judged mentions were drawn with a chance of one half, and no text was learned from, unless drawn
    otherwise. A mention has an author of its own, unless one is drawn.
    """
    drawn = mentions(drawing)
    return [
        {"is_held_out": True} | _said(row) | _judged(row) | row | _author(row)
        for row in ({name: value for name, value in row.items() if value is not None} for row in drawn)
    ]


def _said(row: dict[str, Any]) -> dict[str, float]:
    return {name: float(row["says"] == name) for name in SENTIMENTS} if "says" in row else {}


def _judged(row: dict[str, Any]) -> dict[str, Any]:
    if "people" not in row:
        return {}
    judgements = row["people"].split("+")
    mixed, irrelevant = (judgements.count(name) / len(judgements) for name in ("mixed", "irrelevant"))
    shares = {f"label_{name}": judgements.count(name) / len(judgements) for name in SENTIMENTS}
    for name in ("negative", "positive"):
        shares[f"label_{name}"] += mixed / 2
    other = {"label_mixed": mixed, "label_relevant": 1 - irrelevant}
    return {"inclusion_probability": 0.5, "annotators": len(judgements)} | shares | other


def intent_mentions(drawing: str) -> list[dict[str, Any]]:
    """Rows of a drawn mention frame with intents: ``says`` and ``people`` are as above.

    In either, several intents of a mention have a comma between them, and a dash is none of them.
    """
    drawn = [{name: value for name, value in row.items() if value is not None} for row in mentions(drawing)]
    cells = [row[name].split("+") for row in drawn for name in ("says", "people") if name in row]
    names = {intent for cell in cells for said in cell for intent in said.split(",")} - {"-", "irrelevant"}
    return [
        {"intents_is_held_out": True}
        | _intents_said(row, names)
        | _intents_judged(row, names)
        | row
        | _author(row)
        for row in drawn
    ]


def _intents_said(row: dict[str, Any], names: set[str]) -> dict[str, float]:
    return (
        {f"intent_{name}": float(name in row["says"].split(",")) for name in names} if "says" in row else {}
    )


def _intents_judged(row: dict[str, Any], names: set[str]) -> dict[str, Any]:
    if "people" not in row:
        return {}
    people = [said.split(",") for said in row["people"].split("+")]
    shares = {name: sum(name in said for said in people) / len(people) for name in (*names, "irrelevant")}
    return {
        "intents_inclusion_probability": 0.5,
        "intents_annotators": len(people),
        "judged_intents_relevant": 1 - shares.pop("irrelevant"),
    } | {f"judged_intent_{name}": share for name, share in shares.items()}


def _author(row: dict[str, Any]) -> dict[str, str]:
    return {"author": f"author of {row['post_id']}"} if row["author"] == "ann" else {}
