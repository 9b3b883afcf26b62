"""What the company's own systems know: cases, surveys, and who left. Made for the own brand only."""

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.sample.acts import CODE
from workbench.sample.arrays import Real, only_where
from workbench.sample.people import People
from workbench.sample.personal import case_number
from workbench.sample.speech import Said
from workbench.sample.timeline import DAY, END, HOUR, iso
from workbench.sample.world import NAMES, OWN, TOPICS

OWN_CODE = NAMES.index(OWN)


def make_cases(
    rng: np.random.Generator, posts: pd.DataFrame, people: People, said: list[Said], truth: pa.Table
) -> pa.Table:
    """Support cases: every conversation that quotes a number, most hand-offs, some complaints that were answered.

    The number in a post is the case's number, so that the two join.
    """
    quoted = {
        t
        for t, s, b in zip(posts["thread"], said, posts["brand"], strict=True)
        if s.personal == "case" and b == OWN_CODE
    }
    openers = posts[(posts["brand"] == OWN_CODE) & (posts["place"] == 0) & (posts["kind"] == 0)]
    handed = set(posts["thread"][posts["act"] == CODE["agent_hand_off"]])
    answered = set(posts["thread"][posts["place"] == 4])
    chance = np.where(
        openers["thread"].isin(handed), 0.75, np.where(openers["thread"].isin(answered), 0.15, 0.01)
    )
    opened = openers[(rng.random(len(openers)) < chance) | openers["thread"].isin(quoted)]
    resolved = set(truth.filter(truth["is_resolved"])["thread"].to_pylist())
    before = np.where(opened["thread"].isin(quoted), -1, 1) * rng.integers(HOUR, 30 * HOUR, len(opened))
    created = opened["created"].to_numpy() + before
    solves = opened["thread"].isin(resolved).to_numpy() | (rng.random(len(opened)) < 0.55)
    solved = created + (HOUR * rng.lognormal(np.log(30), 1.0, len(opened))).astype(int)
    solves &= solved < END
    reopened = solved + (HOUR * rng.lognormal(np.log(60), 0.8, len(opened))).astype(int)
    reopens = solves & (rng.random(len(opened)) < 0.12) & (reopened < END)
    status = np.select(
        [reopens, solves & (solved < END - 5 * DAY), solves], ["open", "closed", "solved"],
        rng.choice(["new", "open", "pending", "hold"], len(opened), p=[0.15, 0.4, 0.35, 0.1]),
    )  # fmt: skip
    return pa.table(
        {
            "case_id": [case_number(thread, OWN) for thread in opened["thread"].tolist()],
            "requester": people.handle[opened["author"].to_numpy()],
            "brand": [OWN] * len(opened),
            "category": [TOPICS[t] for t in opened["topic"]],
            "status": status,
            "created_at": iso(created),
            "solved_at": only_where(solves, iso(solved)),
            "reopened_at": only_where(reopens, iso(reopened)),
        }
    )


def experience(posts: pd.DataFrame, people: People, truth: pa.Table) -> pd.DataFrame:
    """Own customers who spoke: what was bad and stayed bad, what was good or was made good, and their last post."""
    own = (
        truth.filter(pa.compute.equal(truth["brand"], OWN))
        .select(["post_id", "sentiment", "is_resolved"])
        .to_pandas()
    )
    rows = posts[["native_id", "author", "created"]].merge(own, left_on="native_id", right_on="post_id")
    rows = rows[people.role[rows["author"].to_numpy()] == 0]
    resolved = rows["is_resolved"].astype(bool)
    rows = rows.assign(
        bad=(rows["sentiment"] == "negative") & ~resolved, good=(rows["sentiment"] == "positive") | resolved
    )
    return (
        rows.groupby("author")
        .agg(bad=("bad", "sum"), good=("good", "sum"), last=("created", "max"))
        .reset_index()
    )


def make_surveys(rng: np.random.Generator, felt: pd.DataFrame, people: People) -> pa.Table:
    """Answers to "how likely are you to recommend us?", from 0 to 10, some days after the last post."""
    asked = felt[rng.random(len(felt)) < 0.18]
    score = (
        6.9
        - 1.6 * asked["bad"].clip(upper=3)
        + 1.3 * asked["good"].clip(upper=2)
        + rng.normal(0, 1.7, len(asked))
    )
    answered = asked["last"].to_numpy() + rng.integers(DAY, 12 * DAY, len(asked))
    return pa.table(
        {
            "survey_id": [f"NPS-{100_001 + i}" for i in range(len(asked))],
            "author": people.handle[asked["author"].to_numpy()],
            "brand": [OWN] * len(asked),
            "score": np.clip(np.round(score), 0, 10).astype(int),
            "answered_at": iso(np.minimum(answered, END - 1)),
        }
    )


def make_outcomes(rng: np.random.Generator, felt: pd.DataFrame, people: People) -> pa.Table:
    """Who left (churn) and who brought a friend (advocacy), as known at the end of the period."""
    known = felt[rng.random(len(felt)) < 0.7]
    bad, good = known["bad"].to_numpy().clip(0, 3), known["good"].to_numpy().clip(0, 3)
    churn = rng.random(len(known)) < _logistic(-2.1 + 0.95 * bad - 0.7 * good)
    advocacy = rng.random(len(known)) < _logistic(-2.6 - 0.8 * bad + 1.0 * good)
    return pa.concat_tables(
        [_outcome("churn", churn, known, people), _outcome("advocacy", advocacy, known, people)]
    )


def _outcome(name: str, observed: np.ndarray, known: pd.DataFrame, people: People) -> pa.Table:
    moment = np.where(observed, np.minimum(known["last"].to_numpy() + 21 * DAY, END - 1), END - 1)
    return pa.table(
        {
            "author": people.handle[known["author"].to_numpy()],
            "brand": [OWN] * len(known),
            "outcome": [name] * len(known),
            "is_observed": observed,
            "observed_at": iso(moment),
        }
    )


def _logistic(x: Real) -> Real:
    return 1 / (1 + np.exp(-x))
