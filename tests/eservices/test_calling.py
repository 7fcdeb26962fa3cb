"""Who asked to be called hears what others read: once, by day, on a line that nobody needs more; else it is written."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from config.clock import VirtualClock, run_virtual
from config.crash import CrashPoint, no_crash
from dispatch.case import Case
from dispatch.cries import Cries
from dispatch.incident import Incident, State
from dispatch.store.incidents import open_case
from eservices.calling.hands import CallOutHands
from eservices.calling.rounds import CallOuts
from eservices.calling.store import CALL_OUT
from eservices.calling.telling import tell
from gateway.messages import Kind, Lane, Outbound
from gateway.pulse import Pulse
from gateway.registry import sample_residents
from gateway.store import Store
from gateway.store.forgetting import forget_person
from gateway.store.listing import letters
from gateway.store.people import find, save
from ivr.leg import CallOrder, Urgency
from ivr.legs import Legs
from ivr.switchboard import Desk, Switchboard
from modem.call import Outcome
from tests.fixtures.engines import fresh, leave, open_store
from tests.gateway.room import SITI
from tests.ivr.callers import CITY, FLOWS, living
from tests.ivr.scripted import RINGS, Does, QuickSpeaker, ScriptedModem, World, answers

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # 12.00 in the city
NIGHT = NOON + timedelta(hours=11)  # 23.00
TEXT = "Ingat: Sel 24/11 Gigi, RSUD, nomor 7, sekitar 08.30 (Siti). Batal: balas BATAL."
RULES = pytest.mark.sqlite_only("rules of time and of whom; what is kept is held on both engines by the others")
OFFICER = "+6281300000001"


class Killed(BaseException):
    """The program was killed."""


@dataclass(slots=True)
class Room:
    clock: VirtualClock
    store: Store
    world: World
    speaker: QuickSpeaker
    legs: Legs
    board: Switchboard
    outs: CallOuts

    async def told(self, number: str = SITI, *, key: str = "eve/1", worth: timedelta = timedelta(hours=12)) -> None:
        """Something is to be told to that number."""
        at = self.clock.now()
        letter = Outbound(to=number, text=TEXT, lane=Lane.SERVICE, key=f"{key}/{number}", expires_at=at + worth)
        await self.store.write(lambda tx: tell(tx, CITY, letter, "id", find(tx, number), at))

    async def written(self) -> list[str]:
        found = await self.store.read(lambda tx: letters(tx, state=None, at_most=100))
        return [one.text for one in found]

    async def states(self) -> list[str]:
        found = select(CALL_OUT.c.state).order_by(CALL_OUT.c.id)
        return await self.store.read(lambda tx: list(tx.execute(found).scalars()))

    async def lives(self, **more: Any) -> None:
        await self.store.write(lambda tx: save(tx, replace(living(), call_me=True, **more)))

    def said(self) -> list[str]:
        return [text for number, text in self.speaker.heard if number == SITI]


def play(
    scene: Callable[[Room], Coroutine[Any, Any, None]],
    *does: Does,
    begins: datetime = NOON,
    lines: int = 1,
    virtual: bool = True,
    crash: CrashPoint = no_crash,
) -> None:
    """A room on virtual time; Siti's phone does that."""

    async def main(clock: VirtualClock) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "k.db"
            fresh(path)
            store = await open_store(path, clock, inline=True)
            try:
                room = _room(clock, store, Path(folder), lines, virtual, crash)
                room.world.phone(SITI, *does or (answers("1"),))
                async with clock.timeout(14 * 86400.0):
                    await scene(room)
            finally:
                await store.close()
                leave(path)

    run_virtual(main, begins)


def _room(clock: VirtualClock, store: Store, folder: Path, lines: int, virtual: bool, crash: CrashPoint) -> Room:
    world, speaker = World(), QuickSpeaker(clock)
    modems = [ScriptedModem(world, clock, name=f"modem{n}", virtual=virtual) for n in range(lines)]
    legs = Legs(modems, clock, speaker=speaker, forbidden=CITY.is_sample)
    desk = Desk(store=store, catalogue=CITY, clock=clock, flows=FLOWS, recordings=folder / "recordings", crash=crash)
    board = Switchboard(desk)
    board.serve(CallOutHands())
    outs = CallOuts(store, CITY, legs, board, clock, Pulse(clock), alarms=Cries(CITY), wake=lambda: None)
    return Room(clock, store, world, speaker, legs, board, outs)


async def running(room: Room, seconds: float) -> None:
    """Let the loop run for so long."""
    task = asyncio.create_task(room.outs.run())
    try:
        await room.clock.sleep(seconds)
        if task.done():
            task.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_who_asked_for_calls_hears_it_once_and_gets_no_letter() -> None:
    async def scene(room: Room) -> None:
        await room.lives()
        await room.told()
        await running(room, 5 * 3600)
        assert room.world.calls(SITI) == 1
        said = " ".join(room.said())
        assert "Bila sudah jelas, tekan 1." in said
        assert "Ingat" in said
        assert "alas BATAL" not in said, "nobody answers a call by SMS"
        assert await room.written() == []
        assert await room.states() == ["heard"]
        await room.told()  # the reminder is looked at again
        await running(room, 600)
        assert (room.world.calls(SITI), await room.written()) == (1, [])

    play(scene)


@RULES
def test_who_did_not_ask_is_written_to_and_never_called() -> None:
    async def scene(room: Room) -> None:
        await room.lives()
        await room.store.write(lambda tx: save(tx, living()))
        await room.told()
        await running(room, 3600)
        assert (room.world.calls(SITI), await room.written()) == (0, [TEXT])

    play(scene)


@pytest.mark.parametrize(
    ("does", "calls"),
    [
        (RINGS, 3),
        (Does(outcome=Outcome.BUSY), 3),
        (Does(outcome=Outcome.UNREACHABLE), 3),
        (answers(hangs_up_s=1.0), 3),  # before it was said
    ],
)
def test_what_nobody_heard_is_tried_again_with_a_limit_and_then_written_once_and_whole(does: Does, calls: int) -> None:
    async def scene(room: Room) -> None:
        await room.lives()
        await room.told()
        await running(room, 6 * 3600)
        assert room.world.calls(SITI) == calls
        assert await room.written() == [TEXT]
        assert await room.states() == ["written"]

    play(scene, does)


@RULES
def test_who_listens_and_presses_nothing_has_heard_it() -> None:
    async def scene(room: Room) -> None:
        await room.lives()
        await room.told()
        await running(room, 6 * 3600)
        assert (room.world.calls(SITI), await room.written()) == (1, [])
        assert sum("Ingat" in text for text in room.said()) == 2, "said twice"

    play(scene, answers())


@RULES
def test_who_hangs_up_after_all_of_it_was_said_once_is_left_in_peace() -> None:
    async def scene(room: Room) -> None:
        await room.lives()
        await room.told()
        await running(room, 6 * 3600)
        assert (room.world.calls(SITI), await room.written()) == (1, [])

    play(scene, answers(hangs_up_s=16.0))


def test_the_second_call_may_be_the_one_that_is_heard() -> None:
    async def scene(room: Room) -> None:
        await room.lives()
        await room.told()
        await running(room, 6 * 3600)
        assert (room.world.calls(SITI), await room.written(), await room.states()) == (2, [], ["heard"])

    play(scene, RINGS, answers("1"))


@RULES
def test_nobody_is_woken_and_the_morning_brings_the_call() -> None:
    async def scene(room: Room) -> None:
        await room.lives()
        await room.told(worth=timedelta(hours=24))
        await running(room, 7.4 * 3600)  # 06.24
        assert (room.world.calls(SITI), await room.written()) == (0, [])
        await running(room, 1800)
        assert (room.world.calls(SITI), await room.written()) == (1, [])

    play(scene, begins=NIGHT)


@RULES
def test_what_would_be_too_late_in_the_morning_is_written_and_after_its_time_it_is_neither() -> None:
    async def scene(room: Room) -> None:
        await room.lives()
        await room.told(worth=timedelta(hours=3))
        await running(room, 3600 * 2)
        assert (room.world.calls(SITI), await room.written()) == (0, [TEXT])
        await room.told(key="eve/2", worth=timedelta(minutes=10))
        await room.clock.sleep(601)  # nothing ran meanwhile
        await running(room, 3600)
        assert (room.world.calls(SITI), len(await room.written())) == (0, 1)
        assert await room.states() == ["written", "over"]

    play(scene, begins=NIGHT)


@RULES
def test_a_phone_that_became_quiet_is_neither_called_nor_written_to() -> None:
    async def scene(room: Room) -> None:
        await room.lives()
        await room.told()
        await room.lives(quiet=True)
        await running(room, 3 * 3600)
        assert (room.world.calls(SITI), await room.written()) == (0, [])

    play(scene)


@RULES
def test_a_phone_that_hides_is_neither_called_nor_written_to() -> None:
    async def scene(room: Room) -> None:
        await room.lives()
        await room.told()
        at = room.clock.now()
        one = Incident(id=0, code="", state=State.PENDING, kind="violence", caller=SITI, opened_at=at, quiet=True)
        await room.store.write(lambda tx: open_case(tx, Case(incident=one, origin=Kind.SMS, heard_at=at)))
        await running(room, 3 * 3600)
        assert (room.world.calls(SITI), await room.written()) == (0, [])

    play(scene)


@RULES
def test_who_wants_letters_again_meanwhile_gets_this_one_by_letter() -> None:
    async def scene(room: Room) -> None:
        await room.lives()
        await room.told()
        await room.store.write(lambda tx: save(tx, living()))
        await running(room, 600)
        assert (room.world.calls(SITI), await room.written()) == (0, [TEXT])

    play(scene)


@RULES
def test_a_number_of_the_sample_is_called_only_on_a_network_of_ours() -> None:
    sample = sample_residents(CITY, NOON)[0].phone

    async def scene(room: Room) -> None:
        await room.store.write(lambda tx: save(tx, replace(living(sample), call_me=True)))
        await room.told(sample)
        await running(room, 3 * 3600)
        assert room.world.calls(sample) == 0

    play(scene, virtual=False)


@RULES
def test_a_number_that_is_no_subscribers_is_never_called() -> None:
    async def scene(room: Room) -> None:
        await room.store.write(lambda tx: save(tx, replace(living("112"), call_me=True)))
        await room.told("112")
        await running(room, 3 * 3600)
        assert room.world.calls("112") == 0

    play(scene)


def test_a_forgotten_person_is_not_called() -> None:
    async def scene(room: Room) -> None:
        await room.lives()
        await room.told()
        await room.store.write(lambda tx: forget_person(tx, SITI))
        await running(room, 3 * 3600)
        assert (room.world.calls(SITI), await room.written(), await room.states()) == (0, [], [])

    play(scene)


@RULES
def test_lines_without_a_voice_ring_nobody_in_silence_and_it_is_written() -> None:
    async def scene(room: Room) -> None:
        await room.lives()
        await room.told()
        await running(room, 2 * 3600)
        assert (room.world.calls(SITI), await room.written()) == (0, [TEXT])

    play(scene, lines=0)


@RULES
def test_an_officers_call_never_waits_behind_call_outs() -> None:
    async def scene(room: Room) -> None:
        await room.lives()
        room.world.phone(OFFICER, answers("1"))
        for nth in range(5):
            await room.told(key=f"eve/{nth}")
        task = asyncio.create_task(room.outs.run())
        asked = room.clock.now()
        order = CallOrder(to=OFFICER, urgency=Urgency.OFFICER, since=asked, ring_s=25)
        await room.clock.sleep(0)
        await room.legs.place(order, started=_nothing)
        (officer,) = [call for call in room.world.dialled if call.to == OFFICER]
        before = [call for call in room.world.dialled if call.at < officer.at]
        assert len(before) <= 1, "the one that was dialled already, and no other"
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    play(scene)


@pytest.mark.parametrize("turn", [1, 2])
def test_a_crash_in_mid_call_neither_loses_it_nor_says_it_to_who_pressed_the_key(turn: int) -> None:
    seen: list[str] = []

    def crash(point: str) -> None:
        seen.append(point)
        if len(seen) == turn:
            raise Killed

    async def scene(room: Room) -> None:
        await room.lives()
        await room.told()
        with pytest.raises(Killed):
            await running(room, 600)
        await running(room, 3 * 3600)
        assert await room.written() == []
        assert room.world.calls(SITI) == (2 if turn == 1 else 1)
        assert await room.states() == ["heard"]

    play(scene, answers("1"), crash=crash)


async def _nothing() -> None:
    return
