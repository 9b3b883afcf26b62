"""How far an audit is, and what it leaves out."""

from dataclasses import dataclass

import pandas as pd

from workbench.figures.numbers import format_count, format_interval, format_value
from workbench.reports.statements import listed

# Where two of five posts or more divide people, the mean of their answers is nobody's.
_ENOUGH = 0.6


@dataclass(frozen=True)
class Standing:
    """How far the labelling of an audit is, and what its figures leave out.

    Parameters
    ----------
    name, source
        Of the audit, and its file.
    brands, posts
        Audited.
    drawn, labelled, judged
        Posts drawn; of these those somebody answered; of these those of which somebody could tell.
    people
        How many answered.
    without_sentiment, not_earned
        Posts of the audited brands of which the vendor says nothing; and those by the brands themselves, by
        bots, for promotion or without any words.
    other_brands, of_other_brands
        Brands that are not audited, and their posts.
    without_brand, rejected
        Posts of no brand, and rows of the file that could not be read.
    unlabelled
        Audited brands of which nobody has judged a post.
    first_day, last_day
        Of the audited posts.
    seconds_per_label
        What one answer takes.
    """

    name: str
    source: str
    brands: int
    posts: int
    drawn: int
    labelled: int
    judged: int
    people: int
    without_sentiment: int
    not_earned: int
    other_brands: int
    of_other_brands: int
    without_brand: int
    rejected: int
    first_day: str
    last_day: str
    seconds_per_label: float
    unlabelled: tuple[str, ...] = ()
    doubled: int = 0
    agreed: int = 0

    @property
    def is_preliminary(self) -> bool:
        """Whether drawn posts still wait for an answer."""
        return self.labelled < self.drawn


def preliminary_sentence(standing: Standing) -> str:
    """That labels are still missing, where they are."""
    if not standing.is_preliminary:
        return ""
    return (
        f"Preliminary: {format_count(standing.labelled)} of {format_count(standing.drawn)} drawn posts are "
        "labelled. The intervals are those "
        "of the labels so far, as long as the posts were answered in the order in which they were handed out."
        + (f" Nothing is labelled yet of {listed(standing.unlabelled)}." if standing.unlabelled else "")
    )


def audit_limits(standing: Standing, scores: pd.DataFrame) -> str:
    """What the audit does not show."""
    days = f"from {standing.first_day} to {standing.last_day}"
    said = [
        f"This speaks only of the {format_count(standing.posts)} posts of {standing.source} {days}, "
        "not of posts that the vendor did not find"
    ]
    left_out = {
        "without a sentiment by the vendor": standing.without_sentiment,
        "by the brands themselves, by bots, or without words": standing.not_earned,
        f"of {counted(standing.other_brands, 'other brand')}": standing.of_other_brands,
        "of no brand": standing.without_brand,
        "that could not be read": standing.rejected,
    }
    if told := [f"{format_count(count)} {what}" for what, count in left_out.items() if count]:
        said.append(f"Left out are posts: {listed(told)}")
    relevant = figure_of(scores, "relevant")
    if relevant is not None and relevant["value"] < 1:
        off = format_value(1 - relevant["value"], "share")
        ends = format_interval(1 - relevant["high"], 1 - relevant["low"], "share")
        said.append(f"{off} of the posts ({ends}) are not about the brand at all; figures are of the others")
    if standing.labelled > standing.judged:
        said.append(f"Of {format_count(standing.labelled - standing.judged)} posts nobody could tell")
    who = "one person" if standing.people == 1 else f"{format_count(standing.people)} people"
    said.append(f"Labels are the judgement of {who}, and people err as well{_agreement(standing)}")
    return ". ".join(said) + "."


def _agreement(standing: Standing) -> str:
    if not standing.doubled:
        return ""
    of = counted(standing.doubled, "post")
    share = format_value(standing.agreed / standing.doubled, "share")
    told = f": of {of} that several people judged they agreed on {format_count(standing.agreed)} ({share})"
    if standing.agreed < _ENOUGH * standing.doubled:
        told += (
            ". They do not see the same in a post, and others would find other figures than these: make clear what is "
            "asked and let them judge anew before anything rests on this"
        )
    return told


def figure_of(scores: pd.DataFrame, metric: str) -> dict | None:
    """One of the scores; None where it was withheld."""
    rows = scores[(scores["metric"] == metric) & scores["value"].notna()].to_dict("records")
    return rows[0] if rows else None


def counted(number: int, thing: str) -> str:
    """A number with what is counted.

    Examples
    --------
    >>> counted(1, "pair"), counted(1200, "post")
    ('1 pair', '1,200 posts')
    """
    return f"{format_count(number)} {thing}{'' if number == 1 else 's'}"
