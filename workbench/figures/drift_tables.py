"""Tables of a look for drift: where it was looked for, which shares moved, and posts that show it."""

from collections.abc import Mapping
from html import escape
from typing import Any

import altair as alt
import pandas as pd
from IPython.display import HTML

from workbench.figures.bars import bars
from workbench.figures.fragments import fragment
from workbench.figures.numbers import format_count
from workbench.figures.tables import masked, records_table

_NAMES = {"accuracy": "Accuracy", "population": "What people write", "shares": "Shares of labels"}


def drift_table(found: Mapping[str, Any]) -> HTML:
    """The three places where drift is looked for, and whether there is an alarm, or nothing to know it by.

    Parameters
    ----------
    found
        As `workbench.models.drift.check_drift` gives it.
    """
    alarms = {"shares" if name.startswith("share.") else name for name in found["alarms"]}
    states = dict.fromkeys(found["not_known"], "not known") | dict.fromkeys(alarms, "yes")
    rows = [
        {"looked at": name, "alarm": states.get(key, "no"), "in words": words}
        for (key, name), words in zip(_NAMES.items(), found["finding"], strict=True)
    ]
    return records_table(pd.DataFrame(rows), "Where drift was looked for")


def shares_chart(found: Mapping[str, Any]) -> alt.LayerChart | HTML:
    """Change of the share of each label with its interval of this one look; a note where none is known."""
    known = pd.DataFrame([share for share in found["shares"] if share["status"] == "ok"])
    if known.empty:
        return fragment(f'<p class="note">{escape(found["finding"][-1])}</p>', "table")
    rows = known.rename(columns={"difference": "value"})[["label", "value", "low", "high", "labels"]]
    return bars(
        rows,
        y="label",
        title="Change of the share of each label",
        subtitle="Now less the reference, corrected by people's labels, with the 95 % interval of this look",
        unit="points",
    )


def shares_table(found: Mapping[str, Any]) -> HTML:
    """What the watch has seen of the share of each label: the evidence of a change, and from what it alarms."""
    columns = ["label", "labels", "evidence", "evidence_needed", "alarm"]
    rows = [{**share, "alarm": "yes" if share["is_alarm"] else "no"} for share in found["shares"]]
    return records_table(
        pd.DataFrame(rows, columns=columns), "Evidence that a share changed, however often one looks"
    )


def shown_posts_table(found: Mapping[str, Any]) -> HTML:
    """Posts that show an alarm, in their words; those that may not be quoted are counted."""
    shows = dict.fromkeys([*(post["shows"] for post in found["posts"]), *found["not_quoted"]])
    if not shows:
        why = (
            "No post shows what has changed."
            if found["alarms"]
            else "Without an alarm there are no posts to show."
        )
        return fragment(f'<p class="note">{why}</p>', "quotes")
    return fragment("".join(_quotes(found, one) for one in shows), "quotes")


def _quotes(found: Mapping[str, Any], shows: str) -> str:
    quotes = "".join(
        f"<li><blockquote>{masked(post['text'])}</blockquote><p>{escape(post['platform'])}</p></li>"
        for post in found["posts"]
        if post["shows"] == shows
    )
    kept = found["not_quoted"].get(shows, 0)
    posts = "1 post is" if kept == 1 else f"{format_count(kept)} posts are"
    note = f'<p class="note">{posts} not quoted: the policy of their platform does not allow it.</p>'
    caption = f'<p class="caption">{escape(shows[:1].upper() + shows[1:])}</p>'
    return f'{caption}<ul class="quotes">{quotes}</ul>{note if kept else ""}'
