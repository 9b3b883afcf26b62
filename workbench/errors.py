"""Errors meant for a person: what was found, what was expected, how to mend it."""

import difflib
from collections.abc import Iterable


class WorkbenchError(Exception):
    """Something a user can mend; the command line prints its message and exits with code 1.

    The message names the thing, says what was expected and how to mend it. It never carries a
    secret nor the text of a post.
    """

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows of it: the sentence, and not the way through the package."""
        return [f"workbench: {self}"]


class OutsideError(WorkbenchError, PermissionError):
    """Something was to be written where it may not be; also what a library expects that may not write somewhere."""


def one_of(value: str, known: Iterable[str], what: str) -> None:
    """Refuse a name that is none of those there are.

    Raises
    ------
    WorkbenchError
        Names the nearest, and all of them.

    Examples
    --------
    >>> one_of("prase", ("praise", "complaint"), "label")
    Traceback (most recent call last):
    workbench.errors.WorkbenchError: there is no label 'prase'. Did you mean 'praise'? There are: praise, complaint.
    """
    names = list(known)
    if value not in names:
        raise WorkbenchError(
            f"there is no {what} '{value}'.{did_you_mean(value, names)} There are: {', '.join(names) or 'none'}."
        )


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Sentence that names the nearest of the known words, or nothing.

    Examples
    --------
    >>> did_you_mean("contry", ["country", "brand"])
    " Did you mean 'country'?"
    >>> did_you_mean("xyz", ["country", "brand"])
    ''
    """
    folded = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return f" Did you mean '{folded[near[0]]}'?" if near else ""
