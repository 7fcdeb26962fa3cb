"""Which line carries a conversation, and who goes on when it is lost in mid-call."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from config.clock import VirtualClock
from ivr.leg import CallOrder, CallResult, Outcome, Urgency, at_once
from ivr.legs import Legs
from modem.call import Outcome as Ended
from tests.ivr.scripted import RINGS, Does, QuickSpeaker, ScriptedLine, ScriptedModem, World, answers
from tests.ivr.talks import EPOCH, OFFICER, Room, play


@dataclass(slots=True)
class Provider:
    """A voice provider's leg."""

    clock: VirtualClock
    speaker: QuickSpeaker
    well: bool = True
    name: str = "provider"
    placed: list[str] = field(default_factory=list)
    answers: bool = True

    def free(self) -> int:
        return 2

    def may(self, order: CallOrder) -> bool:
        return order.conversation is not None and order.urgency is not Urgency.SIREN

    async def place(self, order: CallOrder, *, started: Any, claimed: Any = at_once) -> CallResult:
        self.placed.append(order.to)
        await started()
        await self.clock.sleep(3)
        if not self.answers or order.conversation is None:
            return CallResult(outcome=Outcome.RANG, leg=self.name, alerted_s=3)
        await self.speaker.run(ScriptedLine(self.name), order.conversation)
        return CallResult(outcome=Outcome.ANSWERED, leg=self.name, alerted_s=3, heard=True)


@dataclass(slots=True)
class Lines:
    """Everything that may place a call, in a room with a store."""

    room: Room
    world: World
    speaker: QuickSpeaker
    provider: Provider
    modems: list[ScriptedModem]
    legs: Legs
    rang: int = 0

    async def started(self) -> None:
        self.rang += 1

    def order(self, call: Any, urgency: Urgency = Urgency.OFFICER) -> CallOrder:
        return CallOrder(to=OFFICER, urgency=urgency, since=EPOCH, ring_s=25, talk_s=120, conversation=call)

    async def place(self, call: Any, urgency: Urgency = Urgency.OFFICER) -> CallResult:
        return await self.legs.place(self.order(call, urgency), started=self.started)


def lines(room: Room, *does: Does, speaks: tuple[bool, ...] = (True,), provider: bool | None = None) -> Lines:
    """``speaks``: of each modem; ``provider``: whether it is well, None: there is none."""
    world, speaker = World(), QuickSpeaker(room.clock)
    world.phone(OFFICER, *(does or (RINGS,)))
    modems = [ScriptedModem(world, room.clock, name=f"modem{n}", speaks=one) for n, one in enumerate(speaks, 1)]
    leg = Provider(room.clock, speaker, well=bool(provider))
    legs = Legs(modems, room.clock, speaker=speaker, provider=leg if provider is not None else None)
    return Lines(room, world, speaker, leg, modems, legs)


def test_a_key_in_answer_to_the_words_is_done_and_the_call_was_heard() -> None:
    async def scene(room: Room) -> None:
        there = lines(room, answers("1"))
        result = await there.place(room.call())
        assert (result.outcome, result.heard, result.leg, result.lost) == (Outcome.ANSWERED, True, "modem1", False)
        assert [one.split("|")[0] for one in await room.did()] == ["accept"]

    play(scene)


def test_answered_is_never_accepted() -> None:
    async def scene(room: Room) -> None:
        there = lines(room, answers(""))
        result = await there.place(room.call())
        assert (result.outcome, result.heard) == (Outcome.ANSWERED, True)
        assert await room.did() == []
        assert ("+6285500002001", "Tidak ada jawaban.") in there.speaker.heard

    play(scene)


@pytest.mark.parametrize(
    ("speaks", "provider", "leg"),
    [
        ((False, True), None, "modem2"),
        ((False, True), True, "modem2"),
        ((False, False), True, "provider"),
        ((False, False), False, "modem1"),
        ((False,), None, "modem1"),
    ],
)
def test_the_best_leg_that_is_well_carries_the_call(speaks: tuple[bool, ...], provider: bool | None, leg: str) -> None:
    async def scene(room: Room) -> None:
        there = lines(room, answers(""), speaks=speaks, provider=provider)
        assert (await there.place(room.call())).leg == leg

    play(scene)


def test_a_phone_that_only_rings_is_hung_up_politely_and_nothing_was_heard_or_accepted() -> None:
    async def scene(room: Room) -> None:
        there = lines(room, answers("1"), speaks=(False,))
        call = room.call()
        result = await there.place(call)
        assert (result.outcome, result.heard) == (Outcome.ANSWERED, False)
        assert await room.did() == []
        assert not call.begun

    play(scene)


@pytest.mark.parametrize("provider", [None, True])
def test_a_line_lost_in_mid_call_is_followed_by_the_next_at_once_with_the_same_conversation(
    provider: bool | None,
) -> None:
    async def scene(room: Room) -> None:
        speaks = (True, True) if provider is None else (True,)
        there = lines(room, answers("1", lost_s=12.0), answers(""), speaks=speaks, provider=provider)
        call = room.call()
        result = await there.place(call)
        assert result.leg == ("modem2" if provider is None else "provider")
        assert there.rang == 1, "the ladder's clock runs from the first ring"
        assert [one.split("|")[0] for one in await room.did()] == ["accept"], "done once, on the first"
        said = [words for _, words in there.speaker.heard]
        assert said.count("Kebakaran di Paya Roba.") == 1, "it goes on where it stood"
        assert said.count("Bicaralah.") >= 2

    play(scene)


def test_who_hangs_up_is_not_rung_again_by_another_leg() -> None:
    async def scene(room: Room) -> None:
        there = lines(room, answers("", hangs_up_s=2.0), speaks=(True, True), provider=True)
        call = room.call()
        result = await there.place(call)
        assert (result.outcome, result.leg) == (Outcome.ANSWERED, "modem1")
        assert there.world.calls(OFFICER) == 1
        assert there.provider.placed == []
        assert not call.live

    play(scene)


def test_a_line_that_cannot_even_make_it_ring_gives_the_call_to_the_next() -> None:
    async def scene(room: Room) -> None:
        there = lines(room, Does(outcome=Ended.NO_NETWORK), answers("1"), speaks=(True, True))
        result = await there.place(room.call())
        assert (result.outcome, result.leg, there.rang) == (Outcome.ANSWERED, "modem2", 1)

    play(scene)


def test_a_siren_is_rung_by_a_modem_only_and_by_one_alone() -> None:
    async def scene(room: Room) -> None:
        there = lines(room, Does(outcome=Ended.NO_NETWORK), speaks=(False, False), provider=True)
        order = CallOrder(to=OFFICER, urgency=Urgency.SIREN, since=EPOCH, ring_s=12)
        result = await there.legs.place(order, started=there.started)
        assert result.outcome is Outcome.NO_NETWORK
        assert there.world.calls(OFFICER) == 1, "each ring of a siren is the ladder's to order"
        assert there.provider.placed == []
        away = lines(room, speaks=(), provider=True)
        assert (await away.legs.place(order, started=away.started)).outcome is Outcome.FAILED

    play(scene)


def test_a_call_that_is_withdrawn_ends_its_conversation() -> None:
    async def scene(room: Room) -> None:
        there = lines(room, answers(""))
        call = room.call()
        placing = asyncio.create_task(there.place(call))
        await room.clock.sleep(9)
        assert call.begun
        placing.cancel()
        await asyncio.gather(placing, return_exceptions=True)
        assert not call.live
        assert there.legs.free() == 1

    play(scene)


def test_with_every_line_taken_the_order_waits_for_the_first_that_is_free() -> None:
    async def scene(room: Room) -> None:
        there = lines(room, RINGS, answers("1"), speaks=(True,))
        first = asyncio.create_task(there.place(room.call("1")))
        await room.clock.sleep(1)
        second = asyncio.create_task(there.place(room.call("2")))
        assert (await first).outcome is Outcome.RANG
        assert (await second).outcome is Outcome.ANSWERED

    play(scene)


@pytest.mark.parametrize("siren", [False, True])
def test_while_officers_talk_the_next_line_is_for_who_is_to_be_rung_back_after_sirens(siren: bool) -> None:
    async def scene(room: Room) -> None:
        there, begun = lines(room, *[answers("")] * 6, speaks=(True, True)), []

        async def place(urgency: Urgency, nth: int) -> None:
            async def claimed() -> bool:
                begun.append(urgency)
                return True

            call = None if urgency is Urgency.SIREN else room.call(key=f"{nth}/call")
            await there.legs.place(there.order(call, urgency), started=there.started, claimed=claimed)

        asked = [Urgency.OFFICER] * 4 + [Urgency.CALL_BACK] * 2 + [Urgency.SIREN] * siren
        placing = []
        for nth, urgency in enumerate(asked):
            placing.append(asyncio.create_task(place(urgency, nth)))
            await room.clock.sleep(0.1)
        await asyncio.gather(*placing)
        rest = begun[2:]
        assert begun[:2] == [Urgency.OFFICER] * 2
        assert rest[0] is (Urgency.SIREN if siren else Urgency.CALL_BACK)
        assert siren or rest[1] is not rest[0], "the officers keep one line"
        assert rest.count(Urgency.OFFICER) == rest.count(Urgency.CALL_BACK) == 2

    play(scene)
