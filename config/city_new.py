"""Lays out an empty city pack, with comments that say what goes where."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from config.city_waiting import lay_waiting
from config.wording import BASE

SKELETON = Path(__file__).with_name("skeleton")
NAMED = ("city.toml", "README.md")  # the files that show the city's name
PACKS = Path("cities")  # where a pack that is only named is looked for too
TONGUE = re.compile(r"(?m)^.*  # (\w\w)\n")  # a line of the skeleton that is for one language only
_LABELS = re.compile(r"\{ ((?:\w+ = \"[^\"]*\"(?:, )?)+) \}")  # what the skeleton says in several languages


class NewCityFault(Exception):
    """The pack was not laid out; the message says why."""


def folder_of(name: str) -> Path:
    """Where the pack of that name is to be: a path as it is; a bare name here, or where it was begun in ``cities/``."""
    return PACKS / name if Path(name).name == name and is_pack(PACKS / name) else Path(name)


def is_pack(folder: Path) -> bool:
    """Whether one was laid out there before."""
    return (folder / "city.toml").is_file()


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
        texts_of(folder, ("id",))
    except OSError as fault:
        raise NewCityFault(f"{folder} cannot be written: {fault.strerror}") from None
    return sorted(path for path in folder.rglob("*") if path.is_file())


def texts_of(folder: Path, languages: Sequence[str]) -> None:
    """Texts, words and labels of these languages as the skeleton has them, none of others; of a language that does not
    ship, what waits for a translation. Files that were changed stay."""
    for path in sorted((SKELETON / "texts").glob("*.toml")):
        mine = folder / "texts" / path.name
        if path.stem in languages and not mine.exists():
            shutil.copyfile(path, mine)
        elif path.stem not in languages and mine.exists() and mine.read_bytes() == path.read_bytes():
            mine.unlink()
    whole = (SKELETON / "codes.toml").read_text(encoding="utf-8")
    mine = folder / "codes.toml"
    if not mine.exists() or _plain(mine.read_text(encoding="utf-8")) == _plain(whole):
        kept = TONGUE.sub(lambda found: found[0] * (found[1] in languages), whole)
        mine.write_text(_LABELS.sub(lambda found: _labels(found[1], languages), kept), encoding="utf-8")
    for lang in languages:
        lay_waiting(folder, lang)


def _plain(codes: str) -> str:
    return _LABELS.sub("", TONGUE.sub("", codes))


def _labels(said: str, languages: Sequence[str]) -> str:
    known = dict(re.findall(r'(\w+) = "([^"]*)"', said))
    shown = [one for one in languages if one in known]
    shown += [BASE] * (BASE not in shown and len(shown) < len(languages))  # said until it is translated
    return "{ " + ", ".join(f'{one} = "{known[one]}"' for one in shown) + " }"
