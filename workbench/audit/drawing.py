"""The blind sample of an audit: drawn at random within each brand, and enlarged when more labels are bought."""

from typing import Any

import narwhals as nw
import pandas as pd

from workbench.audit.world import SAMPLE, TASK, VENDOR, World
from workbench.errors import WorkbenchError, did_you_mean
from workbench.labels.drawn import recorded
from workbench.labels.enlarging import as_drawn, enlarge
from workbench.labels.frames import sampling_frame
from workbench.labels.other_queues import is_among
from workbench.labels.queues import draw_sample
from workbench.statistics.sampling import equal_parts
from workbench.store.engine import Engine, open_engine
from workbench.store.lake import Lake
from workbench.store.mention_frame import mention_frame

FEWEST_MENTIONS = 10
FEWEST_LABELS = 10


def audited_mentions(world: World, lake: Lake, engine: Engine) -> Any:
    """The mention frame of an audit, with what the vendor says as the sentiment."""
    return mention_frame(
        engine,
        lake,
        time_zone=world.settings.time_zone,
        first_day_of_week=world.settings.first_day_of_week,
        model=VENDOR,
    )


def draw(world: World, lake: Lake) -> pd.DataFrame:
    """The sample of the audit, drawn and written down; drawn already, it is given as it is, or enlarged.

    Raises
    ------
    WorkbenchError
        Brands or labels are too few, or fewer labels are asked for than were drawn.
    """
    before = recorded(lake, SAMPLE)
    if len(before) and len(before) == min(world.labels, _frame_size(before)):
        return as_drawn(lake, before).rows
    if len(before) > world.labels:
        raise WorkbenchError(
            f"audit '{world.name}' has drawn {len(before):,} posts already, more than {world.labels:,}. A sample is "
            f"made larger, never smaller: go on with --labels {len(before)}, or begin another (--name NAME)."
        )
    frame = audited_frame(world, lake)
    sizes = {str(brand): int(count) for brand, count in frame["brand"].value_counts().items()}
    gone = int((~is_among(before, frame)).sum())
    parts = equal_parts(sizes, min(world.labels - gone, len(frame)))
    if len(before):
        return enlarge(lake, frame.assign(stratum=frame["brand"]), before, parts).rows
    return draw_sample(lake, frame, sample_id=SAMPLE, per_stratum=parts, seed=world.seed, task=TASK).rows


def audited_frame(world: World, lake: Lake) -> pd.DataFrame:
    """Mentions that the sample is drawn from: those that the vendor judged, of brands that are large enough.

    Raises
    ------
    WorkbenchError
        A brand that is asked for is not there or too small, no brand is large enough, or there are too many
        brands for the labels.
    """
    engine = open_engine()
    try:
        mentions = nw.from_native(audited_mentions(world, lake, engine))
        frame = sampling_frame(mentions.filter(~nw.col("negative").is_null()).to_native())
    finally:
        engine.close()
    sizes = frame["brand"].value_counts()
    large = [str(brand) for brand in sorted(sizes.index[sizes >= FEWEST_MENTIONS])]
    _check_brands(world, sizes, large)
    chosen = list(world.brands) or large
    _check_enough(world, sizes[chosen], chosen)
    return frame[frame["brand"].isin(chosen)].reset_index(drop=True)


def _check_brands(world: World, sizes: pd.Series, large: list[str]) -> None:
    known = ", ".join(f"{brand} ({count:,})" for brand, count in sizes.head(20).items())
    for brand in world.brands:
        if brand not in sizes:
            raise WorkbenchError(
                f"{world.source}: no post of brand '{brand}' has a sentiment.{did_you_mean(brand, sizes.index)} "
                f"Brands and posts: {known}."
            )
        if brand not in large:
            raise WorkbenchError(
                f"{world.source}: brand '{brand}' has {sizes[brand]:,} posts; an audit needs {FEWEST_MENTIONS} or more "
                "of each. Leave it out, or export more days."
            )
    if not large:
        raise WorkbenchError(
            f"{world.source}: no brand has {FEWEST_MENTIONS} posts or more. Brands and posts: {known}. "
            "Export more days, or name the right column of brands in mapping.toml."
        )


def _check_enough(world: World, sizes: pd.Series, chosen: list[str]) -> None:
    needed = int(sizes.clip(upper=FEWEST_LABELS).sum())
    if world.labels < needed:
        most = max(1, world.labels // FEWEST_LABELS)
        options = " ".join(f"--brand '{brand}'" for brand in sizes.sort_values(ascending=False).index[:most])
        raise WorkbenchError(
            f"{world.labels:,} labels for {len(chosen)} brands: each needs {FEWEST_LABELS}, and 30 to be judged by "
            f"itself. Ask for --labels {30 * len(chosen)} (at least {needed}), or choose brands, for instance: "
            f"{options}."
        )


def _frame_size(drawn: pd.DataFrame) -> int:
    return int(drawn.drop_duplicates("stratum")["frame_size"].sum())
