"""A Label Studio that may be asked, and what is said when it may not.

A request is never repeated by itself: an import that was answered by silence may have happened. Who resumes
looks first at what is there.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from label_studio_sdk import LabelStudio
from label_studio_sdk.core.api_error import ApiError

from workbench.errors import WorkbenchError
from workbench.labels.server import address, folder, read_credentials
from workbench.settings import LABEL_STUDIO_TOKEN, Settings

_TIMEOUT = 300  # seconds; a busy machine takes long over an import


class LostServerError(WorkbenchError):
    """Label Studio fell silent: what it was told last may have happened or not."""


@dataclass(frozen=True)
class Connection:
    """A Label Studio that may be asked."""

    url: str
    api: LabelStudio


def connect(settings: Settings) -> Connection:
    """The Label Studio of these settings, which has to run.

    Raises
    ------
    WorkbenchError
        It does not run; or it is one that a team shares and there is no token for it.
    """
    url = address(settings)
    if url is None:
        raise WorkbenchError("Label Studio does not run. Start it: workbench labels up.")
    if settings.labeling.server:
        token = os.environ.get(LABEL_STUDIO_TOKEN, "").strip()
        if not token.isascii():
            raise WorkbenchError(
                f"the token in {LABEL_STUDIO_TOKEN} holds other signs than letters and numbers."
            )
        if not token:
            raise WorkbenchError(
                f"Label Studio at {url} wants a token. Copy yours from its page Account & Settings into the "
                f"environment variable {LABEL_STUDIO_TOKEN}; it stands in no file of the workbench."
            )
    else:
        token = read_credentials(folder(settings)).token
    return connect_to(url, token)


def connect_to(url: str, token: str) -> Connection:
    """The Label Studio at that address."""
    # No connection is kept: there is then none to close, and none that a killed server has left half open.
    client = httpx.Client(
        timeout=_TIMEOUT, follow_redirects=False, limits=httpx.Limits(max_keepalive_connections=0)
    )
    with answering(url):
        return Connection(
            url,
            LabelStudio(base_url=url, api_key=token, timeout=_TIMEOUT, max_retries=0, httpx_client=client),
        )


@contextmanager
def answering(url: str) -> Iterator[None]:
    """Failures of a request in our words: what the server says may hold the text of a post.

    Raises
    ------
    LostServerError
        The server does not answer.
    WorkbenchError
        It refuses, or answers what cannot be understood.
    """
    try:
        yield
    except httpx.TransportError:
        raise _lost(url) from None
    except (httpx.HTTPError, httpx.InvalidURL, json.JSONDecodeError, UnicodeError):
        raise WorkbenchError(
            f"what answers at {url} does not speak as Label Studio does. Look at the address: labeling.server in "
            "workbench.toml, without a page behind the name of the server."
        ) from None
    except ApiError as error:
        if error.status_code in (502, 503, 504):  # as a proxy answers for a server that is about to come back
            raise _lost(url) from None
        if error.status_code is not None and 300 <= error.status_code < 400:
            raise WorkbenchError(
                f"Label Studio is not at {url}: it sends elsewhere ({error.status_code}), often from http to https. "
                "Write the address that a browser shows in the end into labeling.server in workbench.toml."
            ) from None
        if error.status_code in (401, 403):
            raise WorkbenchError(
                f"Label Studio at {url} does not accept the token ({error.status_code}). For a server of your own it "
                "stands in credentials.json; for one that a team shares in the environment variable "
                f"{LABEL_STUDIO_TOKEN}."
            ) from None
        raise WorkbenchError(
            f"Label Studio at {url} refused a request ({error.status_code}). workbench labels status shows whether it "
            "is in order; its own log tells why."
        ) from None


def _lost(url: str) -> LostServerError:
    return LostServerError(
        f"Label Studio at {url} does not answer. Start it (workbench labels up) and run the same command again: "
        "nothing is lost, and nothing is put twice."
    )
