"""A program that dies in the middle of a call leaves the modem in it: the next one frees the line before it dials."""

from __future__ import annotations

import asyncio

import pytest

from config.clock import VirtualClock, run_virtual
from config.crash import no_crash
from config.settings import ModemSettings
from modem.call import CallEnd, Outcome
from modem.driver import Modem
from modem.virtual import Network, memory_opener
from tests.modem.rig import EPOCH, NUMBER, RESIDENT, Kept, nothing

OFFICER = "+6281234567891"


@pytest.mark.parametrize("profile", ["generic", "sim800", "sim7600", "ec25", "huawei"])
def test_after_a_crash_in_mid_call_the_next_call_goes_through(profile: str) -> None:
    async def main(clock: VirtualClock) -> None:
        network = Network(clock)
        virtual = network.modem(NUMBER, profile=profile)
        old, officer = network.phone(RESIDENT), network.phone(OFFICER)
        port = await memory_opener(network)(virtual.name)
        port.listen(lambda data: None, lambda why: None)
        port.write(f"ATD{RESIDENT};\r".encode())
        await clock.sleep(5)
        port.close()  # as the kernel does for a program that was killed
        assert old.ringing
        modem = Modem(
            ModemSettings(name="one", port=virtual.name, number=NUMBER),
            clock=clock,
            open_port=memory_opener(network),
            listener=Kept(clock),
            crash=no_crash,
            virtual=True,
            seek=lambda name: [],
        )
        running = asyncio.ensure_future(modem.run())
        try:
            async with clock.timeout(300):
                while not modem.well:
                    await clock.sleep(0.1)
                end: CallEnd = await modem.call(OFFICER, ring_s=10, talk_s=5, urgency=1, since=0.0, started=nothing)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        assert end.outcome is Outcome.RANG
        assert [call.alerted_at is not None for call in officer.calls] == [True]
        assert not old.ringing
        assert not virtual.engaged()

    run_virtual(main, EPOCH)
