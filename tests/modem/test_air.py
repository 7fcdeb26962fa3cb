"""A letter does not wait out a call that began before it, while another modem may be free."""

from __future__ import annotations

import asyncio

import pytest

from modem.air import Air, Radio, RadioTaken


async def test_a_letter_that_waits_when_a_long_call_begins_is_given_back() -> None:
    radio = Radio()
    radio.cried()  # letters stand back until the call of this cry
    letter = asyncio.ensure_future(_take(radio, Air.EMERGENCY_LETTER))
    await asyncio.sleep(0)
    async with radio.use(Air.OFFICER):
        with pytest.raises(RadioTaken):
            await letter


async def test_a_siren_s_call_keeps_the_letter_waiting_for_its_few_seconds() -> None:
    radio = Radio()
    radio.cried()
    letter = asyncio.ensure_future(_take(radio, Air.EMERGENCY_LETTER))
    await asyncio.sleep(0)
    async with radio.use(Air.SIREN):
        await asyncio.sleep(0)
        assert not letter.done()
    assert await letter is Air.EMERGENCY_LETTER


async def test_a_letter_asked_for_during_a_call_waits_for_its_end() -> None:
    radio = Radio()
    async with radio.use(Air.OFFICER):
        letter = asyncio.ensure_future(_take(radio, Air.EMERGENCY_LETTER))
        await asyncio.sleep(0)
        assert not letter.done()
    assert await letter is Air.EMERGENCY_LETTER


async def _take(radio: Radio, want: Air) -> Air:
    async with radio.use(want, give_back=True):
        return want
