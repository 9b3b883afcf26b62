"""Secrets of channels: read from the environment when they are used, and kept out of every log."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

from workbench.notify.channels import NotDeliveredError

# At INFO or DEBUG these write down addresses with the token in them.
_TALKATIVE = ("httpx", "httpcore", "urllib3", "requests", "apprise")


def from_environment(name: str) -> str:
    """The secret in the environment variable of that name.

    Raises
    ------
    NotDeliveredError
        It is not set.
    """
    value = os.environ.get(name, "").strip()
    if not value:
        raise NotDeliveredError(f"environment variable {name} is not set where notices are sent from")
    return value


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Nothing below a warning is logged by libraries that would log a secret."""
    before = {name: logging.getLogger(name).level for name in _TALKATIVE}
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
