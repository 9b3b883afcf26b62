"""How far labels can be trusted, in words."""

import pandas as pd

from workbench.figures.numbers import format_count, format_value, with_interval
from workbench.statistics.shared_confusion import FEWEST_DOUBLED

_NOW_AND_THEN = 0.01


def agreement_sentence(agreement: pd.DataFrame) -> str:
    """How far people agree on everything, from `workbench.statistics.agreement.agreement`.

    Examples
    --------
    >>> agreement_sentence(pd.DataFrame({"label": ["all"], "items": [404], "observed_agreement": [0.93],
    ...     "alpha": [0.89], "alpha_low": [0.85], "alpha_high": [0.93]}))
    'Two or more people judged 404 mentions and agreed on 93\\xa0%: alpha 0.89 (0.85–0.93), where 0 is chance.'
    """
    if agreement.empty:
        return (
            "No mention was judged by two people, so nothing tells how far they agree. Have some judged twice: "
            "`doubled` in the section [labeling] of workbench.toml, and a second person."
        )
    row = agreement.loc[agreement["label"] == "all"].iloc[0]
    share = format_value(row["observed_agreement"], "share")
    reached = with_interval(row["alpha"], row["alpha_low"], row["alpha_high"])
    return (
        f"Two or more people judged {format_count(row['items'])} mentions and agreed on {share}: alpha {reached}, "
        "where 0 is chance."
    )


def weakest_sentence(agreement: pd.DataFrame) -> str:
    """The label on which people agree least.

    Examples
    --------
    >>> weakest_sentence(pd.DataFrame({"label": ["all", "negative", "neutral"], "alpha": [0.89, 0.91, 0.84]}))
    'They agree least on neutral (alpha 0.84): look there first in the instruction.'
    """
    known = agreement[agreement["label"] != "all"].dropna(subset="alpha")
    if known.empty:
        return "Of no single label can agreement be told yet."
    row = known.iloc[known["alpha"].to_numpy().argmin()]
    return (
        f"They agree least on {row['label']} (alpha {format_value(row['alpha'])}): look there first in the "
        "instruction."
    )


def slips(confusion: pd.DataFrame) -> pd.DataFrame:
    """How often each person gives an answer that is likely not true, where it is more than now and then.

    Parameters
    ----------
    confusion
        From `workbench.statistics.dawid_skene.dawid_skene`; empty for a task with several labels a mention, and where
        nobody judged what another did.

    Examples
    --------
    >>> slips(pd.DataFrame({"annotator": "ann", "truth": "bad", "said": ["bad", "good"], "probability": [0.9, 0.1]}))
      annotator truth  said  probability
    0       ann   bad  good          0.1
    """
    if confusion.empty:
        return confusion
    is_slip = (confusion["said"] != confusion["truth"]) & (confusion["probability"] >= _NOW_AND_THEN)
    found = confusion.loc[is_slip, ["annotator", "truth", "said", "probability"]]
    return found.sort_values("probability", ascending=False, ignore_index=True)


def who_is_right_sentence(confusion: pd.DataFrame, is_identified: bool) -> str:
    """What the slips may be taken for.

    Examples
    --------
    >>> who_is_right_sentence(pd.DataFrame({"annotator": ["ann"]}), is_identified=False)
    'Two people who differ do not tell who of them is right: until disputes are settled, both are taken to slip alike.'
    """
    if confusion.empty:
        return f"Nothing is said of who slips: that takes two people on {FEWEST_DOUBLED} mentions of one label each."
    if is_identified:
        return "Three or more people, or settled disputes, tell who is right."
    return (
        "Two people who differ do not tell who of them is right: until disputes are settled, both are taken to slip "
        "alike."
    )


def disputes_sentence(disputes: int, task: str) -> str:
    """How many mentions wait for a decision.

    Examples
    --------
    >>> disputes_sentence(20, "sentiment")
    '20 mentions are disputed and wait for one more person: workbench labels adjudicate --task sentiment --push.'
    """
    if not disputes:
        return "Nothing is disputed."
    waits = (
        "1 mention is disputed and waits"
        if disputes == 1
        else f"{format_count(disputes)} mentions are disputed and wait"
    )
    return f"{waits} for one more person: workbench labels adjudicate --task {task} --push."


def likely_errors_sentence(errors: int, looked_at: int, task: str) -> str:
    """How many labels are likely wrong, and what to do about them.

    Examples
    --------
    >>> likely_errors_sentence(0, 300, "sentiment")
    'Of 300 labels none looks wrong to a model that has not learned from it.'
    >>> likely_errors_sentence(0, 0, "sentiment")
    'No trained model reads these posts, so none of their labels was held against one.'
    """
    if not looked_at:
        return "No trained model reads these posts, so none of their labels was held against one."
    if not errors:
        return (
            f"Of {format_count(looked_at)} labels none looks wrong to a model that has not learned from it."
        )
    return (
        f"Of {format_count(looked_at)} labels {format_count(errors)} look wrong to a model that has not "
        "learned from them; it may be the model "
        f"that errs: workbench labels errors --task {task} --push lets a person decide."
    )


def error_kinds(errors: pd.DataFrame) -> pd.DataFrame:
    """Which label is likely another: ``label``, ``suggested``, ``mentions``, the commonest first.

    Examples
    --------
    >>> error_kinds(pd.DataFrame({"label": ["neutral"] * 2, "suggested": ["positive"] * 2}))
         label suggested  mentions
    0  neutral  positive         2
    """
    counts = errors.groupby(["label", "suggested"]).size().rename("mentions").reset_index()
    return counts.sort_values(
        ["mentions", "label", "suggested"], ascending=[False, True, True], ignore_index=True
    )
