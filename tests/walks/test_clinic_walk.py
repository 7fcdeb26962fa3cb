"""A morning at the doctor's through the whole house: a resident books by SMS, the clinic's own telephone calls, a
walk-in joins, and what each reply says is what another verb reads."""

from __future__ import annotations

from pathlib import Path

from eservices.clinic.booking import Booking, State, bookings_of
from eservices.clinic.store.rows import listed
from tests.walks.house import GINA
from tests.walks.indoors import Indoors, indoors

COUNTER, STRANGER = "+6285500004001", "+6285500007777"
LATER_S = 30.0  # virtual seconds in which an answer has come back through the modem


async def answer(town: Indoors, number: str, text: str) -> str:
    """What comes back to a phone that writes this."""
    before = len(town.network.phone(number).inbox)
    await town.sms(number, text, then=LATER_S)
    return " / ".join(one.text for one in town.network.phone(number).inbox[before:])


async def today_at_hulu(town: Indoors) -> list[Booking]:
    day = town.clock.now().astimezone(town.city.timezone).date()
    return await town.house.store.read(lambda tx: listed(tx, first=day, last=day, clinic="hulu"))


def test_a_resident_books_a_walk_in_joins_and_the_clinic_calls(tmp_path: Path) -> None:
    async def scene(town: Indoors) -> None:
        assert "petugas klinik" in await answer(town, STRANGER, "PANGGIL")
        assert await today_at_hulu(town) == []
        joined = await answer(town, COUNTER, "DATANG UMUM NEK IJAH LANSIA")
        assert joined.startswith("Nek Ijah: No 1 Umum")
        booked = await answer(town, GINA, "DOKTER UMUM HULU BESOK")
        day = town.clock.now().astimezone(town.city.timezone).date()
        mine = await town.house.store.read(lambda tx: bookings_of(tx, GINA, day))
        assert "Umum" in booked
        assert all(one.state is State.WAITING for one in mine)
        assert "Panggil No 1 Nek Ijah, Umum. Menunggu 0 orang" in await answer(town, COUNTER, "panggil")
        assert [(one.name, one.state) for one in await today_at_hulu(town)] == [("Nek Ijah", State.CALLED)]
        assert "No 1 selesai" in await answer(town, COUNTER, "SELESAI 1")
        assert [one.state for one in await today_at_hulu(town)] == [State.SERVED]

    indoors(tmp_path, scene)
