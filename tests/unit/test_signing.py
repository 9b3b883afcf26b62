import os
import stat
from pathlib import Path

import pytest

from workbench.errors import WorkbenchError
from workbench.runs.signing import key_id, make_key, signature_fault, signed
from workbench.settings import Settings, load_settings

MANIFEST = {"schema": 1, "order": {"name": "kpi/weekly/2026-W43", "parameters": {"weeks": 12}}}


def settings_of(folder: Path, **signing) -> Settings:
    return Settings(folder=folder, signing=signing)


def with_key(folder: Path) -> Settings:
    """Settings that pin the key made for them."""
    return settings_of(folder, public_key=make_key(settings_of(folder))[1])


def test_a_signature_holds_until_anything_is_changed(tmp_path):
    settings = with_key(tmp_path)
    whole = signed(MANIFEST, settings)
    assert signature_fault(whole, settings) == ""
    whole["order"] = {"name": "kpi/weekly/2026-W43", "parameters": {"weeks": 8}}
    assert "was changed after it was signed" in signature_fault(whole, settings)


def test_the_key_is_the_users_alone_outside_the_lake_and_made_once(tmp_path):
    settings = settings_of(tmp_path)
    file, public = make_key(settings)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not file.is_relative_to(settings.lake_root)
    assert make_key(settings) == (file, public)


def test_without_a_key_a_manifest_is_made_unsigned_and_says_so(tmp_path):
    settings = settings_of(tmp_path)
    bare = signed(MANIFEST, settings)
    assert bare == {**MANIFEST, "key_id": "", "signature": ""}
    assert "the report is not signed" in signature_fault(bare, settings)


def test_a_key_inside_a_report_proves_nothing(tmp_path):
    forger = with_key(tmp_path / "forger")
    forged = signed(MANIFEST, forger)
    assert "no public key is pinned" in signature_fault(forged, settings_of(tmp_path))
    assert f"the key {forged['key_id']}, which is not pinned" in signature_fault(
        forged, with_key(tmp_path / "ours")
    )
    named_as_ours = {**forged, "key_id": key_id(with_key(tmp_path / "ours").signing.public_key)}
    assert "does not fit" in signature_fault(named_as_ours, with_key(tmp_path / "ours"))


def test_a_former_key_still_verifies_what_it_signed(tmp_path):
    old = with_key(tmp_path / "old")
    kept = signed(MANIFEST, old)
    new = settings_of(
        tmp_path / "new",
        public_key=make_key(settings_of(tmp_path / "new"))[1],
        former_public_keys=[old.signing.public_key],
    )
    assert signature_fault(kept, new) == ""
    assert signed(MANIFEST, new)["key_id"] == key_id(new.signing.public_key)


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_key_that_others_may_read_is_refused(tmp_path, mode):
    settings = settings_of(tmp_path)
    file, _ = make_key(settings)
    file.chmod(mode)
    with pytest.raises(WorkbenchError, match=f"open to other users .mode {mode:o}.*chmod 600"):
        signed(MANIFEST, settings)


def test_a_file_that_is_no_key_and_a_key_that_is_not_the_pinned_one(tmp_path):
    pinned = with_key(tmp_path / "pinned")
    make_key(settings_of(tmp_path))
    with pytest.raises(WorkbenchError, match="not the one whose public key"):
        signed(MANIFEST, settings_of(tmp_path, public_key=pinned.signing.public_key))
    settings_of(tmp_path).signing_key_file.write_text("secret")
    with pytest.raises(WorkbenchError, match="is no Ed25519 private key") as refused:
        signed(MANIFEST, settings_of(tmp_path))
    assert "secret" not in str(refused.value)


def test_a_public_key_that_is_none_is_said_before_anything_is_trusted(tmp_path):
    kept = signed(MANIFEST, with_key(tmp_path / "a"))
    broken = settings_of(tmp_path / "b", public_key="not a key")
    told = {**kept, "key_id": key_id("not a key")}
    with pytest.raises(WorkbenchError, match="is no public key"):
        signature_fault(told, broken)


def test_the_printed_lines_are_settings(tmp_path):
    _, public = make_key(settings_of(tmp_path))
    (tmp_path / "workbench.toml").write_text(f'[signing]\npublic_key = "{public}"\n')
    assert load_settings(tmp_path / "workbench.toml").signing.public_key == public
