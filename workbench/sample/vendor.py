"""What a vendor of social listening might export of the sample world, and what is true of each of its rows."""

from pathlib import Path

import pandas as pd

from workbench.errors import WorkbenchError
from workbench.models.classifier import top_labels
from workbench.models.lexicon import LexiconModel

EXPORT, ANSWERS = "vendor_export.csv", "vendor_answers.csv"
ROWS = 1_200


def write_vendor_export(folder: Path, rows: int = ROWS) -> Path:
    """Write the newest posts of customers as a vendor's export, and beside it the answers of people who never err.

    The vendor reads sentiment by an off-the-shelf lexicon, as many do, and names one brand a post: the query
    that found it. Some of its posts are about a namesake, and no brand at all.

    Parameters
    ----------
    folder
        Of the sample: `posts.csv.gz` and `truth.parquet` are read, `vendor_export.csv` and `vendor_answers.csv`
        written.
    rows
        How many posts.

    Returns
    -------
    The export.

    Raises
    ------
    WorkbenchError
        There is no sample in that folder.
    """
    source, truth_file = folder / "posts.csv.gz", folder / "truth.parquet"
    if not (source.is_file() and truth_file.is_file()):
        raise WorkbenchError(
            f"{folder} holds no sample to export from. Make one: workbench sample make --to {folder}."
        )
    posts = pd.read_csv(source, dtype=str, keep_default_na=False)
    truth = pd.read_parquet(truth_file, columns=["post_id", "brand", "sentiment", "author_role"])
    asked = truth[truth["author_role"] == "customer"].drop_duplicates("post_id")
    found = posts.rename(columns={"sentiment": "given"}).merge(asked, left_on="id", right_on="post_id")
    found = found.sort_values(["created_at", "id"]).tail(rows)
    said = top_labels(LexiconModel().classify(list(found["text"]), list(found["brand"])))
    export = pd.DataFrame(
        {
            "Mention Id": found["id"],
            "Date": found["created_at"],
            "Network": found["platform"],
            "Author": found["author"],
            "Snippet": found["text"],
            "Brand": found["brand"],
            "Sentiment": said,
        }
    )
    export.to_csv(folder / EXPORT, index=False, lineterminator="\n")
    answers = pd.DataFrame(
        {"key": found["id"], "brand": found["brand"], "label": found["sentiment"].fillna("irrelevant")}
    )
    answers.to_csv(folder / ANSWERS, index=False, lineterminator="\n")
    return folder / EXPORT
