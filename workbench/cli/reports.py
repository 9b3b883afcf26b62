"""`workbench report`, `run` and `measure`: figures out of the lake."""

from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.options import Json, Parameters, current_settings
from workbench.cli.output import console, progress_bar
from workbench.errors import WorkbenchError


def report(
    notebook: Annotated[
        str,
        typer.Argument(help="For instance kpi/weekly; or an HTML file that was made, for its PDF or e-mail."),
    ],
    p: Parameters = [],
    check: Annotated[
        list[str],
        typer.Option(help="A check that must find nothing, or there is no report; once for each."),
    ] = [],
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Print it as a tagged PDF too, by the system's Chromium or Chrome.")
    ] = False,
    email: Annotated[
        Path | None,
        typer.Option(metavar="FILE.eml", help="Write its summary as a draft that a mail program opens."),
    ] = None,
) -> None:
    """Run a notebook and make one HTML file of it; of a report that is there, make a PDF or an e-mail.

    Example: workbench report kpi/weekly -p week=2026-W43
    """
    made = Path(notebook)
    if made.suffix == ".html":
        _check_made(made, [*p, *check], is_wanted=pdf or email is not None)
    else:
        from workbench.reporting import report_job

        with progress_bar(f"Report {notebook}") as progress:
            made = report_job(notebook, p, progress, check)
        print(made)
        _tell_unsigned(made)
    if pdf:
        from workbench.reports.pdf import write_pdf

        print(write_pdf(made))
    if email:
        from workbench.reports.email_summary import write_email

        print(write_email(made, email, current_settings()))


def _tell_unsigned(report: Path) -> None:
    """Where a key is pinned, a report without a signature would be taken for a forged one."""
    from workbench.runs.signing import check_key

    try:
        check_key(current_settings(), is_needed=True)
    except WorkbenchError as error:
        console.print(f"{report.name} is not signed: {error}", style="yellow", soft_wrap=True)


def _check_made(report: Path, parameters: list[str], is_wanted: bool) -> None:
    if not report.is_file():
        raise WorkbenchError(
            f"there is no report {report}. Name a notebook, for instance kpi/weekly, to make one."
        )
    if parameters or not is_wanted:
        raise WorkbenchError(
            f"{report} has been made already and is not made again. Add --pdf or --email FILE.eml, and no parameters "
            "or checks."
        )


def run(
    notebook: Annotated[str, typer.Argument(help="For instance kpi/weekly.")], p: Parameters = []
) -> None:
    """Run a notebook and keep it with its outputs.

    Example: workbench run kpi/baseline -p brand=Acme
    """
    from workbench.reporting import run_job

    with progress_bar(f"Run {notebook}") as progress:
        made = run_job(notebook, p, progress)
    print(made)


def measure(
    name: Annotated[str, typer.Argument(help="For instance net_sentiment.")],
    by: Annotated[str, typer.Option(help="Grouping columns, with commas.")] = "brand,week",
    p: Annotated[
        list[str],
        typer.Option("-p", "--parameter", metavar="NAME=VALUE", help="What else the measure takes."),
    ] = [],
    to: Annotated[Path | None, typer.Option(help="Write a CSV or XLSX file.")] = None,
    as_json: Json = False,
) -> None:
    """Compute a measure.

    Example: workbench measure net_sentiment --by brand,week

    Without what people err: workbench measure sentiment_share --by brand -p without_people_error=yes
    """
    from workbench.cli.measure_options import measure_options
    from workbench.cli.printed_measure import print_measure
    from workbench.errors import one_of
    from workbench.reports.statements import limits_sentence
    from workbench.session import open_workbench
    from workbench.sources.cells import check_table_name, write_table

    if to:
        check_table_name(to)
    options = measure_options(name, p)
    opened = open_workbench()
    for brand in options.get("brands", ()):
        one_of(brand, dict.fromkeys([*opened.settings.brands, *opened.measure("volume")["brand"]]), "brand")
    frame = opened.measure(name, [b.strip() for b in by.split(",") if b.strip()], **options)
    if to:
        write_table(to, frame)
        print(to)
    elif as_json:
        print(frame.to_json(orient="records", indent=2, force_ascii=False))
    else:
        print_measure(frame)
        print(limits_sentence(opened.unheard(), counted_only="sentiment" not in name))
