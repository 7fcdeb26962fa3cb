"""What an incident's state is called: one word each (``words/state.*.toml``), the same on every page and in the API."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from dispatch.console.words import LANGUAGES
from dispatch.incident import State

HERE = Path(__file__).parent / "words"


def _read() -> Mapping[str, Mapping[str, str]]:
    said = {one: tomllib.loads((HERE / f"state.{one}.toml").read_text(encoding="utf-8")) for one in LANGUAGES}
    return {state: MappingProxyType({one: said[one][state.value] for one in LANGUAGES}) for state in State}


STATE_LABELS: Mapping[str, Mapping[str, str]] = MappingProxyType(_read())
"""By state, then by language."""
