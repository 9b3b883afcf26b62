"""How a file is laid out: what must be known to read it, and a sample of what stands in it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

SAMPLE_ROWS = 1000


@dataclass(frozen=True)
class Layout:
    """A file's format, encoding, header and first rows.

    Parameters
    ----------
    path
        The file.
    format
        ``csv`` (any separator), ``jsonl``, ``parquet`` or ``xlsx``.
    columns
        Names in the order of the file. A nested JSON key is a dotted path: ``user.screen_name``.
    sample
        Up to 1,000 rows, every value as text.
    encoding, separator, is_gzip
        Of a text file.
    header_line
        Physical line of the header (row of the sheet in XLSX); what stands before it is skipped.
    sheet
        Of an XLSX file.
    """

    path: Path
    format: Literal["csv", "jsonl", "parquet", "xlsx"]
    columns: tuple[str, ...]
    sample: tuple[dict[str, str | None], ...] = ()
    encoding: str = "utf-8"
    separator: str = ","
    is_gzip: bool = False
    header_line: int = 1
    sheet: str = ""

    def values(self, column: str) -> list[str]:
        """What the sample holds in a column, without blanks."""
        return [value for row in self.sample if (value := (row.get(column) or "").strip())]

    def describe(self) -> str:
        """One line for people: format, encoding, separator, what is skipped.

        Examples
        --------
        >>> Layout(Path("posts.csv"), "csv", ("id", "text"), separator=";").describe()
        "posts.csv: csv, utf-8, separated by ';', 2 columns"
        """
        parts = [self.format + (" (gzip)" if self.is_gzip else "")]
        if self.format in ("csv", "jsonl"):
            parts.append(self.encoding)
        if self.format == "csv":
            parts.append(f"separated by {'tabs' if self.separator == chr(9) else repr(self.separator)}")
        if self.sheet:
            parts.append(f"sheet '{self.sheet}'")
        if self.header_line > 1:
            parts.append(f"header in line {self.header_line}")
        return f"{self.path.name}: {', '.join([*parts, f'{len(self.columns)} columns'])}"
