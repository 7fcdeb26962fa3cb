"""How the city's services speak and what people type to them, shipped by language (``wordings/<lang>/<area>.toml``).

A pack may put any of these texts and words differently in its own ``texts/<lang>.toml`` and ``codes.toml``. What is
said in an emergency is the pack's own. What it does not give in a language that does not ship waits for a translation,
and is said in Indonesian until then; what people type in Indonesian is understood in every city.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).with_name("wordings")
EMERGENCY = Path(__file__).with_name("skeleton") / "texts"
BASE = "id"  # said where nothing else is given, and understood everywhere


@functools.cache
def _shipped(lang: str) -> tuple[Mapping[str, str], Mapping[str, tuple[str, ...]]]:
    texts: dict[str, str] = {}
    words: dict[str, tuple[str, ...]] = {}
    for file in sorted((SHIPPED / lang).glob("*.toml")):
        top: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
        texts |= top.get("texts", {})
        words |= {meaning: tuple(said) for meaning, said in top.get("words", {}).items()}
    return texts, words


def ships(lang: str) -> bool:
    """Whether the services speak that language."""
    return (SHIPPED / lang).is_dir()


@functools.cache
def usual_texts(lang: str) -> Mapping[str, str]:
    """What is said where a pack says nothing: in a language that ships the services' texts, in another every text, in
    Indonesian."""
    if ships(lang):
        return shipped_texts(lang)
    return {**tomllib.loads((EMERGENCY / f"{BASE}.toml").read_text(encoding="utf-8")), **shipped_texts(BASE)}


def shipped_texts(lang: str) -> Mapping[str, str]:
    """The services' texts in that language; empty where it is not shipped."""
    return _shipped(lang)[0]


def shipped_words(languages: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """What is typed to the services, by meaning, in all of those languages and in Indonesian."""
    words: dict[str, tuple[str, ...]] = {}
    for lang in (*languages, BASE):
        for meaning, said in _shipped(lang)[1].items():
            words[meaning] = tuple(dict.fromkeys((*words.get(meaning, ()), *said)))
    return words
