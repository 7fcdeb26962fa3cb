"""Letters over the real driver and a modem in memory: in, out, reports, and numbers that must not leave."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from config.clock import VirtualClock
from config.crash import no_crash
from config.settings import ModemSettings
from gateway.channel import Busy, Doubtful, Refused
from gateway.gsm import GsmChannel, GsmListener
from gateway.inbox import Inbox
from gateway.messages import Kind, Lane
from gateway.number import EMERGENCY
from gateway.outbox import Outbox
from gateway.pulse import Pulse, Status
from gateway.store import Store
from modem.air import STAND_BACK_S
from modem.driver import Modem, ModemBusy, ModemDoubtful, ModemRefused, State, Submit
from modem.virtual.memory import memory_opener
from modem.virtual.network import Network
from tests.gateway.room import EPOCH, SITI, Notebook, Waits, letter, opened, play, post, states

pytestmark = pytest.mark.either_engine

GATEWAY = "+628110000001"
SAMPLE = "+62812000"


@dataclass(slots=True)
class House:
    store: Store
    network: Network
    modem: Modem
    desk: Notebook
    inbox: Inbox
    outbox: Outbox
    pulse: Pulse


class Real(Modem):
    """As if somebody real were behind it."""

    @property
    def virtual(self) -> bool:
        return False


@dataclass(slots=True)
class Clerk(Notebook):
    """A desk that rings for its letters, as every real one does."""

    bells: list[Callable[[], None]] = field(default_factory=list)

    def wake(self) -> None:
        for ring in self.bells:
            ring()


@contextlib.asynccontextmanager
async def house(clock: VirtualClock, *, use: str = "all", virtual: bool = True) -> AsyncIterator[House]:
    """One modem, its network, and the gateway behind it, running."""
    network, pulse, desk = Network(clock), Pulse(clock), Clerk()
    network.modem(GATEWAY)
    async with opened(clock) as store:
        inbox = Inbox(store, [desk], clock, no_crash, pulse, waits=Waits(), cried=lambda: listener.cried())
        bells: list[Callable[[], None]] = []

        def changed() -> None:
            for bell in bells:
                bell()

        listener = GsmListener(inbox, pulse, changed=changed)
        modem = (Modem if virtual else Real)(
            ModemSettings(name="one", port="modem1", number=GATEWAY, use=use),
            clock=clock,
            open_port=memory_opener(network),
            listener=listener,
            crash=no_crash,
            seek=lambda name: ["modem1"],
        )
        channel = GsmChannel(modem, clock, sample=lambda number: number.startswith(SAMPLE))
        outbox = Outbox(store, [channel], clock, no_crash, pulse, doubt_s=45.0)
        bells.append(outbox.wake)
        desk.bells.append(outbox.wake)
        loops = [asyncio.create_task(work) for work in (inbox.run(), outbox.run(), modem.run())]
        try:
            yield House(store, network, modem, desk, inbox, outbox, pulse)
        finally:
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
            network.close()


def test_an_sms_reaches_the_desk_and_its_answer_the_phone() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as home:
            home.desk.answers = True
            phone = home.network.phone(SITI)
            phone.sms(GATEWAY, "TOLONG RAMPOK " + "di jalan kentang " * 20)
            await clock.sleep(120)
            assert [one.kind for one in home.desk.letters] == [Kind.PART] * 3 + [Kind.SMS]
            assert home.desk.letters[-1].sender == SITI
            assert [sms.text for sms in phone.inbox] == ["diterima"] * 4
            assert set((await states(home.store)).values()) == {"delivered"}

    play(main)


@pytest.mark.parametrize("urgent", [True, False])
def test_an_answer_stands_back_for_the_call_that_a_cry_brings(urgent: bool) -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as home:
            await clock.sleep(30)
            home.desk.answers, home.desk.urgent = True, urgent
            home.network.phone(SITI).sms(GATEWAY, "TOLONG RAMPOK")
            await clock.sleep(STAND_BACK_S / 2)
            assert len(home.desk.letters) == 1
            assert len(home.network.phone(SITI).inbox) == (0 if urgent else 1)
            await clock.sleep(STAND_BACK_S)
            assert len(home.network.phone(SITI).inbox) == 1

    play(main)


def test_a_missed_call_reaches_the_desk_once() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as home:
            await clock.sleep(30)
            home.network.phone(SITI).call(GATEWAY)
            await clock.sleep(60)
            assert [(one.kind, one.sender) for one in home.desk.letters] == [(Kind.MISSED_CALL, SITI)]

    play(main)


def test_the_pulse_says_how_modem_and_sim_are() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as home:
            await clock.sleep(30)
            seen = {(part.kind, part.status) for part in home.pulse.parts() if part.name == "one"}
            assert seen == {("modem", Status.OK), ("sim", Status.OK), ("voice", Status.OK)}
            home.network.modems[0].unplug()
            await clock.sleep(90)
            seen = {(part.kind, part.status) for part in home.pulse.parts() if part.name == "one"}
            assert seen == {("modem", Status.FAILED), ("sim", Status.DEGRADED)}

    play(main)


@pytest.mark.parametrize("state", State)
def test_only_a_modem_that_is_ready_is_called_well(state: State) -> None:
    ill = {State.ABSENT, State.RECOVERING, State.FAILED}

    async def main(clock: VirtualClock) -> None:
        pulse = Pulse(clock)
        modem = SimpleNamespace(name="one", state=state, detail="", registered=True, signal=20, use="all", speaks=False)
        GsmListener(cast(Any, None), pulse, changed=lambda: None).changed(cast(Any, modem))
        (said,) = (part.status for part in pulse.parts() if part.kind == "modem")
        assert (said is Status.OK) == (state is State.READY)
        assert (said is Status.FAILED) == (state in ill)

    play(main)


@pytest.mark.parametrize(
    ("to", "virtual", "leaves"),
    [
        (SITI, True, True),
        (SITI, False, True),
        (SAMPLE + "00001", True, True),
        (SAMPLE + "00001", False, False),
        ("112", True, False),
        ("+62112", True, False),
        ("110", False, False),
    ],
)
def test_sample_and_emergency_numbers_never_leave_through_a_modem_that_is_not_virtual(
    to: str, virtual: bool, leaves: bool
) -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock, virtual=virtual) as home:
            if to.startswith("+628"):
                home.network.phone(to)
            await post(home.store, home.outbox, letter("halo", to))
            await clock.sleep(60)
            submits = [event for event in home.network.log.after(0) if event.kind == "submit"]
            assert bool(submits) == leaves
            perhaps = home.store.shared and to.startswith("+628")  # another process may have a channel for it
            left = "queued" if perhaps else "refused"
            assert (await states(home.store))["halo"] in (("sent", "delivered") if leaves else (left,))

    play(main)


def test_a_modem_for_calls_carries_no_letters_but_an_emergency_that_has_no_other_way() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock, use="calls") as home:
            home.network.phone(SITI)
            lanes = (Lane.SERVICE, Lane.BULK, Lane.EMERGENCY)
            await post(home.store, home.outbox, *(letter(lane, lane=lane) for lane in lanes))
            await clock.sleep(60)
            left = "queued" if home.store.shared else "refused"  # another process may have a channel for it
            gone = {"service": left, "bulk": left, "emergency": "delivered"}
            assert (await states(home.store)) == gone

    play(main)


def test_letters_wait_for_a_modem_that_is_away_and_leave_when_it_is_back() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as home:
            await clock.sleep(30)
            virtual = home.network.modems[0]
            virtual.unplug()
            await post(home.store, home.outbox, letter("halo", lane=Lane.SERVICE))
            await clock.sleep(300)
            assert (await states(home.store)) == {"halo": "queued"}
            virtual.plug()
            await clock.sleep(120)
            assert (await states(home.store)) == {"halo": "sent"}

    play(main)


@dataclass(slots=True)
class Broken:
    """A modem that raises."""

    error: Exception
    name: str = "m1"
    number: str = GATEWAY
    use: str = "all"
    virtual: bool = True
    well: bool = True
    calling: bool = False

    async def send(self, to: str, pdu: Submit, *, urgent: bool, following: bool = False, before: object = None) -> int:
        raise self.error

    async def look(self) -> None:
        raise self.error


@pytest.mark.parametrize("to", [*sorted(EMERGENCY), "+112", "363", "Telkomsel", ""])
def test_a_channel_carries_nothing_to_a_short_number_whoever_asks_it(to: str) -> None:
    """The last resort asks a channel without the store in between."""

    async def main(clock: VirtualClock) -> None:
        channel = GsmChannel(Broken(AssertionError("it reached the modem")), clock, sample=lambda number: False)
        assert not channel.serves(to, Lane.EMERGENCY)
        with pytest.raises(Refused):
            await channel.send(letter("halo", to), 0, 0)

    play(main)


@pytest.mark.parametrize(
    ("error", "means"), [(ModemBusy("x"), Busy), (ModemRefused("x"), Refused), (ModemDoubtful("x"), Doubtful)]
)
def test_what_a_modem_says_keeps_its_meaning(error: Exception, means: type[Exception]) -> None:
    async def main(clock: VirtualClock) -> None:
        channel = GsmChannel(Broken(error), clock, sample=lambda number: False)
        with pytest.raises(means):
            await channel.send(letter(), 0, 0)

    play(main)


def test_a_letter_whose_time_passes_while_it_waits_for_the_modem_does_not_leave() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as home:
            home.network.settings.air_s = 60.0
            await clock.sleep(30)
            until = clock.now() + timedelta(seconds=30)
            await post(home.store, home.outbox, letter("massal", lane=Lane.BULK))
            await clock.sleep(1)
            await post(home.store, home.outbox, letter("lama", expires_at=until))
            await clock.sleep(200)
            assert (await states(home.store)) == {"massal": "sent", "lama": "expired"}
            assert until > EPOCH

    play(main)
