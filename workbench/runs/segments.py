"""The parts of the business of which a report may be made: each has a page of its own."""

from collections.abc import Mapping

from workbench.runs.file_names import file_safe

SEGMENTS = ("brand", "product", "region")
_LONGEST = 200  # bytes: file systems take 255, and the suffix comes on top


def is_too_long(value: str) -> bool:
    """Whether a brand, product or region is too long to name a file."""
    return len(file_safe(value).encode(errors="surrogatepass")) > _LONGEST


def segment_path(segment: Mapping[str, str]) -> str:
    """The values of the segment as folders of a path.

    Examples
    --------
    >>> segment_path({"brand": "Acme Mobile", "product": "5G/LTE"})
    'Acme_Mobile/5G~2FLTE'
    """
    return "/".join(file_safe(segment[name]) for name in segment)
