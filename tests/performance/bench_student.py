"""The student beside its teacher, on real posts; run as a script with WORKBENCH_RESEARCH_DATA set.

The teacher (linear model with sentence embeddings) learns from one half of the airline posts and both are scored on
the other. The student never sees a human label. The posts without labels that it hears its teacher speak of:

- apart: those of the teacher's half, the support threads and TweetEval's posts; none of the scored half.
- in folds: these and the scored half without its labels, as a lake holds them; but what is said of a post comes from
  a student that had not heard of this post.
- heard of: the same posts, and one student that has heard what its teacher says of the scored ones, as of posts that
  were there when it was trained. It has seen no label of them, but that says nothing of posts to come.

Prints macro-F1 and the paired interval of the difference, size, time to load in a process of its own, and posts a
second, preparation included, beside VADER and the linear model without embeddings; in one process and in two. With
`--cross-fitted` also a cross-fitted teacher; with `--setfit 8 64` instead SetFit of so many labels a class, the student
of which hears of posts apart (half an hour each). Settings of the student were chosen on halves of seed 0, with their
scores in view; another seed draws other halves of the same posts. Takes some ten minutes.

With `--topics` complaint topics instead, several a post, by five-fold cross-validation: a student hears of the posts
that its teacher learned from and of the support threads, which are of the same kind.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from performance.bench_intents import FILES, Remembering, complaints
from performance.bench_sentiment import airline_halves
from sklearn.model_selection import KFold

from workbench.models.classifier import LABELS, Classifier, thresholds_of
from workbench.models.cross_fitting import train_cross_fitted
from workbench.models.embeddings import Embedder, load_embedder
from workbench.models.features import prepared
from workbench.models.few_shot import draw
from workbench.models.label_sets import sets_of_matrix
from workbench.models.lexicon import LexiconModel
from workbench.models.linear import train_linear
from workbench.models.multi_label import train_multi_label
from workbench.models.registry import load, save
from workbench.models.setfit_training import train_setfit
from workbench.models.student_training import train_student
from workbench.models.text_hashes import not_among, text_hashes
from workbench.models.verdict import verdict

_LOAD = """
import sys, time
from pathlib import Path
start = time.perf_counter()
from workbench.models.registry import load
model = load(Path(sys.argv[1]))
model.classify(["late again"], [""])
print(time.perf_counter() - start, "torch" in sys.modules)
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--cross-fitted", action="store_true")
    options.add_argument("--setfit", type=int, nargs="*", default=[])
    options.add_argument("--topics", action="store_true")
    wanted = options.parse_args()
    folder, kept = Path(os.environ["WORKBENCH_RESEARCH_DATA"]), Path(tempfile.mkdtemp())
    embedder = load_embedder()
    embed = Remembering(embedder) if embedder else None
    if wanted.topics:
        for company in FILES:
            row, student = topics(folder, company, embed)
            show([row], "complaint topics")
            show([speed("student of several labels", student, threads(folder))], "posts a second")
        return
    learn, score = airline_halves(folder, wanted.seed)
    pool = [*learn[0], *unlabelled(folder, score[0])]
    if wanted.setfit:
        show(
            [of_setfit(learn, score, pool, size, wanted.seed) for size in wanted.setfit],
            "airline posts, SetFit",
        )
        return
    teachers: dict[str, Classifier] = {"linear": train_linear(*learn, embed=embed)}
    if wanted.cross_fitted:
        teachers["cross-fitted"] = train_cross_fitted(*learn, embed=embed)
    rows = []
    for name, teacher in teachers.items():
        both = [*pool, *score[0]]
        for how, posts, folds in (("apart", pool, None), ("in folds", both, 5), ("heard of", both, None)):
            student = train_student(teacher, posts, [""] * len(posts), folds=folds, seed=wanted.seed)
            place = save(student, kept / name / how.replace(" ", "-"))
            rows.append({"teacher": name, "pool": how, **compared(student, teacher, score), **costs(place)})
    show(rows, f"airline posts, halves of seed {wanted.seed}; {len(pool):,} posts heard of apart")
    fast = {"VADER": LexiconModel(), "linear, words only": train_linear(*learn), "student": load(place)}
    show([speed(name, model, score[0]) for name, model in fast.items()], "posts a second, two cores")


def show(rows: Sequence[dict[str, Any]], title: str) -> None:
    print(f"\n{title}")
    print(pd.DataFrame(rows).to_string(index=False, float_format="{:.4f}".format), flush=True)


def unlabelled(folder: Path, scored: Sequence[str]) -> list[str]:
    """Posts of other sets, without any that reads like a scored one."""
    files = ("sentiment/val", "offensive/train", "irony/train")
    texts = threads(folder)
    for file in files:
        lines = (folder / "tweeteval" / f"{file}_text.txt").read_text(encoding="utf-8")
        texts += lines.removesuffix("\n").split("\n")
    known = text_hashes([prepared(text) for text in scored])
    return [text for text, other in zip(texts, not_among(texts, known), strict=True) if other]


def threads(folder: Path) -> list[str]:
    """What customers and companies wrote to each other."""
    return list(pd.read_csv(folder / "support_threads" / "twcs.csv", dtype=str)["text"])


def of_setfit(
    learn: tuple[list[str], list[str]],
    score: tuple[list[str], list[str]],
    pool: Sequence[str],
    size: int,
    seed: int,
) -> dict[str, Any]:
    """Teacher and student where people labelled so many posts of each class."""
    rows = draw(learn[1], LABELS, size, seed=seed)
    teacher = train_setfit([learn[0][i] for i in rows], [learn[1][i] for i in rows], folds=0, seed=seed)
    student = train_student(teacher, pool, [""] * len(pool), seed=seed)
    return {"labels a class": size, **compared(student, teacher, score)}


def compared(student: Any, teacher: Classifier, score: tuple[list[str], list[str]]) -> dict[str, Any]:
    """Macro-F1 of both and the paired interval of the difference."""
    nowhere = [""] * len(score[0])
    given = np.array([LABELS.index(label) for label in score[1]])
    ours, theirs = student.classify(score[0], nowhere), teacher.classify(score[0], nowhere)
    found = verdict(given, ours, theirs, LABELS)
    agree = float((ours.argmax(axis=1) == theirs.argmax(axis=1)).mean())
    return {
        "agree": agree,
        "difference": found.difference,
        "low": found.low,
        "high": found.high,
        "n": found.n,
        "macro_f1 of both": found.reason.split("macro-F1 ")[1].split(" on ")[0],
    }


def costs(place: Path) -> dict[str, Any]:
    """Size and, in a process of its own, time to load and whether that loaded PyTorch."""
    size = sum(file.stat().st_size for file in place.rglob("*")) / 1e6
    seconds, torch = subprocess.run(
        [sys.executable, "-c", _LOAD, str(place)], capture_output=True, text=True, check=True
    ).stdout.split()
    return {"MB": size, "load s": float(seconds), "torch": torch}


def speed(name: str, model: Classifier, texts: Sequence[str]) -> dict[str, Any]:
    """Posts a second: of posts never seen, in one process; of the same posts often repeated, in one and in two."""
    start = time.perf_counter()
    model.classify(texts, [""] * len(texts))
    first = time.perf_counter() - start
    many = list(texts) * 5
    start = time.perf_counter()
    model.classify(many, [""] * len(many))
    again = time.perf_counter() - start
    with get_context("fork").Pool(2, initializer=_hold, initargs=(model,)) as both:
        both.map(_classify, [texts, texts], chunksize=1)
        start = time.perf_counter()
        both.map(_classify, [many, many], chunksize=1)
        two = time.perf_counter() - start
    return {
        "model": name,
        "first": len(texts) / first,
        "again": len(many) / again,
        "two": 2 * len(many) / two,
    }


def _hold(model: Classifier) -> None:
    global _held
    _held = model


def _classify(texts: Sequence[str]) -> Any:
    return _held.classify(texts, [""] * len(texts))


def topics(folder: Path, company: str, embed: Embedder | None) -> tuple[dict[str, Any], Classifier]:
    """Teacher and student on posts of which neither has learned, all five parts together; and the last student."""
    pool = threads(folder)
    texts, holds, classes = complaints(folder, company)
    said = [np.zeros(holds.shape) for _ in range(2)]
    starts = [np.zeros(holds.shape) for _ in range(2)]
    for seen, asked in KFold(5, shuffle=True, random_state=0).split(texts):
        scored = [texts[i] for i in asked]
        known = set(map(prepared, scored))
        teacher = train_multi_label(
            [texts[i] for i in seen],
            sets_of_matrix(holds[seen], classes),
            classes=classes,
            task="topics",
            embed=embed,
        )
        heard = [*(texts[i] for i in seen), *(text for text in pool if prepared(text) not in known)]
        student = train_student(teacher, heard, [""] * len(heard), embed=embed)
        for place, model in enumerate((student, teacher)):
            said[place][asked] = model.classify(scored, [""] * len(scored))
            starts[place][asked] = thresholds_of(model.card)
    # A probability less its own threshold: what is said is above nought.
    over = [one - start for one, start in zip(said, starts, strict=True)]
    nought = [0.0] * len(classes)
    found = verdict(holds, over[0], over[1], classes, is_multi_label=True, thresholds=(nought, nought))
    row = {
        "company": company,
        "difference": found.difference,
        "low": found.low,
        "high": found.high,
        "n": found.n,
        "macro_f1 of both": found.reason.split("macro-F1 ")[1].split(" on ")[0],
    }
    return row, student


if __name__ == "__main__":
    main()
