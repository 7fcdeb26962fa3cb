"""A city's system that hangs, lies, returns 10 MB or nothing: every face says a plain sentence in time, or what was so
before, with its time; and who is in danger waits for nobody."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from random import Random

import pytest

from config.clock import VirtualClock
from config.lookup import KeyForm
from eservices.lookup.guessing.store import MOST
from eservices.virtual.faults import FAULTS
from gateway.ahead import AHEAD_S
from gateway.health import LIFE, judge
from gateway.pulse import Part, Status
from ivr.events import Pressed
from tests.eservices.lookup.far_room import (
    AWAY,
    BILL,
    FACES,
    KEPT,
    NOBODYS,
    PAID,
    Far,
    city,
    far,
    path_to,
    play,
    scene,
)
from tests.fixtures.whole import examples
from tests.gateway.room import BUDI, SITI
from tests.gateway.ussd_room import Handset
from tests.ivr.callers import Caller

IN_TIME = {"sms": 2.0, "ussd": AHEAD_S + 0.1, "voice": AHEAD_S + 0.1}  # seconds on the Clock
UNPAID, PAID_SAID, NONE = "BELUM LUNAS sampai 30/11/2026", "LUNAS 14/08/2026", "tidak ada"
STALE_S = 120.0  # an answer that is older than that is asked for again
EVERY = sorted(FAULTS)


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("fault", EVERY)
def test_whatever_the_system_does_each_face_is_answered_in_time(fault: str, face: str) -> None:
    async def main(there: Far) -> None:
        by = FACES[face]
        assert UNPAID.upper() in (await by(there, BILL))[0].upper()
        await there.clock.sleep(STALE_S)
        there.fault(fault)
        for key, said in ((BILL, (UNPAID, KEPT)), (PAID, (AWAY,))):
            text, took = await by(there, key)
            assert all(one in text.upper() for one in map(str.upper, said)), text
            assert took <= IN_TIME[face]
        there.system.faults.heal()
        await there.clock.sleep(STALE_S)
        text, _ = await by(there, PAID)
        assert PAID_SAID in text.upper(), text
        assert KEPT not in text

    scene(main)


@pytest.mark.parametrize("seed", range(examples(6)))
def test_in_any_order_of_faults_nothing_is_said_that_is_not_so(seed: int) -> None:
    """Right, or kept with its time, or a plain sentence; one answer for each question, and each in time."""
    random = Random(seed)
    true = {BILL: UNPAID.upper(), PAID: PAID_SAID, NOBODYS: NONE.upper()}

    async def main(there: Far) -> None:
        for nth in range(30):
            asks = (SITI, BUDI)[nth % 2]  # twenty numbers are told in an hour
            if random.random() < 0.4:
                there.fault(random.choice(EVERY), count=random.choice((None, 1, 2)))
            elif random.random() < 0.4:
                there.system.faults.heal()
            await there.clock.sleep(random.choice((0.0, 1.0, 5.0, 20.0, STALE_S)))
            face, key = random.choice(sorted(FACES)), random.choice(sorted(true))
            text, took = await FACES[face](there, key, asks)
            text = text.upper()
            assert true[key] in text or AWAY.upper() in text, (face, key, text)
            assert not [one for other, one in true.items() if other != key and one in text]
            assert took <= IN_TIME[face], (face, took)

    scene(main)


def test_an_emergency_by_sms_and_by_ussd_waits_for_no_system() -> None:
    """Forty letters and twenty phones wait for a system that hangs; measured on the Clock."""

    async def main(there: Far) -> None:
        there.fault("hang")
        phones = [Handset(there, f"+62812{nth:07d}", session=f"w{nth}") for nth in range(20)]  # type: ignore[arg-type]
        for phone in phones:
            await phone.dial(path_to(await there.lines(phone)))
        for nth in range(40):
            await there.writes(f"PBB {12750300040050 + nth}1230", f"+62813{nth:07d}")
        waiting = [asyncio.create_task(phone.press(BILL)) for phone in phones]
        await there.clock.sleep(0.2)
        assert not any(one.done() for one in waiting)
        began = there.clock.monotonic()
        alarm = Handset(there, BUDI, session="alarm")  # type: ignore[arg-type]
        assert "dicatat" in (await alarm.dial("1*1")).text.lower()
        by_ussd = there.clock.monotonic() - began
        await there.writes("TOLONG RAMPOK", BUDI)
        while not await there.letters(BUDI):
            await there.clock.sleep(0.01)
        by_sms = there.clock.monotonic() - began - by_ussd
        assert await by_voice_alarm(there) <= 0.05
        assert by_ussd <= 0.05
        assert by_sms <= 0.1
        assert not any(one.done() for one in waiting), "they still wait"
        await asyncio.gather(*waiting)

    scene(main)


async def by_voice_alarm(there: Far) -> float:
    """Seconds from the first key of a call until the emergency is heard."""
    session = there.board.inbound("+6281300000001", "modem1", "alarm")
    caller = Caller(session, await session.begin("modem1"))
    began = there.clock.monotonic()
    heard = await caller.does(Pressed("1"))
    assert "darurat" in heard.lower() or "perampokan" in heard.lower(), heard
    return there.clock.monotonic() - began


def test_another_look_up_and_another_call_are_not_delayed() -> None:
    async def main(there: Far) -> None:
        there.fault("hang")
        slow = asyncio.create_task(there.by_voice(BILL))
        await there.clock.sleep(0.1)
        there.system.faults.heal()  # what hangs goes on to hang: only new questions are well
        began = there.clock.monotonic()
        await there.writes("AIRKU " + PAID, BUDI)
        while not await there.letters(BUDI):
            await there.clock.sleep(0.01)
        assert PAID_SAID in (await there.letters(BUDI))[0]
        assert there.clock.monotonic() - began < 0.2
        assert not slow.done()
        assert AWAY in (await slow)[0]

    scene(main)


def test_a_dead_system_is_not_waited_for_again_and_again_and_is_used_when_it_is_back() -> None:
    async def main(there: Far) -> None:
        there.fault("hang")
        for _ in range(3):
            await there.by_sms(PAID)
        asked = len(there.system.log)
        for face in FACES.values():
            text, took = await face(there, PAID)
            assert AWAY in text
            assert took < 0.2, "at once"
        assert len(there.system.log) == asked
        part = there.part()
        assert part.status is Status.DEGRADED
        assert part.detail.startswith("away since 20.00: no answer in 1.5 s")  # WITA
        there.system.faults.heal()
        await there.clock.sleep(30.0)
        assert there.part().status is Status.OK
        assert PAID_SAID in (await there.by_ussd(PAID))[0]

    scene(main)


def test_a_system_that_is_away_never_fails_the_program() -> None:
    async def main(there: Far) -> None:
        there.fault("off")
        await there.clock.sleep(600.0)
        assert there.part().status is Status.DEGRADED
        assert "away since" in there.part().detail
        now = there.clock.now()
        alive = [Part(name=name, kind="loop", status=Status.OK, since=now) for name in LIFE]
        ways = [Part(name="m", kind="modem", status=Status.OK, since=now)]
        assert judge([*alive, *ways, there.part(), there.part("air")]).status is Status.DEGRADED

    scene(main)


def test_answers_that_cannot_be_understood_are_a_line_of_health() -> None:
    async def main(there: Far) -> None:
        there.fault("shape")
        await there.by_sms(PAID)
        assert there.part().status is Status.DEGRADED
        assert there.part().detail.startswith("cannot be understood: there is nothing at")
        there.system.faults.heal()
        await there.clock.sleep(90.0)
        assert there.part().status is Status.OK

    scene(main)


def test_a_repeated_post_of_a_turn_asks_once() -> None:
    async def main(there: Far) -> None:
        there.fault("slow", value=0.5)
        phone = Handset(there)  # type: ignore[arg-type]
        path = path_to(await there.lines(phone))
        await phone.dial(path)
        before = len(there.system.log)
        shown = await asyncio.gather(*(phone.post(f"{path}*{PAID}") for _ in range(4)))
        assert {PAID_SAID in reply.text for reply in shown} == {True}
        assert len(there.system.log) == before + 1

    scene(main)


def test_many_who_ask_the_same_are_one_question_and_no_more_than_four_are_on_the_line() -> None:
    async def main(there: Far) -> None:
        there.fault("slow", value=1.0)
        before = len(there.system.log)
        for nth in range(30):
            await there.writes(f"PBB {PAID}", f"+62813{nth:07d}")
        for nth in range(30):
            await there.writes(f"PBB {12750300040050 + nth}1230", f"+62814{nth:07d}")
        await there.clock.sleep(0.5)
        assert len(there.system.log) == before + 4
        await there.clock.sleep(1.5)
        assert [one.key for one in there.system.log[before:]].count(PAID) == 1
        told = [await there.letters(f"+62813{nth:07d}") for nth in range(30)]
        assert {len(one) for one in told} == {1}
        others = [await there.letters(f"+62814{nth:07d}") for nth in range(30)]
        assert {len(one) for one in others} == {1}, "who was not asked for is told so, in time"

    scene(main)


def test_what_a_dialled_path_asks_behind_its_first_question_is_asked_for_again_and_not_said_to_be_away() -> None:
    """Of a key in words the list is the first question; the second one could not be fetched before the transaction."""
    pajak = city().lookups["pajak"]
    worded = replace(pajak, key=replace(pajak.key, form=KeyForm.WORDS))
    town = replace(city(), lookups={**city().lookups, "pajak": worded})

    async def main(clock: VirtualClock) -> None:
        async with far(clock, town=town) as there:
            path = path_to(await there.lines(Handset(there, SITI, session="a")))  # type: ignore[arg-type]
            phone = Handset(there, SITI, session="b")  # type: ignore[arg-type]
            assert "Ketik 18 angka NOP" in (await phone.dial(f"{path}*{BILL}")).text
            assert UNPAID in (await phone.press(BILL)).text
            await clock.sleep(STALE_S)
            there.fault("off")
            phone = Handset(there, SITI, session="c")  # type: ignore[arg-type]
            await phone.dial(path)
            assert KEPT in (await phone.press(BILL)).text, "what was asked in vain is told as it was"

    play(main)


@pytest.mark.parametrize("face", ["ussd", "voice"])
def test_for_a_phone_that_had_its_twenty_numbers_no_system_is_asked(face: str) -> None:
    async def main(there: Far) -> None:
        for nth in range(MOST + 1):
            await there.by_sms(f"{127503000400600000 + nth}")
        await FACES[face](there, PAID)
        before = there.asked
        text, took = await FACES[face](there, BILL)
        assert "SUDAH BANYAK NOMOR" in text.upper()
        assert (there.asked, took) == (before, 0.0)
        await FACES[face](there, BILL, BUDI)
        assert there.asked == before + 1

    scene(main)
