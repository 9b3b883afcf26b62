"""Drawn mentions that people judged, for the specifications of corrected figures."""

from typing import Any

from spec.table import mentions

SENTIMENTS = ("negative", "neutral", "positive")


def labelled_mentions(drawing: str) -> list[dict[str, Any]]:
    """Rows of a drawn mention frame in which two columns stand for seven.

    ``says`` is what the classifier is sure of, ``people`` what those who judged the mention said (several with
    a plus between them); an empty cell is a mention that was not read, or not judged. Judged mentions were
    drawn with a chance of one half, and no text was learned from, unless drawn otherwise. A mention has
    an author of its own, unless one is drawn.
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
    shares = {f"label_{name}": judgements.count(name) / len(judgements) for name in SENTIMENTS}
    return {"inclusion_probability": 0.5, "annotators": len(judgements)} | shares


def _author(row: dict[str, Any]) -> dict[str, str]:
    return {"author": f"author of {row['post_id']}"} if row["author"] == "ann" else {}
