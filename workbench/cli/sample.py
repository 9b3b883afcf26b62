"""`workbench sample`: make the sample world, load it."""

from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.output import progress_bar

app = typer.Typer(help="The sample world: invented posts whose truth is known.", no_args_is_help=True)


@app.command("make")
def make_sample(
    posts: Annotated[int, typer.Option(min=100, help="How many posts.")] = 5000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same files.")] = 7,
    to: Annotated[Path, typer.Option(help="Folder to write into.")] = Path("data/sample"),
) -> None:
    """Make an invented world of posts, cases, surveys and outcomes, with its truth.

    Example: workbench sample make --posts 1000000 --seed 1 --to world
    """
    from workbench.sample.make import make_world

    with progress_bar(f"Making {posts:,} posts") as progress:
        make_world(posts, seed, to, progress)
    print(to)


@app.command("load")
def load_sample_command(
    folder: Annotated[Path, typer.Option(help="Where the sample is.")] = Path("data/sample"),
) -> None:
    """Read the sample into its own lake, beside it, and train a sentiment model from its labels.

    Example: workbench sample load
    """
    from workbench.sample.load import load_sample

    with progress_bar("Loading the sample") as progress:
        print(load_sample(folder, progress))


@app.command("vendor-export")
def vendor_export(
    folder: Annotated[Path, typer.Option(help="Where the sample is.")] = Path("data/sample"),
) -> None:
    """Write what a vendor might export of the sample, and the answers to it: to try an audit on.

    Example: workbench sample vendor-export --folder data/sample
    """
    from workbench.sample.vendor import write_vendor_export

    print(write_vendor_export(folder))
