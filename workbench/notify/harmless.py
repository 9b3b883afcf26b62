"""What leaves this machine by a channel: masked once more, and without the secrets of the channels."""

import os

from workbench.privacy.masking import NO_KEY, mask_text
from workbench.settings import Settings


def harmless(text: str, settings: Settings) -> str:
    """The text as it may be told."""
    for channel in settings.notify.channels.values():
        for name in (channel.password_env, channel.url_env):
            if secret := os.environ.get(name, "").strip():
                text = text.replace(secret, "***")
    return mask_text(text, NO_KEY).strip()
