"""How a mention came to be labelled, and what its label may therefore be used for: one home for the rule.

Figures rest on labels that were drawn at random and given by people who saw no model's answer, on nothing
else. What was picked because a model was unsure, or shown with the model's answer, teaches and never estimates.
"""

from collections.abc import Iterable

from workbench.errors import WorkbenchError, did_you_mean

MEANINGS = {
    "random": "drawn at random, answered blind: estimates, and trains",
    "uncertainty": "where the model is unsure: trains",
    "diversity": "unlike what was labelled before: trains",
    "rare": "where a rare label is likely: trains",
    "impact": "of wide reach or high risk: trains",
    "doubtful": "the model abstained, or praise that may be irony: trains",
    "adjudication": "people differed, or the label looked wrong: settled by one more person, and trains",
    "picked": "picked by hand while reading, answered blind: trains",
    "imported": "came with a file, drawn by nobody here: trains",
    "ticket": "from the category of a support ticket: trains",
    "truth": "kept aside, to score figures: neither trains nor estimates",
    "gold": "its answer is known, to see whether people read: neither trains nor estimates",
}
STRATEGIES = tuple(MEANINGS)

ESTIMATION = ("random",)
TEACHING = ("uncertainty", "diversity", "rare", "impact", "doubtful")
ADJUDICATION = "adjudication"
PICKED = "picked"
TICKET = "ticket"
TRAINS = (*ESTIMATION, *TEACHING, ADJUDICATION, PICKED, "imported", TICKET)
# Labels of these have a sample in which they were drawn, with a chance that was written down.
DRAWN = (*ESTIMATION, *TEACHING)


def in_sql(strategies: Iterable[str]) -> str:
    """Strategies as the list of an SQL condition.

    Examples
    --------
    >>> f"strategy IN {in_sql(ESTIMATION)}"
    "strategy IN ('random')"
    """
    return "(" + ", ".join(f"'{known_strategy(name)}'" for name in strategies) + ")"


def known_strategy(name: str, among: Iterable[str] = STRATEGIES) -> str:
    """The strategy of that name, if it is one of these.

    Raises
    ------
    WorkbenchError
        It is not; names the nearest.

    Examples
    --------
    >>> known_strategy("uncertain", TEACHING)
    Traceback (most recent call last):
    workbench.errors.WorkbenchError: there is no strategy 'uncertain' here. Did you mean 'uncertainty'? ...
    """
    among = tuple(among)
    if name not in among:
        raise WorkbenchError(
            f"there is no strategy '{name}' here.{did_you_mean(name, among)} Strategies: {', '.join(among)}."
        )
    return name
