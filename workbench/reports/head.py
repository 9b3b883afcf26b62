"""What stands at the head of a report, and is its cover on paper: what it is about, and how final it is."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from workbench.figures.locale import format_moment, is_english, language_tag, period_words
from workbench.figures.tiles import Tile
from workbench.figures.words import VINTAGES
from workbench.statistics.periods import is_period


def about(
    manifest: Mapping[str, Any], origin: Mapping[str, Any] | None, tiles: Sequence[Tile]
) -> list[tuple[str, Markup]]:
    """Name and value of each thing a report is about: period, segment, parameters, vintage, when and for whom.

    Parameters
    ----------
    manifest
        Of the report; may be empty.
    origin
        The provenance that its notebook recorded.
    tiles
        Whose owner answers for the report, where its job names none and they have one and the same.
    """
    order = manifest.get("order", {})
    given = {**(origin or {}).get("parameters", {}), **order.get("segment", {})}
    shown = [
        (_title(name), value_markup(value)) for name, value in given.items() if value not in (None, "", [])
    ]
    period = manifest.get("period", "")
    made = manifest.get("made_at") or (origin or {}).get("made_at")
    # A run of no period is called by the day on which it was made.
    is_own = period and period not in given.values() and period != str(made)[:10]
    if is_own and is_period(period):
        shown.insert(0, ("Period", value_markup(period)))
    if data := _data(order, tiles):
        shown.append(("Data", escape(data)))
    if made:
        shown.append(("Made", moment_markup(made)))
    if owner := order.get("owner") or _only_owner(tiles):
        shown.append(("Owner", escape(owner)))
    return shown


def preliminary_because(order: Mapping[str, Any], tiles: Sequence[Tile]) -> list[str]:
    """Why a report is preliminary; empty where it is not."""
    if order.get("vintage") == "preliminary":
        return list(order.get("reasons", [])) or [_of("preliminary")]
    return [_of("preliminary")] if _has_preliminary(tiles) else []


def value_markup(value: Any) -> Markup:
    """A parameter as people read it: a period with its days, several values with commas.

    Examples
    --------
    >>> value_markup(["care", "sales"]), value_markup("2026-10")
    (Markup('care, sales'), Markup('October 2026 <span class="label">2026-10</span>'))
    """
    if isinstance(value, list):
        return escape(", ".join(map(str, value)))
    days = period_words(str(value)) if is_period(str(value)) else str(value)
    if days == str(value):
        return escape(days)
    return Markup('{} <span class="label">{}</span>').format(dated(days), str(value))


def moment_markup(made_at: str) -> Markup:
    """A moment, from its ISO form.

    Examples
    --------
    >>> moment_markup("2026-11-23T10:12:00+01:00")
    Markup('2026-11-23 09:12 UTC')
    """
    moment = dt.datetime.fromisoformat(made_at).astimezone(dt.UTC)
    return Markup("{} UTC").format(dated(format_moment(moment)))


def dated(text: str) -> Markup:
    """A date, marked with its language where that is not the page's."""
    return escape(text) if is_english() else Markup('<span lang="{}">{}</span>').format(language_tag(), text)


def _data(order: Mapping[str, Any], tiles: Sequence[Tile]) -> str:
    """What the job says of its data, which are complete before the last figure is final."""
    vintage, reasons = str(order.get("vintage") or ""), "; ".join(order.get("reasons", []))
    if vintage != "final":
        return vintage.capitalize()
    if reasons:
        return f"Waited for no longer: {reasons}"
    return "Complete" if _has_preliminary(tiles) else "Final"


def _has_preliminary(tiles: Sequence[Tile]) -> bool:
    return any(tile.vintage == "preliminary" for tile in tiles)


def _only_owner(tiles: Sequence[Tile]) -> str:
    owners = {tile.owner for tile in tiles if tile.owner}
    return owners.pop() if len(owners) == 1 else ""


def _of(vintage: str) -> str:
    return VINTAGES[vintage].partition(": ")[2]


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()
