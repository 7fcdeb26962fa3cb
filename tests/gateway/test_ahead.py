"""What a dialogue must fetch elsewhere is awaited before the transaction, briefly, and by nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field

import pytest

from config.clock import Clock, VirtualClock
from gateway.ahead import AHEAD_S
from gateway.callback import Came
from gateway.conversation import Conversation
from gateway.dialogue import Ask, Choice, Dialogue, Screen, State, Step, Who
from gateway.messages import Inbound
from gateway.store import Tx
from gateway.store.inbound import letter_named, new_letters
from gateway.store.talks import talk_of
from tests.gateway.room import BUDI, SITI, play
from tests.gateway.test_asks import Calm
from tests.gateway.ussd_room import CITY, EMERGENCY, MENU, READING, Handset, Toy, UssdRoom, house

Y = Choice(key="1", label="Ya")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks(Ask):
    key: str


@dataclass(slots=True)
class Far(Dialogue):
    """What it says is known elsewhere, ``takes_s`` away (none: it never answers; below 0: it breaks)."""

    clock: Clock
    takes_s: float | None = 0.3
    name: str = "registration"
    words: Sequence[str] = ("tagihan",)
    heads: Sequence[str] = ("tagihan",)
    asked: list[str] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)
    answered: int = 0

    def begin(self, who: Who, said: str = "") -> Step:
        return Step(ask=Asks(key=said)) if said else Step(screen=Screen(text="Nomor?"), state={"at": "key"})

    def step(self, state: State, typed: str, who: Who) -> Step:
        return Step(ask=Asks(key=typed))

    def ahead(self, ask: Ask, who: Who) -> Awaitable[None] | None:
        assert isinstance(ask, Asks)
        return self._fetch(ask.key)

    async def _fetch(self, key: str) -> None:
        self.asked.append(key)
        await self.clock.sleep(self.takes_s if self.takes_s is not None else 10**6)
        if self.takes_s == 0:
            raise RuntimeError("a fault of ours")
        self.known[key] = "12.000"

    def answer(self, tx: Tx, ask: Ask, who: Who, turn: str) -> Step:
        assert isinstance(ask, Asks)
        self.answered += 1
        if not who.screen and ask.key not in self.known:
            return Step()
        return Step(screen=Screen(text=self.known.get(ask.key, "belum tahu"), choices=(Y,)), state={"at": "more"})


def dialogues(far: Far) -> tuple[Dialogue, ...]:
    return MENU, EMERGENCY, far, READING


@pytest.mark.parametrize(
    ("takes_s", "said", "took"), [(0.3, "12.000", 0.3), (0.79, "12.000", 0.79), (None, "belum tahu", AHEAD_S)]
)
def test_a_turn_by_ussd_waits_for_it_and_no_longer_than_it_may(takes_s: float | None, said: str, took: float) -> None:
    async def main(clock: VirtualClock) -> None:
        far = Far(clock, takes_s)
        async with house(clock, dialogues=dialogues(far)) as room:
            phone = Handset(room)
            await phone.dial("2")
            began = clock.monotonic()
            assert (await phone.press("77")).text.startswith(said)
            assert clock.monotonic() - began == pytest.approx(took, abs=0.05)

    play(main)


def test_a_fault_in_it_fails_no_turn() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock, dialogues=dialogues(Far(clock, 0))) as room:
            assert (await Handset(room).dial("2*77")).text.startswith("belum tahu")

    play(main)


def test_a_repeated_post_fetches_nothing_again() -> None:
    async def main(clock: VirtualClock) -> None:
        far = Far(clock, 0.5)
        async with house(clock, dialogues=dialogues(far)) as room:
            phone = Handset(room)
            await phone.dial("2")
            shown = await asyncio.gather(*(phone.post("2*77") for _ in range(5)))
            assert {reply.text.splitlines()[0] for reply in shown} == {"12.000"}
            await phone.post("2*77")
            assert far.asked == ["77"]

    play(main)


def test_an_alarm_beside_it_waits_for_nothing() -> None:
    async def main(clock: VirtualClock) -> None:
        far = Far(clock, None)
        async with house(clock, dialogues=dialogues(far)) as room:
            waiting = asyncio.create_task(Handset(room).dial("2*77"))
            await asyncio.sleep(0.1)
            began = clock.monotonic()
            assert (await Handset(room, number=BUDI, session="b").dial("1*1")).text.startswith("Dicatat")
            assert clock.monotonic() - began < 0.05
            assert not waiting.done()
            await waiting

    play(main)


def test_nothing_is_fetched_for_the_emergency_itself() -> None:
    async def main(clock: VirtualClock) -> None:
        far = Far(clock, None, name="emergency")
        menu = Toy("menu", MENU.screens, goto=("emergency", "reading", "reading"))
        async with house(clock, dialogues=(menu, far, READING)) as room:
            await Handset(room).dial("1*77")
            assert far.asked == []
            assert clock.monotonic() < 0.05

    play(main)


# -- by SMS: no answer yet


async def wrote(room: UssdRoom, talks: Conversation, id: str, text: str) -> Inbound:
    """A letter comes, and is handled."""
    await room.inbox.came("sms", Came(id=id, sender=SITI, text=text))

    def work(tx: Tx) -> Inbound:
        letter = next(one for one, _ in new_letters(tx, at_most=9) if one.text == text)
        talks.handle(letter, tx)
        return letter

    letter = await room.store.write(work)
    talks.settle()
    return letter


@pytest.mark.parametrize("beside", [False, True])
def test_by_sms_nothing_is_said_until_it_is_known_and_then_once(beside: bool) -> None:
    """``beside``: the person has begun another talk meanwhile; it goes on, and nothing is asked beside it."""

    async def main(clock: VirtualClock) -> None:
        far = Far(clock)
        async with house(clock, dialogues=dialogues(far), looping=False) as room:
            everybody = dialogues(far)
            talks = Conversation(everybody, CITY, clock, otherwise=(), alarms=Calm(), inbox=room.inbox)
            letter = await wrote(room, talks, "1", "tagihan 77")
            assert await room.texts() == ["tagihan 77"], "no empty letter"
            if beside:
                await wrote(room, talks, "2", "tagihan")
            far.known["77"] = "12.000"

            def later(tx: Tx) -> None:
                again = letter_named(tx, letter.external_id)
                assert again is not None
                talks.resume(again, tx, far.name, Asks(key="77"))

            for _ in range(2):  # a crash after the commit, and before it was known that it was committed
                await room.store.write(later)
            told = [text for text in await room.texts() if text.startswith("12.000")]
            assert told == ["12.000" if beside else "12.000\n1 Ya"]
            talk = await room.store.read(lambda tx: talk_of(tx, SITI))
            assert talk is not None
            assert talk.state == {"at": "key" if beside else "more"}

    play(main)
