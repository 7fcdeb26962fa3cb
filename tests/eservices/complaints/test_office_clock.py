"""What offices are written by the clock: in office hours, each once, in order, over holidays and crashes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from eservices.complaints.ticket import Event, State
from gateway.store.outbound import OUTBOUND
from tests.eservices.complaints.office_room import (
    GINA,
    IRA,
    MONDAY,
    UMAR,
    VERA,
    WATI,
    ZONE,
    Office,
    code_in,
    office,
    town,
)


def at(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


def test_a_ticket_that_nobody_answers_goes_from_the_official_to_the_next_to_the_inspektorat() -> None:
    """Five working days from a Monday; Thursday and Friday of its week are free."""

    async def scene(here: Office) -> None:
        assert await here.report() == 1001
        await here.passes(days=20)
        assert [(sms.at, sms.to) for sms in await here.sent()] == [
            (at(12, 21, 9), UMAR),  # at once: it is Monday, nine o'clock
            (at(12, 23, 8), UMAR),  # half-way
            (at(12, 29, 8), UMAR),  # a working day before
            (at(12, 30, 8), UMAR),  # the last day
            (at(12, 31, 8), VERA),  # it is over: the next official
            (at(1, 1, 7, 30, 2027), IRA),  # and the Inspektorat's list of the morning after
        ]
        texts = [sms.text for sms in await here.sent()]
        assert texts[0] == (
            "Keluhan 1001: jalan rusak, Jl. Bambu: lubang besar dekat pasar. "
            "Balas 1001 4001 KERJA / SELESAI isi / TOLAK alasan / BUKAN"
        )
        assert [text.partition("keluhan 1001")[0] for text in texts[1:5]] == [
            "Ingat ",
            "Ingat ",
            "Hari ini batas ",
            "Lewat batas 30/12/2026, ",
        ]
        assert [code_in(sms) for sms in (await here.sent())[:5]] == ["4001"] * 4 + ["4002"]
        assert texts[5] == "1 keluhan warga lewat batas waktu: 1001 Dinas PU"

    office(scene)


def test_out_of_hours_the_office_is_written_to_when_it_opens() -> None:
    async def scene(here: Office) -> None:
        await here.report()
        await here.until(at(12, 28, 7, 59))
        assert await here.sent() == []
        await here.until(at(12, 28, 8))
        assert [sms.at for sms in await here.sent(UMAR)] == [at(12, 28, 8)]

    office(scene, at(12, 23, 16))  # Wednesday at closing time; Thursday and Friday are free


def test_nothing_is_sent_twice_however_often_the_clock_looks() -> None:
    async def scene(here: Office) -> None:
        await here.report()
        for _ in range(5):
            await here.look()
        assert len(await here.sent()) == 1

    office(scene)


def test_a_program_that_was_away_sends_the_newest_reminder_and_no_older_one() -> None:
    async def scene(here: Office) -> None:
        await here.report()
        await here.look()
        await here.away(at(12, 29, 10))
        await here.look()
        await here.look()
        sent = await here.sent()
        assert [sms.at for sms in sent] == [MONDAY, at(12, 29, 10)]
        assert sent[1].text.startswith("Ingat keluhan 1001, batas 30/12/2026")

    office(scene)


def test_a_program_that_was_away_at_the_deadline_goes_to_the_next_official_and_gives_him_his_day() -> None:
    async def scene(here: Office) -> None:
        await here.report()
        await here.away(at(1, 5, 22, year=2027))  # Tuesday night
        await here.look()
        assert await here.sent() == []
        await here.until(at(1, 8, 12, year=2027))
        assert [(sms.at, sms.to) for sms in await here.sent()] == [
            (at(1, 6, 8, year=2027), UMAR),  # he never heard of it
            (at(1, 6, 8, year=2027), VERA),
            (at(1, 7, 7, 30, 2027), IRA),
        ]

    office(scene)


def test_a_ticket_without_its_place_waits_while_its_sender_is_asked() -> None:
    async def scene(here: Office) -> None:
        await here.report(place="", street="")
        await here.passes(seconds=599)
        assert await here.sent() == []
        await here.passes(seconds=2)
        assert len(await here.sent(UMAR)) == 1

    office(scene)


@pytest.mark.parametrize("state", [State.WITHHELD, State.WITHDRAWN, State.MERGED, State.CLOSED])
def test_what_the_office_shall_not_see_is_never_sent(state: State) -> None:
    async def scene(here: Office) -> None:
        await here.report(state=state)
        await here.passes(days=30)
        assert await here.sent() == []

    office(scene)


@pytest.mark.parametrize("event", [Event.WITHDRAW, Event.WITHHOLD, Event.AGREE])
def test_nothing_more_is_sent_of_a_ticket_that_ended(event: Event) -> None:
    async def scene(here: Office) -> None:
        number = await here.report()
        await here.passes(hours=1)
        await here.moves(number, event)
        await here.passes(days=30)
        assert [sms.to for sms in await here.sent()] == [UMAR]

    office(scene)


def test_an_answer_is_asked_about_once_then_the_ticket_closes() -> None:
    async def scene(here: Office) -> None:
        number = await here.report()
        await here.passes(hours=1)
        await here.says(UMAR, "1001 4001 SELESAI sudah ditambal")
        await here.passes(days=30)
        mine = await here.sent(GINA)
        assert [sms.at for sms in mine] == [at(12, 21, 10), at(12, 28, 8), at(12, 31, 8)]
        assert mine[0].text == (
            "Keluhan 1001 dijawab Dinas PU: sudah ditambal. Balas SUDAH 1001 5 (nilai 1-5) atau BELUM 1001"
        )
        assert mine[1].text == (
            "Keluhan 1001 sudah dijawab Dinas PU. Sudah beres? Balas SUDAH 1001 atau BELUM 1001. "
            "Tanpa balasan ditutup 30/12/2026."
        )
        assert (await here.ticket(number)).state is State.CLOSED
        assert [sms.to for sms in await here.sent() if sms.to != GINA] == [UMAR, UMAR]  # the ticket, and his receipt

    office(scene)


def test_belum_begins_a_new_round_at_the_next_official_with_a_new_code() -> None:
    async def scene(here: Office) -> None:
        number = await here.report()
        await here.passes(hours=1)
        await here.says(UMAR, "1001 4001 SELESAI sudah ditambal")
        await here.passes(hours=1)
        await here.moves(number, Event.NOT_YET)
        await here.passes(minutes=1)
        (again,) = await here.sent(VERA)
        assert again.text == (
            "Keluhan 1001 dibuka lagi oleh warga: jalan rusak, Jl. Bambu: lubang besar dekat pasar. "
            "Balas 1001 4002 KERJA/SELESAI/TOLAK/BUKAN"
        )
        assert "tidak menunggu jawaban" in await here.says(UMAR, "1001 4001 SELESAI lagi")
        assert (await here.ticket(number)).state is State.OPEN
        assert "dicatat selesai" in await here.says(VERA, "1001 4002 SELESAI benar-benar sudah")

    office(scene)


def test_whom_the_city_cannot_make_answer_is_not_written_to_and_the_ticket_ends_by_itself() -> None:
    async def scene(here: Office) -> None:
        number = await here.report("power")
        await here.look()
        ticket = await here.ticket(number)
        assert (ticket.state, ticket.answer) == (State.ANSWERED, "PLN, 123")
        await here.passes(days=30)
        assert {sms.to for sms in await here.sent()} == {GINA}
        assert (await here.ticket(number)).state is State.CLOSED

    office(scene)


def test_the_list_of_the_inspektorat_has_room_for_all_in_as_many_letters_as_it_takes() -> None:
    async def scene(here: Office) -> None:
        many = 23
        for _ in range(many):
            await here.report("other")
        await here.passes(days=40)
        lists = await here.sent(IRA)
        assert len(lists) > 1
        assert len({sms.at.date() for sms in lists}) == 1
        numbers = [word for sms in lists for word in sms.text.replace(",", " ").split() if word.isdigit()]
        assert sorted(int(one) for one in numbers if int(one) > 100) == list(range(1001, 1001 + many))
        assert len(await here.sent(WATI)) == 5 * many  # new, three reminders, and the end of his time

    office(scene)


def test_whose_number_is_not_his_any_more_is_no_officials() -> None:
    assert town().offices.official(GINA) is None


def test_what_was_given_to_the_wire_has_its_own_end() -> None:
    """A reminder that did not leave by the end of its day is not sent the day after."""

    async def scene(here: Office) -> None:
        await here.report()
        await here.passes(days=20)
        rows = await here.store.read(lambda tx: list(tx.execute(select(OUTBOUND).order_by(OUTBOUND.c.id))))
        for row in rows:
            stays = row.expires_at - row.created_at
            reminder = not row.key.endswith(("/new", "/late"))
            assert stays <= (timedelta(hours=9) if reminder else timedelta(days=6))

    office(scene)
