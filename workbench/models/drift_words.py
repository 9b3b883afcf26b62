"""What drift was found, in words."""

from collections.abc import Mapping, Sequence
from typing import Any


def finding_of(
    accuracy: Mapping[str, Any], population: Mapping[str, Any], shares: Sequence[Mapping[str, Any]]
) -> list[str]:
    """A sentence on each of the three places where drift is looked for."""
    return [_of_accuracy(accuracy), _of_population(population), _of_shares(shares)]


def verdict_of(alarms: Sequence[str], not_known: Sequence[str] = ()) -> str:
    """What to read first: what has changed, and where nothing can be known.

    Examples
    --------
    >>> verdict_of(["accuracy", "share.negative"])
    'Drift: the accuracy of the model and the share of negative have changed.'
    >>> verdict_of([])
    'No drift was found.'
    >>> verdict_of([], ["accuracy", "shares"])
    'No drift was found. Nothing can be known of the accuracy of the model and the shares of labels.'
    """
    missing = f" Nothing can be known of {_listed([*map(_named, not_known)])}." if not_known else ""
    if not alarms:
        return f"No drift was found.{missing}"
    told = _listed([*map(_named, alarms)])
    return f"Drift: {told} {'has' if len(alarms) == 1 else 'have'} changed.{missing}"


def _named(place: str) -> str:
    names = {
        "accuracy": "the accuracy of the model",
        "population": "what people write",
        "shares": "the shares of labels",
    }
    return names.get(place, f"the share of {place.removeprefix('share.')}")


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)


def _of_accuracy(told: Mapping[str, Any]) -> str:
    """One sentence.

    Examples
    --------
    >>> told = {"status": "ok", "accuracy": 0.6, "low": 0.5, "high": 0.7, "labels": 90, "promised": 0.8}
    >>> _of_accuracy(told | {"promised_by": "the model's card", "is_alarm": True, "alarm_at": 64}).partition(": ")[0]
    'Accuracy has fallen'
    """
    if told["status"] == "no labels" and told["labels"]:
        return (
            f"Accuracy: {told['labels']:,} labels of now, and too few of the reference to lay them beside. Name a "
            "longer reference."
        )
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
        return f"Accuracy has fallen: {figures}; the alarm came at label {told['alarm_at']:,}."
    return f"Accuracy: no fall was found; {figures}."


def _of_population(told: Mapping[str, Any]) -> str:
    """One sentence.

    Examples
    --------
    >>> _of_population({"status": "ok", "auc": 0.5, "p_value": 0.4, "is_alarm": False}).partition(": ")[0]
    'What people write has not changed as far as can be told'
    >>> _of_population({"status": "few posts", "posts": {"reference": 500, "now": 11}})
    'What people write: too few posts to tell whether it changed, 500 of the reference and 11 of now.'
    """
    if told["status"] == "few posts":
        counts = f"{told['posts']['reference']:,} of the reference and {told['posts']['now']:,} of now"
        return f"What people write: too few posts to tell whether it changed, {counts}."
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
    if not shares:
        return "Shares: of this task none are measured."
    if all(share["status"] == "not read" for share in shares):
        return "Shares: the model has not read the posts of both times. Run: workbench refresh."
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
