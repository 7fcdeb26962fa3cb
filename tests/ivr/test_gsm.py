"""Which modem rings whom, and what the end of a call means."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest

from config.clock import VirtualClock, run_virtual
from ivr.gsm import OUTCOMES
from ivr.leg import CallOrder, CallResult, Outcome, Urgency
from ivr.legs import Legs
from ivr.lines import GONE_S, URGENCIES
from modem.call import Outcome as Ended
from tests.ivr.scripted import IS_ENGAGED, IS_OFF, TURNS_AWAY, ScriptedModem, World

T = TypeVar("T")

EPOCH = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)
OFFICER, SIREN = "+6285500002001", "+6285500001001"
ONE, TWO = "+6285500000101", "+6285500000102"


def play(scene: Callable[[VirtualClock], Coroutine[Any, Any, T]]) -> T:
    async def limited(clock: VirtualClock) -> T:
        async with clock.timeout(3600):
            return await scene(clock)

    return run_virtual(limited, EPOCH)


def order(to: str = OFFICER, urgency: Urgency = Urgency.OFFICER, **said: Any) -> CallOrder:
    return CallOrder(to=to, urgency=urgency, since=said.pop("since", EPOCH), ring_s=25, **said)


async def heard_nothing() -> None:
    """Nobody listens for the ringing."""


async def place(leg: Legs, what: CallOrder, **hooks: Any) -> CallResult:
    return await leg.place(what, **({"started": heard_nothing} | hooks))


def test_every_end_of_a_call_that_a_modem_knows_has_its_outcome() -> None:
    assert set(OUTCOMES) == set(Ended)
    assert [outcome.value for outcome in OUTCOMES.values()] == [end.value for end in OUTCOMES]
    assert list(URGENCIES) == list(Urgency)


@pytest.mark.parametrize(
    ("does", "outcome"),
    [(TURNS_AWAY, Outcome.REJECTED), (IS_OFF, Outcome.UNREACHABLE), (IS_ENGAGED, Outcome.BUSY)],
)
def test_what_the_network_does_is_an_outcome(does: Any, outcome: Outcome) -> None:
    async def scene(clock: VirtualClock) -> CallResult:
        world = World()
        world.phone(OFFICER, does)
        return await place(Legs([ScriptedModem(world, clock)], clock), order())

    result = play(scene)
    assert result.outcome is outcome
    assert result.leg == "one"


def test_a_modem_that_breaks_in_the_call_is_an_outcome_and_gives_its_line_back() -> None:
    async def scene(clock: VirtualClock) -> None:
        modem = ScriptedModem(World(), clock, broken=True)
        leg = Legs([modem], clock)
        result = await place(leg, order())
        assert result.outcome is Outcome.FAILED
        assert "the port is gone" in result.detail
        assert leg.free() == 1

    play(scene)


def test_with_one_modem_the_siren_goes_first_and_then_the_incident_that_waits_longest() -> None:
    async def scene(clock: VirtualClock) -> list[str]:
        world = World()
        leg = Legs([ScriptedModem(world, clock)], clock)
        late, early = EPOCH + timedelta(seconds=9), EPOCH + timedelta(seconds=3)
        orders = [
            order("+628111111111"),
            order("+628122222222", since=late),
            order("+628133333333", since=early),
            order("+628144444444", Urgency.TEST),
            order(SIREN, Urgency.SIREN, since=late),
        ]
        await asyncio.gather(*(place(leg, one) for one in orders))
        return [call.to for call in world.dialled]

    assert play(scene) == [SIREN, "+628111111111", "+628133333333", "+628122222222", "+628144444444"]


def test_a_siren_goes_before_a_call_that_has_the_modem_and_still_waits_for_letters() -> None:
    async def scene(clock: VirtualClock) -> list[str]:
        world = World()
        world.phone(SIREN, TURNS_AWAY)
        world.phone(OFFICER, TURNS_AWAY)
        leg = Legs([ScriptedModem(world, clock, letters_s=5.0)], clock)
        officer = asyncio.create_task(place(leg, order()))
        await clock.sleep(1.0)
        siren = asyncio.create_task(place(leg, order(SIREN, Urgency.SIREN)))
        await clock.sleep(1.0)
        second = asyncio.create_task(place(leg, order(SIREN, Urgency.SIREN)))
        await asyncio.gather(officer, siren, second)
        assert leg.free() == 1
        return [call.to for call in world.dialled]

    assert play(scene)[0] == SIREN


def test_a_siren_is_rung_from_a_number_on_its_whitelist_however_many_others_are_free() -> None:
    async def scene(clock: VirtualClock) -> None:
        world = World()
        modems = [
            ScriptedModem(world, clock, name="one", number=ONE),
            ScriptedModem(world, clock, name="two", number=TWO),
        ]
        leg = Legs(modems, clock)
        assert (await place(leg, order(SIREN, Urgency.SIREN, from_numbers=frozenset({TWO})))).leg == "two"
        assert world.calls(SIREN) == 1

    play(scene)


def test_a_siren_whose_whitelist_names_none_of_our_modems_is_tried_all_the_same() -> None:
    async def scene(clock: VirtualClock) -> None:
        world = World()
        leg = Legs([ScriptedModem(world, clock, number=ONE)], clock)
        await place(leg, order(SIREN, Urgency.SIREN, from_numbers=frozenset({"+628999999999"})))
        assert world.calls(SIREN) == 1

    play(scene)


def test_a_sample_number_is_never_dialled_through_a_modem_that_is_not_virtual() -> None:
    async def scene(clock: VirtualClock) -> None:
        world = World()
        real = Legs([ScriptedModem(world, clock, virtual=False)], clock, forbidden=lambda number: number == SIREN)
        assert (await place(real, order(sample=True))).outcome is Outcome.FAILED
        assert (await place(real, order(SIREN))).outcome is Outcome.FAILED
        assert world.dialled == []
        assert (await place(real, order())).outcome is Outcome.RANG

    play(scene)


@pytest.mark.parametrize("number", ["110", "112", "113", "115", "118", "119"])
def test_an_emergency_short_number_is_never_dialled_even_in_the_virtual_world(number: str) -> None:
    async def scene(clock: VirtualClock) -> None:
        world = World()
        assert (await place(Legs([ScriptedModem(world, clock)], clock), order(number))).outcome is Outcome.FAILED
        assert world.dialled == []

    play(scene)


def test_a_modem_for_letters_places_no_call() -> None:
    async def scene(clock: VirtualClock) -> None:
        leg = Legs([ScriptedModem(World(), clock, use="letters")], clock)
        assert leg.free() == 0
        assert (await place(leg, order())).outcome is Outcome.FAILED

    play(scene)


def test_a_modem_for_calls_is_taken_before_one_that_also_carries_letters() -> None:
    async def scene(clock: VirtualClock) -> None:
        world = World()
        modems = [ScriptedModem(world, clock, name="all"), ScriptedModem(world, clock, name="calls", use="calls")]
        assert (await place(Legs(modems, clock), order())).leg == "calls"

    play(scene)


def test_while_every_modem_is_away_an_order_fails_in_seconds_instead_of_waiting() -> None:
    async def scene(clock: VirtualClock) -> None:
        modem = ScriptedModem(World(), clock, well=False)
        began = clock.monotonic()
        result = await place(Legs([modem], clock), order())
        assert result.outcome is Outcome.NO_NETWORK
        assert GONE_S <= clock.monotonic() - began < GONE_S + 1

    play(scene)


def test_a_modem_that_comes_back_in_time_takes_the_order_that_waits() -> None:
    async def scene(clock: VirtualClock) -> None:
        modem = ScriptedModem(World(), clock, well=False)
        leg = Legs([modem], clock)
        waiting = asyncio.create_task(place(leg, order()))
        await clock.sleep(3)
        modem.well = True
        assert (await waiting).outcome is Outcome.RANG

    play(scene)


def test_an_order_that_lapsed_while_it_waited_is_not_dialled_and_leaves_the_line_free() -> None:
    async def scene(clock: VirtualClock) -> None:
        world = World()
        leg = Legs([ScriptedModem(world, clock)], clock)

        async def lapsed() -> bool:
            return False

        assert (await place(leg, order(), claimed=lapsed)).outcome is Outcome.FAILED
        assert world.dialled == []
        assert leg.free() == 1

    play(scene)


@pytest.mark.parametrize("after_s", [0.0, 1.0, 10.0])
def test_a_cancelled_call_hangs_up_and_the_next_order_gets_the_line(after_s: float) -> None:
    async def scene(clock: VirtualClock) -> None:
        world = World()
        leg = Legs([ScriptedModem(world, clock)], clock)
        first = asyncio.create_task(place(leg, order()))
        second = asyncio.create_task(place(leg, order("+628122222222")))
        third = asyncio.create_task(place(leg, order("+628133333333")))
        await clock.sleep(after_s)
        first.cancel()
        second.cancel()
        assert (await third).outcome is Outcome.RANG
        assert "+628122222222" not in [call.to for call in world.dialled]
        assert leg.free() == 1
        await asyncio.gather(first, second, return_exceptions=True)

    play(scene)
