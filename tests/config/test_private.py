"""What the program keeps is read by its owner alone."""

from __future__ import annotations

import os
from pathlib import Path

from config.private import own


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
