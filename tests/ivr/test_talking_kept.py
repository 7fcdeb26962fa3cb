"""A step of a spoken dialogue is kept whole or not at all, and once, on both engines."""

from __future__ import annotations

import pytest

from eservices.clinic.store.rows import bookings_of
from gateway.store import Tx
from ivr.events import Silence
from ivr.flow import SCREEN, TALK_BEGIN, TALK_STEP
from ivr.talking import TALK
from tests.gateway.room import EPOCH, SITI
from tests.ivr.callers import Exchange, acted, call_of, living, scene


def test_a_turn_that_comes_twice_takes_one_place() -> None:
    async def main(there: Exchange) -> None:
        await there.lives(living())
        call = await there.calls_in()
        await call.presses("21")
        await call.chooses("Umum")
        await call.chooses("Puskesmas Binjai Kota")
        await call.presses("1")
        before = call.turn.seq
        heard = await call.presses("1")
        again = await call.session.take(before, Silence())
        assert " ".join(one.text for one in again.say) == heard
        assert len(await there.store.read(lambda tx: bookings_of(tx, SITI, EPOCH.date()))) == 1

    scene(main)


def test_a_step_that_is_undone_and_taken_again_says_its_letter_once() -> None:
    async def main(there: Exchange) -> None:
        begun = await acted(there, call_of(), TALK_BEGIN, dialogue="emergency")
        assert (begun.result, begun.fields[TALK]) == (SCREEN, "emergency")
        pressed = call_of(turn="t2", **begun.fields)

        def undone(tx: Tx) -> None:
            there.talking.act(tx, pressed, TALK_STEP, {"typed": "1"})
            raise KeyboardInterrupt

        with pytest.raises(BaseException):  # noqa: B017  # the process is killed here
            await there.store.write(undone)
        assert await there.said() == []
        first = await acted(there, pressed, TALK_STEP, typed="1")
        again = await acted(there, pressed, TALK_STEP, typed="1")
        assert first == again
        assert len(await there.said()) == 1

    scene(main)
