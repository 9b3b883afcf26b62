"""Signatures under manifests: Ed25519, the private key outside the lake, the public one pinned in the settings.

A key inside a report would prove nothing: whoever forges a report puts a key of his own in it.
"""

import base64
import contextlib
import hashlib
import os
import secrets
import shlex
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from workbench.errors import WorkbenchError
from workbench.runs.canonical import canonical
from workbench.settings import Settings

_DOMAIN = b"workbench report manifest 1\n"  # a signature under anything else is none under a manifest


def make_key(settings: Settings) -> tuple[Path, str]:
    """Make the private key where there is none; gives its file (mode 0600) and the public key to pin.

    Raises
    ------
    WorkbenchError
        There is a file that is no key, or others may read it.
    """
    file = settings.signing_key_file
    if not file.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )  # the mode of the file keeps it, as it keeps the pseudonym key beside it
        _create(file, pem)
    key = private_key(settings)
    assert key is not None
    return file, public_text(key)


def private_key(settings: Settings) -> Ed25519PrivateKey | None:
    """The key that signs on this machine; None where there is none.

    Raises
    ------
    WorkbenchError
        The file is no such key, or others may read it, or it is not the one that the settings pin.
    """
    file = settings.signing_key_file
    try:
        mode, pem = file.stat().st_mode, file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WorkbenchError(f"signing key {file} cannot be read ({error.strerror}).") from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise WorkbenchError(
            f"signing key {file} is open to other users (mode {mode & 0o777:o}), who could sign as you. "
            f"Run: chmod 600 {shlex.quote(str(file))}; if others had access to it, make another."
        )
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise WorkbenchError(
            f"{file} is no Ed25519 private key. Take it from a backup, or remove it and run: workbench key."
        )
    pinned = settings.signing.public_key
    if pinned and public_text(key) != pinned:
        raise WorkbenchError(
            f"signing key {file} is not the one whose public key workbench.toml pins ([signing] public_key). Take the "
            f"right one from a backup, or pin this one, {public_text(key)}, and move the old one to former_public_keys."
        )
    return key


def check_key(settings: Settings, is_needed: bool) -> None:
    """Say what is wrong with the key before minutes are spent on what it is to sign.

    Raises
    ------
    WorkbenchError
        The key cannot be used; or there is none, one is pinned, and the report needs it: unsigned, a scheduled report
        would look like one that was forged, and nobody would make it again.
    """
    if is_needed and settings.signing.public_key and private_key(settings) is None:
        raise WorkbenchError(
            f"there is no signing key {settings.signing_key_file}, and workbench.toml pins one ([signing] public_key). "
            "Bring it back from a backup, or mount its folder. On a machine that is not to sign, name the key under "
            "former_public_keys instead."
        )
    signing_key_id(settings)


def signing_key_id(settings: Settings) -> str:
    """Which key signs on this machine; empty where none does."""
    key = private_key(settings)
    return key_id(public_text(key)) if key else ""


def signed(manifest: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """The manifest with ``key_id`` and ``signature``; both are empty where this machine has no key.

    Raises
    ------
    WorkbenchError
        The key cannot be used; see `private_key`.
    """
    key = private_key(settings)
    if key is None:
        return {**manifest, "key_id": "", "signature": ""}
    told = {**manifest, "key_id": key_id(public_text(key))}
    return {**told, "signature": base64.b64encode(key.sign(_content(told))).decode()}


def signature_fault(manifest: Mapping[str, Any], settings: Settings) -> str:
    """What is wrong with the signature of a manifest, judged by the pinned keys; empty where it holds.

    Raises
    ------
    WorkbenchError
        What is pinned is no key.
    """
    pinned = [key for key in (settings.signing.public_key, *settings.signing.former_public_keys) if key]
    if not manifest.get("signature"):
        return "the report is not signed: there was no key where it was made (workbench key makes one)."
    if not pinned:
        return (
            "no public key is pinned, so that nobody can tell who signed. Pin it in workbench.toml "
            "([signing] public_key = …; workbench key prints it where reports are made)."
        )
    known = {key_id(key): _public_key(key) for key in pinned}
    told = str(manifest.get("key_id"))
    if told not in known:
        return f"it is signed with the key {told}, which is not pinned (pinned: {', '.join(known)})."
    try:
        signature = base64.b64decode(str(manifest["signature"]), validate=True)
        known[told].verify(signature, _content(manifest))
    except (ValueError, InvalidSignature):
        return f"the signature of the key {told} does not fit: the manifest was changed after it was signed."
    return ""


def check_signed(manifest: Mapping[str, Any], settings: Settings, name: str) -> None:
    """Refuse to run what nobody known has signed.

    Raises
    ------
    WorkbenchError
        The signature does not hold by the pinned keys.
    """
    if fault := unsigned_fault(manifest, settings, name):
        raise WorkbenchError(fault)


def unsigned_fault(manifest: Mapping[str, Any], settings: Settings, name: str) -> str:
    """Why a report is not run again: its manifest names lake, models and settings; empty where the signature holds."""
    fault = signature_fault(manifest, settings)
    return fault and (
        f"{name} is not run again: {fault} Its manifest could name any lake, model or setting. If you know who "
        "made it, add --unsigned."
    )


def public_text(key: Ed25519PrivateKey) -> str:
    """The public half of a key, as the settings pin it."""
    return base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def key_id(public_key: str) -> str:
    """Sixteen hexadecimal digits by which keys are told apart.

    Examples
    --------
    >>> key_id("MCowBQYDK2VwAyEA")
    '516bacf12f5460c2'
    """
    return hashlib.sha256(public_key.encode()).hexdigest()[:16]


def _content(manifest: Mapping[str, Any]) -> bytes:
    unsigned = {name: value for name, value in manifest.items() if name != "signature"}
    return _DOMAIN + canonical(unsigned).encode("utf-8")


def _public_key(text: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except ValueError:
        raise WorkbenchError(
            f"'{text}' ([signing] in workbench.toml) is no public key: 44 characters, as workbench key prints it."
        ) from None


def _create(file: Path, pem: bytes) -> None:
    """Write a new key; where two processes do so at once, the first one's stays."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as made:
            made.write(pem)
            made.flush()
            os.fsync(made.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink(missing_ok=True)
