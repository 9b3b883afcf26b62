"""`workbench topics`: what are posts about?"""

from typing import Annotated, Any

import typer

from workbench.cli.options import Json, current_settings
from workbench.cli.output import print_rows, progress_bar, show


def topics(
    task: Annotated[str, typer.Option(help="Whose labels the topics are laid beside.")] = "intents",
    brand: Annotated[str, typer.Option(help="Only posts about this brand.")] = "",
    first_day: Annotated[str, typer.Option("--from", help="Only from this day on.")] = "",
    last_day: Annotated[str, typer.Option("--to", help="Only up to this day.")] = "",
    language: Annotated[str, typer.Option(help="Of the posts; otherwise that of most.")] = "",
    period: Annotated[str, typer.Option(help="day, week or month.")] = "month",
    most: Annotated[int, typer.Option("-n", help="At most so many posts, drawn at random.")] = 5_000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed and posts give the same topics.")] = 0,
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
    print_rows([_row(row, found["outlier_share"]) for row in found["topics"]], False, "No topic was found.")
    print(
        f"{found['posts']:,} of {found['of']:,} posts in {found['language'] or 'any language'} were read "
        f"({found['other_languages']:,} in others were not); {found['outlier_share']:.0%} belong to no topic."
    )


def _row(topic: dict[str, Any], outlier_share: float) -> dict[str, str]:
    """A topic as the grid shows it: what people said of it only where some of its posts are labelled."""
    shown = {
        "words": topic["words"],
        "posts": f"{topic['posts']:,}",
        "share": f"{topic['share']:.1%}",
        "no topic": f"{outlier_share:.1%}",
        "nearest label": topic["nearest"] or "",
        "similarity": "" if topic["similarity"] is None else f"{topic['similarity']:.2f}",
        "people say": "",
    }
    if topic["labelled_as"]:
        low, high = (f"{topic[end]:.0%}" for end in ("labelled_low", "labelled_high"))
        shown["people say"] = (
            f"{topic['labelled_as']} {topic['labelled_share']:.0%} ({low} to {high}) of {topic['labelled']} labelled"
        )
    return shown
