"""``docs/adding-a-service.md`` does what it says: a newcomer's steps on a copy of a pack, and then people ask, by SMS,
by USSD and by telephone."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from config.city import SHIPPED, City, load_city
from config.clock import VirtualClock
from config.command import DONE, Context
from config.commands import COMMANDS as CITY_COMMANDS
from dispatch.talk import with_emergencies
from eservices.lookup import store
from eservices.lookup.commands import COMMANDS as LOOKUP_COMMANDS
from eservices.services import services
from gateway.store import Store
from tests.conversations.script import read
from tests.conversations.stage import played
from tests.gateway.room import opened, play

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "adding-a-service.md").read_text(encoding="utf-8")
FILES = re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", GUIDE, re.DOTALL)
RUNS = re.findall(r"<!-- run: ([^>]+) -->\n```\n(.*?)```", GUIDE, re.DOTALL)
TALKS = """A newcomer's service.

: pack={pack} begins=2026-11-23T09:00

## by SMS
: warga = new
warga> AIR 10-20-30
warga< Air November a.n. S*** A***: Rp 52.000, bayar paling lambat 20/12/2026.
warga> tagihan air 102031
warga< Air November a.n. B***: lunas. Terima kasih.
warga> pdam
warga< Berapa nomor langganan air Anda? Ada 6 angka. Contoh: 10-20-30. 0 = menu
warga> 10 20 33
warga< Nomor langganan 102033 tidak ada. Periksa lagi di rekening lama.
= letters list --state unread: none

## by USSD
: warga = new
warga# *384*6#
warga@ …
warga# Tagihan air
warga@ Berapa nomor langganan air Anda? Ada 6 angka. Contoh: 10-20-30. 0 = menu
warga# 102030
warga@ Air November a.n. S*** A***: Rp 52.000, bayar paling lambat 20/12/2026.
= letters list --state unread: none
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of a shipped pack without look-ups, and the guide's files in it."""
    town = tmp_path / "my-city"
    shutil.copytree(SHIPPED / "binjai", town)
    shutil.rmtree(town / "services")
    for name, text in FILES:
        (town / name).parent.mkdir(exist_ok=True)
        (town / name).write_text(text, encoding="utf-8")
    return town


class Paper:
    def __init__(self) -> None:
        self.rows: list[Mapping[str, Any]] = []
        self.texts: list[str] = []

    def row(self, row: Mapping[str, Any], text: str) -> None:
        self.rows.append(row)
        self.texts.append(text)

    def note(self, text: str) -> None:
        self.texts.append(text)

    def progress(self, done: int, total: int, what: str) -> None:
        pass


async def run(words: str, pack: Path, kept: Store | None, clock: VirtualClock, files: dict[str, bytes]) -> Paper:
    """A command of the guide, as it stands there."""
    from argparse import ArgumentParser

    family, verb, *rest = words.split()
    command = next(one for one in (*CITY_COMMANDS, *LOOKUP_COMMANDS) if one.name == (family, verb))
    parser, paper = ArgumentParser(), Paper()
    command.arguments(parser)
    asked = parser.parse_args([str(pack) if one == "my-city" else one for one in rest])
    city = load_city(pack)
    context = Context(settings=None, city=city, clock=clock, out=paper, store=kept, files=files)
    assert await command.run(context, asked) == DONE, paper.texts
    return paper


def test_the_guide_has_the_files_and_commands_that_are_followed_here() -> None:
    assert [name for name, _ in FILES] == ["services/air.toml", "services/air.csv"]
    assert [words for words, _ in RUNS] == [
        "city check my-city",
        "lookup try air 102030",
        "lookup import air december.csv",
    ]


def test_every_command_of_the_guide_does_what_it_says(pack: Path, tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        december = FILES[1][1].replace("November", "Desember").encode()
        async with opened(clock, tmp_path / "k.db") as kept:
            for words, shown in RUNS:
                paper = await run(words, pack, kept, clock, {"december.csv": december})
                expected = [line for line in shown.splitlines() if line and not line.startswith("$")]
                assert set(expected) <= set(paper.texts), (words, paper.texts)
            said = await run("lookup try air 102030", pack, kept, clock, {})
            assert "Desember" in said.texts[0]
            states = [one.state for one in await kept.read(lambda tx: store.versions(tx, "air"))]
            assert states == [store.State.CURRENT]

    play(main)


def test_people_ask_it_by_sms_and_by_ussd(pack: Path, tmp_path: Path) -> None:
    script = tmp_path / "talks.txt"
    script.write_text(TALKS.format(pack=pack), encoding="utf-8")
    results = played(read(script), tmp_path / "run")
    assert {title: faults for title, (faults, _) in results.items() if faults} == {}


def test_people_ask_it_by_telephone(pack: Path) -> None:
    from ivr.events import Pressed
    from ivr.flow import SCREEN, TALK_BEGIN, TALK_STEP
    from ivr.talking import STAGE, TALK, Talking
    from tests.ivr.callers import call_of, exchange

    city: City = load_city(pack)

    async def main(clock: VirtualClock) -> None:
        async with exchange(clock) as there:
            talking = Talking(with_emergencies(city, services(city)), city, there.talking._inbox)
            asked = await there.store.write(lambda tx: talking.act(tx, call_of(), TALK_BEGIN, {"dialogue": "air"}))
            assert asked.result == SCREEN
            assert asked.screen is not None
            assert asked.screen.figures
            fields = {STAGE: asked.fields[STAGE], TALK: "air"}
            told = await there.store.write(
                lambda tx: talking.act(tx, call_of(turn="t2", **fields), TALK_STEP, {"typed": Pressed("102030").keys})
            )
            assert told.screen is not None
            assert told.screen.text == "Air November a.n. S A: Rp 52.000, bayar paling lambat 20/12/2026."

    play(main)


def test_a_mistake_is_named_by_its_line(pack: Path) -> None:
    from config.check import check

    air = pack / "services" / "air.toml"
    air.write_text(air.read_text().replace("{amount}", "{amout}", 1))
    (fault,) = check(pack)
    assert f"services/air.toml:{_line(air, '{amout}')}" in str(fault)
    assert json.dumps(str(fault))


def _line(path: Path, words: str) -> int:
    return next(number for number, text in enumerate(path.read_text().splitlines(), 1) if words in text)
