"""What drift was found, in words."""

from collections.abc import Mapping, Sequence
from typing import Any


def finding_of(
    accuracy: Mapping[str, Any], population: Mapping[str, Any], shares: Sequence[Mapping[str, Any]]
) -> list[str]:
    """A sentence on each of the three places where drift is looked for."""
    return [_of_accuracy(accuracy), _of_population(population), _of_shares(shares)]


def verdict_of(alarms: Sequence[str]) -> str:
    """The sentence to read first.

    Examples
    --------
    >>> verdict_of(["accuracy", "share.negative"])
    'Drift: the accuracy of the model and the share of negative have changed.'
    >>> verdict_of([])
    'No drift was found.'
    """
    if not alarms:
        return "No drift was found."
    named = {"accuracy": "the accuracy of the model", "population": "what people write"}
    parts = [named.get(alarm, f"the share of {alarm.removeprefix('share.')}") for alarm in alarms]
    told = " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)
    return f"Drift: {told} {'has' if len(parts) == 1 else 'have'} changed."


def _of_accuracy(told: Mapping[str, Any]) -> str:
    """One sentence.

    Examples
    --------
    >>> told = {"status": "ok", "accuracy": 0.6, "low": 0.5, "high": 0.7, "labels": 90, "promised": 0.8}
    >>> _of_accuracy(told | {"promised_by": "the model's card", "is_alarm": True, "alarm_at": 64}).partition(": ")[0]
    'Accuracy has fallen'
    """
    if told["status"] == "no labels":
        return (
            "Accuracy: no fresh labels drawn at random, so nothing is known. Draw some: workbench labels push "
            "--strategy random."
        )
    figures = (
        f"{_percent(told['accuracy'])} right ({_percent(told['low'])} to {_percent(told['high'])}) on "
        f"{told['labels']:,} labels, against {_percent(told['promised'])} promised by {told['promised_by']}"
    )
    if told["is_alarm"]:
        return f"Accuracy has fallen: {figures}; certain since label {told['alarm_at']:,}."
    return f"Accuracy: no fall was found; {figures}."


def _of_population(told: Mapping[str, Any]) -> str:
    """One sentence.

    Examples
    --------
    >>> _of_population({"auc": 0.5, "p_value": 0.4, "is_alarm": False}).partition(": ")[0]
    'What people write has not changed as far as can be told'
    """
    recognised = f"a post of now is recognised as such in {100 * told['auc']:.0f} of 100 pairs"
    if told["is_alarm"]:
        return f"What people write has changed: {recognised} with one of the reference (p = {told['p_value']:.2g})."
    how = "has not changed as far as can be told"
    if told["p_value"] <= 0.05:
        how = "may have changed, too little or too uncertainly to alarm"
    return f"What people write {how}: {recognised} (p = {told['p_value']:.2g})."


def _of_shares(shares: Sequence[Mapping[str, Any]]) -> str:
    """One sentence.

    Examples
    --------
    >>> share = {"label": "negative", "difference": 0.1, "low": 0.02, "high": 0.18, "status": "ok", "is_alarm": True}
    >>> _of_shares([share])
    'Shares have changed: negative +10.0 points (2.0 to 18.0).'
    """
    known = [share for share in shares if share["status"] == "ok"]
    if not known:
        return "Shares: too few labels drawn at random in one of the times to tell whether they changed."
    alarmed = [share for share in known if share["is_alarm"]]
    told = "; ".join(map(_changed, alarmed or known))
    return f"Shares have changed: {told}." if alarmed else f"Shares: no alarm; at this one look {told}."


def _changed(share: Mapping[str, Any]) -> str:
    difference, low, high = (100 * share[name] for name in ("difference", "low", "high"))
    return f"{share['label']} {difference:+.1f} points ({low:.1f} to {high:.1f})".replace(" -", " −").replace(
        "(-", "(−"
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
