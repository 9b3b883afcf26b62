"""What every manifest has, so that one that somebody else wrote is refused before it is read."""

from collections.abc import Mapping
from typing import Any, NotRequired

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from workbench.errors import WorkbenchError


class _Order(TypedDict):
    name: str
    notebook: str
    notebook_hash: str
    segment: dict[str, str]
    vintage: str
    parameters: dict[str, Any]


class _Model(TypedDict):
    name: str
    version: str


class _Code(TypedDict):
    commit: str
    diff: str | None
    patch: str


class _SettingsThen(TypedDict):
    values: dict[str, Any]


class _Figure(TypedDict):
    value: Any
    code: list[str]


class _Displayed(TypedDict):
    where: str
    text: str


class _Manifest(TypedDict):
    made_at: str
    title: str
    locale: str
    order: _Order
    lake: str
    tables: dict[str, int]
    contents: dict[str, str]
    models: dict[str, _Model]
    noted: dict[str, Any]
    code: _Code
    python: str
    packages: dict[str, str]
    settings: _SettingsThen
    figures: dict[str, _Figure]
    page: str
    displayed: list[_Displayed]
    parts: NotRequired[dict[str, str]]  # older reports do not have them


_SHAPE = TypeAdapter(_Manifest)


def check_shape(manifest: Mapping[str, Any], name: str) -> None:
    """Refuse a manifest that lacks what every manifest has.

    Raises
    ------
    WorkbenchError
        Names the report and the first such places, without what stands there.
    """
    try:
        _SHAPE.validate_python(dict(manifest), strict=True)
    except ValidationError as error:
        places = [".".join(map(str, fault["loc"])) for fault in error.errors(include_input=False)]
        more = f" and {len(places) - 3} more" if len(places) > 3 else ""
        raise WorkbenchError(
            f"{name} has a manifest that workbench did not write: {', '.join(places[:3])}{more} missing or of another "
            "type. Make the report again."
        ) from None
