"""The last desk: nothing is thrown away, nobody is left without an answer, and no machine is answered."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from config.city import load_city
from config.clock import VirtualClock, run_virtual
from eservices.desk import LastDesk
from gateway.messages import Inbound, Kind
from gateway.registry import Resident
from gateway.store import Store, Tx
from gateway.store.inbound import INBOUND, add_letter, letters_of, mark_read
from gateway.store.outbound import OUTBOUND
from gateway.store.people import save
from tests.fixtures.engines import open_store

EPOCH = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)
CITIZEN = "+6285500003009"
TOWN = Path(__file__).parents[1] / "fixtures" / "tinytown"


class Office:
    """The last desk over a store on disk."""

    def __init__(self, store: Store, clock: VirtualClock) -> None:
        self.store, self.clock, self.city = store, clock, load_city(TOWN)
        self.desk = LastDesk(self.city, clock)
        self._count = 0

    async def gets(self, text: str, sender: str = CITIZEN, kind: Kind = Kind.SMS) -> int:
        """A letter is kept and handled, as the inbox does it."""
        self._count += 1
        now = self.clock.now()
        draft = Inbound(
            id=0,
            channel="air",
            kind=kind,
            sender=sender,
            text=text,
            sent_at=None,
            received_at=now,
            external_id=f"letter-{self._count}",
        )

        def work(tx: Tx) -> int:
            number = add_letter(tx, draft, urgent=False)
            (letter,) = letters_of(tx, [number])
            assert self.desk.takes(letter)
            self.desk.handle(letter, tx)
            mark_read(tx, number, self.desk.name)
            return number

        return await self.store.write(work)

    async def state(self, number: int) -> str:
        return await self.store.read(
            lambda tx: str(tx.execute(select(INBOUND.c.state).where(INBOUND.c.id == number)).scalar_one())
        )

    async def answers(self) -> list[str]:
        return await self.store.read(lambda tx: list(tx.execute(select(OUTBOUND.c.text)).scalars()))


def play(path: Path, scene: Callable[[Office], Coroutine[Any, Any, None]]) -> None:
    async def main(clock: VirtualClock) -> None:
        async with await open_store(path / "office.sqlite", clock, inline=True) as store:
            await scene(Office(store, clock))

    run_virtual(main, EPOCH)


def test_what_is_no_emergency_stays_unread_and_is_answered_in_true_words_with_whom_to_call(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        letter = await office.gets("bantuan beras kapan dibagi?")
        assert await office.state(letter) == "unread"
        (answer,) = await office.answers()
        assert answer == office.city.text("id", "not_emergency", call=office.city.emergency_call)

    play(tmp_path, scene)


def test_one_number_gets_one_answer_in_its_lane_and_every_letter_is_kept(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        letters = [await office.gets(f"pertanyaan {n}") for n in range(5)]
        await office.gets("halo", sender="+6281234567891")
        assert len(await office.answers()) == 2
        assert [await office.state(letter) for letter in letters] == ["unread"] * 5
        await office.clock.sleep(office.city.clocks.lane_s + 1)
        await office.gets("halo lagi")
        assert len(await office.answers()) == 3

    play(tmp_path, scene)


@pytest.mark.parametrize("sender", ["3636", "TELKOMSEL", "99123", "", "110"])
def test_machines_and_withheld_senders_are_kept_and_never_answered(tmp_path: Path, sender: str) -> None:
    async def scene(office: Office) -> None:
        letter = await office.gets("promo pulsa", sender=sender)
        assert await office.state(letter) == "unread"
        assert await office.answers() == []

    play(tmp_path, scene)


def test_a_phone_that_must_be_quiet_is_not_answered(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        quiet = Resident(
            phone=CITIZEN,
            name="Hadi Contoh",
            kelurahan="99.01.01.1001",
            address="",
            lat=None,
            lon=None,
            language="",
            quiet=True,
            notes="",
            confirmed=True,
            panic_button=False,
            address_at=office.clock.now(),
        )
        await office.store.write(lambda tx: save(tx, quiet))
        assert await office.state(await office.gets("kapan KTP saya jadi?")) == "unread"
        assert await office.answers() == []

    play(tmp_path, scene)


def test_a_part_waits_for_its_whole_and_a_missed_call_is_kept_without_a_word(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        assert await office.state(await office.gets("bagian satu", kind=Kind.PART)) == "read"
        assert await office.state(await office.gets("", kind=Kind.MISSED_CALL)) == "unread"
        assert await office.answers() == []

    play(tmp_path, scene)


def test_no_text_is_too_strange_to_be_kept(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        texts = ["", "\x1a\x1b", "=HYPERLINK(1)", "😀" * 70, "'; DROP TABLE inbound;--", "x" * 1530, "\u202eterbalik"]
        letters = [await office.gets(text) for text in texts]
        assert [await office.state(letter) for letter in letters] == ["unread"] * len(texts)

    play(tmp_path, scene)
