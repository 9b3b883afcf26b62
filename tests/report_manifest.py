"""Manifests and pages as reports have them, made for tests."""

from pathlib import Path

from workbench.runs.manifest import with_manifest

TILES = [
    {"label": "Unhappy mentions", "value": 0.41, "unit": "share", "low": 0.34, "high": 0.48, "change": 0.03,
     "compared_with": "2026-W46", "target": 0.4, "at_least": False, "status": "unsure", "kind": "estimate",
     "posts": 1204, "labels": 214, "good": "down", "note": "Pooled over four weeks"},
    {"label": "Mentions", "value": 12040.0, "unit": "mentions", "kind": "count", "good": "none"},
    {"label": "Net sentiment", "value": -0.25, "unit": "−1 to 1", "target": 0.0, "status": "missed",
     "owner": "Head of care"},
]  # fmt: skip


def manifest(name: str, **given) -> dict:
    """A manifest of the report of that name; `vintage`, `reasons` and `owner` are its order's."""
    parts = name.split("/")
    order = {"name": name, "job": parts[1], "parameters": {}, "vintage": "", "reasons": [], "owner": ""}
    order |= {key: given.pop(key) for key in ("vintage", "reasons", "owner") if key in given}
    order["segment"] = {"brand": parts[3]} if len(parts) > 3 else {}
    return {
        "schema": 1, "order": order, "made_at": "2026-11-23T09:12:00+00:00", "tables": {"posts": 12},
        "title": "Weekly satisfaction", "question": "Is the outage still felt?", "period": parts[2], "tiles": TILES,
        **given,
    }  # fmt: skip


def write_report(folder: Path, name: str, **given) -> Path:
    """A small page in a folder of reports, with such a manifest in it."""
    page = folder / f"{name}.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    found = "".join(f'<p class="finding">{finding}</p>' for finding in given.pop("findings", []))
    body = f"<!doctype html><html><head><title>T</title></head><body><p>41</p>{found}</body></html>"
    page.write_text(with_manifest(body, manifest(name, **given)), encoding="utf-8")
    return page
