"""With one modem and somebody on it, an officer's call does not wait for the end of the talk."""

from __future__ import annotations

import asyncio

import pytest

from config.settings import ModemSettings
from ivr.leg import CallOrder, CallResult, Outcome, Urgency
from ivr.legs import Legs
from modem.virtual.modem import VirtualModem
from modem.virtual.network import Network
from modem.virtual.phone import Behaviour
from modem.voice import CallLine
from tests.modem.rig import NUMBER, RESIDENT, Rig, nothing, on_a_modem

OFFICER = "+6281300000001"


def world(network: Network, virtual: VirtualModem) -> None:
    network.settings.setup_s = 2.0
    network.phone(RESIDENT)
    network.phone(OFFICER).behave(Behaviour(answer_after_s=3))


async def place(legs: Legs, rig: Rig, urgency: Urgency) -> CallResult:
    order = CallOrder(to=OFFICER, urgency=urgency, since=rig.clock.now(), ring_s=25)
    return await legs.place(order, started=nothing)


@pytest.mark.parametrize(("urgency", "gets_it"), [(Urgency.OFFICER, True), (Urgency.CALL_BACK, False)])
def test_an_officer_is_rung_on_the_only_modem_as_soon_as_the_caller_was_told(urgency: Urgency, gets_it: bool) -> None:
    async def walk(rig: Rig) -> None:
        ended: list[float] = []

        async def menu(line: CallLine) -> None:
            try:
                async with rig.clock.timeout(120):
                    await line.wanted.wait()
                    await rig.clock.sleep(2)  # "a call for help goes first; we ring you back"
            except TimeoutError:
                pass
            ended.append(rig.clock.monotonic())

        rig.listener.talk = menu
        legs = Legs([rig.modem], rig.clock)
        phone = rig.network.phone(RESIDENT)
        phone.call(NUMBER, ring_s=60)
        await rig.until(lambda: phone.talking, within_s=10)
        await rig.clock.sleep(5)
        begun = rig.clock.monotonic()
        result = await place(legs, rig, urgency)
        assert result.outcome is Outcome.ANSWERED
        assert (ended[0] - begun < 5) == gets_it

    settings = ModemSettings(name="one", port="modem1", number=NUMBER, audio="modem1-audio", answer=True)
    on_a_modem(walk, prepare=world, settings=settings)


def test_an_officer_behind_another_officers_call_waits_for_its_end() -> None:
    async def walk(rig: Rig) -> None:
        legs = Legs([rig.modem], rig.clock)
        first = asyncio.ensure_future(place(legs, rig, Urgency.OFFICER))
        await rig.clock.sleep(1)
        second = asyncio.ensure_future(place(legs, rig, Urgency.OFFICER))
        assert (await first).outcome is Outcome.ANSWERED
        assert (await second).outcome is Outcome.ANSWERED
        assert len(rig.network.phone(OFFICER).calls) == 2

    on_a_modem(walk, prepare=world)
