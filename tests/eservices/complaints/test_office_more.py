"""A resident writes again: the office that has the ticket reads it, once a day, in its hours."""

from __future__ import annotations

from datetime import datetime

from eservices.complaints.offices.more import pass_words_on
from eservices.complaints.ticket import Event
from gateway.store import Tx
from tests.eservices.complaints.office_room import HADI, UMAR, VERA, ZONE, Office, office

MORE = "masih belum diperbaiki, tambah dalam. Hubungi 081234567890"


async def again(here: Office, number: int, text: str = MORE) -> bool:
    ticket, now = await here.ticket(number), here.clock.now()

    def work(tx: Tx) -> bool:
        return pass_words_on(tx, here.city, ticket, text, now)

    return await here.store.write(work)


def test_new_words_reach_the_official_once_a_day() -> None:
    async def scene(here: Office) -> None:
        number = await here.report()
        assert not await again(here, number)  # the office does not know of it yet
        await here.look()
        for _ in range(3):
            await again(here, number)
        sent = [sms.text for sms in await here.sent(UMAR)]
        assert len(sent) == 2
        assert sent[1].startswith(
            "Warga menulis lagi tentang keluhan 1001: jalan rusak, Jl. Bambu: masih belum diperbaiki"
        )
        await here.until(datetime(2026, 12, 22, 10, 0, tzinfo=ZONE))
        assert await again(here, number)
        assert len(await here.sent(UMAR)) == 3

    office(scene)


def test_out_of_hours_and_after_the_answer_nothing_is_passed_on() -> None:
    async def scene(here: Office) -> None:
        number = await here.report()
        await here.passes(hours=1)
        await here.until(datetime(2026, 12, 21, 20, 0, tzinfo=ZONE))
        assert not await again(here, number)
        await here.until(datetime(2026, 12, 22, 9, 0, tzinfo=ZONE))
        await here.says(UMAR, "1001 4001 SELESAI")
        assert not await again(here, number)
        await here.moves(number, Event.NOT_YET)
        await here.passes(minutes=1)
        assert await again(here, number)
        assert (await here.sent(VERA))[-1].text.startswith("Warga menulis lagi")

    office(scene)


def test_who_hides_is_hidden_in_the_new_words_too() -> None:
    async def scene(here: Office) -> None:
        number = await here.report(by=HADI, secret=True)
        await here.look()
        await again(here, number, "masih rusak, nama saya Hadi, 081234567890")
        text = (await here.sent(UMAR))[-1].text
        assert "Hadi" not in text
        assert "34567" not in text

    office(scene)
