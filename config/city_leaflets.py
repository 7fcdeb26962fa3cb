"""What stands on printed leaflets (``leaflets/<lang>.toml``): shipped by language, and put differently by a pack."""

from __future__ import annotations

import functools
import string
import tomllib
from collections.abc import Mapping
from pathlib import Path

from config.city_files import PackFiles

SHIPPED = Path(__file__).with_name("leaflets")
FIRST = "id"  # its file says which texts there are, and which holes each may have
LEVELS = frozenset(f"{first}evel_{name}" for first in "Ll" for name in ("area", "district", "ward", "head"))
"""Words for areas, which are filled in where a leaflet is made; every text may have them."""


@functools.cache
def shipped_leaflet(lang: str) -> Mapping[str, str]:
    """The texts in that language; empty where it is not shipped."""
    path = SHIPPED / f"{lang}.toml"
    found: Mapping[str, str] = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found


def read_leaflets(files: PackFiles, languages: tuple[str, ...]) -> dict[str, Mapping[str, str]]:
    """The texts by language, the pack's own before those that are shipped. A language that is not shipped, and of which
    the pack has no file, has no leaflets: that is no fault."""
    found: dict[str, Mapping[str, str]] = {}
    for lang in languages:
        shipped, name = shipped_leaflet(lang), f"leaflets/{lang}.toml"
        if (files.folder / name).is_file():
            found[lang] = _own(files, name, shipped)
        elif shipped:
            found[lang] = shipped
    return found


def _own(files: PackFiles, name: str, shipped: Mapping[str, str]) -> Mapping[str, str]:
    table = files.toml(name)
    texts = {key: table.text(key, shipped.get(key)) for key in shipped_leaflet(FIRST)}
    table.done()
    for key, text in texts.items():
        if problem := _problem(text, holes(shipped_leaflet(FIRST)[key]) | LEVELS):
            table.fault(key, problem)
    return texts


def holes(text: str) -> frozenset[str]:
    """The names in braces. Raises ValueError for a stray brace."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def _problem(text: str, may: frozenset[str]) -> str:
    try:
        unknown = sorted(holes(text) - may)
    except ValueError as fault:
        return f"has a stray brace ({fault})"
    allowed = ", ".join(f"{{{one}}}" for one in sorted(may)) or "none"
    return f"unknown placeholder {{{unknown[0]}}} (this text may use: {allowed})" if unknown else ""
