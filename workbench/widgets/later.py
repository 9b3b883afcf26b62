"""Work that waits until somebody has stopped moving a control."""

import asyncio
from collections.abc import Callable

_PAUSE = 0.2  # seconds; between two presses of a key that is held


class Setting:
    """While a class sets its own controls, what follows a person's changes is silent.

    Examples
    --------
    >>> said, setting = [], Setting()
    >>> changed = setting.unless(lambda: said.append("changed"))
    >>> with setting:
    ...     changed()
    >>> changed("by a person")
    >>> said
    ['changed']
    """

    def __init__(self) -> None:
        self._depth = 0

    def __enter__(self) -> None:
        self._depth += 1

    def __exit__(self, *_: object) -> None:
        self._depth -= 1

    def __bool__(self) -> bool:
        return self._depth > 0

    def unless(self, act: Callable[[], None]) -> Callable[..., None]:
        """An answer to what a person changes, and to nothing that was set meanwhile."""

        def changed(*_change: object) -> None:
            if not self:
                act()

        return changed


class Later:
    """Calls a function once, a moment after the last of several calls; at once where no event loop runs.

    Examples
    --------
    >>> said = []
    >>> later = Later(lambda: said.append("drawn"))
    >>> later()
    >>> said
    ['drawn']
    """

    def __init__(self, act: Callable[[], None], pause: float = _PAUSE) -> None:
        self._act, self._pause = act, pause
        self._waiting: asyncio.TimerHandle | None = None

    def __call__(self) -> None:
        """Do it a moment from now, and not before."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no notebook, so nobody moves anything
            self._act()
            return
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = loop.call_later(self._pause, self._act)
