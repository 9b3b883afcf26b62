"""Tables of a look for drift: where it was looked for, which shares moved, and posts that show it."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from IPython.display import HTML

from workbench.figures.tables import records_table

_NAMES = {"accuracy": "Accuracy", "population": "What people write", "share": "Shares of labels"}


def drift_table(found: Mapping[str, Any]) -> HTML:
    """The three places where drift is looked for, and whether there is an alarm.

    Parameters
    ----------
    found
        As `workbench.models.drift.check_drift` gives it.
    """
    alarms = {name.partition(".")[0] for name in found["alarms"]}
    rows = [
        {"looked at": name, "alarm": "yes" if key in alarms else "no", "in words": words}
        for (key, name), words in zip(_NAMES.items(), found["finding"], strict=True)
    ]
    return records_table(pd.DataFrame(rows), "Where drift was looked for")


def shares_table(found: Mapping[str, Any]) -> HTML:
    """Change of the share of each label, with its interval and the evidence of the watch."""
    columns = ["label", "difference", "low", "high", "labels", "evidence", "alarm"]
    rows = [{**share, "alarm": "yes" if share["is_alarm"] else "no"} for share in found["shares"]]
    units = dict.fromkeys(("difference", "low", "high"), "share")
    frame = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(units, float))
    return records_table(frame, "Shares now less those of the reference, corrected by people's labels", units)


def shown_posts_table(found: Mapping[str, Any]) -> HTML:
    """Posts that show an alarm; those that may not be quoted are counted."""
    rows = [{name: post[name] for name in ("shows", "platform", "text")} for post in found["posts"]] + [
        {"shows": shows, "platform": "", "text": f"{count} more, of platforms that may not be quoted"}
        for shows, count in found["not_quoted"].items()
    ]
    return records_table(pd.DataFrame(rows), "Posts that show it")
