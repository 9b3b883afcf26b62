"""Specification: pseudonyms join within a lake, and its key is never made anew nor left open."""

import multiprocessing
import os
import stat
from pathlib import Path

import pytest

from workbench.errors import WorkbenchError
from workbench.privacy.pseudonyms import case_token, fingerprint, load_key, pseudonym, pseudonyms, user_token

KEY, OTHER_KEY = bytes(range(32)), bytes(32)


def test_one_person_has_one_pseudonym_however_written():
    written = ["Jane_Doe", "@jane_doe", " JANE_DOE ", "ｊane_doe"]
    assert len({pseudonym(KEY, account) for account in written}) == 1
    assert len(pseudonym(KEY, "jane_doe")) == 32
    assert pseudonym(KEY, "jane_doe") != pseudonym(KEY, "jane_do")
    assert pseudonym(KEY, "jane_doe") != pseudonym(OTHER_KEY, "jane_doe")


def test_pseudonyms_of_many_are_those_of_each():
    accounts = ["jane", None, "@Jane", "", " @ ", "bob", "jane"]
    assert pseudonyms(KEY, accounts) == [
        pseudonym(KEY, "jane"), None, pseudonym(KEY, "jane"), None, None, pseudonym(KEY, "bob"), pseudonym(KEY, "jane"),
    ]  # fmt: skip


def test_tokens_join_and_purposes_do_not_meet():
    assert user_token(KEY, "@Jane") == pseudonym(KEY, "jane")[:12]
    assert case_token(KEY, "AB-12 34") == case_token(KEY, "#ab1234")
    assert case_token(KEY, "1234") != user_token(KEY, "1234")


def test_damaged_text_has_a_pseudonym():
    assert len(pseudonym(KEY, "jane\ud800")) == 32


def test_first_use_makes_a_key_for_its_owner_only(tmp_path):
    path = tmp_path / "vault" / "pseudonym.key"
    key = load_key(path, None)
    assert len(key) == 32
    assert load_key(path, None) == key
    assert load_key(path, fingerprint(key)) == key
    assert [file.name for file in path.parent.iterdir()] == ["pseudonym.key"]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_lake_with_a_key_is_not_given_another(tmp_path):
    path = tmp_path / "pseudonym.key"
    with pytest.raises(WorkbenchError, match=r"missing.*Copy the key file"):
        load_key(path, fingerprint(KEY))
    assert not path.exists()


def test_another_key_is_refused(tmp_path):
    path = tmp_path / "pseudonym.key"
    key = load_key(path, None)
    with pytest.raises(WorkbenchError, match="was made with key") as refused:
        load_key(path, fingerprint(KEY))
    assert key.hex()[:8] not in str(refused.value)


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_key_open_to_others_is_refused(tmp_path, mode):
    path = tmp_path / "pseudonym.key"
    load_key(path, None)
    path.chmod(mode)
    with pytest.raises(WorkbenchError, match="chmod 600"):
        load_key(path, None)


def test_a_damaged_key_is_refused(tmp_path):
    path = tmp_path / "pseudonym.key"
    path.touch(mode=0o600)
    path.write_bytes(b"short")
    with pytest.raises(WorkbenchError, match="has 5 bytes"):
        load_key(path, None)


def test_a_folder_that_cannot_be_made_is_an_error_for_users(tmp_path):
    (tmp_path / "vault").write_text("a file")
    with pytest.raises(WorkbenchError, match="neither read nor made"):
        load_key(tmp_path / "vault" / "pseudonym.key", None)


def test_processes_that_start_at_once_share_one_key(tmp_path):
    path = tmp_path / "vault" / "pseudonym.key"
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        keys = pool.map(_load, [path] * 16, chunksize=1)
    assert len(set(keys)) == 1
    assert path.read_bytes() == keys[0]
    assert len(list(path.parent.iterdir())) == 1


def test_the_first_of_two_keys_stays(tmp_path, monkeypatch):
    """Both found no key; the other process linked its own first."""
    path = tmp_path / "pseudonym.key"
    link = os.link

    def link_too_late(draft, target):
        path.touch(mode=0o600)
        path.write_bytes(KEY)
        link(draft, target)

    monkeypatch.setattr(os, "link", link_too_late)
    assert load_key(path, None) == KEY


def _load(path: Path) -> bytes:
    return load_key(path, None)
