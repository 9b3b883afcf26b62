"""A drawn sample, as it was written down before anybody labelled."""

from dataclasses import dataclass

import pandas as pd

from workbench.labels.refusals import check_name
from workbench.store.lake import Lake


@dataclass(frozen=True)
class Drawn:
    """A drawn sample; `is_new` is false where it had been drawn before, then with so many `earlier` mentions."""

    sample_id: str
    task: str
    seed: int
    rows: pd.DataFrame
    is_new: bool
    earlier: int = 0

    @property
    def strata(self) -> pd.DataFrame:
        """One row a stratum: ``stratum``, its ``mentions``, how many were ``drawn``, ``inclusion_probability``.

        Where the chances within a stratum differ, that of the middle one.
        """
        return (
            self.rows.groupby("stratum", sort=True)
            .agg(
                mentions=("frame_size", "first"),
                drawn=("post_id", "size"),
                inclusion_probability=("inclusion_probability", "median"),
            )
            .reset_index()
        )


def recorded(lake: Lake, sample_id: str) -> pd.DataFrame:
    """The rows of `label_samples` of a sample; none where it was not drawn yet.

    Raises
    ------
    WorkbenchError
        It can be no sample's name.
    """
    check_name(sample_id)
    return lake.read("label_samples", where=f"sample_id = '{sample_id}'").to_pandas()
