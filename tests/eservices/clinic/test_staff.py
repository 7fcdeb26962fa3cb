"""The staff keeps the queue by SMS, from the clinic's telephones and no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.city import City
from config.clock import VirtualClock
from eservices.clinic.booking import Booking, bookings_of, closed
from eservices.clinic.queue import State
from eservices.clinic.staff import ClinicDesk
from eservices.clinic.staff_words import Order, StaffWords, Verb
from gateway.messages import Inbound, Kind
from gateway.store import Store
from gateway.store.listing import letters
from tests.eservices.clinic.counter import (
    THURSDAY,
    TUESDAY,
    dentist,
    doctor,
    fill,
    polyclinic,
    tiny,
    wish,
)
from tests.gateway.room import opened, play

COUNTER, POLY, SOMEBODY = "+6285500004001", "+6285500004002", "+6285500009999"


@dataclass(slots=True)
class Telephone:
    """The clinic's telephone: what it writes, and the answer."""

    store: Store
    clock: VirtualClock
    city: City
    number: str = COUNTER
    sent: int = 0
    desk: ClinicDesk = field(init=False)

    def __post_init__(self) -> None:
        self.desk = ClinicDesk(self.city, self.clock, alarm=lambda text: "maling" in text)

    def letter(self, text: str, *, doubt: str = "") -> Inbound:
        self.sent += 1
        return Inbound(
            id=self.sent,
            channel="m1",
            kind=Kind.SMS,
            sender=self.number,
            text=text,
            sent_at=None,
            received_at=self.clock.now(),
            external_id=f"{self.number}-{self.sent}",
            doubt=doubt,
        )

    async def writes(self, text: str) -> str:
        """The answer; empty: the desk did not take it."""
        one = self.letter(text)
        if not self.desk.takes(one):
            return ""

        await self.store.write(lambda tx: self.desk.handle(one, tx))
        return [text for number, text in await self.read() if number == self.number][-1]

    async def read(self) -> list[tuple[str, str]]:
        """Every letter that waits to leave, the newest last: to whom, and what."""
        found = await self.store.read(lambda tx: letters(tx, at_most=100))
        out = [one for one in found if one.direction == "out"]
        return [(one.other, one.text) for one in sorted(out, key=lambda one: int(one.id.removeprefix("out-")))]

    async def of(self, n: int) -> list[Booking]:
        """What that person has from Tuesday on."""
        return await self.store.read(lambda tx: bookings_of(tx, wish(n).number, TUESDAY))

    async def full(self, day: date) -> None:
        """A Tuesday or Thursday on which no place is left at the dentist's."""
        await self.store.write(lambda tx: fill(tx, self.city, dentist(self.city, day), range(100, 104)))

    async def at(self, when: datetime) -> None:
        await self.clock.sleep((when - self.clock.now()).total_seconds())


async def telephone(store: Store, clock: VirtualClock, number: str = COUNTER) -> Telephone:
    one = Telephone(store, clock, tiny(), number)
    await one.at(doctor(one.city).begins)
    return one


def test_a_morning_at_the_counter(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as store:
            clinic = await telephone(store, clock)
            await store.write(lambda tx: fill(tx, clinic.city, doctor(clinic.city), range(1, 5)))
            assert await clinic.writes("PANGGIL") == (
                "Panggil No 1 Orang 1, Umum. Menunggu 3 orang. Tidak hadir? LEWAT 1"
            )
            assert "dipanggil lagi setelah 2 orang" in await clinic.writes("Tidak hadir 1")
            assert "Panggil No 2 Orang 2" in await clinic.writes("pangil umum")
            assert await clinic.writes("SELESAI 2") == "No 2 selesai. Menunggu 3 orang. Berikutnya: PANGGIL"
            assert "belum dipanggil" in await clinic.writes("LEWAT 4")
            assert "Panggil No 3 Orang 3" in await clinic.writes("panggil")
            assert "Panggil lagi No 1 Orang 1" in await clinic.writes("panggil")
            assert "gugur" in await clinic.writes("lewat")
            assert "Panggil No 4 Orang 4" in await clinic.writes("panggil")
            assert await clinic.writes("panggil") == "Umum: tidak ada yang menunggu."

    play(main)


def test_walk_ins_join_at_the_counter(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as store:
            clinic = await telephone(store, clock)
            await store.write(lambda tx: fill(tx, clinic.city, doctor(clinic.city), range(1, 6)))
            assert "Poli mana?" in await clinic.writes("DATANG siti")
            assert await clinic.writes("DAFTAR LANGSUNG umum siti") == (
                "Siti: No 6 Umum, sekitar 08.50. Lebih dulu 5 orang."
            )
            assert "Nek Ijah: No 7" in await clinic.writes("datang umum nek ijah lansia")
            assert "Siapa namanya" in await clinic.writes("datang gigi")
            called = [await clinic.writes("panggil umum") for _ in range(3)]
            assert [text.split()[2] for text in called] == ["1", "2", "7"]  # every third call is for priority
            assert await clinic.writes("LIST") == "Antrean Sel 24/11. Umum: 7 (+4); Gigi: - (+0)"

    play(main)


def test_what_is_full_stays_full_for_walk_ins(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as store:
            clinic = await telephone(store, clock)
            for n in range(5):
                assert f"No {n + 1} Gigi" in await clinic.writes(f"DATANG GIGI {'abcde'[n]}ni")
            assert await clinic.writes("DATANG GIGI udin") == "Gigi hari ini penuh. Tidak didaftarkan."

    play(main)


def test_closing_asks_first_then_moves_everybody_and_tells_them(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as store:
            clinic = await telephone(store, clock)
            city = clinic.city
            await store.write(lambda tx: fill(tx, city, dentist(city), range(1, 5)))
            await store.write(lambda tx: fill(tx, city, dentist(city, THURSDAY), range(11, 13)))
            assert "Apa alasannya" in await clinic.writes("TUTUP GIGI")
            assert "Tutup Gigi Sel 24/11? 4 orang" in await clinic.writes("TUTUP GIGI dokter sakit")
            assert await store.read(lambda tx: closed(tx, dentist(city))) is None
            assert await clinic.writes("YA") == (
                "Gigi Sel 24/11 ditutup. 4 orang dipindah ke hari lain, 0 orang diberi tahu untuk memilih sendiri."
            )
            assert await store.read(lambda tx: closed(tx, dentist(city))) == "dokter sakit"
            told = dict(await clinic.read())
            assert told[wish(1).number] == (
                "Gigi Sel 24/11 tutup: dokter sakit. Anda dipindah: No 3 Kam 26/11 sekitar 09.40. Tidak cocok? "
                "UBAH atau BATAL"
            )
            later = [(await clinic.of(n))[0] for n in (1, 2, 3, 4)]
            assert [(one.day, one.queue) for one in later[:2]] == [(THURSDAY, 3), (THURSDAY, 4)]
            assert {one.day > THURSDAY for one in later[2:]} == {True}  # Thursday is full by then
            assert "sudah ditutup" in await clinic.writes("TUTUP GIGI lagi")
            assert "Tidak ada praktik Sel 24/11" in await clinic.writes("panggil gigi")

    play(main)


def test_who_cannot_be_moved_is_told_and_keeps_the_choice(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as store:
            clinic = await telephone(store, clock)
            city, session = clinic.city, dentist(clinic.city)
            await store.write(lambda tx: fill(tx, city, session, range(1, 3)))
            for step in range(1, 22):
                day = TUESDAY + timedelta(days=step)
                if day.weekday() in (1, 3):
                    await clinic.full(day)
            await clinic.writes("TUTUP GIGI alat rusak")
            assert "0 orang dipindah ke hari lain, 2 orang" in await clinic.writes("ya")
            told = dict(await clinic.read())
            assert "tutup: alat rusak" in told[wish(1).number]
            mine = await store.read(lambda tx: bookings_of(tx, wish(1).number, TUESDAY))
            assert [one.state for one in mine] == [State.WAITING]

    play(main)


def test_a_day_can_be_left_open_after_all_and_yes_comes_too_late(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as store:
            clinic = await telephone(store, clock)
            await clinic.writes("TUTUP UMUM BESOK rapat")
            assert await clinic.writes("tidak jadi") == "Baik, tidak jadi ditutup."
            await clinic.writes("TUTUP UMUM BESOK rapat")
            await clock.sleep(601)
            one = clinic.letter("YA")
            assert clinic.desk.takes(one)
            await store.write(lambda tx: clinic.desk.handle(one, tx))
            tomorrow = doctor(clinic.city, TUESDAY + timedelta(days=1))
            assert await store.read(lambda tx: closed(tx, tomorrow)) is None

    play(main)


def test_a_telephone_of_one_service_keeps_that_one_only(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as store:
            poly = await telephone(store, clock, POLY)
            await store.write(lambda tx: fill(tx, poly.city, polyclinic(poly.city), range(1, 3)))
            assert "Panggil No 1" in await poly.writes("PANGGIL")
            assert "gugur" in await poly.writes("TIDAK HADIR 1")  # nobody is called again there
            assert "Poli mana? Ulangi dengan nama poli: UMUM" in await poly.writes("TUTUP listrik padam")

    play(main)


def test_anybody_else_is_told_that_it_is_for_the_staff(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as store:
            other = await telephone(store, clock, SOMEBODY)
            await store.write(lambda tx: fill(tx, other.city, doctor(other.city), range(1, 3)))
            for text in ("PANGGIL", "panggil gigi", "LEWAT 1", "TUTUP GIGI BESOK"):
                assert "untuk petugas klinik" in await other.writes(text)
            for text in (
                "datang maling",
                "selesai 12",
                "list",
                "ya",
                "tutup got di jalan",
                "lewat jalan mana",
                "lanjut",
            ):
                assert not other.desk.takes(other.letter(text)), text
            waiting = await store.read(lambda tx: bookings_of(tx, wish(1).number, TUESDAY))
            assert [one.state for one in waiting] == [State.WAITING]

    play(main)


def test_a_letter_that_may_be_forged_changes_nothing(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as store:
            clinic = await telephone(store, clock)
            await store.write(lambda tx: fill(tx, clinic.city, doctor(clinic.city), range(1, 3)))
            forged = clinic.letter("PANGGIL", doubt="no secret")
            await store.write(lambda tx: clinic.desk.handle(forged, tx))
            waiting = await store.read(lambda tx: bookings_of(tx, wish(1).number, TUESDAY))
            assert [one.state for one in waiting] == [State.WAITING]
            assert await clinic.read() == []
            assert not clinic.desk.takes(clinic.letter("datang maling ke puskesmas"))  # an emergency is one

    play(main)


AT = datetime(2026, 11, 24, 9, tzinfo=ZoneInfo("Asia/Jakarta"))  # a Tuesday


@pytest.mark.sqlite_only("pure")
@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("PANGGIL", Order(verb=Verb.CALL)),
        ("panggil.gigi", Order(verb=Verb.CALL, service="gigi")),
        ("Tdk hadir 07", Order(verb=Verb.AWAY, number=7)),
        ("lewat gigi 7", Order(verb=Verb.AWAY, service="gigi", number=7)),
        ("selesai", Order(verb=Verb.DONE)),
        ("DATANG siti aminah", Order(verb=Verb.WALK_IN, said="siti aminah")),
        ("dtg gigi ibu hamil rina", Order(verb=Verb.WALK_IN, service="gigi", said="rina", priority=True)),
        ("TUTUP GIGI BSK dokter sakit", Order(verb=Verb.CLOSE, service="gigi", days=1, said="dokter sakit")),
        ("TUTUP GIGI KAMIS DOKTER SAKIT", Order(verb=Verb.CLOSE, service="gigi", days=2, said="dokter sakit")),
        ("TUTUP GIGI 26/11 DOKTER SAKIT", Order(verb=Verb.CLOSE, service="gigi", days=2, said="dokter sakit")),
        ("tutup gigi dokter sakit lusa", Order(verb=Verb.CLOSE, service="gigi", days=2, said="dokter sakit")),
        ("TUTUP GIGI 31/2 cuti", Order(verb=Verb.CLOSE, service="gigi", vague=True, said="31 2 cuti")),
        ("TUTUP GIGI SENIN SAMPAI RABU cuti", Order(verb=Verb.CLOSE, service="gigi", vague=True, said="sampai cuti")),
        ("TUTUP GIGI kemarin cuti", Order(verb=Verb.CLOSE, service="gigi", vague=True, said="cuti")),
        ("daftar hari ini", Order(verb=Verb.LIST)),
        ("antrian", Order(verb=Verb.LIST)),
        ("ANTRI GIGI BESOK", Order(verb=Verb.LIST, service="gigi", days=1)),
        ("panggil pak lurah", None),
        ("selesai 1234", None),
        ("ya besok", None),
        ("dokter gigi besok", None),
        ("", None),
    ],
)
def test_what_the_staff_types(text: str, order: Order | None) -> None:
    services: Sequence[str] = ("umum", "gigi")
    assert StaffWords(tiny()).read(text, services, AT) == order
