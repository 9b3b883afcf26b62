"""`workbench models drift` and `workbench topics`: has anything changed, and what are posts about?"""

from typing import Annotated

import typer

from workbench.cli.models import app
from workbench.cli.options import Json, current_settings
from workbench.cli.output import print_rows, progress_bar, show


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
    alarm_chance: Annotated[float, typer.Option(help="Chance of ever alarming falsely.")] = 0.05,
    seed: Annotated[int, typer.Option(help="The same seed and posts give the same result.")] = 0,
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


def topics(
    task: Annotated[str, typer.Option(help="Whose labels the topics are laid beside.")] = "intents",
    brand: Annotated[str, typer.Option(help="Only posts about this brand.")] = "",
    first_day: Annotated[str, typer.Option("--from", help="Only from this day on.")] = "",
    last_day: Annotated[str, typer.Option("--to", help="Only up to this day.")] = "",
    language: Annotated[str, typer.Option(help="Of the posts; otherwise that of most.")] = "",
    period: Annotated[str, typer.Option(help="day, week or month.")] = "month",
    most: Annotated[int, typer.Option("-n", help="At most so many posts, drawn at random.")] = 5_000,
    seed: Annotated[int, typer.Option(help="The same seed and posts give the same topics.")] = 0,
    as_json: Json = False,
) -> None:
    """What posts are about, found without being told, beside the labels of a task and over time.

    How long it takes is said before it starts. Needs the extra 'models'.

    Example: workbench topics --brand Halvora --from 2026-09-01
    """
    from workbench.labels.taxonomy import taxonomy
    from workbench.models.topic_report import report_topics
    from workbench.store.engine import open_engine
    from workbench.store.mention_frame import mention_frame
    from workbench.store.schema import open_lake

    settings = current_settings()
    lake, engine = open_lake(settings), open_engine(settings.lake.engine)
    try:
        mentions = mention_frame(
            engine, lake, time_zone=settings.time_zone, first_day_of_week=settings.first_day_of_week
        )
        with progress_bar("Topics", quiet=as_json) as progress:
            found = report_topics(
                settings,
                lake,
                mentions,
                task=task,
                meanings=taxonomy(settings, task),
                brand=brand,
                first_day=first_day,
                last_day=last_day,
                language=language,
                period=period,
                most=most,
                seed=seed,
                progress=progress,
            ).told()
    finally:
        engine.close()
    if as_json:
        show(found, as_json=True)
        return
    shown = (
        "topic",
        "words",
        "posts",
        "share",
        "nearest",
        "similarity",
        "labelled",
        "labelled_as",
        "labelled_share",
    )
    print_rows([{name: row[name] for name in shown} for row in found["topics"]], False, "No topic was found.")
    print(
        f"{found['posts']:,} of {found['of']:,} posts in {found['language'] or 'any language'} were read "
        f"({found['other_languages']:,} in others were not); {found['outlier_share']:.0%} belong to no topic."
    )
