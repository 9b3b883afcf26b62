"""The manifest that was kept beside a run."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def kept_manifest(file: Path) -> dict[str, Any]:
    """The manifest in that file; empty where there is none that can be read."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def kept_order(file: Path) -> Mapping[str, Any]:
    """What had been ordered; empty where nobody knows."""
    ordered = kept_manifest(file).get("order")
    return ordered if isinstance(ordered, dict) else {}
