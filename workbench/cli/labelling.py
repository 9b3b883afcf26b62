"""`workbench labels`: Label Studio up and down, queues out, judgements in."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.labels import Brands, By, FirstDay, LastDay, OnlyNew, app, frame_to_draw_from
from workbench.cli.options import Json, current_settings
from workbench.cli.output import console, print_rows, progress_bar, show

if TYPE_CHECKING:
    from workbench.labels.queue import Queue

OneTask = Annotated[
    str, typer.Option(help="What is asked: sentiment, intents, sarcasm, sensitive, or yours.")
]


@app.command("up")
def labels_up(
    port: Annotated[
        int | None,
        typer.Option(help="Port on 127.0.0.1; otherwise that of the settings.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """Start Label Studio on this machine, installed on first use (about a minute and 1 GB), and say where it is.

    Example: workbench labels up
    """
    from workbench.labels.server import up

    with progress_bar("Label Studio", quiet=as_json) as progress:
        told = up(current_settings(), port, progress)
    if as_json:
        show(told, as_json=True)
        return
    print(
        f"Label Studio is at {told['url']}. Sign in as {told['email']}; the password stands in {told['credentials']}."
    )


@app.command("down")
def labels_down(as_json: Json = False) -> None:
    """Stop Label Studio; posts, drafts and judgements stay in it.

    Example: workbench labels down
    """
    from workbench.labels.server import down

    was_running = down(current_settings())
    if as_json:
        show({"was_running": was_running}, as_json=True)
    else:
        print("Label Studio is stopped." if was_running else "Label Studio did not run.")


@app.command("status")
def labels_status(as_json: Json = False) -> None:
    """Whether Label Studio runs, and how far each of its queues is labelled.

    Example: workbench labels status
    """
    from workbench.labels.server import status
    from workbench.labels.standing import standing

    settings = current_settings()
    told = status(settings)
    queues = standing(settings) if told.get("answers") else []
    if as_json:
        show({**told, "queues": queues}, as_json=True)
        return
    show(told, as_json=False)
    if told.get("answers"):
        print_rows(queues, False, "There are no queues yet: workbench labels push.")


@app.command("push")
def push_labels(
    task: OneTask = "sentiment",
    strategy: Annotated[
        str,
        typer.Option(
            help="random, to estimate (where none is named); uncertainty, diversity, rare, impact or doubtful, to "
            "teach a model."
        ),
    ] = "",
    count: Annotated[
        int | None,
        typer.Option(
            "-n",
            "--count",
            min=1,
            help="How many mentions, 200 at first; of random, more than before enlarge the sample.",
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="The same seed and posts draw the same mentions; 1 at first.")
    ] = None,
    name: Annotated[
        str,
        typer.Option("--id", help="Name of the sample; one that is drawn already is handed over again."),
    ] = "",
    by: By = "brand",
    brand: Brands = [],
    label: Annotated[
        list[str], typer.Option("--label", help="For rare and impact: the label looked for; may be repeated.")
    ] = [],
    first_day: FirstDay = "",
    last_day: LastDay = "",
    only_new: OnlyNew = False,
    as_json: Json = False,
) -> None:
    """Draw mentions and hand them to the people who label; interrupted, run it again.

    Example: workbench labels push --task intents --strategy uncertainty -n 200
    """
    from workbench.labels.connection import connect
    from workbench.labels.drawn import recorded
    from workbench.labels.enlarging import refuse_other_mentions
    from workbench.labels.label_studio import list_projects
    from workbench.labels.pushing import push
    from workbench.labels.queues import draw_queue, sample_name
    from workbench.labels.tasks import load_task, tasks_folder
    from workbench.tables.strategies import DRAWN, ESTIMATION, known_strategy

    settings = current_settings()
    asked = load_task(task, tasks_folder(settings))
    known_strategy(strategy or ESTIMATION[0], DRAWN)
    connection = connect(settings)
    list_projects(connection)  # a sample is drawn for good: not where nobody can be asked
    sample = name or sample_name(task, strategy or ESTIMATION[0], label, 1 if seed is None else seed)
    lake, frame, strata = frame_to_draw_from(by, brand, first_day, last_day, task, sample if only_new else "")
    before = recorded(lake, sample)
    if len(before) and (brand or first_day or last_day):
        refuse_other_mentions(lake, frame, before)
    was: dict[str, Any] = dict(before.iloc[0]) if len(before) else {"strategy": ESTIMATION[0], "seed": 1}
    with progress_bar("Queue", quiet=as_json) as progress:
        queue = draw_queue(
            lake,
            settings,
            frame,
            asked,
            strategy=strategy or was["strategy"],
            size=count or len(before) or 200,
            seed=int(was["seed"]) if seed is None else seed,
            sample_id=sample,
            by=strata,
            labels=label,
            progress=progress,
        )
        told = push(settings, queue.rows, asked, model=queue.model, connection=connection, progress=progress)
    _tell_pushed({**told, "sample_id": sample, "waiting": queue.waiting}, queue, as_json)


@app.command("pull")
def pull_labels(
    task: Annotated[str, typer.Option(help="Only this task; otherwise all.")] = "",
    remove_erased: Annotated[
        bool,
        typer.Option(
            "--remove-erased", help="Take posts that were erased here away from Label Studio as well."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Fetch what people said since the last time: new, changed and withdrawn judgements.

    Example: workbench labels pull
    """
    from workbench.labels.pulling import pull
    from workbench.labels.tasks import task_names, tasks_folder

    settings = current_settings()
    names = [task] if task else task_names(tasks_folder(settings))
    with progress_bar("Labels", quiet=as_json) as progress:
        told = [pull(settings, name, remove_erased=remove_erased, progress=progress) for name in names]
    if as_json:
        show({"tasks": told}, as_json=True)
        return
    counts = [{name: value for name, value in one.items() if name != "refused"} for one in told]
    print_rows([one for one in counts if one["judgements"] or one["open"]] or counts[:1], False, "")
    for one in told:
        for refused in one["refused"]:
            _note(
                f"{one['task']}: {refused['count']:,} not taken, because {refused['reason']}. {refused['mend']} "
                f"{' '.join(refused['where'])}"
            )


@app.command("follow")
def follow_labels(task: OneTask = "sentiment", as_json: Json = False) -> None:
    """Show in the teaching queues what the model in use says now, after one was trained or promoted.

    Example: workbench labels follow --task intents
    """
    from workbench.labels.following import follow_model

    with progress_bar("Model", quiet=as_json) as progress:
        told = follow_model(current_settings(), task, progress=progress)
    show(told, as_json)


@app.command("backend")
def labels_backend(
    task: OneTask = "sentiment",
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 9090,
) -> None:
    """Answer Label Studio with what the model in use says whenever a post is opened; until Ctrl+C.

    Example: workbench labels backend --task intents
    """
    import threading

    from workbench.labels.backend import open_service

    service = open_service(current_settings(), task, port)
    print(f"Answering at {service.url} for {task}, with {service.model().name}. Ctrl+C ends it.", flush=True)
    try:
        threading.Event().wait()
    finally:
        service.shutdown()
        service.server_close()


def _tell_pushed(told: dict[str, Any], queue: "Queue", as_json: bool) -> None:
    if as_json:
        show(told, as_json=True)
        return
    print_rows(told["projects"], False, "There was nothing to hand over.")
    print(
        f"{told['pushed']:,} posts of sample '{told['sample_id']}' handed over; {told['there']:,} were there already."
    )
    if queue.waiting:
        _note(
            f"{queue.waiting:,} distressing posts wait, so that nobody gets too many at once. Push again when those "
            "handed over are labelled and pulled."
        )
    if told["gone"] or queue.gone:
        _note(f"{told['gone'] + queue.gone:,} posts were erased since they were drawn.")


def _note(words: str) -> None:
    console.print(words, style="yellow", soft_wrap=True)
