"""The pages' own words: one file a page and language, ``NAME.LANGUAGE.toml``, its keys read as ``NAME.key``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from config.city_levels import NAMELESS, Levels

FIRST = "id"
LANGUAGES = (FIRST, "en")


class Words:
    """Every word of every wing, with the city's own for its areas (``levels``). A key that a language lacks is said in
    the first language."""

    def __init__(self, folders: Iterable[Path], levels: Levels = NAMELESS) -> None:
        self._said: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
        for folder in folders:
            for path in sorted(folder.glob("*.*.toml")):
                language = path.stem.rsplit(".", 1)[1]
                fill = levels.of(language).fill
                self._said[language].update({key: fill(text) for key, text in _written(path).items()})

    def keys(self, language: str) -> frozenset[str]:
        return frozenset(self._said[language])

    def say(self, language: str, key: str, fields: Mapping[str, object] | None = None) -> str:
        """The words of ``key`` with ``{field}`` filled. Raises KeyError: nobody wrote them."""
        said = self._said.get(language, {})
        text = said[key] if key in said else self._said[FIRST][key]
        for name, value in (fields or {}).items():
            text = text.replace(f"{{{name}}}", str(value))
        return text


@cache
def _written(path: Path) -> Mapping[str, str]:
    """What stands in a file, read once in a process."""
    return _flat(tomllib.loads(path.read_text(encoding="utf-8")), path.stem.rsplit(".", 1)[0])


def _flat(table: Mapping[str, object], above: str) -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        name = f"{above}.{key}"
        flat |= _flat(value, name) if isinstance(value, Mapping) else {name: str(value)}
    return flat
