"""Notices to a chat, by an incoming webhook as Slack takes it; Mattermost, Rocket.Chat and others take the same."""

import re
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx

from workbench.notify.channels import NotDeliveredError
from workbench.notify.environment import from_environment, quiet_libraries
from workbench.notify.notice import Notice
from workbench.settings.sections import NoticeChannel

_SIGNS = {"good": ":white_check_mark:", "warning": ":warning:", "failure": ":x:"}
_LONGEST = 3000  # of 40,000 that Slack takes: nobody reads more


@dataclass(frozen=True)
class WebhookChannel:
    """Posts to the address in an environment variable.

    Not by Apprise, which does not say what the server answered: how long to wait when there is too much (429,
    Retry-After), and whether trying again is of any use.

    Notes
    -----
    Slack, "Sending messages using incoming webhooks": 200 and `ok`; otherwise a status and one word, such as 400
    `invalid_payload`, 403 `action_prohibited`, 404 `no_service`, 410 `channel_is_archived`, 500 `rollup_error`.
    """

    settings: NoticeChannel

    def send(self, notice: Notice) -> None:
        """Post the notice.

        Raises
        ------
        NotDeliveredError
            The server was not reached or did not take it; final only where it refuses the payload itself, since an
            address or a channel can be mended.
        """
        url = from_environment(self.settings.url_env)
        where = f"the webhook in {self.settings.url_env}"
        try:
            with quiet_libraries(), httpx.Client(timeout=self.settings.timeout_seconds) as client:
                answer = client.post(url, json={"text": chat_text(notice)})
        except httpx.TimeoutException:
            raise NotDeliveredError(
                f"{where} did not answer within {self.settings.timeout_seconds:g} s"
            ) from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise NotDeliveredError(f"{where} is no address that begins with https://") from None
        except httpx.HTTPError as error:
            raise NotDeliveredError(f"{where} cannot be reached ({type(error).__name__})") from None
        if not answer.is_success:
            raise NotDeliveredError(
                f"{where} answered {answer.status_code}{_word(answer)}",
                is_final=answer.status_code in (400, 413),
                retry_after=_retry_after(answer),
            )


def chat_text(notice: Notice) -> str:
    """The notice in Slack's markup, where three characters are not to be taken for it.

    Examples
    --------
    >>> print(chat_text(Notice("k", "weekly failed", "a < b & c", severity="failure")))
    :x: *weekly failed*
    a &lt; b &amp; c
    """
    plain = f"*{notice.subject}*\n{notice.text}".strip()
    escaped = plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"{_SIGNS[notice.severity]} {escaped}"[:_LONGEST]


def _word(answer: httpx.Response) -> str:
    """The one word by which Slack names what is wrong; anything longer may hold what was sent."""
    return f" {answer.text}" if re.fullmatch(r"[a-z_]{1,40}", answer.text) else ""


def _retry_after(answer: httpx.Response) -> float | None:
    """Seconds to wait, which a server gives as such or as a date (RFC 9110, 10.2.3)."""
    told = answer.headers.get("Retry-After", "")
    if re.fullmatch(r"[0-9]{1,9}", told):
        return float(told)
    try:
        return max(0.0, parsedate_to_datetime(told).timestamp() - time.time())
    except ValueError:
        return None
