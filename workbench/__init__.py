"""Customer feeling in public, measured: the names that notebooks use.

Names are imported when they are first used, so that the command line answers at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.session import Workbench, open_workbench

_HOMES = {
    "open_workbench": "workbench.session",
    "Workbench": "workbench.session",
}

__all__ = ["Workbench", "open_workbench"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'workbench' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
