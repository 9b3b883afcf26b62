"""The command line: what a person types, composed from the package.

One file a group of commands. What a command needs is imported when it runs, so that help comes at once.
"""

import os
import sys

import typer

from workbench.cli import (
    audit,
    batches,
    doctor,
    drift,
    label_quality,
    labelling,
    labels,
    lake,
    model_comparison,
    model_versions,
    models,
    posts,
    provenance,
    reports,
    sample,
    schedule,
    schedule_export,
    topics,
)
from workbench.cli.options import choose_settings
from workbench.cli.output import console
from workbench.errors import WorkbenchError

app = typer.Typer(
    name="workbench",
    help="What customers feel in public, and why: posts in, figures with their origin out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.callback()(choose_settings)
# In the order in which the help and the reference page show them.
for command in (
    posts.ingest,
    audit.audit,
    reports.report,
    reports.run,
    reports.measure,
    provenance.verify,
    provenance.diff,
    provenance.key,
    topics.topics,
    posts.refresh,
    doctor.doctor,
):
    app.command()(command)
# These add their commands to the groups `labels`, `models` and `schedule`.
_ = (labelling, label_quality, model_versions, model_comparison, drift, schedule_export)
for name, group in {
    "batches": batches.app,
    "labels": labels.app,
    "models": models.app,
    "sample": sample.app,
    "lake": lake.app,
    "schedule": schedule.app,
}.items():
    app.add_typer(group, name=name)


_INTERRUPTED = 130


def main() -> None:
    """Run a command; whatever goes wrong is one clear sentence and a non-zero exit code."""
    try:
        app()
    except WorkbenchError as error:
        console.print(f"workbench: {error}", style="red", soft_wrap=True)
        sys.exit(1)
    except (KeyboardInterrupt, SystemExit) as end:
        # Typer makes of an interrupt an exit of its own, and says nothing.
        if isinstance(end, SystemExit) and end.code != _INTERRUPTED:
            raise
        console.print("workbench: stopped. What was stored stays; run the same command again to go on.")
        sys.exit(_INTERRUPTED)
    except Exception as error:
        if os.environ.get("WORKBENCH_DEBUG"):
            raise
        # Only the kind of the fault: its text may hold somebody's words.
        console.print(
            f"workbench: something failed that should not ({type(error).__name__}). Nothing that was stored is "
            "lost. 'workbench doctor' checks the set-up and the tables; WORKBENCH_DEBUG=1, and it says where.",
            style="red",
        )
        sys.exit(1)
