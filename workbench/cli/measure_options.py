"""What a measure takes besides its groups, from the command line."""

import inspect
import types
from collections.abc import Sequence
from typing import Any, Literal, Union, get_args, get_origin

from workbench.errors import one_of
from workbench.measures import find_measure
from workbench.runs.parameters import Parameter, read_values

_PLAIN = (bool, int, float, str)


def declared_options(name: str) -> dict[str, Parameter]:
    """What a measure takes besides its groups, as far as it can be written on a command line.

    Raises
    ------
    WorkbenchError
        There is no such measure.
    """
    taken = list(inspect.signature(find_measure(name)).parameters.values())[2:]  # mentions, by
    kinds = {one.name: _kind(one.annotation) for one in taken}
    return {
        one.name: Parameter(one.name, kinds[one.name], repr(one.default), "")
        for one in taken
        if kinds[one.name]
    }


def measure_options(name: str, pairs: Sequence[str]) -> dict[str, Any]:
    """Values of ``option=value`` pairs, each in the type that the measure declares for it.

    Raises
    ------
    WorkbenchError
        There is no such measure or option, or a value is none that the option may have.

    Examples
    --------
    >>> measure_options("sentiment_share", ["minimum_labels=10", "without_people_error=yes"])
    {'minimum_labels': 10, 'without_people_error': True}
    >>> measure_options("volume", ["vintage=last"])
    Traceback (most recent call last):
    workbench.errors.WorkbenchError: there is no vintage 'last'. There are: preliminary, final.
    """
    values = read_values(f"measure {name}", declared_options(name), pairs)
    taken = inspect.signature(find_measure(name)).parameters
    for option, value in values.items():
        if get_origin(taken[option].annotation) is Literal:
            one_of(value, get_args(taken[option].annotation), option)
    return values


def _kind(annotation: Any) -> str:
    """The type by its name, of several the first; empty where no word stands for it."""
    if get_origin(annotation) in (Union, types.UnionType):
        return _kind(get_args(annotation)[0])
    if get_origin(annotation) is Literal:
        return "str"
    if get_args(annotation) == (str,):  # a list or another sequence
        return "list"
    return annotation.__name__ if annotation in _PLAIN else ""
