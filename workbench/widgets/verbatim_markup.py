"""How posts look in the browser of verbatims, and what is said of them."""

from html import escape
from typing import Any

import pandas as pd

from workbench.figures.fragments import fragment, without_style
from workbench.figures.numbers import count_posts, format_count, format_value
from workbench.figures.tables import masked
from workbench.widgets.verbatim_posts import Wanted


def quoted(post: dict[str, Any]) -> str:
    """One post; JupyterLab's own text colours follow its theme."""
    sure = "" if pd.isna(post["probability"]) else f" {format_value(post['probability'], 'share')}"
    said = f" · read as {post['sentiment']}{sure}" if isinstance(post["sentiment"], str) else ""
    where = f"{escape(post['platform'])} · {escape(post['day'])}{said}"
    quote = f"<blockquote>{masked(post['text'])}</blockquote><p>{where}</p>"
    listed = fragment(f'<ul class="quotes" style="display:block"><li>{quote}</li></ul>', "quotes")
    return without_style(str(listed.data))


def counted(count: int, start: int, shown: int, wanted: Wanted, left_out: dict[str, int]) -> str:
    """Which posts are shown of how many, and how many may not be."""
    if not count:
        words = "No post that may be quoted is like this. Choose another period, sentiment or fewer words."
    else:
        words = f"{format_count(start + 1)}–{format_count(start + shown)} of {count_posts(count)}."
    if left_out:
        total, names = format_count(sum(left_out.values())), ", ".join(left_out)
        of_words = ", whatever their words," if wanted.words.strip() else ""
        words += f" {total} more{of_words} on {names} are not shown: the terms of these platforms allow no quotation."
    return words


def project_link(project: dict[str, Any]) -> str:
    """Where in Label Studio the posts that were sent are labelled."""
    link = f'<a href="{escape(project["url"])}" target="_blank">{escape(project["title"])}</a>'
    return f'<p style="margin:0">Label them: {link}</p>'
