"""Each SIM's credit is asked while nobody needs the modem, and the technician is told before it ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import cache

import pytest

from config.city import City, load_city
from config.clock import VirtualClock
from config.settings_channels import CreditSettings
from gateway.credit import CreditModem, CreditWatch
from gateway.pulse import Part, Pulse, Status
from gateway.store import Store
from gateway.store.outbound import OUTBOUND
from modem.errors import ModemBusy, ModemRefused
from tests.gateway.room import Radio, listed, opened, play, post, sending
from tests.simulator.town import PACK

pytestmark = pytest.mark.either_engine

TECHNICIAN = "+6281399990000"
WELL = "Pulsa Anda Rp25.000 aktif s/d 31/12/2026"
LOW = "Pulsa Anda Rp4.000 aktif s/d 31/12/2026"
GONE = "Pulsa Anda Rp0 aktif s/d 31/12/2026"
ENDING = "Pulsa Anda Rp25.000 aktif s/d 25/11/2026"
ODD = "Sistem sedang sibuk. Beli pulsa Rp50.000 dapat bonus!"
DAY = 86400.0


@cache
def city() -> City:
    return load_city(PACK)


@dataclass(slots=True)
class Sim:
    """A modem that is asked. ``says``: what the operator answers; empty: nothing."""

    name: str = "m1"
    says: str = WELL
    well: bool = True
    calling: bool = False
    asked: list[str] = field(default_factory=list)

    async def credit(self, code: str) -> str:
        self.asked.append(code)
        if not self.says:
            raise ModemBusy("no answer to *888#")
        if self.says == "never":
            raise ModemRefused("not supported")
        return self.says


@contextlib.asynccontextmanager
async def watching(store: Store, clock: VirtualClock, *sims: CreditModem) -> AsyncIterator[Pulse]:
    pulse = Pulse(clock)
    watch = CreditWatch(
        sims,
        {sim.name: CreditSettings(code="*888#") for sim in sims},
        store,
        city(),
        clock,
        pulse,
        technicians=[TECHNICIAN],
        wake=lambda: None,
    )
    loop = asyncio.create_task(watch.run())
    try:
        yield pulse
    finally:
        loop.cancel()
        await asyncio.wait([loop])


def shown(pulse: Pulse, name: str = "m1") -> Part:
    (part,) = [part for part in pulse.parts() if (part.kind, part.name) == ("credit", name)]
    return part


async def warnings(store: Store) -> list[str]:
    return [one.text for one in await listed(store) if one.other == TECHNICIAN]


@pytest.mark.parametrize(
    ("says", "status", "told"),
    [
        (WELL, Status.OK, 0),
        (LOW, Status.DEGRADED, 1),
        (GONE, Status.FAILED, 1),
        (ENDING, Status.DEGRADED, 1),
        ("Pulsa Anda Rp25.000 aktif s/d 20/11/2026", Status.FAILED, 1),
        (ODD, Status.DEGRADED, 0),
        ("", Status.DEGRADED, 0),
        ("never", Status.DEGRADED, 0),
    ],
)
def test_what_the_sim_says_is_shown_and_the_technician_is_told_once(says: str, status: Status, told: int) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store, watching(store, clock, sim := Sim(says=says)) as pulse:
            await clock.sleep(3600)
            assert shown(pulse).status is status
            assert len(await warnings(store)) == told
            assert set(sim.asked) == {"*888#"}

    play(main)


def test_what_cannot_be_read_is_shown_as_it_was_said_and_no_balance_is_made_of_it() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store, watching(store, clock, Sim(says=ODD)) as pulse:
            await clock.sleep(300)
            assert "cannot be read" in shown(pulse).detail
            assert "Sistem sedang sibuk" in shown(pulse).detail
            assert await warnings(store) == []

    play(main)


def test_the_technician_is_told_once_a_day_also_over_a_restart() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            for _ in range(2):
                async with watching(store, clock, Sim(says=LOW)) as pulse:
                    await clock.sleep(DAY / 4)
                    assert shown(pulse).detail == "Rp 4.000, active until 2026-12-31"
            assert len(await warnings(store)) == 2  # it was evening: midnight lay between the two
            async with watching(store, clock, Sim(says=LOW)):
                await clock.sleep(3 * DAY)
            assert len(await warnings(store)) == 5
            assert all("Rp 4.000" in text and "31/12/2026" in text and "m1" in text for text in await warnings(store))

    play(main)


def test_an_occupied_modem_is_not_asked_and_a_sim_is_not_asked_often() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            busy, away, free = Sim("m1", calling=True), Sim("m2", well=False), Sim("m3")
            async with watching(store, clock, busy, away, free):
                await clock.sleep(DAY)
                assert (busy.asked, away.asked) == ([], [])
                assert 3 <= len(free.asked) <= 5
                busy.calling = False
                await clock.sleep(60)
                assert len(busy.asked) == 1

    play(main)


def test_the_warning_of_a_sim_without_credit_leaves_by_another_channel() -> None:
    async def main(clock: VirtualClock) -> None:
        one, two = Radio(clock, name="m1"), Radio(clock, name="m2", well=False)
        async with opened(clock) as store, sending(store, clock, one, two) as outbox:
            async with watching(store, clock, Sim("m1", says=GONE), Sim("m2")):
                await clock.sleep(600)
                assert (one.sent, two.sent) == ([], [])
                two.well = True
                outbox.wake()
                await clock.sleep(30)
                assert (len(one.sent), len(two.sent)) == (0, 1)
            await post(store, outbox)

    play(main)


def test_a_lone_modem_without_credit_tries_its_own_warning() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store, watching(store, clock, Sim(says=GONE)):
            await clock.sleep(300)
            row = await store.read(lambda tx: tx.execute(OUTBOUND.select()).one())
            assert (row.state, row.refused_by) == ("queued", None)

    play(main)
