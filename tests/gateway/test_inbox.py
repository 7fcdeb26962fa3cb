"""Letters reach their desks: urgent first, once, and one that crashes its desk stops no other."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from config.clock import VirtualClock
from gateway.inbox import Inbox
from gateway.messages import Inbound, Lane
from gateway.pulse import Pulse, Status
from gateway.store import Tx, leave_unread, put
from gateway.store.listing import letters
from tests.fixtures.engines import open_store
from tests.gateway.room import IMSI, Crash, Notebook, Waits, listed, opened, pdus, play, reading, stored


def crash_at(name: str, nth: int = 1) -> Callable[[str], None]:
    left = nth

    def passed(point: str) -> None:
        nonlocal left
        if point == name:
            left -= 1
            if left == 0:
                raise Crash(point)

    return passed


def test_the_first_desk_that_takes_a_letter_handles_it_and_is_woken() -> None:
    async def main(clock: VirtualClock) -> None:
        first, last = Notebook(name="first", words=("TOLONG",)), Notebook(name="last")
        async with opened(clock) as store, reading(store, clock, first, last) as inbox:
            await inbox.keep("m1", IMSI, stored(*pdus("TOLONG"), *pdus("jadwal dokter")))
            await clock.sleep(1)
            assert (first.texts, last.texts) == (["TOLONG"], ["jadwal dokter"])
            assert first.woken == last.woken == 1
            assert {one.state for one in await listed(store)} == {"read"}

    play(main)


def test_emergencies_are_read_before_what_came_earlier() -> None:
    async def main(clock: VirtualClock) -> None:
        seen: list[str] = []

        class Desk(Notebook):
            def handle(self, letter: Inbound, tx: Tx) -> None:
                seen.append(letter.text)

        urgent, last = Desk(name="urgent", urgent=True, words=("TOLONG",)), Desk(name="last")
        async with opened(clock) as store:
            inbox = Inbox(store, (urgent, last), clock, lambda point: None, Pulse(clock), waits=Waits())
            await inbox.keep("m1", IMSI, stored(*(pdu for n in range(100) for pdu in pdus(f"surat {n}"))))
            await inbox.keep("m1", IMSI, stored(*pdus("TOLONG")))
            async with reading(store, clock, urgent, last):
                await clock.sleep(1)
        assert seen[0] == "TOLONG"
        assert seen[1:] == [f"surat {n}" for n in range(100)]

    play(main)


def test_what_is_urgent_is_announced_before_it_is_kept_and_again_when_it_is_handled() -> None:
    async def main(clock: VirtualClock) -> None:
        urgent, last = Notebook(name="urgent", urgent=True, words=("TOLONG",)), Notebook(name="last", urgent=False)
        told: list[int] = []
        async with opened(clock) as store:
            inbox = Inbox(
                store,
                (urgent, last),
                clock,
                lambda point: None,
                Pulse(clock),
                waits=Waits(),
                cried=lambda: told.append(len(urgent.texts)),
            )
            loop = asyncio.create_task(inbox.run())
            await inbox.keep("m1", IMSI, stored(*pdus("jadwal dokter")))
            await clock.sleep(1)
            assert told == []
            keeping = asyncio.ensure_future(inbox.keep("m1", IMSI, stored(*pdus("TOLONG"))))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert told == [0]
            assert not keeping.done()
            await keeping
            await clock.sleep(1)
            assert told == [0, 0]
            assert urgent.texts == ["TOLONG"]
            loop.cancel()
            await asyncio.gather(loop, return_exceptions=True)

    play(main)


def test_a_letter_that_crashes_its_desk_stays_and_blocks_no_other() -> None:
    async def main(clock: VirtualClock) -> None:
        desk = Notebook(fails="racun", answers=True)
        pulse = Pulse(clock)
        async with opened(clock) as store:
            inbox = Inbox(store, [desk], clock, lambda point: None, pulse, waits=Waits())
            loop = asyncio.create_task(inbox.run())
            await inbox.keep(
                "m1", IMSI, stored(*pdus("racun"), *(pdu for n in range(50) for pdu in pdus(f"surat {n}")))
            )
            await clock.sleep(1)
            assert desk.texts == [f"surat {n}" for n in range(50)]
            (failed,) = await listed(store, "failed")
            assert failed.text == "racun"
            assert "this desk cannot read that" in (failed.fault or "")
            out = [one for one in await listed(store) if one.direction == "out"]
            assert len(out) == 50, "what the desk wrote before it raised is undone"
            assert any(part.kind == "letters" and part.status is Status.FAILED for part in pulse.parts())
            loop.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await loop

    play(main)


def test_a_desk_that_cannot_say_whether_it_takes_a_letter_loses_none() -> None:
    async def main(clock: VirtualClock) -> None:
        class Confused(Notebook):
            def takes(self, letter: Inbound) -> bool:
                if "aneh" in letter.text:
                    raise KeyError("aneh")
                return True

        desk = Confused()
        async with opened(clock) as store, reading(store, clock, desk) as inbox:
            await inbox.keep("m1", IMSI, stored(*pdus("aneh"), *pdus("biasa")))
            await clock.sleep(1)
            assert desk.texts == ["biasa"]
            assert [one.text for one in await listed(store, "failed")] == ["aneh"]

    play(main)


def test_a_letter_left_for_a_person_is_listed_as_unread() -> None:
    async def main(clock: VirtualClock) -> None:
        class Last(Notebook):
            def handle(self, letter: Inbound, tx: Tx) -> None:
                leave_unread(tx, letter.id)

        async with opened(clock) as store, reading(store, clock, Last()) as inbox:
            await inbox.keep("m1", IMSI, stored(*pdus("kapan KTP jadi?")))
            await clock.sleep(1)
            assert [one.text for one in await listed(store, "unread")] == ["kapan KTP jadi?"]

    play(main)


def test_on_a_nearly_full_disk_only_emergencies_are_read_and_the_rest_waits() -> None:
    async def main(clock: VirtualClock) -> None:
        urgent, last = Notebook(name="urgent", urgent=True, words=("TOLONG",)), Notebook(name="last")
        full = True
        async with opened(clock) as store, reading(store, clock, urgent, last, sheds=lambda: full) as inbox:
            await inbox.keep("m1", IMSI, stored(*pdus("jadwal"), *pdus("TOLONG")))
            await clock.sleep(1)
            assert (urgent.texts, last.texts) == (["TOLONG"], [])
            full = False
            await clock.sleep(15)
            assert last.texts == ["jadwal"]

    play(main)


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_after_a_crash_at_any_letter_each_is_handled_exactly_once(tmp_path: Path, nth: int) -> None:
    texts = [f"TOLONG {n}" for n in range(3)]

    async def main(clock: VirtualClock) -> None:
        desk = Notebook(answers=True)
        batch = stored(*(pdu for text in texts for pdu in pdus(text)))
        store = await open_store(tmp_path / "k.db", clock, inline=True)
        inbox = Inbox(store, [desk], clock, crash_at("decide", nth), Pulse(clock), waits=Waits())
        await inbox.keep("m1", IMSI, batch)
        with pytest.raises(Crash):
            await inbox.run()
        await store.abandon()
        desk = Notebook(answers=True)
        async with opened(clock, tmp_path / "k.db") as store, reading(store, clock, desk) as inbox:
            await inbox.keep("m1", IMSI, batch)  # the SIM still has them: the crash came before they were deleted
            await clock.sleep(1)
            out = [one.text for one in await listed(store) if one.direction == "out"]
            assert len(out) == 3, "one reply each, neither lost nor doubled"
            assert [one.text for one in await listed(store) if one.direction == "in"] == texts
            assert await listed(store, "new") == []

    play(main)


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_what_a_desk_wrote_and_that_the_letter_is_read_are_one_commit(tmp_path: Path, nth: int) -> None:
    """A desk that would do it all again after a crash is not asked again."""

    class Counting(Notebook):
        def handle(self, letter: Inbound, tx: Tx) -> None:
            done = len([one for one in letters(tx) if one.direction == "out" and one.text == letter.text])
            until = letter.received_at + timedelta(hours=1)
            put(tx, letter.reply(letter.text, lane=Lane.SERVICE, key=f"{letter.id}/{done}", expires_at=until))

    async def main(clock: VirtualClock) -> None:
        store = await open_store(tmp_path / "k.db", clock, inline=True)
        inbox = Inbox(store, [Counting()], clock, crash_at("decide", nth), Pulse(clock), waits=Waits())
        await inbox.keep("m1", IMSI, stored(*(pdu for n in range(3) for pdu in pdus(f"TOLONG {n}"))))
        with pytest.raises(Crash):
            await inbox.run()
        await store.abandon()
        async with opened(clock, tmp_path / "k.db") as store, reading(store, clock, Counting()):
            await clock.sleep(1)
            out = sorted(one.text for one in await listed(store) if one.direction == "out")
            assert out == ["TOLONG 0", "TOLONG 1", "TOLONG 2"]

    play(main)


def test_a_crash_between_keeping_and_reading_loses_nothing(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        desk = Notebook()
        store = await open_store(tmp_path / "k.db", clock, inline=True)
        inbox = Inbox(store, [desk], clock, lambda point: None, Pulse(clock), waits=Waits())
        await inbox.keep("m1", IMSI, stored(*pdus("SOS")))
        await store.abandon()
        async with opened(clock, tmp_path / "k.db") as store, reading(store, clock, desk) as inbox:
            await inbox.keep("m1", IMSI, stored(*pdus("SOS")))
            await clock.sleep(1)
            assert desk.texts == ["SOS"]

    play(main)
