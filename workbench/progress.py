"""How far long work has come: what a function is called with, so that it may be shown in a terminal or a notebook."""

from collections.abc import Callable

Progress = Callable[[float, str], None]
"""Called with the share done, 0–1, and what is being done."""


def silent(done: float, what: str) -> None:
    """Show nothing."""
