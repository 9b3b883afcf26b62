"""Small exports of a vendor, made for tests."""

from pathlib import Path

import pandas as pd

FELT = {
    "negative": "the line is down again, {brand}",
    "neutral": "is the {brand} shop open today",
    "positive": "thanks {brand}, it works",
}


def export_rows(brands: dict[str, int], said: str = "neutral") -> pd.DataFrame:
    """As many posts of each brand, in turn unhappy, neutral and happy; the vendor says the same of all."""
    rows = []
    for brand, count in brands.items():
        for number in range(count):
            truth = list(FELT)[number % 3]
            rows.append(
                {
                    "Mention Id": f"{brand.lower()}{number}",
                    "Date": f"2026-09-{1 + number % 28:02}T12:00:00Z",
                    "Network": "reddit",
                    "Author": f"user{number % 40}",
                    "Snippet": f"{FELT[truth].format(brand=brand)} ({number})",
                    "Brand": brand,
                    "Sentiment": said,
                    "truth": truth,
                }
            )
    return pd.DataFrame(rows)


def write_export(path: Path, rows: pd.DataFrame) -> Path:
    rows.drop(columns="truth", errors="ignore").to_csv(path, index=False)
    return path


def write_truth(path: Path, rows: pd.DataFrame) -> Path:
    answers = {"key": rows["Mention Id"], "label": rows["truth"]}
    pd.DataFrame(answers).to_csv(path, index=False)
    return path
