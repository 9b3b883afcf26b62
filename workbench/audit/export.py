"""A vendor's export: whether it can be audited, and what it says of each post as predictions of a model."""

import datetime as dt
from collections import Counter
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.audit.world import TASK, VENDOR
from workbench.errors import WorkbenchError
from workbench.privacy.masking import NO_KEY, mask_text
from workbench.settings import Settings
from workbench.sources.column_names import columns_told, is_heading
from workbench.sources.layouts import Layout
from workbench.sources.mapping import Mapping
from workbench.sources.sniffing import READERS
from workbench.sources.values import NO_ANSWER, SENTIMENTS, sentiment, translate
from workbench.store.lake import Lake

MIXED = "mixed"
_ROWS = 50_000
_MOST_WORDS, _LONGEST_WORD = 20, 24
_CHANCE = {
    **{label: {label: 1.0} for label in SENTIMENTS},
    MIXED: {"negative": 0.5, "positive": 0.5},
}


def check_export(layout: Layout, mapping: Mapping, settings: Settings) -> dict[str, int]:
    """Refuse an export of which nothing could be audited; gives how often the vendor says what.

    Raises
    ------
    WorkbenchError
        No column of sentiment or one of other words, or nothing that tells the brand.
    """
    columns = mapping.sources("sentiment")
    shown = columns_told(layout.columns)
    if not columns:
        named = next((column for column in layout.columns if "sentiment" in column.casefold()), None)
        what = f"Column {named!r} does not, by its values." if named and is_heading(layout.columns) else shown
        raise WorkbenchError(
            f"{layout.path}: no column seems to hold the vendor's sentiment in words. {what}\n"
            'If one does, name it in mapping.toml (sentiment = "…") and pass --mapping mapping.toml; '
            f"the other lines: workbench ingest {layout.path} --show-mapping > mapping.toml."
        )
    if "brand" not in mapping.fields and not settings.brands:
        raise WorkbenchError(
            f"{layout.path}: no column names the brand, and workbench.toml declares none. {shown}\n"
            'Name the column in mapping.toml (brand = "…", or brand = { value = "Acme" } where all posts are of '
            "one) and pass --mapping mapping.toml; or declare [brands.…] with keywords in workbench.toml."
        )
    _check_brands(layout, mapping.sources("brand"))
    said = _words(layout, columns, mapping.values.get("sentiment", {}))
    _check_words(layout.path, columns, said)
    return {label: said[label] for label in (*SENTIMENTS, MIXED) if said[label]}


def _check_brands(layout: Layout, columns: tuple[str, ...]) -> None:
    """Refuse one brand in two spellings, which would be ranked against itself."""
    if not columns:
        return
    spelled: dict[str, Counter[str]] = {}
    for block in READERS[layout.format](layout, list(columns), _ROWS):
        cells = pc.coalesce(*(_stripped(block.columns[name]) for name in columns))
        for row in cells.drop_null().value_counts().to_pylist():
            spelled.setdefault(row["values"].casefold(), Counter())[row["values"]] += row["counts"]
    if several := [names for names in spelled.values() if len(names) > 1]:
        told = " and ".join(f"'{name}' ({count:,} rows)" for name, count in several[0].most_common())
        raise WorkbenchError(
            f"{layout.path}: a brand is spelled in several ways, {told}. Write each brand in one way: they would be "
            "audited, and ranked, as different brands."
        )


def _words(layout: Layout, columns: tuple[str, ...], given: dict[str, str]) -> Counter[str]:
    said: Counter[str] = Counter()
    for block in READERS[layout.format](layout, list(columns), _ROWS):
        cells = pc.coalesce(*(_stripped(block.columns[name]) for name in columns))
        said.update(word or "" for word in translate(cells, given, sentiment).to_pylist())
    return said


def _stripped(cells: pa.Array) -> pa.Array:
    plain = pc.utf8_trim_whitespace(cells)
    return pc.if_else(pc.equal(plain, ""), None, plain)


def _check_words(path: Path, columns: tuple[str, ...], said: Counter[str]) -> None:
    where = f"{path}, column {' and '.join(map(repr, columns))}"
    unknown = [word for word in said if word not in _CHANCE and word not in NO_ANSWER]
    if any(len(word) > _LONGEST_WORD for word in unknown) or len(unknown) > _MOST_WORDS:
        raise WorkbenchError(
            f"{where}: {len(unknown):,} different values are no sentiments. Expected words: negative, neutral, "
            'positive, mixed. Name the right column in mapping.toml: sentiment = "…". Scores have to be cut into '
            "three classes first, as the vendor's own reports do."
        )
    if unknown:
        told = {word: mask_text(word, NO_KEY) for word in sorted(unknown)}
        lines = "\n".join(f'  "{shown}" = "…"' for shown in told.values())
        raise WorkbenchError(
            f"{where}: unknown words {', '.join(f'{told[word]!r} ({said[word]:,} rows)' for word in told)}. "
            "Their meaning is not guessed. Say what each stands for (negative, neutral, positive, mixed) in "
            f"mapping.toml (workbench ingest {path} --show-mapping > mapping.toml writes the rest of it) and pass "
            f"--mapping mapping.toml:\n  [values.sentiment]\n{lines}"
        )
    if not any(said[label] for label in _CHANCE):
        raise WorkbenchError(f"{where}: no row has a sentiment, so there is nothing to audit.")


def take_answers(lake: Lake, has_brand: bool) -> int:
    """Make the vendor's sentiment the predictions of a model, and no labels any more.

    The vendor learned nothing from labels that are only now to be given, so its predictions are held out. A
    post that the export holds twice with different answers gets a part of each, as "mixed" does. Where the
    file names no brand, what the vendor says of a post holds for every brand that it mentions.

    Returns
    -------
    How many answers are about a brand with which their post does not stand here: of rows that name one post, the brand
    of the first counts.
    """
    left_out = 0
    labels = lake.read(
        "labels", ["annotation_id", "post_id", "brand", "label"], where="strategy = 'imported'"
    )
    if labels.num_rows:
        answers = labels.to_pandas()
        rows = _predictions(answers, lake, has_brand)
        left_out = _of_other_brands(answers, rows) if has_brand else 0
        lake.merge("predictions", pa.Table.from_pandas(rows, preserve_index=False))
        # Last: stopped before, the same is done again.
        lake.delete("labels", labels.select(["annotation_id"]))
    return left_out


def _of_other_brands(answers: pd.DataFrame, predictions: pd.DataFrame) -> int:
    """Answers about a post that stands here with another brand only."""
    kept = pd.MultiIndex.from_arrays([predictions["post_id"], predictions["brand"].str.casefold()])
    asked = pd.MultiIndex.from_arrays([answers["post_id"], answers["brand"].str.strip().str.casefold()])
    is_word = answers["label"].isin(_CHANCE) & answers["brand"].notna()
    return int((is_word & answers["post_id"].isin(predictions["post_id"]) & ~asked.isin(kept)).sum())


def _predictions(labels: pd.DataFrame, lake: Lake, has_brand: bool) -> pd.DataFrame:
    mentions = lake.read("mentions", ["post_id", "brand", "found_by"]).to_pandas()
    if has_brand:
        mentions = mentions[mentions["found_by"] == "given"]
    judged = mentions.merge(labels, on="post_id", suffixes=("", "_said"))
    if has_brand:
        same = judged["brand_said"].str.strip().str.casefold() == judged["brand"].str.casefold()
        judged = judged[same]
    judged = judged[judged["label"].isin(_CHANCE)]
    chances = pd.DataFrame([_CHANCE[label] for label in judged["label"]], index=judged.index)
    wide = chances.reindex(columns=list(SENTIMENTS)).fillna(0.0).join(judged[["post_id", "brand"]])
    mean = wide.groupby(["post_id", "brand"])[list(SENTIMENTS)].mean().reset_index()
    long = mean.melt(["post_id", "brand"], var_name="label", value_name="probability")
    return long.assign(task=TASK, model=VENDOR, is_held_out=True, predicted_at=dt.datetime.now(dt.UTC))
