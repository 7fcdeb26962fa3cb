"""The officer asks for the caller by key 4: they talk, or he hears the number. With the real player and bridge."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.number import local
from ivr.house import Speaking
from ivr.spoken_aloud import spoken
from ivr.store import CALLS
from modem.virtual import Behaviour
from tests.fixtures.murmur import Murmur
from tests.walks.house import GINA
from tests.walks.indoors import Indoors, indoors

pytestmark = pytest.mark.sqlite_only("what is stored of calls is held elsewhere")

TONE = (9000).to_bytes(2, "little", signed=True) * 10 + (-9000).to_bytes(2, "little", signed=True) * 10
SPEECH = TONE * 400 * 2  # two seconds of 400 Hz
OFFICERS = select(CALLS.c.said).where(CALLS.c.flow == "officer")


def officers(town: Indoors, keys: str) -> list[str]:
    people = [*town.city.roster_numbers(), *(post.number for post in town.city.operators)]
    for number in people:
        town.network.phone(number).behave(Behaviour(answer_after_s=2.0, keys=keys, key_after_s=2.0))
    return people


def test_with_one_line_the_officer_hears_the_caller_s_number_digit_by_digit(tmp_path: Path) -> None:
    async def scene(town: Indoors) -> None:
        officers(town, "4")
        await town.sms(GINA, "TOLONG RAMPOK", then=30.0)
        said = await town.house.store.read(lambda tx: tx.execute(OFFICERS).scalars().all())
        words = [text for one in said for _, who, text in json.loads(one) if who == "us"]
        (number,) = {text for text in words if local(GINA) in text}
        aloud = spoken(number, "id")
        assert "nol delapan lima lima" in aloud.replace(",", "")
        assert not any(char.isdigit() for char in aloud)

    indoors(tmp_path, scene)


def test_who_holds_the_line_and_the_officer_who_asks_for_him_hear_each_other_until_one_hangs_up(tmp_path: Path) -> None:
    async def scene(town: Indoors) -> None:
        people, caller = officers(town, ""), town.network.phone(GINA)
        caller.behave(Behaviour(answer_after_s=2.0, keys="1", key_after_s=3.0))
        caller.call(town.modem.number, 3.0)
        async with town.clock.timeout(120.0):
            while not town.house.voices.holds(GINA):
                await town.clock.sleep(0.2)
            while not any(town.network.phone(number).talking for number in people):
                await town.clock.sleep(0.2)
            await town.clock.sleep(3.0)
            officer = next(phone for phone in map(town.network.phone, people) if phone.talking)
            officer.press("4")
            while town.house.voices.holds(GINA):
                await town.clock.sleep(0.2)
        await town.clock.sleep(2.0)
        for speaks, hears in ((caller, officer), (officer, caller)):
            before = len(hears.heard())
            speaks.say(SPEECH)
            await town.clock.sleep(4.0)
            assert hears.heard()[before:].count(TONE) > 100
        caller.hangup()
        await town.clock.sleep(6.0)
        assert not caller.engaged()
        mine = OFFICERS.where(CALLS.c.number == officer.number)
        (said,) = await town.house.store.read(lambda tx: tx.execute(mine).scalars().all())
        told = [(who, words) for _, who, words in json.loads(said)]
        assert told[told.index(("them", "joined: ended")) + 1][0] == "us", "he gets his next words"

    paced = Speaking(voice=Murmur(), pace_s=0.1)  # the bridge keeps 0.2 s
    indoors(tmp_path, scene, modems=2, speaking=lambda city, clock: paced)
