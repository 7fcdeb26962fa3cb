"""Each way is proven end to end by a letter to one of our own numbers, which no desk but its own sees."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from config.clock import VirtualClock
from config.crash import no_crash
from config.settings import ModemSettings
from config.settings_channels import ProofSettings
from gateway.gsm import GsmChannel, GsmListener
from gateway.inbox import Inbox
from gateway.loopback import WORD, Loopback, ProofDesk, ring
from gateway.messages import Inbound, Kind
from gateway.outbox import Outbox
from gateway.pulse import Part, Pulse, Status
from gateway.store import Store
from gateway.store.spending import ledger
from modem.driver import Modem
from modem.virtual.memory import memory_opener
from modem.virtual.network import Network
from tests.gateway.room import EPOCH, SITI, Notebook, Radio, Waits, listed, opened, play

pytestmark = pytest.mark.either_engine

ONE, TWO = "+628110000001", "+628150000002"
EVERY_S = 1800.0


@dataclass(slots=True)
class House:
    store: Store
    network: Network
    desk: Notebook
    pulse: Pulse

    def way(self, name: str) -> Part:
        (part,) = [part for part in self.pulse.parts() if (part.kind, part.name) == ("proof", name)]
        return part


@contextlib.asynccontextmanager
async def house(
    clock: VirtualClock, *, every_s: float = EVERY_S, numbers: tuple[str, ...] = (ONE, TWO)
) -> AsyncIterator[House]:
    """Modems on one network, the gateway behind them, and the loop that proves their ways."""
    network, pulse, desk, bells = Network(clock), Pulse(clock), Notebook(), list[Callable[[], None]]()
    async with opened(clock) as store:
        proof = ProofDesk(numbers)
        inbox = Inbox(store, [proof, desk], clock, no_crash, pulse, waits=Waits())

        def changed() -> None:
            for bell in bells:
                bell()

        listener = GsmListener(inbox, pulse, changed=changed)
        modems = []
        for nth, number in enumerate(numbers, 1):
            network.modem(number)
            modems.append(
                Modem(
                    ModemSettings(name=f"m{nth}", port=f"modem{nth}", number=number),
                    clock=clock,
                    open_port=memory_opener(network),
                    listener=listener,
                    crash=no_crash,
                    seek=lambda name: [f"modem{nth}" for nth in range(1, len(numbers) + 1)],
                )
            )
        channels = [GsmChannel(modem, clock, sample=lambda number: False) for modem in modems]
        outbox = Outbox(store, channels, clock, no_crash, pulse, doubt_s=45.0)
        bells.append(outbox.wake)
        settings = ProofSettings(every_s=every_s, within_s=120.0)
        loopback = Loopback(channels, settings, proof, store, clock, pulse, wake=outbox.wake)
        works = [inbox.run(), outbox.run(), loopback.run(), *(modem.run() for modem in modems)]
        loops = [asyncio.create_task(work) for work in works]
        try:
            yield House(store, network, desk, pulse)
        finally:
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
            network.close()


def test_two_modems_prove_both_ways_and_no_desk_sees_it() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as home:
            await clock.sleep(1200)
            for way in ("m1 → m2", "m2 → m1"):
                assert home.way(way).status is Status.OK
                assert "a letter came in" in home.way(way).detail
            assert home.desk.letters == []
            came = [one for one in await listed(home.store) if one.direction == "in"]
            assert [one.state for one in came] == ["read", "read"]
            await clock.sleep(EVERY_S)
            assert len([one for one in await listed(home.store) if one.direction == "in"]) == 4
            lines = await home.store.read(lambda tx: ledger(tx, "2026-11-01"))
            assert sum(line.parts for line in lines) == 4

    play(main)


def test_a_way_that_is_not_proven_in_its_time_is_degraded_then_failed_then_well_again() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as home:
            await clock.sleep(1200)
            home.network.settings.loss = 1.0
            await clock.sleep(EVERY_S + 600)
            assert home.way("m1 → m2").status is Status.DEGRADED
            await clock.sleep(EVERY_S + 1200)
            assert home.way("m1 → m2").status is Status.FAILED
            home.network.settings.loss = 0.0
            await clock.sleep(EVERY_S)
            assert home.way("m1 → m2").status is Status.OK
            assert not [part for part in home.pulse.parts() if part.kind == "letters" and part.status is not Status.OK]

    play(main)


def test_a_lone_modem_writes_to_itself_and_without_a_schedule_nothing_is_sent() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock, numbers=(ONE,)) as home:
            await clock.sleep(1200)
            assert home.way("m1 → m1").status is Status.OK
        async with house(clock, every_s=0.0) as home:
            await clock.sleep(2 * EVERY_S)
            assert await listed(home.store) == []

    play(main)


@pytest.mark.parametrize(
    ("sender", "text", "mine"),
    [
        (ONE, f"{WORD} 0123456789ab", True),
        (ONE, f"  {WORD.lower()} 0123456789AB tambahan", True),
        (SITI, f"{WORD} 0123456789ab", False),  # a resident's words stay a resident's
        ("KENTONGAN", f"{WORD} aaaaaaaaaaaa", True),  # a provider's own name, and the token is awaited
        (SITI, f"{WORD} aaaaaaaaaaaa", True),
        (ONE, f"{WORD} 0123", False),
        (ONE, "TOLONG RAMPOK", False),
        (ONE, "", False),
    ],
)
def test_only_our_own_letters_are_taken_from_the_desks(sender: str, text: str, mine: bool) -> None:
    desk = ProofDesk([ONE, ""])
    desk.awaited = {"aaaaaaaaaaaa"}
    came = Inbound(
        id=1,
        channel="m2",
        kind=Kind.SMS,
        sender=sender,
        text=text,
        sent_at=None,
        received_at=EPOCH + timedelta(seconds=5),
        external_id="x",
    )
    assert desk.takes(came) is mine


def test_every_channel_sends_one_and_every_number_gets_one() -> None:
    async def main(clock: VirtualClock) -> None:
        a, b, c = (Radio(clock, name=name, number=f"+62811000000{name}") for name in "123")
        provider = Radio(clock, name="kannel", kind="provider")
        assert ring([a, b, c], ()) == [("1", "2"), ("2", "3"), ("3", "1")]
        assert ring([a, provider], ()) == [("1", "1"), ("kannel", "1")]
        assert ring([a, b, provider], ("kannel",)) == [("kannel", "1")]
        assert ring([provider], ()) == []
        b.carries = lambda to, lane: False  # kept for calls: it receives only
        assert ring([a, b], ()) == [("1", "2")]

    play(main)
