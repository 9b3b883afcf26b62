"""All jobs of all files, or everything that is wrong with them at once."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from workbench.errors import WorkbenchError, did_you_mean
from workbench.schedule.job_checks import Fault, faults_of
from workbench.schedule.jobs import TRIGGERS, Job, trigger_fault
from workbench.schedule.yaml_text import read_yaml
from workbench.settings import Settings

_A_JOB = "Expected a job (name, notebook, cron …) or a list of jobs"
_KINDS = {
    "string_type": "text", "int_type": "a whole number", "int_parsing": "a whole number",
    "int_from_float": "a whole number", "float_type": "a number", "float_parsing": "a number",
    "bool_type": "true or false", "bool_parsing": "true or false", "tuple_type": "a list, as [one, two]",
    "dict_type": "names and values", "model_type": "names and values",
}  # fmt: skip


def jobs_folder(settings: Settings) -> Path:
    """The folder `scheduled`: beside the settings file, else in the folder one is in."""
    beside = settings.folder / "scheduled"
    return beside if beside.is_dir() else Path.cwd() / "scheduled"


def read_jobs(settings: Settings, folder: Path | None = None) -> dict[str, Job]:
    """Every job by its name, in the order of the files.

    Parameters
    ----------
    folder
        Where the files are; without it the folder `scheduled`.

    Raises
    ------
    WorkbenchError
        There is no such folder; or lists everything that is wrong in all files: the file, the job, the field,
        what was expected and what is nearest.
    """
    folder = folder or jobs_folder(settings)
    if not folder.is_dir():
        raise WorkbenchError(f"there is no folder {folder}. Make it, and put a file for each job there.")
    written: dict[str, list[str]] = {}
    jobs: dict[str, Job] = {}
    faults: list[str] = []
    for file in sorted(f for f in folder.iterdir() if f.suffix in (".yaml", ".yml") and f.is_file()):
        for place, job, found in _jobs_in(file, settings):
            faults += [f"{file.name}{place}{fault}" for fault in found]
            name = job.get("name")
            if isinstance(name, str):
                written.setdefault(name, []).append(file.name)
            if not found and isinstance(name, str):
                jobs[name] = Job.model_validate(job)
    faults += [_twice(name, files) for name, files in written.items() if len(files) > 1]
    if faults:
        count = "1 error" if len(faults) == 1 else f"{len(faults)} errors"
        raise WorkbenchError(
            "\n".join(
                [
                    f"{folder}: {count}.",
                    *(f"  {fault.rstrip('.')}{'' if fault.endswith('?') else '.'}" for fault in faults),
                ]
            )
        )
    return jobs


def _jobs_in(file: Path, settings: Settings) -> Iterator[tuple[str, Mapping[str, Any], list[str]]]:
    """Each job of a file: its place, what is written, and what is wrong with it."""
    try:
        content, repeated = read_yaml(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        yield ": ", {}, ["no text in UTF-8. Save it as such"]
        return
    except OSError as error:
        yield ": ", {}, [f"cannot be read ({error.strerror})"]
        return
    except ValueError as error:
        yield ", ", {}, [str(error)]
        return
    if repeated:
        yield ", ", {}, repeated
    if content is None or content == []:
        yield " ", {}, [f"is empty. {_A_JOB}; or remove the file"]
        return
    for number, job in enumerate(content if isinstance(content, list) else [content], start=1):
        if not isinstance(job, dict):
            yield f", job {number}: ", {}, [f"is no job. {_A_JOB}"]
            continue
        name = job.get("name")
        place = f"'{name}'" if isinstance(name, str) else str(number)
        yield f", job {place}, ", job, [f"{field}: {fault}" for field, fault in _faults(job, settings)]


def _faults(written: Mapping[Any, Any], settings: Settings) -> list[Fault]:
    """Each fault of a job once, those of its fields first."""
    found: list[Fault] = []
    try:
        Job.model_validate(written)
    except ValidationError as invalid:
        found = [(".".join(map(str, e["loc"])), _explain(e)) for e in invalid.errors() if e["loc"]]
    # The model judges the triggers only when every field is right by itself.
    wrong = trigger_fault(name for name in TRIGGERS if written.get(name) is not None)
    if wrong:
        found.append(("cron", wrong))
    return list(dict.fromkeys([*found, *faults_of(written, settings)]))


def _explain(error: Any) -> str:
    kind, found = error["type"], error.get("input")
    model = _model_at(error["loc"])
    if kind == "extra_forbidden":
        near = did_you_mean(str(error["loc"][-1]), model.model_fields)
        return f"is no field.{near}" if near else f"is no field. Expected {', '.join(model.model_fields)}"
    if kind == "missing":
        return f"is missing. Expected: {model.model_fields[error['loc'][-1]].description}"
    if kind == "invalid_key":
        return "expected text as a name. Put it in quotes"
    if kind == "string_pattern_mismatch":
        return (
            f"'{found}' is not allowed. Expected small letters, digits, - and _, for instance weekly-report"
        )
    if kind in _KINDS:
        shown = "nothing" if found is None else f"{found!r}"[:60]
        return f"expected {_KINDS[kind]}, found {shown}"
    if kind == "literal_error":
        near = did_you_mean(
            str(found), [str(word).strip("'") for word in error["ctx"]["expected"].split(" or ")]
        )
        return f"expected {error['ctx']['expected']}, found '{found}'.{near}".removesuffix(".")
    return error["msg"].removeprefix("Value error, ")


def _model_at(location: tuple[str | int, ...]) -> type[BaseModel]:
    """The model in which the last part of a location stands."""
    model: type[BaseModel] = Job
    for part in location[:-1]:
        field = model.model_fields.get(str(part))
        kinds = [field.annotation, *getattr(field.annotation, "__args__", ())] if field else []
        model = next((k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)), model)
    return model


def _twice(name: str, files: list[str]) -> str:
    where = files[0] if len(set(files)) == 1 else " and ".join(dict.fromkeys(files))
    return f"{where}: {len(files)} jobs are called '{name}'. Rename all but one"
