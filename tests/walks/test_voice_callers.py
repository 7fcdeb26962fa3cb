"""Residents by voice: a missed call that becomes an emergency, or none; and those who cannot read, served by keys."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dispatch.incident import State
from dispatch.plan import Answer, EffectKind
from eservices.clinic.booking import Booking, bookings_of
from modem.virtual import Behaviour
from tests.ivr.coding import needs_espeak
from tests.walks.by_voice import ANI, HULU_SIREN, Town, by_voice
from tests.walks.house import GINA

pytestmark = [needs_espeak]

BACK_S = timedelta(seconds=10)
ASKED_S = 16.0  # seconds from the answer in which a question with three or four keys has been said
MENU_S = 12.0  # seconds in which an old hand takes in a menu, and finds the key
HOLDS = "Tetap di telepon. Kami kabari setiap langkah. Untuk mendengar kabar terakhir, tekan bintang."


async def rung_back(town: Town) -> None:
    """Gina rings and hangs up; she is rung back in time, and picks up."""
    await town.misses(GINA, then=0.0)
    missed = town.clock.now()
    town.phone(GINA).behave(Behaviour(answer_after_s=2.0))
    await town.until(lambda: town.phone(GINA).calls[-1].incoming, 20.0)
    await town.until(lambda: town.phone(GINA).talking, 20.0)
    (back,) = await town.rows(EffectKind.CALL_BACK)
    assert back.started_at is not None
    hung_up = town.phone(GINA).calls[0].ended_at
    assert hung_up is not None
    assert hung_up >= missed
    assert back.started_at - hung_up <= BACK_S, "laws.md section 4"


async def presses(town: Town, key: str, then: float = MENU_S) -> None:
    assert town.phone(GINA).press(key)
    await town.clock.sleep(then)


def rings_of(town: Town) -> int:
    """How often the station's siren rang."""
    return len(town.indoors.network.sirens[HULU_SIREN].rings_seen)


async def booked(town: Town) -> list[Booking]:
    day = town.clock.now().astimezone(town.city.timezone).date()
    return list(await town.indoors.house.store.read(lambda tx: bookings_of(tx, GINA, day)))


def test_a_missed_call_becomes_an_emergency_that_an_officer_accepts_and_the_caller_hears_who(tmp_path: Path) -> None:
    async def scene(town: Town) -> None:
        town.phone(ANI).behave(Behaviour(answer_after_s=20.0, keys="1", key_after_s=30.0))
        await rung_back(town)
        await town.clock.sleep(ASKED_S)
        assert (await town.case()).incident.state is State.PENDING, "nobody is disturbed by a missed call"
        assert not any(town.phone(ANI).calls)
        await presses(town, "1")  # an emergency
        assert (await town.case()).incident.state is State.CONFIRMED
        await presses(town, "1")  # a robbery
        await presses(town, "1")  # at home
        assert (await town.case()).incident.kind == "robbery"
        await town.until(lambda: not town.phone(ANI).talking and any(town.phone(ANI).calls), 90.0)
        await town.until(lambda: not town.phone(GINA).talking, 200.0)
        case = await town.case()
        assert (case.incident.state, case.incident.accepted_by) == (State.ACCEPTED, ANI)
        assert rings_of(town) == 1
        heard = town.heard(GINA)
        steps = (
            HOLDS,
            "Sirene Polsek Hulu dibunyikan.",
            "Dodi Contoh dari Polsek Hulu sedang ditelepon.",
            "Laporan Anda diterima Ani Contoh dari Polsek Hulu.",
            "Petugas sedang menuju tempat Anda. Tetap di tempat yang aman.",
        )
        assert [one for one in heard if one in steps] == list(steps), heard

    by_voice(tmp_path, scene, modems=3)


@pytest.mark.parametrize(
    ("key", "ends", "says"),
    [
        ("2", State.CANCELLED, "Baik, dicatat sebagai salah pencet. Terima kasih."),
        ("3", State.CLOSED, "Silakan pilih. Bila darurat, tekan sembilan."),
    ],
)
def test_a_slip_of_the_finger_or_a_wish_for_a_service_rings_nobody(
    tmp_path: Path, key: str, ends: State, says: str
) -> None:
    async def scene(town: Town) -> None:
        await rung_back(town)
        await town.clock.sleep(ASKED_S)
        await presses(town, key)
        town.phone(GINA).hangup()
        assert town.hears(GINA, says)
        await town.clock.sleep(60.0)
        assert (await town.case()).incident.state is ends
        assert await town.rows() == []
        assert rings_of(town) == 0

    by_voice(tmp_path, scene)


def test_who_picks_up_and_says_nothing_twice_brings_an_officer_and_a_second_missed_call_the_siren(
    tmp_path: Path,
) -> None:
    async def scene(town: Town) -> None:
        await rung_back(town)
        await town.until(lambda: not town.phone(GINA).talking, 90.0)
        assert [row.answer for row in await town.rows(EffectKind.CALL_BACK)] == [Answer.SILENT]
        assert town.hears(GINA, "Kami tidak mendengar jawaban. Petugas diberi tahu tentang panggilan Anda.")
        await town.until(lambda: any(town.phone(ANI).calls), 20.0)
        assert (await town.case()).incident.state is State.CONFIRMED
        await town.clock.sleep(40.0)
        assert rings_of(town) == 0, "silence is nobody's word"
        await town.misses(GINA, then=60.0)  # the line that the siren obeys is free: officers are called over the other
        assert rings_of(town) == 1
        assert len(await town.cases()) == 1

    by_voice(tmp_path, scene, modems=2)


def test_a_mailbox_that_takes_the_call_back_is_nobody_and_a_second_missed_call_is_a_yes(tmp_path: Path) -> None:
    async def scene(town: Town) -> None:
        await town.misses(GINA, then=0.0)
        town.phone(GINA).behave(Behaviour(voicemail=True, answer_after_s=2.0))
        await town.clock.sleep(100.0)
        assert [row.answer for row in await town.rows(EffectKind.CALL_BACK)] == [Answer.MACHINE]
        assert (await town.case()).incident.state is State.PENDING
        assert await town.rows() == []
        await town.misses(GINA, then=30.0)
        assert (await town.case()).incident.state is State.CONFIRMED
        assert rings_of(town) == 1

    by_voice(tmp_path, scene, silence=True)


async def books(town: Town) -> None:
    """General practice, the health centre upstream, today, for herself."""
    for key in "1111":
        assert await booked(town) == []
        await presses(town, key, then=20.0)
    (mine,) = await booked(town)
    assert (mine.service, mine.clinic, mine.queue) == ("umum", "hulu", 1)
    assert town.hears(GINA, "Nomor antrean 1, Umum")
    town.phone(GINA).hangup()
    await town.clock.sleep(30.0)
    assert any(sms.text.startswith("No 1 Umum") for sms in town.phone(GINA).inbox), "in writing too, to be shown"


def test_an_old_woman_rings_a_line_that_answers_and_books_a_doctor_by_ear(tmp_path: Path) -> None:
    async def scene(town: Town) -> None:
        town.phone(GINA).call(town.indoors.modem.number)
        await town.until(lambda: town.phone(GINA).talking, 20.0)
        await town.clock.sleep(ASKED_S)
        await presses(town, "2", then=20.0)
        await presses(town, "1", then=20.0)
        await books(town)
        assert await town.cases() == []

    by_voice(tmp_path, scene, answer=True)


def test_an_old_woman_who_is_rung_back_books_a_doctor_in_the_same_call(tmp_path: Path) -> None:
    async def scene(town: Town) -> None:
        await rung_back(town)
        await town.clock.sleep(ASKED_S)
        await presses(town, "3", then=20.0)
        await presses(town, "1", then=20.0)
        await books(town)
        assert len(town.phone(GINA).calls) == 2, "the call that she made, and ours"
        assert (await town.case()).incident.state is State.CLOSED
        assert rings_of(town) == 0

    by_voice(tmp_path, scene)
