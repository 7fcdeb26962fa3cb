"""Lays out an empty city pack, with comments that say what goes where."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

SKELETON = Path(__file__).with_name("skeleton")
NAMED = ("city.toml", "README.md")  # the files that show the city's name


class NewCityFault(Exception):
    """The pack was not laid out; the message says why."""


def new_city(folder: Path) -> list[Path]:
    """Write an empty pack into ``folder``, which must not exist (an empty one may). Returns its files, sorted.
    Raises NewCityFault."""
    name = folder.name
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 _-]*", name):
        raise NewCityFault(f"{name!r} is not a name for a folder: take letters, digits, - and _")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NewCityFault(f"{folder} is there already: nothing was changed")
    try:
        shutil.copytree(SKELETON, folder, dirs_exist_ok=True)
        for file in NAMED:
            path = folder / file
            path.write_text(path.read_text(encoding="utf-8").replace("{name}", name.title()), encoding="utf-8")
    except OSError as fault:
        raise NewCityFault(f"{folder} cannot be written: {fault.strerror}") from None
    return sorted(path for path in folder.rglob("*") if path.is_file())
