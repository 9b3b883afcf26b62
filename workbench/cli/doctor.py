"""`workbench doctor`: the set-up, examined."""

import json
from dataclasses import asdict

import typer

from workbench.cli.options import Json
from workbench.cli.output import console


def doctor(as_json: Json = False) -> None:
    """Say what is wrong with this set-up, and how to mend it.

    Example: workbench doctor
    """
    from workbench.doctor import examine

    results = examine()
    if as_json:
        print(json.dumps([asdict(r) for r in results], indent=2))
    else:
        for result in results:
            console.print(
                f"{'ok  ' if result.is_ok else 'WRONG'} {result.name}: {result.found}",
            )
            if not result.is_ok:
                console.print(f"      → {result.advice}")
    if not all(result.is_ok for result in results):
        raise typer.Exit(1)
