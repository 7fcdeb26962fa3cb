"""What a USSD menu offers, a caller hears and does by keys and by voice; each step is one transaction."""

from __future__ import annotations

import pytest

from eservices.clinic.store.rows import bookings_of
from eservices.complaints.store import tickets_of
from gateway.dialogue import SAID
from ivr.events import Hold, Record, Recorded, Silence
from ivr.flow import GONE, SCREEN, TALK_BEGIN, TALK_STEP, URGENTLY
from ivr.flow_data import Kind
from ivr.talking import STAGE, TALK
from tests.gateway.room import BUDI, EPOCH, SITI
from tests.ivr.callers import CITY, FLOWS, Exchange, acted, call_of, living, scene

pytestmark = pytest.mark.sqlite_only("test_talking_kept.py holds on both engines what is kept; the rest is words")


def test_an_old_woman_books_a_doctor_by_keys_and_hears_her_ticket() -> None:
    async def main(there: Exchange) -> None:
        await there.lives(living())
        call = await there.calls_in()
        assert "Bila darurat, tekan sembilan" in call.heard
        await call.presses("21")
        await call.chooses("Umum")
        await call.chooses("Puskesmas Binjai Kota")
        assert call.offered()["1"].startswith("Sen 23/11, sisa ")
        await call.presses("1")
        ticket = await call.chooses("Saya (Siti Aminah)")
        assert ticket.startswith("Nomor antrean 1, Umum, Puskesmas Binjai Kota, Sen 23/11, sekitar pukul 08.00")
        assert "Silakan" in ticket or "tekan" in ticket  # and the menu again
        (booking,) = await there.store.read(lambda tx: bookings_of(tx, SITI, EPOCH.date()))
        assert booking.name == "Siti Aminah"
        assert any("Puskesmas Binjai Kota" in one.text for one in await there.sent())  # to be kept: by SMS too
        now = await call.presses("22")
        assert "Nomor Anda 1" in now
        await call.presses("24")
        assert "Dibatalkan" in call.heard

    scene(main)


def test_whoever_is_not_registered_says_the_patients_name() -> None:
    async def main(there: Exchange) -> None:
        call = await there.calls_in(BUDI)
        await call.presses("21")
        await call.chooses("Umum")
        await call.chooses("Puskesmas Binjai Kota")
        await call.presses("1")
        assert isinstance(call.turn.then, Record)
        assert call.turn.then.most_s > 0
        id = await call.session.keep(call.turn.seq, b"\0\1" * 8000, 8000)
        assert id.isalpha()
        ticket = await call.does(Recorded(id))
        assert "atas nama rekaman suara Anda" in ticket
        (booking,) = await there.store.read(lambda tx: bookings_of(tx, BUDI, EPOCH.date()))
        assert id in booking.name.lower()  # as a name it has a capital

    scene(main)


def test_every_kelurahan_can_be_said_by_keys() -> None:
    async def main(there: Exchange) -> None:
        call = await there.calls_in(BUDI)
        await call.presses("9")
        await call.chooses("PERAMPOKAN")
        districts, heard = set[str](), set[str]()
        for _ in range(4):
            districts |= set(call.offered().values())
            await call.presses("#")
        districts -= {"Lewati"}
        assert districts == set(CITY.districts.values())
        for district in sorted(districts):
            other = await there.calls_in(BUDI)
            await other.presses("9")
            await other.chooses("PERAMPOKAN")
            await other.chooses(district)
            for _ in range(5):
                heard |= set(other.offered().values())
                await other.presses("#")
        assert {area.name for area in CITY.areas.values()} <= heard
        last = next(area for area in CITY.areas.values() if area.name == "Tunggurono")
        await (far := await there.calls_in(BUDI)).presses("9")
        await far.chooses("KEBAKARAN")
        await far.chooses(last.kecamatan)
        await far.chooses(last.name)
        assert "Sebutkan nama jalan" in far.heard
        texts = [letter.text for letter, _ in await there.said()]
        assert any(last.name in text for text in texts)

    scene(main)


def test_the_key_of_the_kind_is_the_alarm_and_the_registered_place_needs_one_more() -> None:
    async def main(there: Exchange) -> None:
        await there.lives(living())
        call = await there.calls_in()
        await call.presses("9")
        await call.chooses("KEBAKARAN")
        ((alarm, urgent),) = await there.said()
        assert (alarm.text, urgent, alarm.channel, alarm.sender) == ("KEBAKARAN", True, "voice", SITI)
        assert alarm.external_id.startswith(SAID)
        assert "Apakah di alamat terdaftar, Jl. Melati 3" in call.heard
        await call.chooses("Ya, masih di sana")
        assert there.dispatch.did == ["confirm", "status"]
        assert isinstance(call.turn.then, Hold)
        assert call.heard.startswith("Alamat terdaftar Anda dicatat. Petugas dihubungi.")
        assert "Polsek Utara" in call.heard
        texts = [letter.text for letter, _ in await there.said()]
        assert texts == ["KEBAKARAN", "Masih di alamat terdaftar"]

    scene(main)


def test_another_place_is_spoken_and_what_was_recorded_stands_in_the_letter() -> None:
    async def main(there: Exchange) -> None:
        call = await there.calls_in(BUDI)
        await call.presses("9")
        await call.chooses("BANJIR")
        await call.presses("0")  # no kecamatan: straight to the words
        assert isinstance(call.turn.then, Record)
        await call.does(Recorded("bcdfghjklmnpqr"))
        assert "Tempat dicatat, rekaman suara Anda." in call.heard
        texts = [letter.text for letter, _ in await there.said()]
        assert texts == ["SOS BANJIR", "rekaman suara bcdfghjklmnpqr"]
        assert isinstance(call.turn.then, Hold)

    scene(main)


def test_who_says_nothing_of_the_place_is_still_confirmed_and_held() -> None:
    async def main(there: Exchange) -> None:
        call = await there.calls_in(BUDI)
        await call.presses("9")
        await call.chooses("PERAMPOKAN")
        await call.does(Silence(), Silence(), Silence())
        assert there.dispatch.did == ["confirm", "status"]
        assert isinstance(call.turn.then, Hold)

    scene(main)


@pytest.mark.parametrize("path", ["21", "3", "4", "22", "2", "45"])
def test_nine_leads_to_the_emergency_from_any_service(path: str) -> None:
    async def main(there: Exchange) -> None:
        await there.lives(living())
        call = await there.calls_in()
        await call.presses(path)
        await call.presses("9")
        assert "PERAMPOKAN, tekan 1." in call.heard

    scene(main)


def test_nine_in_the_midst_of_the_services_is_the_flows_own_emergency() -> None:
    async def main(there: Exchange) -> None:
        call = await there.calls_in()
        await call.presses("419")
        assert "PERAMPOKAN, tekan 1." in call.heard
        await call.presses("1")
        await call.does(Silence(), Silence(), Silence())
        assert isinstance(call.turn.then, Hold)  # and not the menu again

    scene(main)


def test_zero_leads_back_to_the_flows_menu() -> None:
    async def main(there: Exchange) -> None:
        call = await there.calls_in()
        await call.presses("21")
        assert "Mau berobat ke poli mana?" in call.heard
        await call.presses("0")
        assert call.offered()["2"] == "Antrean dokter"

    scene(main)


def test_a_complaint_is_spoken_and_a_neighbours_recording_is_not_taken_for_the_same() -> None:
    async def main(there: Exchange) -> None:
        await there.lives(living(), living(BUDI, "Jl. Melati 3", "Budi"))
        for number, id in ((SITI, "bcdfghjklmnpqr"), (SITI, "bbbfghjklmnpqr"), (BUDI, "zzzfghjklmnpqr")):
            call = await there.calls_in(number)
            await call.presses("3")
            await call.chooses("lampu jalan")
            assert "Sebutkan apa yang terjadi." in call.heard
            await call.does(Recorded(id))
            assert "Keluhan nomor " in call.heard
        mine = await there.store.read(lambda tx: tickets_of(tx, SITI))
        (his,) = await there.store.read(lambda tx: tickets_of(tx, BUDI))
        assert [one.text for one in mine] == [
            "lampu jalan: rekaman suara bbbfghjklmnpqr",
            "lampu jalan: rekaman suara bcdfghjklmnpqr",
        ]
        assert {one.channel for one in mine} == {"voice"}
        assert his.number not in {one.number for one in mine}

    scene(main)


def test_a_kind_of_complaint_is_chosen_by_digits_and_placed_at_home() -> None:
    async def main(there: Exchange) -> None:
        await there.lives(living())
        call = await there.calls_in()
        await call.presses("3")
        assert call.heard.startswith("Keluhan tentang apa?")
        await call.chooses("lampu jalan")
        assert isinstance(call.turn.then, Record)
        await call.does(Recorded("bcdfghjklmnpqr"))
        assert "Bila di alamat rumah Anda, tekan satu, lalu pagar." in call.heard
        await call.presses("1")
        assert "Tempat keluhan nomor 1001 dicatat, Jl. Melati 3" in call.heard

    scene(main)


def test_what_a_service_said_last_is_heard_again_by_the_star_and_after_a_lost_line() -> None:
    async def main(there: Exchange) -> None:
        await there.lives(living())
        call = await there.calls_in()
        await call.presses("21")
        await call.chooses("Gigi")
        await call.presses("11")
        ticket = (await call.chooses("Saya (Siti Aminah)")).partition(" Ada lagi")[0]
        assert ticket.startswith("Nomor antrean 1, Gigi, ")
        assert "Selamat datang" not in call.heard
        for _ in range(2):
            assert (await call.presses("*")).startswith(ticket)
        call.turn = await call.session.begin("modem2")  # the line was lost
        assert call.heard.startswith(ticket)
        await call.presses("2")
        assert ticket not in await call.presses("*")
        now = await call.presses("2")
        assert now.startswith("Gigi, Puskesmas Tanah Tinggi, Sel 24/11, belum mulai. Nomor Anda 1, ")
        await call.presses("24")
        assert call.heard.startswith("Dibatalkan: Gigi, Puskesmas Tanah Tinggi")

    scene(main)


def test_a_person_without_a_number_is_served_and_told_what_cannot_be() -> None:
    async def main(there: Exchange) -> None:
        call = await there.calls_in("")
        await call.presses("9")
        await call.chooses("PERAMPOKAN")
        assert [letter.sender for letter, urgent in await there.said() if urgent] == [""]
        call = await there.calls_in("")
        await call.presses("3")
        assert "tidak dapat dibuka lewat telepon ini" in call.heard

    scene(main)


def test_every_dialogue_of_every_flow_is_there() -> None:
    async def main(there: Exchange) -> None:
        named = {node.dialogue for flow in FLOWS.values() for node in flow.nodes.values() if node.kind is Kind.TALK}
        assert named <= there.talking.dialogues

    scene(main)


# -- the acts by themselves


@pytest.mark.parametrize("stage", ["", "no json", "{}", '{"dialogue": "x"}'])
def test_a_stage_that_cannot_be_read_ends_the_talk(stage: str) -> None:
    async def main(there: Exchange) -> None:
        done = await acted(there, call_of(**{STAGE: stage, TALK: "clinic"}), TALK_STEP, typed="1")
        assert (done.result, done.screen) == (GONE, None)

    scene(main)


def test_what_the_acts_answer_is_what_they_say_they_may() -> None:
    async def main(there: Exchange) -> None:
        spec = there.talking.acts[TALK_STEP]
        assert spec.results == {SCREEN, GONE, URGENTLY}
        menu = await acted(there, call_of(), TALK_BEGIN, dialogue="menu")
        assert menu.fields.keys() == spec.fields
        urgent = await acted(there, call_of(**menu.fields), TALK_STEP, typed="1")
        assert (urgent.result, urgent.screen) == (URGENTLY, None)
        with pytest.raises(KeyError):
            await acted(there, call_of(), TALK_BEGIN, dialogue="no such")

    scene(main)


def test_what_stands_beside_the_list_of_services_is_two_keys_away() -> None:
    async def main(there: Exchange) -> None:
        for keys, begins in (("41", "Layanan lain"), ("42", "Pendaftaran."), ("43", "Nomor Anda belum terdaftar")):
            call = await there.calls_in()
            assert begins in await call.presses(keys), keys

    scene(main)
