"""Names as the keys of the settings file take them."""

import json
import re

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_key(*names: str) -> str:
    """Names as one key of TOML; in quotes where a name holds more than letters of English, digits, _ and -.

    Examples
    --------
    >>> toml_key("costs", "intents", "pr_risk"), toml_key("costs", "care", "Late, lost"), toml_key("Größe")
    ('costs.intents.pr_risk', 'costs.care."Late, lost"', '"Größe"')
    """
    return ".".join(name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False) for name in names)
