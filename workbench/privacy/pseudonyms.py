"""Keyed pseudonyms: who wrote a post, joinable within one lake, nameable by nobody without its key."""

import contextlib
import hashlib
import hmac
import os
import secrets
import shlex
import stat
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from workbench.errors import WorkbenchError

KEY_BYTES = 32
PSEUDONYM_LENGTH = 32
TOKEN_LENGTH = 12
ID_LENGTH = 20

# Digests for different purposes never meet: an account named like a case number has another token.
_FINGERPRINT_DOMAIN = b"workbench pseudonym key\x00"
_CASE_DOMAIN = b"case\x00"
_ID_DOMAIN = b"id\x00"


def load_key(path: Path, known_fingerprint: str | None) -> bytes:
    """The pseudonym key of a lake; made on first use, never made anew for a lake that has one.

    Parameters
    ----------
    path
        The key file, readable by its owner only.
    known_fingerprint
        What the lake says of its key (see `fingerprint`); None for a new lake.

    Raises
    ------
    WorkbenchError
        The lake has a key and the file is missing or holds another; the file is damaged or
        readable by others; it cannot be read or made.
    """
    mend = "Copy the key file from the machine that made the lake."
    try:
        if known_fingerprint is None and not path.exists():
            _create(path)
        key = _read(path)
    except FileNotFoundError:
        raise WorkbenchError(
            f"key file {path} is missing, and this lake was made with key {known_fingerprint}. "
            f"A new key would give every author a second pseudonym. {mend}"
        ) from None
    except OSError as error:
        raise WorkbenchError(
            f"key file {path} can be neither read nor made ({error.strerror}). "
            "Let the user who runs this own it and its folder."
        ) from None
    if known_fingerprint is not None and fingerprint(key) != known_fingerprint:
        raise WorkbenchError(
            f"key file {path} holds key {fingerprint(key)}, "
            f"and this lake was made with key {known_fingerprint}. {mend}"
        )
    return key


def fingerprint(key: bytes) -> str:
    """Sixteen hexadecimal digits that tell keys apart and reveal none.

    Examples
    --------
    >>> fingerprint(bytes(32))
    'af45c7ddcf256e06'
    """
    return hashlib.sha256(_FINGERPRINT_DOMAIN + key).hexdigest()[:16]


def pseudonym(key: bytes, account: str) -> str:
    """Pseudonym of an account: HMAC-SHA-256 of its handle, as 32 hexadecimal digits.

    Case, a leading @, surrounding space and Unicode compatibility forms make no difference.

    Examples
    --------
    >>> pseudonym(bytes(32), "@Jane_Doe") == pseudonym(bytes(32), "jane_doe")
    True
    """
    handle = unicodedata.normalize("NFKC", account).strip().lstrip("@").casefold()
    return _digest(key, handle)[:PSEUDONYM_LENGTH]


def pseudonyms(key: bytes, accounts: Iterable[str | None]) -> list[str | None]:
    """Pseudonyms of many accounts; a missing or blank account stays missing.

    Examples
    --------
    >>> pseudonyms(bytes(32), ["jane", None, " "])[1:]
    [None, None]
    """
    cache: dict[str, str | None] = {}
    result: list[str | None] = []
    for account in accounts:
        if account is None:
            result.append(None)
            continue
        if account not in cache:
            cache[account] = pseudonym(key, account) if account.strip("@ \t\n") else None
        result.append(cache[account])
    return result


def user_token(key: bytes, account: str) -> str:
    """Token of an account in masked text: the first 12 digits of its pseudonym, so that both join."""
    return pseudonym(key, account)[:TOKEN_LENGTH]


def case_token(key: bytes, number: str) -> str:
    """Token of an order, case or booking number; its spelling makes no difference.

    Examples
    --------
    >>> case_token(bytes(32), "#AB-12 cd") == case_token(bytes(32), "ab12CD")
    True
    """
    plain = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", number))).upper()
    return _digest(key, plain, _CASE_DOMAIN)[:TOKEN_LENGTH]


def id_token(key: bytes, identifier: str) -> str:
    """Token of an identifier that names a person, as an address does, in 20 hexadecimal digits."""
    return _digest(key, identifier, _ID_DOMAIN)[:ID_LENGTH]


def _digest(key: bytes, name: str, domain: bytes = b"") -> str:
    # A lone surrogate, as damaged exports carry it, is a name like any other.
    return hmac.digest(key, domain + name.encode("utf-8", "surrogatepass"), "sha256").hex()


def _create(path: Path) -> None:
    """Write a new key; where two processes do so at once, the first one's stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        # A link appears whole or not at all, and never replaces a key that is there.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _read(path: Path) -> bytes:
    mode = path.stat().st_mode
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise WorkbenchError(
            f"key file {path} is open to other users (mode {mode & 0o777:o}). "
            f"Run: chmod 600 {shlex.quote(str(path))}"
        )
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise WorkbenchError(
            f"key file {path} has {len(key)} bytes, and a key has {KEY_BYTES}. "
            "Copy the key file again from the machine that made the lake."
        )
    return key
