"""What is asked of an explorer: one figure over time, a line for each of something, of a part of the posts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from workbench.figures.words import metric_label

GRAINS = ("day", "week", "month")


@dataclass(frozen=True)
class Question:
    """One figure over time; the same question is a line of Python, so that exploring ends in a notebook.

    Parameters
    ----------
    measure, metric
        For instance "sentiment_share" and of it "sentiment_share.negative".
    line
        Of what there is a line each: brand, platform, language, region, product.
    shown
        The lines wanted.
    grain
        day, week or month.
    first, last
        Labels of the first and last period; empty: all.
    only
        For other columns the one value that is wanted.
    own
        The line in colour; None for a colour each.
    """

    measure: str
    metric: str
    line: str = "brand"
    shown: tuple[str, ...] = ()
    grain: str = "week"
    first: str = ""
    last: str = ""
    only: Mapping[str, str] = field(default_factory=dict)
    own: str | None = None

    @property
    def by(self) -> list[str]:
        """Grouping columns of the measure."""
        return [self.line, *self.only, self.grain]

    @property
    def title(self) -> str:
        """What the chart says.

        Examples
        --------
        >>> Question("sentiment_share", "sentiment_share.negative", only={"platform": "x"}).title
        'Sentiment share, negative: x'
        """
        parts = ", ".join(self.only.values())
        return metric_label(self.metric) + (f": {parts}" if parts else "")

    def of(self, measured: pd.DataFrame) -> pd.DataFrame:
        """The rows of the answer, of the measure over all posts by `by`."""
        rows = measured[(measured["metric"] == self.metric) & measured[self.line].isin(self.shown)]
        for column, value in self.only.items():
            rows = rows[rows[column] == value]
        if self.first:
            rows = rows[rows[self.grain].between(self.first, self.last)]
        return rows.reset_index(drop=True)

    @property
    def code(self) -> str:
        """Lines of a notebook that draw the same figure.

        Examples
        --------
        >>> print(Question("volume", "volume", shown=("Acme",), own="Acme").code)
        from workbench import open_workbench, trend
        <BLANKLINE>
        wb = open_workbench()
        frame = wb.measures(["volume"], ["brand", "week"], brand=["Acme"])
        trend(frame, x="week", color="brand", title="Volume", own="Acme")
        """
        only = {self.line: list(self.shown), **self.only}
        wanted = ", ".join(f"{column}={_quoted(value)}" for column, value in only.items())
        lines = [
            "from workbench import open_workbench, trend",
            "",
            "wb = open_workbench()",
            f"frame = wb.measures([{_quoted(self.measure)}], {_quoted(self.by)}, {wanted})",
        ]
        kept = [] if self.metric == self.measure else [f'(frame["metric"] == {_quoted(self.metric)})']
        if self.first:
            period = f"frame[{_quoted(self.grain)}]"
            kept.append(f"{period}.between({_quoted(self.first)}, {_quoted(self.last)})")
        if kept:
            lines.append(f"frame = frame[{' & '.join(kept)}]")
        own = f", own={_quoted(self.own)}" if self.own else ""
        drawn = f"x={_quoted(self.grain)}, color={_quoted(self.line)}, title={_quoted(self.title)}{own}"
        return "\n".join([*lines, f"trend(frame, {drawn})"])


def _quoted(value: object) -> str:
    """A text or list of texts as Python with double quotes."""
    if isinstance(value, list):
        return f"[{', '.join(map(_quoted, value))}]"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{text}"'
