"""The waiting list of a full day: offered while a freed place could still be told, and not in the last hour."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from eservices.clinic.queue import State
from eservices.clinic.store import rows
from eservices.clinic.talk import Room, queue_dialogues
from gateway.dialogue import Screen, Step, Who
from gateway.page import Floor
from gateway.store import Tx
from tests.eservices.pages.hall import SetClock, general, people
from tests.fixtures.site import ground_floor

PHONE = "+6285500009001"


@pytest.fixture
def clock() -> SetClock:
    return SetClock()  # at eight, when the doctor begins


@pytest.fixture
async def floor(tmp_path: Path, clock: SetClock) -> AsyncIterator[Floor]:
    async with ground_floor(tmp_path, clock=clock) as floor:
        yield floor


async def asked(floor: Floor, *typed: str) -> Screen:
    """What that phone reads at the end of these letters."""

    def work(tx: Tx) -> Screen:
        who = Who(number=PHONE, language="id", at=floor.clock.now())
        talk = next(
            one for one in queue_dialogues(floor.city, Room(floor.city)) if "DOKTER" in map(str.upper, one.heads)
        )

        def answer(step: Step) -> Step:
            while step.ask is not None:
                step = talk.answer(tx, step.ask, who, "turn")
            return step

        step = answer(talk.begin(who, typed[0]))
        for words in typed[1:]:
            assert step.state is not None
            step = answer(talk.step(step.state, words, who))
        return step.screen

    return await floor.store.write(work)


async def listed(floor: Floor) -> int:
    def work(tx: Tx) -> int:
        here = rows.kept(tx, general(floor))
        return rows.count(tx, here.id, State.LISTED) if here is not None else 0

    return await floor.store.read(work)


@pytest.mark.parametrize(("minutes", "offered"), [(-61, True), (-60, True), (-59, False), (-5, False)])
async def test_nobody_is_put_on_a_list_whose_free_place_could_not_be_told_in_time(
    floor: Floor, clock: SetClock, minutes: float, offered: bool
) -> None:
    await people(floor, 8)
    clock.passes(minutes)
    screen = await asked(floor, "umum puskesmas hulu hari ini")
    assert "penuh" in screen.text
    waits = [one.key for one in screen.choices if "Daftar tunggu" in one.label]
    assert bool(waits) is offered
    if offered:
        assert "Daftar tunggu" in (await asked(floor, "umum puskesmas hulu hari ini", waits[0], "siti aminah")).text
    assert await listed(floor) == int(offered)


async def test_who_was_offered_the_list_too_long_ago_is_told_of_other_days(floor: Floor, clock: SetClock) -> None:
    await people(floor, 8)
    clock.passes(-70)
    screen = await asked(floor, "umum puskesmas hulu hari ini")
    (wait,) = [one.key for one in screen.choices if "Daftar tunggu" in one.label]
    clock.passes(20)
    late = await asked(floor, "umum puskesmas hulu hari ini", wait, "siti aminah")
    assert await listed(floor) == 0
    assert "Daftar tunggu" not in late.text
