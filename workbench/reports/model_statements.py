"""What was learnt, whether it is in use, and what a threshold does, in words."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.figures.numbers import format_count, format_interval, format_value, with_interval
from workbench.models.held_out_answers import HeldOutAnswers
from workbench.reports.statements import listed
from workbench.settings import Cost

_FEW = 100


def model_scores(card: Mapping[str, Any]) -> pd.DataFrame:
    """Scores of a model by label, from its card: ``label``, ``posts`` it learned from, ``f1``, and two shares.

    Of texts that the model had not seen: ``labelled_share`` is that of the people, ``mean_probability`` the model's.
    The two are alike where it is calibrated.

    Examples
    --------
    >>> model_scores({"trained_on": {"labels": {"praise": 8}}, "scores": {"f1": {"praise": 0.8}},
    ...     "calibration": {"mean_probability": {"praise": 0.41}, "labelled_share": {"praise": 0.4}}})
        label  posts   f1  labelled_share  mean_probability
    0  praise      8  0.8             0.4              0.41
    """
    # A student learns from no labels, so its card has no scores.
    calibration, scores = card["calibration"] or {}, card["scores"] or {}
    columns = {
        "posts": card["trained_on"]["labels"],
        "f1": scores.get("f1", {}),
        "labelled_share": calibration.get("labelled_share", {}),
        "mean_probability": calibration.get("mean_probability", {}),
    }
    return pd.DataFrame(columns).rename_axis("label").reset_index()


def few_labels_sentence(counts: pd.DataFrame) -> str:
    """Which labels have too few posts to be learnt well; of `label` and `posts`.

    Examples
    --------
    >>> few_labels_sentence(pd.DataFrame({"label": ["praise", "pr_risk"], "posts": [209, 10]}))
    'Under 100 posts have pr_risk (10): scores of such a label move by some points with every few posts.'
    """
    few = counts[counts["posts"] < _FEW].sort_values("posts")
    if few.empty:
        return f"Every label has {_FEW} posts or more."
    named = ", ".join(
        f"{label} ({format_count(posts)})" for label, posts in zip(few["label"], few["posts"], strict=True)
    )
    return (
        f"Under {_FEW} posts have {named}: scores of such a label move by some points with every few posts."
    )


def irony_sentence(scores: pd.DataFrame) -> str:
    """How well a model reads what may be ironic, from `workbench.models.irony_scores.scores_on_irony`.

    Examples
    --------
    >>> irony_sentence(pd.DataFrame({"slice": ["literal", "sarcastic"], "n": [300, 60], "accuracy": [0.8, 0.55],
    ...     "accuracy_low": [0.75, 0.42], "accuracy_high": [0.84, 0.67], "status": "ok"}))
    'Of 60 posts that may be ironic it reads 55\xa0% right (42–67\xa0%), of the other 300 80\xa0% (75–84\xa0%).'
    >>> irony_sentence(pd.DataFrame())[:53]
    'No model of sarcasm is in use, so nothing tells how i'
    """
    if scores.empty:
        return (
            "No model of sarcasm is in use, so nothing tells how irony is read. Train one: workbench models train "
            "--task sarcasm."
        )
    rows = {str(row["slice"]): row for row in scores.to_dict("records") if row["status"] == "ok"}
    if (ironic := rows.get("sarcastic")) is None:
        count = scores.loc[scores["slice"] == "sarcastic", "n"].sum()
        return (
            f"{format_count(count)} of the labelled posts that it has not learned from may be ironic: too few to tell "
            "how well they are read."
        )
    said = f"Of {format_count(ironic['n'])} posts that may be ironic it reads {_accuracy(ironic, 'right ')}"
    if (literal := rows.get("literal")) is None:
        return f"{said}."
    return f"{said}, of the other {format_count(literal['n'])} {_accuracy(literal)}."


def _accuracy(row: Mapping[Any, Any], word: str = "") -> str:
    value = format_value(row["accuracy"], "share")
    return f"{value} {word}({format_interval(row['accuracy_low'], row['accuracy_high'], 'share')})"


def comparison_sentence(table: pd.DataFrame) -> str:
    """Which way to a classifier reads best, and which others cannot be told apart from it.

    Parameters
    ----------
    table
        As `workbench.models.comparison.compare` gives it, best first.

    Examples
    --------
    >>> table = pd.DataFrame({"model": ["tfidf", "probe", "lexicon"], "macro_f1": [0.75, 0.74, 0.45],
    ...     "low": [0.71, 0.69, 0.4], "high": [0.79, 0.78, 0.5], "behind_low": [0, -0.01, 0.2], "n": [300, 300, 300]})
    >>> comparison_sentence(table)
    'tfidf reads best here: macro-F1 0.75 (0.71–0.79) on 300 held-out posts. It cannot be told apart from probe.'
    """
    best = table.iloc[0]
    score = with_interval(best["macro_f1"], best["low"], best["high"], "")
    told = f"{best['model']} reads best here: macro-F1 {score} on {format_count(best['n'])} held-out posts."
    others = table.iloc[1:]
    alike = list(others.loc[others["behind_low"] <= 0, "model"])
    if alike:
        return f"{told} It cannot be told apart from {listed(alike)}."
    return f"{told} All others are behind it by more than chance." if len(others) else told


def training_sentence(card: Mapping[str, Any]) -> str:
    """How well a model does on texts that it has not seen.

    Examples
    --------
    >>> training_sentence({"name": "linear-1", "trained_on": {"n": 696},
    ...     "scores": {"macro_f1": 0.622, "low": 0.551, "high": 0.682, "method": "held-out predictions"}})
    'linear-1 learned from 696 posts: macro-F1 0.62 (0.55–0.68), by held-out predictions.'
    >>> training_sentence({"name": "student-1", "trained_on": {"n": 5000}, "scores": None,
    ...     "teacher": {"name": "linear-1", "agreement": 0.93}})
    'student-1 learned what linear-1 says of 5,000 posts; on 93 of 100 it had not heard of it says the same.'
    """
    scores, posts = card["scores"], f"{format_count(card['trained_on']['n'])} posts"
    if scores is None:
        agreement = card["teacher"]["agreement"]
        same = (
            ""
            if agreement is None
            else f"; on {100 * agreement:.0f} of 100 it had not heard of it says the same"
        )
        return f"{card['name']} learned what {card['teacher']['name']} says of {posts}{same}."
    reached = with_interval(scores["macro_f1"], scores["low"], scores["high"])
    return f"{card['name']} learned from {posts}: macro-F1 {reached}, by {scores['method']}."


def promotion_sentence(card: Mapping[str, Any]) -> str:
    """Whether a model that was trained is now in use, and why.

    Examples
    --------
    >>> promotion_sentence({"is_promoted": False, "promotion": "not better"})
    'It is kept, and not in use: not better.'
    """
    said = "It is in use from now on" if card["is_promoted"] else "It is kept, and not in use"
    return f"{said}: {card['promotion']}."


def cost_table(costs: Mapping[str, Cost]) -> pd.DataFrame:
    """Costs of wrong and open answers, a row a label.

    Examples
    --------
    >>> cost_table({"pr_risk": Cost(missed=20, false_alarm=2, review=1)})
         label  missed  false_alarm  review
    0  pr_risk    20.0          2.0     1.0
    """
    return pd.DataFrame([{"label": label, **cost.model_dump()} for label, cost in costs.items()])


def held_out_sentence(answers: HeldOutAnswers, costs: Mapping[str, Cost]) -> str:
    """On how many posts thresholds are looked at, and how many of them have each label."""
    has = {label: (int(answers.of(label)[1].sum()), len(answers.of(label)[1])) for label in costs}
    told = ", ".join(
        f"{label} holds of {format_count(holds)} of {format_count(judged)}"
        for label, (holds, judged) in has.items()
    )
    few = " Of a label that few posts have, little is known: see the intervals." if _is_few(has) else ""
    return f"{format_count(len(answers.weights))} labelled posts that the model has not learned from: {told}.{few}"


def _is_few(has: Mapping[str, tuple[int, int]]) -> bool:
    return min(holds for holds, _ in has.values()) < _FEW


def _with_range(row: Mapping[Any, Any], name: str) -> str:
    """A share with its interval, where it has one."""
    low, high = (row.get(f"{name}_{end}") for end in ("low", "high"))
    return with_interval(row[name], low, high, "share")


def threshold_sentence(row: Mapping[Any, Any]) -> str:
    """What a threshold does, from a row of the table of thresholds with its ``label``.

    Examples
    --------
    >>> threshold_sentence({"label": "pr_risk", "threshold": 0.05, "people_from": 0.05, "people_to": 0.05,
    ...     "precision": 0.3, "recall": 0.9, "found": 0.9, "to_people": 0.0, "cost_per_1000": 120.4})
    'pr_risk is said from 5.0\\xa0% on: precision 30\\xa0%, recall 90\\xa0%; 1,000 posts cost 120.'
    """
    said, low, high = (format_value(row[name], "share") for name in ("threshold", "people_from", "people_to"))
    precision, recall, found = (_with_range(row, name) for name in ("precision", "recall", "found"))
    cost = f"{format_count(1000)} posts cost {format_count(row['cost_per_1000'])}."
    alone = f"precision {precision}, recall {recall}"
    if row["people_from"] >= row["people_to"]:
        return f"{row['label']} is said from {said} on: {alone}; {cost}"
    share = format_value(row["to_people"], "share")
    return (
        f"{row['label']}: people see what lies from {low} to {high}, {share} of the posts, and with them {found} "
        f"is found; above, the model says it alone: {alone}; {cost}"
    )
