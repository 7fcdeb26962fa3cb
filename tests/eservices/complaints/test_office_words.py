"""What officials type, and whether it is understood."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.city import load_city
from eservices.complaints.offices.words import LONGEST_SAID, OfficeWords, Verb, named_office

WORKING, DONE, REFUSE, NOT_OURS = Verb.WORKING, Verb.DONE, Verb.REFUSE, Verb.NOT_OURS


@cache
def words() -> OfficeWords:
    return OfficeWords(load_city("binjai").words)


TABLE: list[tuple[str, tuple[str, ...], Verb | None, str]] = [
    ("123 4821 KERJA", ("123", "4821"), WORKING, ""),
    ("123 4821 kerja", ("123", "4821"), WORKING, ""),
    ("123 4821 Kerja.", ("123", "4821"), WORKING, ""),
    ("123 4821 KERJAA", ("123", "4821"), WORKING, ""),
    ("123 4821 dikerjakan", ("123", "4821"), WORKING, ""),
    ("123 4821 sdg dikerjakan", ("123", "4821"), WORKING, "sdg dikerjakan"),
    ("123 4821 sedang dikerjakan pak", ("123", "4821"), WORKING, "sedang dikerjakan pak"),
    ("123 4821 akan kami kerjakan besok", ("123", "4821"), WORKING, "akan kami kerjakan besok"),
    ("123 4821 diproses", ("123", "4821"), WORKING, ""),
    ("123 4821 sudah kami terima", ("123", "4821"), WORKING, "sudah kami terima"),
    ("123 4821 sudah diterima, menunggu anggaran", ("123", "4821"), WORKING, "sudah diterima, menunggu anggaran"),
    ("123 4821 akan segera ditangani", ("123", "4821"), WORKING, "akan segera ditangani"),
    ("123 4821 hampir selesai", ("123", "4821"), WORKING, "hampir selesai"),
    ("Siap pak, 123 4821 sedang dikerjakan", ("123", "4821"), WORKING, "sedang dikerjakan"),
    ("123 4821 SELESAI", ("123", "4821"), DONE, ""),
    ("123 4821 selesai pak", ("123", "4821"), DONE, ""),
    ("123 4821 SELESAI sudah ditambal", ("123", "4821"), DONE, "sudah ditambal"),
    ("123 4821 selesai, sudah ditambal kemarin", ("123", "4821"), DONE, "sudah ditambal kemarin"),
    ("123 4821 slesai", ("123", "4821"), DONE, ""),
    ("123 4821 seleasi", ("123", "4821"), DONE, ""),
    ("123 4821 sudah", ("123", "4821"), DONE, ""),
    ("123 4821 sdh ditambal", ("123", "4821"), DONE, "sdh ditambal"),
    ("123 4821 sudah diaspal pagi tadi", ("123", "4821"), DONE, "sudah diaspal pagi tadi"),
    ("123 4821 beres", ("123", "4821"), DONE, ""),
    ("123 4821 jalannya sudah diperbaiki", ("123", "4821"), DONE, "jalannya sudah diperbaiki"),
    ("4821 SELESAI", ("4821",), DONE, ""),
    ("4821 SELESAI 300 meter ditambal", ("4821",), DONE, "300 meter ditambal"),
    ("123 4821 SELESAI 1500 m2 diaspal", ("123", "4821"), DONE, "1500 m2 diaspal"),
    ("SELESAI 123 4821", ("123", "4821"), DONE, ""),
    ("selesai 4821 sudah ditambal", ("4821",), DONE, "sudah ditambal"),
    ("123 selesai 4821", ("123", "4821"), DONE, ""),
    ("4821 123 selesai", ("4821", "123"), DONE, ""),
    ("123#4821#SELESAI#sudah ditambal", ("123", "4821"), DONE, "sudah ditambal"),
    ("123/4821/selesai", ("123", "4821"), DONE, ""),
    ("123.4821.SELESAI.ditambal", ("123", "4821"), DONE, "ditambal"),
    ("123-4821-SELESAI", ("123", "4821"), DONE, ""),
    ("123<spasi>4821<spasi>SELESAI", ("123", "4821"), DONE, ""),
    ("123 spasi 4821 spasi SELESAI spasi sudah diganti", ("123", "4821"), DONE, "sudah diganti"),
    ("123,4821,selesai", ("123", "4821"), DONE, ""),
    ("no 123 kode 4821 selesai", ("123", "4821"), DONE, ""),
    ("tiket no. 123, kode: 4821, SELESAI: lampu diganti", ("123", "4821"), DONE, "lampu diganti"),
    ("Laporan 123 kode 4821 selesai", ("123", "4821"), DONE, ""),
    ("4821SELESAI", ("4821",), DONE, ""),
    ("selesai4821", ("4821",), DONE, ""),
    ("123 48l1 selesai", ("123", "4811"), DONE, ""),
    ("  123   4821\nSELESAI\nsudah diangkut", ("123", "4821"), DONE, "sudah diangkut"),
    ("123 4821 SELESAI sudah ditambal\u200e", ("123", "4821"), DONE, "sudah ditambal"),
    ("\uff11\uff12\uff13 \uff14\uff18\uff12\uff11 selesai", ("123", "4821"), DONE, ""),
    ("123 4821 TOLAK jalan provinsi", ("123", "4821"), REFUSE, "jalan provinsi"),
    ("123 4821 ditolak: bukan aset kota", ("123", "4821"), REFUSE, "bukan aset kota"),
    ("tolak 123 4821 tidak ada anggaran", ("123", "4821"), REFUSE, "tidak ada anggaran"),
    ("123 4821 tidak bisa, tanah warga", ("123", "4821"), REFUSE, "tidak bisa, tanah warga"),
    ("123 4821 TOLAK", ("123", "4821"), REFUSE, ""),
    ("123 4821 BUKAN", ("123", "4821"), NOT_OURS, ""),
    ("123 4821 bukan urusan kami", ("123", "4821"), NOT_OURS, "bukan urusan kami"),
    ("123 4821 ini bukan wewenang kami, punya PLN", ("123", "4821"), NOT_OURS, "ini bukan wewenang kami, punya PLN"),
    ("BUKAN 123 4821 dinas perhubungan", ("123", "4821"), NOT_OURS, "dinas perhubungan"),
    ("4821 salah alamat", ("4821",), NOT_OURS, "salah alamat"),
    ("123 4821", ("123", "4821"), None, ""),
    ("123 4821 belum selesai", ("123", "4821"), None, "belum selesai"),
    ("123 4821 petugas sudah di lokasi", ("123", "4821"), None, "petugas sudah di lokasi"),
    ("123 4821 tidak selesai", ("123", "4821"), None, "tidak selesai"),
    ("123 4821 kapan ada anggaran?", ("123", "4821"), None, "kapan ada anggaran?"),
    ("123 4821 yang rusak bukan di situ", ("123", "4821"), None, "yang rusak bukan di situ"),
    ("4821", ("4821",), None, ""),
    ("123 selesai", ("123",), DONE, ""),
]


@pytest.mark.parametrize(("typed", "numbers", "verb", "said"), TABLE, ids=[row[0] for row in TABLE])
def test_what_an_official_types_is_read(typed: str, numbers: tuple[str, ...], verb: Verb | None, said: str) -> None:
    answer = words().read(typed)
    assert answer is not None
    assert (answer.numbers, answer.verb) == (numbers, verb)
    assert answer.said.strip("\u200e") == said


@pytest.mark.parametrize(
    "typed", ["", "halo", "LAPOR 4821 jalan rusak", "STATUS 123", "tolong ada rampok 4821", "ok", "12"]
)
def test_other_letters_have_not_the_form(typed: str) -> None:
    assert words().read(typed) is None


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    for typed in (text, f"123 4821 {text}", f"{text} 4821 selesai"):
        answer = words().read(typed)
        assert answer is None or (len(answer.numbers) in (1, 2) and len(answer.said) <= LONGEST_SAID)


@given(
    st.integers(101, 99999).map(str),
    st.integers(1000, 9999).map(str),
    st.sampled_from([("kerja", WORKING), ("selesai", DONE), ("tolak", REFUSE), ("bukan", NOT_OURS)]),
    st.sampled_from([" ", "#", ".", ",", "/", "-", "\n", " . ", " spasi "]),
    st.permutations([0, 1, 2]),
    st.booleans(),
)
def test_the_three_pieces_are_found_in_any_order(
    ticket: str, code: str, said: tuple[str, Verb], mark: str, order: list[int], loud: bool
) -> None:
    if len(ticket) == len(code):
        return  # of two numbers of four digits either may be the code
    pieces = [ticket, code, said[0].upper() if loud else said[0]]
    answer = words().read(mark.join(pieces[place] for place in order))
    assert answer is not None
    assert answer.verb is said[1]
    if order in ([1, 2, 0], [2, 1, 0]):  # behind code and verb it may as well be "300 meter": the code alone will do
        assert (answer.codes, answer.said) == ((code,), ticket)
    else:
        assert sorted(answer.numbers) == sorted([ticket, code])


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("punya PLN", "pln"),
        ("coba ke dishub", "dishub"),
        ("itu Dinas Perhubungan pak", "dishub"),
        ("Satpol PP", "satpol-pp"),
        ("satpolpp", "satpol-pp"),
        ("bukan kami", None),
        ("pupr atau dishub", None),
        ("", None),
    ],
)
def test_the_office_that_is_meant_is_found_in_the_words(said: str, named: str | None) -> None:
    assert named_office(load_city("binjai").offices, said) == named
