"""Who gets the radio, who is sent away, and who is told that a siren waits."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from config.clock import VirtualClock, run_virtual
from modem.air import BEHIND_S, CALLS, FOLLOW_S, GIVES_WAY, Air, Radio, RadioTaken


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


def test_a_letter_behind_a_talk_is_given_back_after_seconds_for_another_modem_to_take() -> None:
    async def scene(clock: VirtualClock) -> float:
        radio = Radio()
        async with radio.use(Air.OFFICER):
            with pytest.raises(RadioTaken):
                await _take(radio, Air.EMERGENCY_LETTER)
            following = asyncio.ensure_future(_take(radio, Air.NEXT_PART))  # what has begun is not given back
            await clock.sleep(60)
            assert not following.done()
        await following
        return clock.monotonic()

    assert run_virtual(scene, datetime(2026, 11, 22, tzinfo=UTC)) == pytest.approx(FOLLOW_S + BEHIND_S + 60)


def test_an_officers_call_lets_his_letter_go_first_and_waits_no_longer_where_none_comes() -> None:
    async def scene(clock: VirtualClock) -> None:
        radio = Radio()
        call = asyncio.ensure_future(_take(radio, Air.OFFICER))
        await clock.sleep(FOLLOW_S / 5)
        assert radio.lets_letters_go
        async with radio.use(Air.EMERGENCY_LETTER):
            await clock.sleep(3)
            assert not call.done()
        assert await call is Air.OFFICER
        assert clock.monotonic() == pytest.approx(FOLLOW_S / 5 + 3 + FOLLOW_S)
        await _take(radio, Air.OFFICER)
        assert clock.monotonic() == pytest.approx(FOLLOW_S / 5 + 3 + 2 * FOLLOW_S)
        await _take(radio, Air.SIREN)
        assert clock.monotonic() == pytest.approx(FOLLOW_S / 5 + 3 + 2 * FOLLOW_S), "a siren waits for nothing"

    run_virtual(scene, datetime(2026, 11, 22, tzinfo=UTC))


@pytest.mark.parametrize("wants", CALLS)
@pytest.mark.parametrize("holds", [*CALLS, Air.INCOMING])
async def test_an_emergency_that_waits_is_told_to_those_who_give_way_and_to_nobody_else(holds: Air, wants: Air) -> None:
    radio = Radio()
    async with radio.use(holds):
        waiting = asyncio.ensure_future(_take(radio, wants))
        await asyncio.sleep(0)
        assert radio.wanted.is_set() == (holds in GIVES_WAY and wants in (Air.SIREN, Air.OFFICER))
        assert radio.open_to_sirens == (holds in GIVES_WAY)
        assert radio.call_wanted
    assert await waiting is wants
    assert not radio.wanted.is_set(), "it was the other's to know"
    radio.give_way()
    assert not radio.wanted.is_set(), "nobody has the radio"


@pytest.mark.parametrize("call", [Air.SIREN, Air.OFFICER])
async def test_a_caller_who_waits_for_the_radio_is_sent_away_by_every_call_of_ours(call: Air) -> None:
    radio = Radio()
    radio.cried()
    caller = asyncio.ensure_future(_take(radio, Air.INCOMING))
    await asyncio.sleep(0)
    async with radio.use(call):
        with pytest.raises(RadioTaken):
            await caller


async def test_after_a_cry_no_test_begins_and_its_siren_is_not_kept_waiting() -> None:
    radio = Radio()
    radio.cried()
    order: list[Air] = []

    async def take(want: Air) -> None:
        async with radio.use(want):
            order.append(want)
            await asyncio.sleep(0.01)

    waiting = [asyncio.ensure_future(take(want)) for want in (Air.TEST, Air.CALL_OUT, Air.INCOMING)]
    await asyncio.sleep(0)
    await take(Air.SIREN)
    await asyncio.gather(*waiting)
    assert order == [Air.SIREN, Air.INCOMING, Air.TEST, Air.CALL_OUT]


async def test_those_who_wait_go_in_the_order_of_their_urgency() -> None:
    radio = Radio()
    order: list[Air] = []

    async def take(want: Air) -> None:
        async with radio.use(want):
            order.append(want)

    wants = [Air.CALL_OUT, Air.USSD, Air.TEST, Air.JOIN, Air.CALL_BACK, Air.INCOMING, Air.OFFICER, Air.SIREN]
    async with radio.use(Air.LETTER):
        tasks = [asyncio.ensure_future(take(want)) for want in wants]
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert order == sorted(wants)


async def _take(radio: Radio, want: Air) -> Air:
    async with radio.use(want, give_back=True):
        return want
