"""What only the store knows: a dialogue asks, and its answer is what was committed with it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pytest

from config.clock import VirtualClock
from gateway.callback import Came
from gateway.conversation import Conversation
from gateway.dialogue import Ask, Dialogue, Say, Screen, State, Step, Who
from gateway.messages import Inbound, Lane, Outbound
from gateway.store import StoreBusy, Tx, put
from gateway.store.listing import letters
from tests.gateway.room import BUDI, SITI, play
from tests.gateway.ussd_room import CITY, EMERGENCY, MENU, READING, Handset, UssdRoom, choices, house

NOTE = Screen(text="Berapa?", choices=choices("Satu", "Dua"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Take(Ask):
    """One of the places that are left."""

    which: str


class Places(Dialogue):
    """Three places. The store counts them: every booking is a letter to the clinic."""

    name = "registration"
    words: Sequence[str] = ("tempat",)
    heads: Sequence[str] = ("pesan",)

    def begin(self, who: Who, said: str = "") -> Step:
        return Step(ask=Take(which=said)) if said else Step(screen=NOTE, state={"at": "which"})

    def step(self, state: State, typed: str, who: Who) -> Step:
        return Step(ask=Take(which=typed), effects=(Say(text=f"mau {typed}"),))

    def hears(self, text: str) -> bool:
        return "masih ada tempat" in text

    def answer(self, tx: Tx, ask: Ask, who: Who, turn: str) -> Step:
        assert isinstance(ask, Take)
        if ask.which == "rusak":
            put(tx, _letter(who, "half/done"))
            raise RuntimeError("a fault of ours")
        taken = sum(one.text == "satu lagi" for one in letters(tx, state=None, at_most=100))
        if taken == 3:
            return Step(screen=Screen(text="Penuh.", choices=choices("Menu")), state={"at": "full"})
        put(tx, _letter(who, f"place/{turn}"))
        return Step(screen=Screen(text=f"Nomor {taken + 1} untuk {ask.which}.", last=True))


def _letter(who: Who, key: str) -> Outbound:
    return Outbound(to=BUDI, text="satu lagi", lane=Lane.SERVICE, key=key, expires_at=who.at.replace(year=2030))


DIALOGUES: tuple[Dialogue, ...] = (MENU, EMERGENCY, Places(), READING)


async def written(room: UssdRoom) -> int:
    """How many places were given, as the store knows it."""
    return (await room.texts()).count("satu lagi")


def test_a_ussd_turn_shows_what_the_store_answered_and_a_repeated_post_takes_no_second_place() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock, dialogues=DIALOGUES) as room:
            phone = Handset(room)
            await phone.dial()
            assert (await phone.press("2")).text.startswith("Berapa?")
            end = await phone.press("1")
            assert (end.text, end.more) == ("Nomor 1 untuk 1.", False)
            assert (await phone.post("2*1")).text == "Nomor 1 untuk 1."
            assert await written(room) == 1
            assert await room.texts() == ["mau 1", "satu lagi"]

    play(main)


def test_a_whole_path_dialled_at_once_goes_on_after_the_store_has_answered() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock, dialogues=DIALOGUES) as room:
            for nth in range(3):
                assert (await Handset(room, session=f"s{nth}").dial("2*2")).text == f"Nomor {nth + 1} untuk 2."
            last = Handset(room, session="late")
            assert (await last.dial("2*2*1")).text.startswith("Penuh.")  # "1" asked once more
            assert await written(room) == 3

    play(main)


def test_many_at_once_share_what_is_left_and_no_more() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock, dialogues=DIALOGUES) as room:
            phones = [Handset(room, number=f"+62812{nth:07d}", session=f"s{nth}") for nth in range(40)]
            shown = [reply.text for reply in await asyncio.gather(*(phone.dial("2*1") for phone in phones))]
            assert sorted(text for text in shown if text.startswith("Nomor")) == [
                f"Nomor {n} untuk 1." for n in (1, 2, 3)
            ]
            assert sum(text.startswith("Penuh.") for text in shown) == 37
            assert await written(room) == 3

    play(main)


def test_a_fault_in_the_answer_undoes_the_turn_and_no_other() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock, dialogues=DIALOGUES) as room:
            bad, good = Handset(room, session="bad"), Handset(room, number=BUDI, session="good")
            await bad.dial("2")
            await good.dial("2")
            said = await asyncio.gather(bad.press("rusak"), good.press("2"))
            assert said[0].text.startswith("BELUM TERCATAT")
            assert said[1].text == "Nomor 1 untuk 2."
            assert await written(room) == 1

    play(main)


def test_while_the_store_does_not_answer_nothing_is_promised() -> None:
    class Stuck:
        async def write(self, work: object) -> object:
            raise StoreBusy("another program is writing")

    async def main(clock: VirtualClock) -> None:
        async with house(clock, dialogues=DIALOGUES, wrapped=lambda store: Stuck()) as room:  # type: ignore[arg-type,return-value]
            reply = await Handset(room).dial("2*1")
            assert "Nomor" not in reply.text
            assert await written(room) == 0

    play(main)


class Calm:
    """No alarm anywhere."""

    def cry(self, text: str, *, words_awaited: bool) -> bool:
        return False

    def alarm(self, text: str) -> bool:
        return "rampok" in text

    def cancels(self, text: str) -> bool:
        return False

    def open_alarm(self, tx: Tx, number: str, since: object = None) -> bool:
        return False

    def secret(self, tx: Tx, number: str, since: datetime | None = None) -> bool:
        return False

    def ours(self, tx: Tx, letter: Inbound, since: object, *, words: bool) -> bool:
        return False


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("PESAN dua", "Nomor 1 untuk dua."),
        ("tempat", "Berapa?\n1 Satu\n2 Dua"),
        ("pesan ada rampok", None),  # an alarm in it wins: it is the other desk's
        ("masih ada tempat pak", "Nomor 1 untuk masih ada tempat pak."),
        ("selamat pagi", None),
    ],
)
def test_a_letter_begins_a_dialogue_by_its_head_or_because_one_hears_it(text: str, answer: str | None) -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock, dialogues=DIALOGUES, looping=False) as room:
            talks = Conversation(DIALOGUES, CITY, clock, otherwise=(), alarms=Calm(), inbox=room.inbox)
            await room.inbox.came("sms", Came(id="1", sender=SITI, text=text))

            def handled(tx: Tx) -> None:
                letter = next(one for one in _kept(tx))
                if talks.takes(letter):
                    talks.handle(letter, tx)
                else:
                    talks.heard(letter, tx)

            await room.store.write(handled)
            talks.settle()
            told = [one for one in await room.texts() if one not in (text, "satu lagi")]
            assert told == ([] if answer is None else [answer])

    play(main)


def _kept(tx: Tx) -> list[Inbound]:
    from gateway.store.inbound import new_letters

    return [letter for letter, _ in new_letters(tx, at_most=9)]
