"""No page speaks half of the other language, and none shows a day as machines write it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from dispatch.console.wings import wings
from gateway.page import Floor
from tests.fixtures.site import EVERYBODY, FixedKeeper, as_user, built

ROOM = Path(__file__).parents[3] / "dispatch" / "console"
ENGLISH = r"the|of|to|and|with|was|is|are|not|for|from|by|yes|call|letter|duty|who|what|when|found|search"
INDONESIAN = r"dan|yang|tidak|sudah|belum|dari|untuk|dengan|atau|oleh|pada|ini|itu|warga|pos|petugas|kejadian|sirene"
STRANGE = {"id": re.compile(rf"\b(?:{ENGLISH})\b", re.I), "en": re.compile(rf"\b(?:{INDONESIAN})\b", re.I)}
TAG, ISO = re.compile(r"<[^>]*>"), re.compile(r"\b\d{4}-\d\d-\d\d\b")
PAGES = ("/roster?day=2031-05-09", "/drills", "/officers", "/stations", "/people", "/incidents", "/map")


def _leaves(words: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, str]]:
    for key, value in words.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{at}{key}.")
        else:
            yield f"{at}{key}", re.sub(r"\{\w+\}", "", value)


def _read(path: Path) -> Mapping[str, Any]:
    text = path.read_text(encoding="utf-8")
    read: Mapping[str, Any] = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    return read


@pytest.mark.parametrize("language", ["id", "en"])
def test_words_are_of_one_language(language: str) -> None:
    files = [path for path in ROOM.rglob("words/*.*") if language in path.name.split(".") and path.suffix != ".py"]
    assert len(files) > 10
    mixed = [
        (path.name, key, said) for path in files for key, said in _leaves(_read(path)) if STRANGE[language].search(said)
    ]
    assert mixed == []


async def test_days_are_written_as_people_write_them(
    floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    client = as_user(await aiohttp_client(built(floor, wings(floor), keeper).app), keeper.admit(EVERYBODY))
    for path in PAGES:
        answer = await client.get(path, headers={"Accept": "text/html"})
        assert answer.status == 200, path
        assert ISO.findall(TAG.sub(" ", await answer.text())) == [], path
