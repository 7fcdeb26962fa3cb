"""What follows when an official answers, and when somebody only pretends to."""

from __future__ import annotations

from config.gsm7 import ONE_SMS, septets
from eservices.complaints.ticket import Event, State
from tests.eservices.complaints.office_room import GINA, HADI, STRANGER, UMAR, VERA, WATI, Office, office


def told(text: str) -> str:
    """The verb of a reply, in few letters."""
    return text.split(".")[0]


def test_kerja_then_selesai_and_the_residents_are_told() -> None:
    async def scene(here: Office) -> None:
        number = await here.report()
        await here.look()
        assert told(await here.says(UMAR, "1001 4001 KERJA")) == "Dicatat: keluhan 1001 sedang dikerjakan"
        assert (await here.ticket(number)).state is State.WORKING
        assert told(await here.says(UMAR, "1001 4001 KERJA besok pagi")) == "Dicatat: keluhan 1001 sedang dikerjakan"
        await here.clock.sleep(60)
        assert "dicatat selesai" in await here.says(UMAR, "4001 sudah ditambal")
        ticket = await here.ticket(number)
        assert (ticket.state, ticket.answer) == (State.ANSWERED, "sudah ditambal")
        assert [sms.text for sms in await here.sent(GINA)] == [
            "Keluhan 1001: Dinas PU sedang mengerjakannya. Anda dikabari bila selesai.",
            "Keluhan 1001 dijawab Dinas PU: sudah ditambal. Balas SUDAH 1001 5 (nilai 1-5) atau BELUM 1001",
        ]
        past = [one for one in await here.past(number) if one not in ("opened", "office_new")]
        assert past == ["working", "working", "answered"]

    office(scene)


def test_tolak_needs_a_reason_and_the_residents_read_it() -> None:
    async def scene(here: Office) -> None:
        number = await here.report()
        await here.look()
        assert "Alasannya belum ada" in await here.says(UMAR, "1001 4001 TOLAK")
        assert (await here.ticket(number)).state is State.OPEN
        assert "ditolak" in await here.says(UMAR, "1001 4001 TOLAK jalan provinsi")
        assert (await here.ticket(number)).state is State.ANSWERED
        assert [sms.text for sms in await here.sent(GINA)] == [
            "Keluhan 1001 tidak dikerjakan Dinas PU: jalan provinsi. Tidak setuju? Balas BELUM 1001"
        ]

    office(scene)


def test_bukan_goes_to_the_office_that_is_named_with_time_to_answer_and_a_code_of_its_own() -> None:
    async def scene(here: Office) -> None:
        number = await here.report()
        await here.look()
        assert "diteruskan ke Bagian Umum" in await here.says(UMAR, "1001 4001 BUKAN ini bagian umum")
        ticket = await here.ticket(number)
        assert (ticket.office, ticket.state) == ("umum", State.OPEN)
        await here.passes(seconds=1)
        assert [sms.to for sms in await here.sent() if sms.to not in (GINA, UMAR)] == [WATI]
        assert "tidak menunggu jawaban" in await here.says(UMAR, "1001 4001 SELESAI")
        assert "dicatat selesai" in await here.says(WATI, "1001 4002 SELESAI")
        assert "Keluhan 1001 diteruskan ke Bagian Umum. Cek: STATUS 1001" in [sms.text for sms in await here.sent(GINA)]

    office(scene)


def test_bukan_without_a_name_goes_to_who_sorts_and_from_there_to_a_person() -> None:
    async def scene(here: Office) -> None:
        number = await here.report()
        await here.look()
        await here.says(UMAR, "1001 4001 BUKAN")
        await here.passes(seconds=1)
        assert (await here.ticket(number)).office == "umum"
        assert "Petugas kota" in await here.says(WATI, "1001 4002 bukan dinas pu juga")
        assert await here.unread() == ["1001 4002 bukan dinas pu juga"]
        before = len(await here.sent(WATI)) + len(await here.sent(UMAR))
        await here.passes(days=5)
        assert len(await here.sent(WATI)) + len(await here.sent(UMAR)) == before  # the offices are left in peace
        assert (await here.ticket(number)).state is State.OPEN  # and the resident's complaint is not lost

    office(scene)


def test_bukan_pln_tells_the_resident_whom_to_call() -> None:
    async def scene(here: Office) -> None:
        number = await here.report()
        await here.look()
        assert "diteruskan ke PLN" in await here.says(UMAR, "1001 4001 BUKAN, punya PLN")
        assert (await here.ticket(number)).state is State.ANSWERED
        assert [sms.text for sms in await here.sent(GINA)] == [
            "Keluhan 1001 adalah urusan PLN, di luar wewenang kota. Silakan hubungi 123."
        ]

    office(scene)


def test_what_is_not_clear_is_asked_and_costs_nothing() -> None:
    async def scene(here: Office) -> None:
        number = await here.report()
        await here.look()
        for _ in range(5):
            assert "Belum jelas" in await here.says(UMAR, "1001 4001 petugas sudah di lokasi")
        assert (await here.ticket(number)).state is State.OPEN
        for said in ("1001 selesai", "1001 sudah", "1001 KERJA", "1001 TOLAK jalan provinsi"):  # no guess of a code
            assert "Kodenya belum ada" in await here.says(UMAR, said)
        assert "dicatat selesai" in await here.says(UMAR, "1001 4001 selesai")

    office(scene)


# -- attacks


def test_nobody_answers_but_the_official_from_his_own_phone() -> None:
    async def scene(here: Office) -> None:
        number = await here.report()
        await here.look()
        for other in (STRANGER, GINA, HADI):
            assert not await here.letter(other, "1001 4001 SELESAI")
        assert "salah" in await here.says(VERA, "1001 4001 SELESAI")  # an official, with another one's code
        assert "salah" in await here.says(WATI, "4001 SELESAI")
        assert (await here.ticket(number)).state is State.OPEN

    office(scene)


def test_the_code_of_another_ticket_answers_for_neither() -> None:
    async def scene(here: Office) -> None:
        one, other = await here.report(), await here.report(text="lubang lain")
        await here.look()
        assert "salah" in await here.says(UMAR, f"{one} 4002 SELESAI")
        assert [(await here.ticket(number)).state for number in (one, other)] == [State.OPEN] * 2
        assert "dicatat selesai" in await here.says(UMAR, f"{other} 4002 SELESAI")
        assert (await here.ticket(one)).state is State.OPEN

    office(scene)


def test_a_code_that_has_answered_changes_nothing_more() -> None:
    async def scene(here: Office) -> None:
        number = await here.report()
        await here.look()
        await here.says(UMAR, "1001 4001 SELESAI sudah ditambal")
        for _ in range(5):  # the network brings it again, or somebody types it again
            assert "Tidak ada yang diubah" in await here.says(UMAR, "1001 4001 SELESAI sesuatu yang lain")
        assert (await here.ticket(number)).answer == "sudah ditambal"
        assert len(await here.sent(GINA)) == 1

    office(scene)


def test_after_three_wrong_codes_nobody_there_is_listened_to_for_an_hour_and_a_person_sees_it() -> None:
    async def scene(here: Office) -> None:
        number = await here.report()
        await here.look()
        assert "Sisa percobaan: 2" in await here.says(UMAR, "1001 1111 SELESAI")
        assert "Sisa percobaan: 1" in await here.says(UMAR, "1001 1112 SELESAI")
        assert "coba lagi pukul 10.00" in await here.says(UMAR, "1001 1113 SELESAI")
        assert "coba lagi pukul 10.00" in await here.says(UMAR, "1001 4001 SELESAI")  # the right one, too early
        assert (await here.ticket(number)).state is State.OPEN
        assert await here.unread() == ["1001 1113 SELESAI", "1001 4001 SELESAI"]
        await here.clock.sleep(3600)
        assert "dicatat selesai" in await here.says(UMAR, "1001 4001 SELESAI")

    office(scene)


def test_a_right_code_forgets_the_wrong_ones() -> None:
    async def scene(here: Office) -> None:
        await here.report()
        await here.look()
        for _ in range(4):
            assert "Sisa percobaan: 2" in await here.says(UMAR, "1001 1111 KERJA")
            assert "sedang dikerjakan" in await here.says(UMAR, "1001 4001 KERJA")

    office(scene)


def test_a_letter_in_doubt_changes_nothing_and_is_shown_to_a_person() -> None:
    async def scene(here: Office) -> None:
        number = await here.report()
        await here.look()
        assert await here.says(UMAR, "1001 4001 SELESAI", doubt="no such sender") == ""
        assert (await here.ticket(number)).state is State.OPEN
        assert await here.unread() == ["1001 4001 SELESAI"]

    office(scene)


def test_a_withdrawn_or_merged_ticket_takes_no_answer() -> None:
    async def scene(here: Office) -> None:
        number = await here.report()
        await here.look()
        await here.moves(number, Event.WITHDRAW)
        assert "tidak menunggu" in await here.says(UMAR, "1001 4001 SELESAI")
        assert (await here.ticket(number)).state is State.WITHDRAWN

    office(scene)


def test_each_reply_is_one_sms() -> None:
    async def scene(here: Office) -> None:
        long = "jalan ini rusak parah sekali " * 20
        await here.report(text=long, place="Jalan Sisingamangaraja Gang Setia No. 14 Lingkungan IV")
        await here.passes(days=20)
        await here.report(text=long)
        await here.look()
        await here.says(UMAR, "1002 4003 SELESAI " + "sudah kami tambal dengan aspal panas " * 9)
        for sms in await here.sent():
            assert (septets(sms.text) or 999) <= ONE_SMS

    office(scene)
