"""How the city's services speak and what people type to them, shipped by language (``wordings/<lang>/<area>.toml``).

A pack may put any of these texts and words differently in its own ``texts/<lang>.toml`` and ``codes.toml``; for a
language that is not shipped it must give them all. What is said in an emergency is always the pack's own.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).with_name("wordings")


@functools.cache
def _shipped(lang: str) -> tuple[Mapping[str, str], Mapping[str, tuple[str, ...]]]:
    texts: dict[str, str] = {}
    words: dict[str, tuple[str, ...]] = {}
    for file in sorted((SHIPPED / lang).glob("*.toml")):
        top: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
        texts |= top.get("texts", {})
        words |= {meaning: tuple(said) for meaning, said in top.get("words", {}).items()}
    return texts, words


def shipped_texts(lang: str) -> Mapping[str, str]:
    """The services' texts in that language; empty where it is not shipped."""
    return _shipped(lang)[0]


def shipped_words(languages: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """What is typed to the services, by meaning, in all of those languages."""
    words: dict[str, tuple[str, ...]] = {}
    for lang in languages:
        for meaning, said in _shipped(lang)[1].items():
            words[meaning] = tuple(dict.fromkeys((*words.get(meaning, ()), *said)))
    return words
