"""A look-up by telephone: the number is typed, the answer is heard as people speak."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.lookup import KeyForm
from eservices.lookup.saying import dictated
from eservices.lookup.tables import Tables
from eservices.lookup.talk import LookupTalk
from gateway.dialogue import Screen, Who
from ivr.events import Pressed, Record, Recorded
from ivr.flow_data import State
from ivr.packing import packed_state, unpacked_state
from ivr.spoken_aloud import spoken
from tests.gateway.room import BUDI, EPOCH
from tests.ivr.callers import CITY, Caller, Exchange, scene

pytestmark = pytest.mark.sqlite_only("test_tables.py holds on both engines what is kept; the rest is words")


async def to(there: Exchange, service: str) -> Caller:
    call = await there.calls_in(BUDI)
    await call.presses("4")
    await call.chooses("Info dan layanan kota")
    await call.chooses(service)
    return call


def test_a_number_is_typed_and_money_names_and_days_are_heard_as_words() -> None:
    async def main(there: Exchange) -> None:
        call = await to(there, "Pajak PBB")
        assert "Berapa NOP Anda?" in call.heard
        assert "Contoh" not in call.heard, "an example is for the eye"
        assert "Ketik dengan tombol telepon" in call.heard
        assert isinstance(call.turn.then, Record)
        assert call.turn.then.most_s == 0, "figures are typed, not said"
        heard = await call.does(Pressed("127503000400501230"))
        assert "atas nama S A" in heard or "a.n. S A" in heard
        assert "***" not in heard
        words = spoken(heard, "id")
        assert "seratus delapan puluh tujuh ribu lima ratus rupiah" in words
        assert "tiga puluh November dua ribu dua puluh enam" in words
        assert "Ingatkan saya" in call.offered().values()

    scene(main)


def test_a_wrong_number_is_asked_for_again_and_what_is_not_there_is_said_figure_by_figure() -> None:
    async def main(there: Exchange) -> None:
        call = await to(there, "Izin usaha")
        heard = await call.does(Pressed("12"))
        assert "Belum benar" in heard
        heard = await call.does(Pressed("20269999"))
        assert dictated("20269999") == "2 0 2 6, 9 9 9 9"
        assert "2 0 2 6, 9 9 9 9" in heard
        assert "dua, nol, dua, enam, sembilan, sembilan, sembilan, sembilan" in spoken(heard, "id")

    scene(main)


def test_fields_of_work_are_offered_four_at_a_time() -> None:
    async def main(there: Exchange) -> None:
        call = await to(there, "Lowongan kerja")
        assert "Bidang kerja apa?" in call.heard
        await call.chooses("Jahit")
        assert "Penjahit baju, Paya Roba" in call.offered().values()
        heard = await call.chooses("Operator mesin jahit, Kebun Lada")
        assert "Garmen Contoh" in heard

    scene(main)


def test_a_recording_is_no_number() -> None:
    async def main(there: Exchange) -> None:
        call = await to(there, "Masuk sekolah")
        id = await call.session.keep(call.turn.seq, b"\0\1" * 8000, 8000)
        heard = await call.does(Recorded(id))
        assert "Belum benar" in heard

    scene(main)


def test_who_calls_for_a_number_with_letters_is_told_to_write() -> None:
    plate = replace(CITY.lookups["izin"].key, form=KeyForm.CODE, example="BK 1234 AB")
    talk = LookupTalk(CITY, replace(CITY.lookups["izin"], key=plate), Tables(CITY))
    who = Who(number=BUDI, at=EPOCH, language="id", screen=True, voice=True)
    asked = talk.begin(who)
    assert asked.screen.last
    assert "Kirim SMS, contoh: IZIN BK 1234 AB." in asked.screen.text
    written = talk.begin(replace(who, voice=False))
    assert not written.screen.last


@pytest.mark.parametrize("figures", [True, False])
def test_what_is_awaited_survives_a_crash(figures: bool) -> None:
    state = State(screen=Screen(text="x", figures=figures))
    assert unpacked_state(packed_state(state)) == state


def test_a_call_of_an_older_version_goes_on() -> None:
    assert unpacked_state(
        '{"at": "x", "rounds": 0, "page": 0, "held": "", "ended": false, "fields": {}, "screen": ["a", [], false]}'
    ).screen == Screen(text="a")
