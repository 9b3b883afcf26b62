"""An opened audit: how far its labelling is, and every figure that can be made of it."""

from dataclasses import dataclass
from functools import cached_property
from types import TracebackType
from typing import Any

import narwhals as nw
import pandas as pd

from workbench.audit.drawing import audited_mentions
from workbench.audit.sheet import OF_SAMPLE, answered_keys
from workbench.audit.world import SAMPLE, VENDOR, World, open_world
from workbench.benchmarks.vendor import next_labels, vendor_ranks, vendor_shares
from workbench.benchmarks.vendor_scores import audited, most_common, vendor_scores
from workbench.errors import WorkbenchError, one_of
from workbench.figures.renderer import enable_renderer
from workbench.labels.drawn import recorded
from workbench.reports.audit_standing import Standing
from workbench.runs.provenance import provenance
from workbench.settings import Settings, load_settings
from workbench.settings.pinned import pinned
from workbench.sources.values import SENTIMENTS
from workbench.statistics.mentions import is_earned
from workbench.statistics.sampling import equal_parts
from workbench.store.batches import batches
from workbench.store.engine import Engine, open_engine
from workbench.store.frames import in_memory
from workbench.store.lake import Lake
from workbench.store.latest_judgements import latest_of_each_person
from workbench.store.schema import open_lake
from workbench.tables.posts import MENTION_KEY

MORE = 100


def open_audit(name: str = "", settings: Settings | None = None) -> "Audit":
    """Open the audit of that name; empty: the one changed last.

    Raises
    ------
    WorkbenchError
        There is none.
    """
    world = open_world(settings or load_settings(), name)
    enable_renderer()
    now, pins = open_lake(world.settings), pinned()
    versions = pins.tables if pins and pins.tables else now.current_versions()
    return Audit(world, now.at(versions), open_engine())


@dataclass
class Audit:
    """A vendor's sentiment beside people's labels, at fixed versions of the audit's lake."""

    world: World
    lake: Lake
    engine: Engine

    def __enter__(self) -> "Audit":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.engine.close()

    @cached_property
    def drawn(self) -> pd.DataFrame:
        """The sample, as `label_samples` has it."""
        return recorded(self.lake, SAMPLE)

    @cached_property
    def standing(self) -> Standing:
        """How far the labelling is, and what is left out of the figures."""
        mentions = nw.from_native(audited_mentions(self.world, self.lake, self.engine))
        if self.world.has_brand:
            mentions = mentions.filter(nw.col("found_by") == "given")
        counted = mentions.select(
            "brand", is_earned=is_earned(), is_judged=~nw.col("negative").is_null()
        ).group_by("brand", "is_earned", "is_judged")
        sizes = in_memory(counted.agg(posts=nw.len()))
        audited = sizes["brand"].isin(self.drawn["brand"])
        earned, judged = sizes["is_earned"].astype(bool), sizes["is_judged"].astype(bool)
        others = sizes[~audited & earned & judged]
        batch = batches(self.lake)[0]
        of_brands = len(in_memory(mentions.select("post_id").unique()))
        return Standing(
            name=self.world.name,
            source=self.world.source,
            brands=int(self.drawn["brand"].nunique()),
            posts=int(sizes.loc[audited & earned & judged, "posts"].sum()),
            drawn=len(self.drawn),
            labelled=len(answered_keys(self.lake, self.drawn)) if len(self.drawn) else 0,
            judged=int(self.mentions["inclusion_probability"].notna().sum()),
            people=self._people(),
            without_sentiment=int(sizes.loc[audited & earned & ~judged, "posts"].sum()),
            not_earned=int(sizes.loc[audited & ~earned, "posts"].sum()),
            other_brands=int(others["brand"].nunique()),
            of_other_brands=int(others["posts"].sum()),
            without_brand=self.lake.read("posts", ["post_id"]).num_rows - of_brands,
            rejected=int(batch["rejected"] or 0),
            first_day=str(self.mentions["day"].min()),
            last_day=str(self.mentions["day"].max()),
            seconds_per_label=self.world.settings.labeling.seconds_per_label,
            unlabelled=self._unlabelled(),
            **self._agreement(),
        )

    @cached_property
    def mentions(self) -> pd.DataFrame:
        """The audited mentions, each with what the vendor says and, where somebody was asked, people."""
        mentions = nw.from_native(audited_mentions(self.world, self.lake, self.engine))
        brands = list(self.drawn["brand"].unique())
        return audited(mentions.filter(nw.col("brand").is_in(brands)).to_native())

    def scores(self) -> pd.DataFrame:
        """Accuracy, macro-F1, precision and recall of the vendor; see `vendor_scores`."""
        self._check_labelled()
        return vendor_scores(self.mentions)

    def most_common(self) -> str:
        """What most posts are, by people's labels."""
        return most_common(self.mentions)

    def shares(self, *by: str) -> pd.DataFrame:
        """Shares as the vendor has them beside corrected ones: `shares()` of all posts, `shares("brand")`."""
        self._check_labelled()
        return vendor_shares(self.mentions, by)

    def ranks(self, label: str = "negative") -> pd.DataFrame:
        """Brands as the vendor ranks them and as labels allow; see `vendor_ranks`.

        Raises
        ------
        WorkbenchError
            There is no such sentiment, or nobody has judged anything yet.
        """
        one_of(label, SENTIMENTS, "sentiment")
        return vendor_ranks(self.shares("brand"), label)

    def next_labels(
        self, label: str = "negative", more: int = MORE, half_width: float = 0.05
    ) -> pd.DataFrame:
        """What further labels would buy, spread over the brands as the sample is; see `next_labels`.

        Raises
        ------
        WorkbenchError
            As `ranks`.
        """
        one_of(label, SENTIMENTS, "sentiment")
        self._check_labelled()
        sizes = {str(brand): int(count) for brand, count in self.mentions["brand"].value_counts().items()}
        known = self.mentions.loc[self.mentions["inclusion_probability"].notna(), "brand"].value_counts()
        total = min(int(known.sum()) + more, len(self.mentions))
        parts = equal_parts(sizes, max(total, len(sizes)))
        further = {brand: max(0, parts[brand] - int(known.get(brand, 0))) for brand in sizes}
        return next_labels(self.mentions, further, label, half_width)

    def provenance(self, **parameters: Any) -> dict[str, Any]:
        """Where the figures of this audit come from."""
        return provenance(self.world.settings, self.lake.versions, [VENDOR], parameters)

    def _people(self) -> int:
        labels = self.lake.read("labels", ["annotator"], where=OF_SAMPLE)
        return len(labels["annotator"].unique())

    def _agreement(self) -> dict[str, int]:
        """Posts that several people judged, and those of them on which all said the same."""
        columns = [*MENTION_KEY, "annotator", "label", "labelled_at"]
        said = latest_of_each_person(self.lake.read("labels", columns, where=OF_SAMPLE).to_pandas())
        by_post = said.groupby(MENTION_KEY).agg(people=("annotator", "nunique"), labels=("label", "nunique"))
        doubled = by_post[by_post["people"] > 1]
        return {"doubled": len(doubled), "agreed": int((doubled["labels"] == 1).sum())}

    def _unlabelled(self) -> tuple[str, ...]:
        is_judged = self.mentions["inclusion_probability"].notna().groupby(self.mentions["brand"]).any()
        return tuple(str(brand) for brand in is_judged.index[~is_judged])

    def _check_labelled(self) -> None:
        if not self.mentions["inclusion_probability"].notna().any():
            raise WorkbenchError(
                f"audit '{self.world.name}' has no labels yet ({len(self.drawn):,} posts wait for them). Fill in its "
                "sheet (workbench audit FILE --sheet) and hand it in (--answers FILE)."
            )
