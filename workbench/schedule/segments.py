"""The brands, products and regions for each of which a job runs."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

from workbench.errors import did_you_mean
from workbench.runs.file_names import file_safe
from workbench.runs.segments import SEGMENTS, is_too_long
from workbench.settings import Settings

if TYPE_CHECKING:
    from workbench.schedule.jobs import Job

_RELATED = {("product", "brand"), ("brand", "product")}


def check_for_each(for_each: Mapping[str, Any]) -> dict[str, Any]:
    """The declaration, lists as tuples, if its segments exist, can be listed and do not refer in a circle.

    Raises
    ------
    ValueError
        Says which segment, and what may stand there.

    Examples
    --------
    >>> check_for_each({"brand": "of product", "product": "of brand"})
    Traceback (most recent call last):
    ValueError: circular: brand is 'of product', product is 'of brand'. Give one of them as all or as a list
    """
    for name, values in for_each.items():
        if name not in SEGMENTS:
            raise ValueError(
                f"'{name}' is no segment.{did_you_mean(name, SEGMENTS)} Expected {', '.join(SEGMENTS)}"
            )
        _check_values(name, values, for_each)
    _order(for_each)
    return {name: values if isinstance(values, str) else tuple(values) for name, values in for_each.items()}


def segments_of(job: "Job", settings: Settings) -> list[dict[str, str]]:
    """Segments of a job, one dictionary a run.

    A job without `for_each` has one, which is empty; a job for which there is no brand or product has none.

    Examples
    --------
    >>> from workbench.schedule.jobs import Job
    >>> job = Job(name="a", notebook="kpi/weekly", cron="0 7 * * 1", for_each={"brand": ["Acme", "Bolt"]})
    >>> segments_of(job, Settings())
    [{'brand': 'Acme'}, {'brand': 'Bolt'}]
    """
    found: list[dict[str, str]] = [{}]
    for name in _order(job.for_each):
        found = [
            {**segment, name: value}
            for segment in found
            for value in _values(name, job.for_each[name], segment, settings)
        ]
    return [{name: segment[name] for name in job.for_each} for segment in found]


def remark_of(job: "Job", settings: Settings) -> str:
    """Why a job that is declared has no slots; empty where it has some.

    Examples
    --------
    >>> from workbench.schedule.jobs import Job
    >>> remark_of(Job(name="a", notebook="kpi/weekly", cron="0 7 * * 1", for_each={"brand": "all"}), Settings())
    "job 'a' runs for nobody: for_each finds no brand in the settings. Name them under [brands] in workbench.toml."
    """
    if segments_of(job, settings):
        trigger = job.after or job.before
        if trigger and not settings.calendars.get(trigger.calendar):
            return (
                f"job '{job.name}' never runs: the calendar {trigger.calendar} has no dates. Give it some in "
                "workbench.toml."
            )
        return ""
    kinds = " and ".join(name for name, values in job.for_each.items() if isinstance(values, str))
    return (
        f"job '{job.name}' runs for nobody: for_each finds no {kinds} in the settings. Name them under [brands] "
        "in workbench.toml."
    )


def values_known(name: str, settings: Settings) -> list[str]:
    """Brands or products that the settings name; regions they do not know."""
    if name == "brand":
        return list(settings.brands)
    if name == "product":
        return list(
            dict.fromkeys(product for brand in settings.brands.values() for product in brand.products)
        )
    return []


def segment_key(segment: Mapping[str, str]) -> str:
    """The segment as one text, different for different segments; empty for none.

    Examples
    --------
    >>> segment_key({"brand": "AT&T", "region": "North"})
    'brand=AT~26T,region=North'
    """
    return ",".join(f"{name}={file_safe(segment[name])}" for name in sorted(segment))


def segment_keys(job: "Job", settings: Settings) -> set[str]:
    """The segments that a job has now, each as one text."""
    return {segment_key(segment) for segment in segments_of(job, settings)}


def _check_values(name: str, values: Any, for_each: Mapping[str, Any]) -> None:
    if not isinstance(values, str):
        if not isinstance(values, list | tuple) or not all(isinstance(value, str) for value in values):
            raise ValueError(f"{name} is {values!r}. Expected {_expected(name)}; numbers in quotes")
        if not values:
            raise ValueError(f"{name} is an empty list. Name at least one, or write all")
        repeated = sorted({value for value in values if values.count(value) > 1})
        if repeated:
            raise ValueError(f"{name} names {', '.join(repeated)} twice. Remove one")
        if not all(value.strip() for value in values):
            raise ValueError(f"{name} names an empty text. Remove it")
        long = [value for value in values if is_too_long(value)]
        if long:
            raise ValueError(f"{name} '{long[0][:40]}…' is too long to name a file. Shorten it")
        return
    of, _, other = values.partition(" ")
    if values == "all" and name != "region":
        return
    if of == "of" and other == name:
        raise ValueError(f"circular: {name} is '{values}'. Give it as all or as a list")
    if of == "of" and (name, other) in _RELATED:
        if other not in for_each:
            raise ValueError(f"{name} is '{values}', but for_each has no {other}. Add {other}: all")
        return
    raise ValueError(f"{name} is '{values}'. Expected {_expected(name)}")


def _expected(name: str) -> str:
    if name == "region":
        return "a list of regions: the settings do not know them"
    other = "brand" if name == "product" else "product"
    return f"all, a list of {name}s, or of {other}"


def _order(for_each: Mapping[str, Any]) -> list[str]:
    """Segments so that each stands after the one that it refers to."""
    needs = {
        name: [values.removeprefix("of ")] if isinstance(values, str) and values.startswith("of ") else []
        for name, values in for_each.items()
    }
    try:
        return list(TopologicalSorter(needs).static_order())
    except CycleError:
        circle = ", ".join(f"{name} is '{for_each[name]}'" for name in for_each if needs[name])
        raise ValueError(f"circular: {circle}. Give one of them as all or as a list") from None


def _values(name: str, declared: Any, segment: Mapping[str, str], settings: Settings) -> list[str]:
    if not isinstance(declared, str):
        return list(declared)
    if declared == "of brand":
        brand = settings.brands.get(segment["brand"])
        return list(dict.fromkeys(brand.products)) if brand else []
    if declared == "of product":
        return [b for b, brand in settings.brands.items() if segment["product"] in brand.products]
    return values_known(name, settings)
