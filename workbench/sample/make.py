"""Make the sample world: the files that a customer would bring, and beside them what is true."""

import gzip
import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq

from workbench.errors import WorkbenchError
from workbench.progress import Progress, silent
from workbench.sample import world
from workbench.sample.export import make_export, native_ids
from workbench.sample.people import People, make_people
from workbench.sample.replies import unfold
from workbench.sample.speech import say_all
from workbench.sample.support import experience, make_cases, make_outcomes, make_surveys
from workbench.sample.threads import open_threads
from workbench.sample.truth import make_truth


@dataclass(frozen=True)
class Summary:
    """What was made."""

    posts: int
    mentions: int
    threads: int
    authors: int
    labelled: int
    cases: int
    surveys: int
    outcomes: int
    seed: int
    folder: Path


def make_world(posts: int, seed: int, folder: Path, progress: Progress = silent) -> Summary:
    """Write a sample world of exactly `posts` posts.

    The same numbers give the same bytes (with the same NumPy, PyArrow and zlib).

    Parameters
    ----------
    posts
        Number of rows of `posts.csv.gz`.
    seed
        Which of the possible worlds.
    folder
        Where `posts.csv.gz`, `cases.csv`, `surveys.csv`, `outcomes.csv`, `truth.parquet`, `world.json` and
        `workbench.toml` go. Files of these names are replaced.
    progress
        Told the part of a step that is done, and the step.

    Raises
    ------
    WorkbenchError
        Where fewer than one post is asked for.
    """
    if posts < 1:
        raise WorkbenchError(f"a sample of {posts} posts: expected 1 or more, e.g. --posts 5000.")
    folder.mkdir(parents=True, exist_ok=True)
    # One stream of chance each, so that a change in one does not move the others.
    chance = dict(
        zip(
            _STREAMS,
            (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(len(_STREAMS))),
            strict=True,
        )
    )

    progress(0, "people and conversations")
    people = make_people(chance["people"], posts)
    turns = _turns(chance["threads"], people, posts)
    said = say_all(turns, people, seed, lambda done: progress(done, "words"))
    progress(0, "truth")
    truth = make_truth(chance["truth"], turns, people, said)
    cases = make_cases(chance["cases"], turns, people, said, truth)
    felt = experience(turns, people, truth)
    surveys, outcomes = (
        make_surveys(chance["surveys"], felt, people),
        make_outcomes(chance["outcomes"], felt, people),
    )
    progress(0, "files")
    export = make_export(chance["export"], turns, people, said)
    for name, table in {"cases": cases, "surveys": surveys, "outcomes": outcomes}.items():
        csv.write_csv(table, folder / f"{name}.csv", _CSV)
    pq.write_table(truth, folder / "truth.parquet", compression="zstd", compression_level=9)
    (folder / "world.json").write_text(
        json.dumps(_parameters(posts, seed), indent=2, default=str) + "\n", encoding="utf-8"
    )
    (folder / "workbench.toml").write_text(settings_text(), encoding="utf-8")
    _write_posts(export, folder / "posts.csv.gz")
    progress(1, "files")
    labelled = len(export) - export["sentiment"].null_count
    return Summary(
        posts, len(truth), turns["thread"].nunique(), turns["author"].nunique(), labelled,
        len(cases), len(surveys), len(outcomes), seed, folder,
    )  # fmt: skip


_STREAMS = ("people", "threads", "truth", "cases", "surveys", "outcomes", "export")
_CSV = csv.WriteOptions(quoting_style="needed")


def _turns(rng: np.random.Generator, people: People, posts: int) -> pd.DataFrame:
    """Posts with identifiers, the rows of their parent and their opener, and the account they reply to."""
    turns = unfold(rng, people, open_threads(rng, people, posts), posts)
    turns["native_id"] = native_ids(turns)
    thread, place = turns["thread"].to_numpy(), turns["place"].to_numpy()
    opener = np.maximum.accumulate(np.where(place == 0, np.arange(len(turns)), 0))
    row_at = np.zeros((int(thread.max()) + 1, 8), int)
    row_at[thread, place] = np.arange(len(turns))
    parent = row_at[thread, turns["parent"].to_numpy().clip(0)]
    return turns.assign(opener_row=opener, parent_row=parent, reader=turns["author"].to_numpy()[parent])


def _write_posts(export: pa.Table, file: Path) -> None:
    # Without name and time in its header, gzip gives the same bytes for the same rows.
    with file.open("wb") as raw, gzip.GzipFile("", "wb", compresslevel=5, fileobj=raw, mtime=0) as packed:
        csv.write_csv(export, packed, _CSV)


def _parameters(posts: int, seed: int) -> dict:
    return {
        "posts": posts, "seed": seed, "own_brand": world.OWN, "time_zone": world.TIME_ZONE,
        "first_day": world.FIRST_DAY, "last_day": world.LAST_DAY,
        "brands": {name: asdict(brand) for name, brand in world.BRANDS.items()},
        "crises": [asdict(crisis) for crisis in world.CRISES],
        "launch": {"product": world.LAUNCH_PRODUCT, "day": world.LAUNCH_DAY},
        "response_protocol": {"new_from": world.NEW_ANSWERING_FROM, "new": asdict(world.NEW_ANSWERING)},
        "platforms": {name: dict(zip(_PLATFORM, p, strict=True)) for name, p in world.PLATFORMS.items()},
        "label_error": world.LABEL_ERROR, "labelled_share": world.LABELLED_SHARE,
    }  # fmt: skip


_PLATFORM = ("share", "addresses_the_account", "is_joined", "odds_of_negative")


def settings_text() -> str:
    """The `workbench.toml` of the sample."""
    lines = [
        "# Settings of the sample world: six invented telecom companies, eight months of posts.",
        'data = "."',
        f'time_zone = "{world.TIME_ZONE}"',
        'first_day_of_week = "monday"',
        "",
        "[lake]",
        'root = "lake"',
    ]
    opens, closes = world.BRANDS[world.OWN].opens
    lines += ["", "[opening_hours]", f"opens = {opens}", f"closes = {closes}", "days = [0, 1, 2, 3, 4, 5, 6]"]
    lines += [*_baseline_lines(), *_weights_lines()]
    for name, brand in world.BRANDS.items():
        lines += ["", f"[brands.{name}]", f'role = "{"own" if name == world.OWN else "competitor"}"']
        lines += [f"accounts = {_list(brand.accounts)}", f"products = {_list(brand.products)}"]
        lines += [
            f"keywords = {_list(brand.keywords)}",
            f"exclusions = {_list([n.lower() for n in brand.namesakes])}",
        ]
    for name, may_quote in world.QUOTATION.items():
        lines += ["", f"[platforms.{name}]", f"quotation = {str(may_quote).lower()}"]
    for name, aim in world.TARGETS.items():
        lines += [
            "",
            f"[targets.{_list([name])[1:-1]}]",
            f"value = {aim.value}",
            f"at_least = {str(aim.at_least).lower()}",
        ]
        lines += [f'owner = "{aim.owner}"', f'decision = "{aim.decision}"']
    return "\n".join([*lines, *_cost_lines()]) + "\n"


def _cost_lines() -> list[str]:
    """What wrong answers cost."""
    lines = []
    for task, labels in world.COSTS.items():
        for label, (missed, false_alarm, review) in labels.items():
            lines += ["", f"[costs.{task}.{label}]"]
            lines += [f"missed = {missed:g}", f"false_alarm = {false_alarm:g}", f"review = {review:g}"]
    return lines


def _baseline_lines() -> list[str]:
    """The frozen reference, and what happened in the made world."""
    first, last = world.BASELINE
    lines = ["", "[baseline]", f'first = "{first}"', f'last = "{last}"']
    launched = world.LAUNCH_DAY + timedelta(days=world.LAUNCH_DAYS - 1)
    events = [(crisis.name, crisis.first_day, crisis.last_day, "crisis") for crisis in world.CRISES]
    events += [(f"{world.LAUNCH_PRODUCT} launched", world.LAUNCH_DAY, launched, "launch")]
    for name, start, end, kind in sorted(events, key=lambda event: event[1]):
        lines += [
            "",
            "[[events]]",
            f'name = "{name}"',
            f'first = "{start}"',
            f'last = "{end}"',
            f'kind = "{kind}"',
        ]
    return lines


def _weights_lines() -> list[str]:
    """Of platforms: the known share of customers, and the declared importance."""
    shares = {name: platform[0] for name, platform in world.PLATFORMS.items()}
    lines = ["", "[weights]", f'frozen_since = "{world.WEIGHTS_FROZEN_SINCE}"']
    for name, weights in {"representativeness": shares, "importance": world.IMPORTANCE}.items():
        lines += [
            "",
            f"[weights.{name}]",
            *(f"{platform} = {weight}" for platform, weight in weights.items()),
        ]
    return lines


def _list(words: tuple[str, ...] | list[str]) -> str:
    return json.dumps(list(words), ensure_ascii=False)
