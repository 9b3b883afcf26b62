"""The ways by which a notice reaches a person, and what they have in common."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from workbench.errors import WorkbenchError, did_you_mean
from workbench.notify.notice import Notice
from workbench.settings import Settings
from workbench.settings.sections import NoticeChannel

# What is used where the settings name no channel: a failure is written down somewhere, in any case.
WITHOUT_SETTINGS: Mapping[str, NoticeChannel] = {"log": NoticeChannel(kind="log")}


class NotDeliveredError(WorkbenchError):
    """A notice did not arrive; the message holds no secret and nothing that a server said in its own words.

    Attributes
    ----------
    is_final
        Trying again is of no use: this notice is refused, not this moment.
    retry_after
        Seconds that the other side asks to be left alone, where it says so.
    """

    def __init__(self, reason: str, *, is_final: bool = False, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.is_final = is_final
        self.retry_after = retry_after


class Channel(Protocol):
    """One way to one reader."""

    def send(self, notice: Notice) -> None:
        """Hand the notice over.

        Raises
        ------
        NotDeliveredError
            It was not taken.
        """


def channel_names(settings: Settings, wanted: Sequence[str] = ()) -> list[str]:
    """The wanted channels; with none wanted, those that `notify.failures` names, else all there are.

    Raises
    ------
    WorkbenchError
        One is not in the settings; names the nearest.
    """
    known = list(settings.notify.channels or WITHOUT_SETTINGS)
    chosen = list(wanted) or settings.notify.failures or known
    for name in chosen:
        if name not in known:
            raise WorkbenchError(
                f"there is no channel '{name}' in the settings.{did_you_mean(name, known)} "
                f"Channels: {', '.join(known)}."
            )
    return chosen


def readers(settings: Settings, names: Sequence[str]) -> list[tuple[str, str]]:
    """Each channel with each of its readers: a mail that one person's server refuses still reaches the others."""
    channels = settings.notify.channels or WITHOUT_SETTINGS
    return [(name, reader) for name in names for reader in (channels[name].to or [""])]


def open_channel(settings: Settings, name: str, reader: str) -> Channel:
    """The channel of that name, for one reader.

    Raises
    ------
    NotDeliveredError
        The settings do not have it (any more).
    """
    channel = (settings.notify.channels or WITHOUT_SETTINGS).get(name)
    if channel is None:
        raise NotDeliveredError(f"there is no channel '{name}' in the settings (any more)")
    if channel.kind == "email":
        from workbench.notify.email_channel import EmailChannel

        return EmailChannel(channel, reader)
    if channel.kind == "webhook":
        from workbench.notify.webhook_channel import WebhookChannel

        return WebhookChannel(channel)
    if channel.kind == "apprise":
        from workbench.notify.apprise_channel import AppriseChannel

        return AppriseChannel(channel)
    from workbench.notify.log_channel import LogChannel

    return LogChannel(None if channel.file == "-" else _log_file(settings, channel))


def _log_file(settings: Settings, channel: NoticeChannel) -> Path:
    return settings.data_folder / channel.file
