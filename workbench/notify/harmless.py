"""What leaves this machine by a channel: masked once more, and without any secret that this machine knows."""

import os
import re

from workbench.privacy.masking import NO_KEY, mask_text
from workbench.settings import Settings

_PART = re.compile(r"[^/@:?&=]+")
_SHORTEST = 12  # shorter parts of an address are names that stand everywhere, such as "services"


def harmless(text: str, settings: Settings) -> str:
    """The text as it may be told."""
    for name in settings.secret_names:
        secret = os.environ.get(name, "").strip()
        # Of an address its parts, too: what follows the server is the token.
        parts = [part for part in _PART.findall(secret.partition("://")[2]) if len(part) >= _SHORTEST]
        for part in filter(None, (secret, *parts)):
            text = text.replace(part, "***")
    return mask_text(text, NO_KEY).strip()
