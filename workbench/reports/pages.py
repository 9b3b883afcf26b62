"""What all pages share: templates, style, a content security policy, and writing them at once."""

import base64
import hashlib
import os
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATE = Path(__file__).with_name("template")


def page_style(*files: str) -> str:
    """The style that all pages share, and that of these files of the template folder."""
    return "".join((TEMPLATE / file).read_text(encoding="utf-8") for file in ("base.css", *files))


def source_hash(text: str) -> str:
    """A script or style as a content security policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def render(template: str, **values: Any) -> str:
    """The page of a template; values are escaped."""
    return _templates().get_template(template).render(source_hash=source_hash, **values).lstrip()


def write_page(file: Path, html: str | bytes) -> Path:
    """Write a page at once, so that nobody reads half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=file.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(html.encode() if isinstance(html, str) else html)
        Path(part).chmod(0o644)
        return Path(part).replace(file)
    except BaseException:  # a full disk, or somebody who stops it: no part of a page stays
        Path(part).unlink(missing_ok=True)
        raise


@lru_cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
