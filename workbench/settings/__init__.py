"""The one settings file, `workbench.toml`: read, checked whole, explained."""

from workbench.settings.document import FILE_NAME, Settings, find_settings, load_settings, parse_settings
from workbench.settings.keys import toml_key
from workbench.settings.sections import (
    BASELINE_WEEKS,
    LABEL_STUDIO_TOKEN,
    WEIGHTS_TOLERANCE,
    Brand,
    Cost,
    Labeling,
    Target,
)

__all__ = [
    "BASELINE_WEEKS",
    "FILE_NAME",
    "LABEL_STUDIO_TOKEN",
    "WEIGHTS_TOLERANCE",
    "Brand",
    "Cost",
    "Labeling",
    "Settings",
    "Target",
    "find_settings",
    "load_settings",
    "parse_settings",
    "toml_key",
]
