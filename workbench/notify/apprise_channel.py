"""Notices to any service that Apprise knows: Slack, Teams, Matrix, Telegram, PagerDuty and over a hundred more."""

import logging
import re
import warnings
from dataclasses import dataclass
from urllib.parse import unquote

from workbench.notify.channels import NotDeliveredError
from workbench.notify.environment import from_environment, quiet_libraries
from workbench.notify.notice import Notice
from workbench.settings.sections import NoticeChannel

_TYPES = {"good": "success", "warning": "warning", "failure": "failure"}


@dataclass(frozen=True)
class AppriseChannel:
    """Sends to the Apprise address in an environment variable; it carries a token, and is never shown."""

    settings: NoticeChannel

    def send(self, notice: Notice) -> None:
        """Send the notice.

        Raises
        ------
        NotDeliveredError
            The address is none of Apprise's, or the service did not take the notice.
        """
        import apprise  # takes half a second, and most channels do without

        url = from_environment(self.settings.url_env)
        where = f"the service in {self.settings.url_env}"
        log = apprise.LogCapture(level=logging.WARNING, fmt="%(message)s")
        with quiet_libraries(), warnings.catch_warnings(), log as told:
            # On its first use it loads all its services, some with what later Pythons have no more.
            warnings.simplefilter("ignore", DeprecationWarning)
            try:
                service = apprise.Apprise()
                is_known = service.add(url)
                is_taken = is_known and service.notify(
                    body=notice.text or notice.subject,
                    title=notice.subject,
                    notify_type=apprise.NotifyType(_TYPES[notice.severity]),
                    body_format=apprise.NotifyFormat.TEXT,
                )
            except Exception as error:  # noqa: BLE001 one of over a hundred services that nobody tested together
                raise NotDeliveredError(f"{where} failed ({type(error).__name__})") from None
            reason = redacted(told.getvalue(), url)
        if not is_known:
            raise NotDeliveredError(f"{where} is no address that Apprise knows, such as slack://…")
        if not is_taken:
            raise NotDeliveredError(f"{where} did not take it. {reason}".strip())


def redacted(told: str, url: str) -> str:
    """What was told, in one line and without any part of the address that may be a token.

    Examples
    --------
    >>> redacted("Failed to post to slack://T0/B0/s3cr3tt0ken: error=500.\\n", "slack://T0/B0/s3cr3tt0ken")
    'Failed to post to slack://***: error=500.'
    """
    scheme, _, rest = url.partition("://")
    told = " ".join(told.split()).replace(url, f"{scheme}://***")
    parts = {part for part in re.split(r"[/:@?&=,]", rest) if len(part) > 3}
    for part in sorted(parts | {unquote(part) for part in parts}, key=len, reverse=True):
        told = told.replace(part, "***")
    return told[:300]
