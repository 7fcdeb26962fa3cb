"""The program is killed after each turn of a booking by voice: there is one booking, and one letter with its ticket."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.clock import Clock, VirtualClock
from config.crash import CrashPoint, no_crash
from eservices.clinic.store.rows import bookings_of
from ivr.switchboard import Desk, Switchboard
from tests.gateway.room import EPOCH, SITI, play
from tests.ivr.callers import CITY, FLOWS, Caller, Exchange, exchange, living


class Killed(BaseException):
    """The program was killed."""


def _board(there: Exchange, clock: Clock, crash: CrashPoint) -> Switchboard:
    folder = Path("recordings")  # never made: nothing is spoken
    board = Switchboard(
        Desk(store=there.store, catalogue=CITY, clock=clock, flows=FLOWS, recordings=folder, crash=crash)
    )
    board.serve(there.talking, there.dispatch)
    return board


async def _books(call: Caller) -> None:
    """Whatever is asked, until the ticket is heard."""
    answers = {"Selamat datang": "2", "Antrean dokter.": "1", "Mau berobat": "2", "mau di mana": "1", "Hari apa": "1"}
    answers["Untuk siapa"] = "1"
    for _ in range(10):
        if "Nomor antrean 1" in call.heard:
            return
        (key,) = [key for words, key in answers.items() if words in call.heard][:1]
        await call.presses(key)
    raise AssertionError(call.heard)


@pytest.mark.parametrize("turn", range(1, 8))
def test_a_crash_after_any_turn_leaves_one_booking_and_one_ticket(turn: int) -> None:
    async def main(there: Exchange, clock: Clock) -> None:
        await there.lives(living())
        seen: list[str] = []

        def crash(point: str) -> None:
            seen.append(point)
            if len(seen) == turn:
                raise Killed

        for board in (_board(there, clock, crash), _board(there, clock, no_crash)):
            session = board.inbound(SITI, "modem1", "one-call")
            try:
                await _books(Caller(session, await session.begin("modem1")))
            except Killed:
                assert len(seen) == turn
        assert len(seen) == turn, "it was killed"
        booked = await there.store.read(lambda tx: bookings_of(tx, SITI, EPOCH.date()))
        assert len(booked) == 1
        assert sum("Gigi" in one.text for one in await there.sent()) == 1

    async def on(clock: VirtualClock) -> None:
        async with exchange(clock) as there:
            await main(there, clock)

    play(on)
