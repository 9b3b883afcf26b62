"""`workbench labels`: draw mentions to be labelled, reveal a sample of labelled data, list samples."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.options import Json, current_settings
from workbench.cli.output import console, print_rows, show

if TYPE_CHECKING:
    import pandas as pd

    from workbench.labels.queues import Drawn
    from workbench.store.lake import Lake

app = typer.Typer(help="Labels by people: draw, hand out, fetch, judge and plan them.", no_args_is_help=True)

PerBrand = Annotated[int, typer.Option(help="How many mentions of each brand, or of each group of --by.")]
Seed = Annotated[int, typer.Option(min=0, help="The same seed and posts draw the same mentions.")]
By = Annotated[str, typer.Option(help="Columns that part the mentions into groups, with commas.")]
Brands = Annotated[list[str], typer.Option("--brand", help="Only this brand; may be repeated.")]
FirstDay = Annotated[str, typer.Option(help="Only mentions from this day on, as 2026-03-01.")]
LastDay = Annotated[str, typer.Option(help="Only mentions up to this day.")]
OnlyNew = Annotated[
    bool, typer.Option("--only-new", help="Leave out mentions that an earlier sample was drawn from.")
]
Task = Annotated[str, typer.Option(help="What is asked of the mentions.")]


@app.command("draw")
def draw_labels(
    per_brand: PerBrand,
    seed: Seed,
    by: By = "brand",
    brand: Brands = [],
    first_day: FirstDay = "",
    last_day: LastDay = "",
    only_new: OnlyNew = False,
    name: Annotated[str, typer.Option("--id", help="Name of the sample.")] = "random",
    task: Task = "sentiment",
    as_json: Json = False,
) -> None:
    """Draw mentions to be labelled at random and write them down, with the chance each had.

    Example: workbench labels draw --per-brand 150 --seed 7 --id spring --first-day 2026-03-01 --last-day 2026-05-31
    """
    from workbench.labels.queues import draw_sample

    lake, frame, strata = frame_to_draw_from(by, brand, first_day, last_day, task, name if only_new else "")
    sample = draw_sample(lake, frame, sample_id=name, per_stratum=per_brand, seed=seed, by=strata, task=task)
    _tell(sample, per_brand, as_json)


@app.command("reveal")
def reveal_labels(
    per_brand: PerBrand,
    seed: Seed,
    by: By = "brand",
    brand: Brands = [],
    first_day: FirstDay = "",
    last_day: LastDay = "",
    only_new: OnlyNew = False,
    name: Annotated[str, typer.Option("--id", help="Name of the sample.")] = "revealed",
    task: Task = "sentiment",
    as_json: Json = False,
) -> None:
    """Of posts that came with their labels, let a drawn sample count and keep all others as the truth.

    The imported labels then only score: they train no model and enter no estimate.

    Example: workbench labels reveal --per-brand 150 --seed 7
    """
    from workbench.labels.reveal import imported_truth, reveal, set_aside_imported

    lake, frame, strata = frame_to_draw_from(by, brand, first_day, last_day, task, name if only_new else "")
    done = reveal(
        lake,
        frame,
        imported_truth(lake, task),
        sample_id=name,
        per_stratum=per_brand,
        seed=seed,
        by=strata,
        task=task,
    )
    set_aside = set_aside_imported(lake, task)
    more = {"labels": done.labels, "set_aside": set_aside, "without_label": done.without_label}
    _tell(done.sample, per_brand, as_json, **more)
    if done.without_label:
        lacking = ", ".join(f"{number:,} of {brand}" for brand, number in done.without_label.items())
        _note(f"Mentions without a label, which the sample does not speak for: {lacking}.")


@app.command("list")
def list_labels(as_json: Json = False) -> None:
    """Samples, how far their labelling has come, and labels that belong to none.

    Example: workbench labels list
    """
    from workbench.labels.samples import list_samples
    from workbench.store.schema import open_lake

    print_rows(list_samples(open_lake(current_settings())), as_json, "There are no labels and samples yet.")


def frame_to_draw_from(
    by: str, brands: list[str], first_day: str, last_day: str, task: str, only_new_for: str
) -> "tuple[Lake, pd.DataFrame, list[str]]":
    """The lake to write to, the mentions to draw from, and the columns of the strata."""
    from workbench.errors import WorkbenchError
    from workbench.labels.frames import sampling_frame, without_earlier
    from workbench.session import open_workbench
    from workbench.store.mentions import is_outdated
    from workbench.store.schema import claim, open_lake

    settings = current_settings()
    lake = open_lake(settings)
    opened = open_workbench()
    if is_outdated(lake, settings):
        raise WorkbenchError("the brands in workbench.toml have changed. Run: workbench refresh, then draw.")
    claim(lake, settings.key_file)
    strata = [column.strip() for column in by.split(",") if column.strip()]
    frame = sampling_frame(opened.mentions, strata, brands, first_day, last_day)
    return lake, without_earlier(lake, frame, task, only_new_for) if only_new_for else frame, strata


def _tell(sample: "Drawn", per_stratum: int, as_json: bool, **more: Any) -> None:
    strata = sample.strata
    rows = strata.round({"inclusion_probability": 4}).to_dict("records")
    if as_json:
        told = {
            "sample_id": sample.sample_id,
            "task": sample.task,
            "seed": sample.seed,
            "is_new": sample.is_new,
            "earlier": sample.earlier,
        }
        counts = {"mentions": int(strata["mentions"].sum()), "drawn": int(strata["drawn"].sum())}
        show({**told, **counts, **more, "strata": rows}, as_json=True)
        return
    print_rows(rows, False, "")
    count = f"{len(sample.rows):,} mentions, seed {sample.seed}"
    if sample.is_new:
        print(f"Sample '{sample.sample_id}' was drawn: {count}.")
    elif sample.earlier == len(sample.rows):
        print(f"Sample '{sample.sample_id}' had been drawn already: {count}.")
    else:
        print(f"Sample '{sample.sample_id}' was enlarged from {sample.earlier:,}: {count}.")
    if more:
        print(
            f"{more['labels']:,} labels revealed; {more['set_aside']:,} imported labels set aside as the truth."
        )
    small = strata[strata["mentions"] < per_stratum]
    if len(small):
        _note(
            f"Fewer than {per_stratum:,} mentions, so all were drawn (π = 1): {', '.join(small['stratum'])}."
        )


def _note(words: str) -> None:
    console.print(words, style="yellow", soft_wrap=True)
