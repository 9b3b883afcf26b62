"""Which encoding a text file is in, told from its bytes."""

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from workbench.errors import WorkbenchError

_BLOCK_BYTES = 1 << 20
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
GZIP = b"\x1f\x8b"  # how a packed file begins
_SEVERAL = 5  # bytes within words, of which one may be no letter
_UNDECODED = re.compile("[\udc80-\udcff]")
_CONTROL = bytes(code for code in range(32) if code not in b"\0\t\n\r\f\v\x1b")


@contextmanager
def open_bytes(path: Path, is_gzip: bool) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """The file's content, unpacked if need be, and the raw file whose position shows the progress.

    Raises
    ------
    WorkbenchError
        It is damaged gzip.
    """
    with path.open("rb") as raw:
        if not is_gzip:
            yield raw, raw
            return
        try:
            with gzip.GzipFile(fileobj=raw) as unpacked:
                yield unpacked, raw  # type: ignore[misc]
        except (EOFError, OSError, zlib.error) as error:
            raise WorkbenchError(f"{path} is damaged gzip ({error}). Fetch or pack it again.") from None


@contextmanager
def open_text(path: Path, is_gzip: bool, encoding: str) -> Iterator[tuple[io.TextIOWrapper, BinaryIO]]:
    """The file as text with its line ends kept, and the raw file.

    Bytes that do not decode become lone surrogates, so that one bad row does not stop the others.

    Raises
    ------
    WorkbenchError
        It is in another encoding, or was cut off.
    """
    errors = "surrogatepass" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    with open_bytes(path, is_gzip) as (content, raw):
        text = io.TextIOWrapper(content, encoding=encoding, errors=errors, newline="")
        try:
            yield text, raw
        except UnicodeDecodeError as error:
            raise WorkbenchError(
                f"{path} is no valid {encoding}: {error.reason}. It was cut off, or is in another encoding: "
                "export it again, or name the encoding with --encoding."
            ) from None


def detect_encoding(path: Path, is_gzip: bool) -> str:
    """UTF-8, UTF-16 or Windows-1252, with or without byte order mark, from the whole file.

    A file in which most of what is not ASCII is valid UTF-8 is UTF-8 with some broken rows; these are
    refused one by one when read.

    Raises
    ------
    WorkbenchError
        The bytes are no text, or text of an encoding that only the user can name.
    """
    with open_bytes(path, is_gzip) as (content, _):
        head = content.read(_BLOCK_BYTES)
        by_mark = next((name for mark, name in _BYTE_ORDER_MARKS if head.startswith(mark)), None)
        if encoding := by_mark or _utf_16_without_mark(head[:1024]):
            return encoding
        is_utf_8 = _is_utf_8(head, content)
    _refuse_binary(path, head, is_utf_8)
    return "utf-8" if is_utf_8 else _utf_8_or_western(path, is_gzip)


def check_encoding(path: Path, is_gzip: bool, encoding: str) -> None:
    """Refuse an encoding that does not exist, or in which the first megabyte does not decode.

    Raises
    ------
    WorkbenchError
        Gives the byte offset at which decoding failed.
    """
    with open_bytes(path, is_gzip) as (content, _):
        head = content.read(_BLOCK_BYTES)
    try:
        codecs.getincrementaldecoder(encoding)().decode(head)
    except LookupError:
        raise WorkbenchError(
            f"'{encoding}' is no encoding. Well-known: utf-8, utf-16, latin-1, cp1252, cp1251, shift_jis."
        ) from None
    except UnicodeDecodeError as error:
        raise WorkbenchError(_undecodable(path, encoding, head[error.start], error.start)) from None


def _utf_16_without_mark(head: bytes) -> str | None:
    """Every other byte of Latin letters in UTF-16 is zero, and a header has them in any language."""
    half = max(len(head) // 2, 1)
    even, odd = head[0::2].count(0) / half, head[1::2].count(0) / half
    if odd > 0.2 and even < 0.02:
        return "utf-16-le"
    return "utf-16-be" if even > 0.2 and odd < 0.02 else None


def _refuse_binary(path: Path, head: bytes, is_utf_8: bool) -> None:
    """Text has few control characters; in valid UTF-8 they are more likely dirt than a program's data."""
    controls = len(head) - len(head.translate(None, _CONTROL))
    if (controls > 0.02 * len(head) and not is_utf_8) or head.count(0) > 0.3 * len(head):
        raise WorkbenchError(
            f"{path} is binary and no kind of file that can be read. Expected CSV, TSV, JSON lines "
            "(each plain or gzip), Parquet or XLSX: export it again in one of these."
        )


def _is_utf_8(block: bytes, rest: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block:
            decoder.decode(block)
            block = rest.read(_BLOCK_BYTES)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _utf_8_or_western(path: Path, is_gzip: bool) -> str:
    """What a file is of which some bytes are not UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    offset = continuations = undecoded = 0
    first: tuple[int, int] | None = None  # offset and value of the first byte that does not decode
    evidence = b""
    with open_bytes(path, is_gzip) as (content, _):
        while block := content.read(_BLOCK_BYTES):
            pending = len(decoder.getstate()[0])
            text = decoder.decode(block)
            continuations += len(block) - len(text)
            if found := _UNDECODED.search(text):
                undecoded += len(_UNDECODED.findall(text))
                if first is None:
                    first = offset - pending + len(text[: found.start()].encode()), ord(found[0]) & 0xFF
                    evidence = block
            offset += len(block)
    if first is None or continuations >= 2 * undecoded:
        return "utf-8"
    if _is_western(evidence):
        return "cp1252"
    raise WorkbenchError(_undecodable(path, "utf-8", first[1], first[0]))


def _is_western(sample: bytes) -> bool:
    """Whether the bytes beyond ASCII stand where Windows-1252 has letters and typographic signs.

    Cyrillic, Greek or Arabic words would be long runs of such bytes; code pages of DOS and the old
    Macintosh have their letters where Windows-1252 has punctuation.
    """
    if re.search(b"[\x81\x8d\x8f\x90\x9d]", sample):
        return False
    beyond = len(re.findall(b"[\x80-\xff]", sample))
    in_runs = sum(map(len, re.findall(b"[\x80-\xff]{3,}", sample)))
    within_words = re.findall(b"(?<=[A-Za-z])[\x80-\xff](?=[\x80-\xff]?[A-Za-z])", sample)
    letters = sum(byte[0] >= 0xC0 or byte in b"\x92\x8a\x8c\x8e\x9a\x9c\x9e\x9f" for byte in within_words)
    # Between words without a blank an ellipsis or a dash may stand, once in a while.
    contrary = len(within_words) - letters
    return in_runs <= 0.1 * beyond and contrary <= max(0.1 * len(within_words), len(within_words) >= _SEVERAL)


def _undecodable(path: Path, encoding: str, byte: int, offset: int) -> str:
    return (
        f"{path} is not {encoding}: byte 0x{byte:02X} at offset {offset:,} does not decode. "
        "Save the file as UTF-8, or say its encoding, where the command takes one: --encoding latin-1 (Western "
        "European) or --encoding cp1251 (Cyrillic)."
    )
