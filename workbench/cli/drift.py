"""`workbench models drift`: is the model still as good, do people write otherwise, do they feel otherwise?"""

from typing import Annotated

import typer

from workbench.cli.models import app
from workbench.cli.options import Json, current_settings
from workbench.cli.output import progress_bar, show


@app.command("drift")
def drift(
    task: Annotated[str, typer.Option(help="What is classified.")] = "sentiment",
    model: Annotated[str, typer.Option(help="Name of the model; otherwise the one in use.")] = "",
    since: Annotated[
        str,
        typer.Option(
            help="First day of now, as 2026-10-01; otherwise the last 28 days. Keep it for a watch."
        ),
    ] = "",
    reference: Annotated[
        str,
        typer.Option(
            help="Days to compare with, as 2026-03-01:2026-05-31; otherwise the baseline or 84 days before."
        ),
    ] = "",
    until: Annotated[str, typer.Option(help="Last day of now, to look back; otherwise the newest.")] = "",
    posts: Annotated[int, typer.Option(help="How many posts of each time are compared.")] = 500,
    embeddings: Annotated[
        bool, typer.Option(help="Compare what posts mean, where the extra 'models' is installed; slower.")
    ] = True,
    alarm_chance: Annotated[
        float, typer.Option(help="Chance of a false alarm of accuracy or of shares, however often one looks.")
    ] = 0.05,
    seed: Annotated[int, typer.Option(min=0, help="The same seed and posts give the same result.")] = 0,
    as_json: Json = False,
) -> None:
    """Whether the model is still as good, whether people write otherwise, and whether shares have changed.

    Drift is a finding: the exit code is 0 either way, and `is_drift` in the JSON tells.

    Example: workbench models drift --task sentiment --since 2026-10-01 --json
    """
    from workbench.models.drift import check_drift
    from workbench.store.engine import open_engine
    from workbench.store.schema import open_lake

    settings = current_settings()
    engine = open_engine(settings.lake.engine)
    try:
        with progress_bar("Drift", quiet=as_json) as progress:
            found = check_drift(
                settings,
                open_lake(settings),
                engine,
                task=task,
                model=model,
                since=since,
                reference=reference,
                until=until,
                posts=posts,
                embeddings=embeddings,
                alarm_chance=alarm_chance,
                seed=seed,
                progress=progress,
            )
    finally:
        engine.close()
    if as_json:
        show(found, as_json=True)
        return
    times = f"{found['now']['first']} to {found['now']['last']}"
    print(
        f"Model {found['model']}; {times} against {found['reference']['first']} to {found['reference']['last']}."
    )
    print(found["verdict"])
    for sentence in found["finding"]:
        print(f"- {sentence}")
    for post in found["posts"]:
        print(f"  {post['shows']} ({post['platform']}): {post['text']}")
    for shows, count in found["not_quoted"].items():
        print(f"  {shows}: {count} more of platforms that may not be quoted")
