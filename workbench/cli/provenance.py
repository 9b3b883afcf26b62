"""`workbench verify`, `diff` and `key`: is a report what it claims, and why did a figure move?"""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.options import Json, current_settings
from workbench.cli.output import console, print_rows, progress_bar, show
from workbench.errors import WorkbenchError

MOST_SHOWN = 20
Unsigned = Annotated[
    bool,
    typer.Option("--unsigned", help="Run what a manifest says that no pinned key has signed."),
]


def verify(
    report: Annotated[Path, typer.Argument(help="An HTML report.")],
    rerun: Annotated[
        bool,
        typer.Option("--rerun", help="Make it again of the same data, models and parameters, and compare."),
    ] = False,
    unsigned: Unsigned = False,
    as_json: Json = False,
) -> None:
    """Check a report: its signature, its page, every displayed figure.

    Exit code 0 where all of it holds, 1 where something does not, 2 where there is no report that could be checked.

    Example: workbench verify data/reports/kpi/weekly/2026-W43.html --rerun
    """
    from workbench.provenance.rerun import rerun as make_again
    from workbench.provenance.said import say
    from workbench.provenance.verify import Finding, read_report
    from workbench.provenance.verify import verify as check
    from workbench.runs.signing import unsigned_fault

    settings = current_settings()
    try:
        found = check(report, settings)
    except WorkbenchError as error:
        if as_json:
            show({"report": str(report), "holds": None, "error": str(error)}, as_json)
        console.print(f"workbench: {error}", style="red", soft_wrap=True)
        raise typer.Exit(2) from None
    if rerun:
        html, manifest = read_report(report)
        if not unsigned and (fault := unsigned_fault(manifest, settings, str(report))):
            found.append(Finding("figures made again", False, fault))
        else:
            with progress_bar("Verify", quiet=as_json) as progress:
                found += make_again(html, manifest, settings, progress)
    holds = all(finding.holds is not False for finding in found)
    if as_json:
        show({"report": str(report), "holds": holds, "findings": [asdict(f) for f in found]}, as_json)
    else:
        print(say(report, found))
    if not holds:
        raise typer.Exit(1)


def diff(
    old: Annotated[Path, typer.Argument(help="An HTML report.")],
    new: Annotated[Path, typer.Argument(help="A later one of the same notebook.")],
    unsigned: Unsigned = False,
    as_json: Json = False,
) -> None:
    """Say why figures moved between two reports: data, labels, model, parameters or settings, each put in alone.

    Example: workbench diff data/reports/kpi/weekly/2026-W42.html data/reports/kpi/weekly/2026-W43.html
    """
    from workbench.provenance.difference import only_in_one, verdicts, why_moved
    from workbench.provenance.said import legend, moved_rows, say_difference
    from workbench.provenance.verify import read_report
    from workbench.runs.manifest import page_hash
    from workbench.runs.signing import check_signed

    settings, (old_page, before), (new_page, after) = current_settings(), read_report(old), read_report(new)
    for report, page, manifest in ((old, old_page, before), (new, new_page, after)):
        if page_hash(page) != manifest["page"]:
            console.print(
                f"{report} was changed after it was made (see workbench verify); compared is what it was made of.",
                soft_wrap=True,
            )
    if not unsigned:
        check_signed(before, settings, str(old))
        check_signed(after, settings, str(new))
    with progress_bar("Diff", quiet=as_json) as progress:
        compared, moved = why_moved(before, after, settings, progress)
    only, judged = only_in_one(before, after), verdicts(before, after)
    if as_json:
        told = {"swapped": compared.swapped, "not_swapped": compared.not_swapped, **only, "verdicts": judged}
        show({**told, "moved": [{**asdict(one), "change": one.change} for one in moved]}, as_json)
        return
    print(say_difference(old, new, compared, moved, only, judged))
    if moved:
        rows = moved_rows(moved, MOST_SHOWN)
        print_rows(rows, False, "")
        for sentence in legend(rows):
            print(sentence)
    if len(moved) > MOST_SHOWN:
        print(f"and {len(moved) - MOST_SHOWN:,} more: --json has all.")


def key(as_json: Json = False) -> None:
    """Make the key that signs reports, where there is none, and print what to pin in workbench.toml.

    Example: workbench key
    """
    from workbench.runs.signing import key_id, make_key

    file, public = make_key(current_settings())
    if as_json:
        show({"private_key": str(file), "public_key": public, "key_id": key_id(public)}, as_json)
        return
    print(f"# The private key is {file}: keep a copy where no lake is, and give it to nobody.")
    print("# Put this into workbench.toml, here and wherever reports are verified:")
    print(f'[signing]\npublic_key = "{public}"')
