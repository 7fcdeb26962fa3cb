"""What the program keeps is read by its owner alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from config.private import begin, keys_in, opened, own


def modes(folder: Path) -> dict[str, str]:
    return {path.name: oct(path.stat().st_mode & 0o777) for path in (folder, *folder.iterdir())}


def test_a_new_folder_and_an_old_store_are_closed_to_everybody_else(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        folder = tmp_path / "a" / "var"
        own(folder)
        assert modes(folder) == {"var": "0o700"}
        for name in ("kentongan.db", "kentongan.db-wal", "notes.txt"):
            (folder / name).touch(mode=0o666)
        folder.chmod(0o755)
        own(folder)
    finally:
        os.umask(before)
    assert modes(folder) == {
        "var": "0o700",
        "kentongan.db": "0o600",
        "kentongan.db-wal": "0o600",
        "notes.txt": "0o666",
    }


def test_what_is_made_is_its_owners_from_the_first_moment(tmp_path: Path) -> None:
    old = tmp_path / "old.pdf"
    old.touch(mode=0o644)
    before = os.umask(0)
    try:
        begin(tmp_path / "kentongan.db")
        with opened(tmp_path / "log", append=True) as file:
            assert os.fstat(file.fileno()).st_mode & 0o777 == 0o600
            file.write(b"a")
        with opened(old) as file:
            assert os.fstat(file.fileno()).st_mode & 0o777 == 0o600
        (key,) = keys_in(tmp_path / "some.key", 32)
    finally:
        os.umask(before)
    with opened(tmp_path / "log", append=True) as file:
        file.write(b"b")
    begin(tmp_path / "log")
    assert (tmp_path / "log").read_bytes() == b"ab"
    assert keys_in(tmp_path / "some.key", 32) == [key]
    assert set(modes(tmp_path).values()) - {modes(tmp_path)[tmp_path.name]} == {"0o600"}
    assert len(list(tmp_path.iterdir())) == 4


def test_a_key_that_was_cut_off_is_not_taken_for_one(tmp_path: Path) -> None:
    (tmp_path / "some.key").write_text("abcd\n", encoding="ascii")
    with pytest.raises(ValueError, match="no key of 32"):
        keys_in(tmp_path / "some.key", 32)
