"""Share of voice: how much of the conversation about a set of brands is about each."""

from typing import Literal

import narwhals as nw
from narwhals.typing import FrameT, IntoFrameT

from workbench.errors import WorkbenchError, one_of
from workbench.statistics.measure import Metric, Vintage, aggregate, measure_frame, ratio
from workbench.statistics.mentions import is_earned, with_columns_checked
from workbench.store.frames import column_names

Several = Literal["each", "split"]
_RULES = {
    "each": "a post that names several counts once for each",
    "split": "a post that names k of them counts 1/k for each",
}


def share_of_voice(
    mentions: IntoFrameT,
    by: list[str],
    brands: list[str],
    *,
    several: Several = "each",
    vintage: Vintage = "final",
) -> IntoFrameT:
    """Each brand's share of the unique relevant earned mentions of a fixed set of brands, per window.

    It compares brands only as well as the search finds each of them: a brand with a common name is
    found less often than one with a rare name.

    Parameters
    ----------
    mentions
        Mention frame, in which a post and brand stand once.
    by
        Columns of the window, for instance ``["week"]``; "brand" may stand among them and is always
        a grouping column of the result.
    brands
        The fixed set: the shares of a window sum to 1 over it. Keep it the same over time.
    several
        Posts that name several of the brands: "each" (once for each) or "split" (1/k for each).
    vintage
        Whether posts of the window may still arrive.

    Returns
    -------
    Measure frame of the kind given, grouped by the window and brand, unit share (0–1); ``posts`` counts
    the brand's mentions. A brand that is named in other windows has 0 where it is not; a window in
    which no brand is named is null and withheld.

    Raises
    ------
    WorkbenchError
        No brands are given, or the mentions lack a column.

    Examples
    --------
    >>> import pandas as pd
    >>> mentions = pd.DataFrame(
    ...     {
    ...         "post_id": ["1", "2", "2", "3"],
    ...         "brand": ["Acme", "Acme", "Bolt", "Else"],
    ...         "author_role": "customer",
    ...         "is_relevant": True,
    ...     }
    ... )
    >>> share_of_voice(mentions, by=[], brands=["Acme", "Bolt"], several="split")[["brand", "value", "posts"]]
      brand  value  posts
    0  Acme   0.75      2
    1  Bolt   0.25      1
    """
    if not brands:
        raise WorkbenchError(
            "share of voice needs a fixed set of brands. Name them, for instance those of workbench.toml."
        )
    one_of(several, _RULES, "way to count a post that names several brands")
    windows = [name for name in by if name != "brand"]
    groups = [*windows, "brand"]
    frame = with_columns_checked(nw.from_native(mentions), groups)
    named = frame.filter(is_earned(), nw.col("brand").is_in(brands)).select(*groups, "post_id")
    weighed = _weighed(named, several).select(*groups, "weight", counts=nw.lit(1))
    silent = _every_pair(frame, windows, brands).with_columns(weight=nw.lit(0.0), counts=nw.lit(0))
    counted = aggregate(
        nw.concat([weighed, silent.select(column_names(weighed))]),
        groups,
        posts=nw.col("counts").sum(),
        weight=nw.col("weight").sum(),
    )
    total = nw.col("weight").sum().over(*windows) if windows else nw.col("weight").sum()
    shares = counted.with_columns(total=total).select(
        *groups, "posts", share_of_voice=ratio(nw.col("weight"), nw.col("total"))
    )
    method = f"share of unique relevant earned mentions of {', '.join(sorted(brands))}; {_RULES[several]}"
    return measure_frame(
        shares, groups, [Metric("share_of_voice", "share", method)], vintage=vintage
    ).to_native()


def _weighed(named: FrameT, several: Several) -> FrameT:
    if several == "each":
        return named.with_columns(weight=nw.lit(1.0))
    return named.with_columns(weight=ratio(nw.lit(1.0), nw.col("brand").count().over("post_id")))


def _every_pair(frame: FrameT, windows: list[str], brands: list[str]) -> FrameT:
    """Every window with every brand, so that a silent brand is seen."""
    known = frame.filter(nw.col("brand").is_in(brands)).select("brand").unique()
    return frame.select(*windows).unique().join(known, how="cross") if windows else known
