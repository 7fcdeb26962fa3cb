"""Calls by the provider's leg alone, over HTTP with its own SDK: no modem is there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from eservices.clinic.booking import Booking, bookings_of
from modem.virtual import Behaviour
from tests.walks.connected import SHORT, Connected, connected
from tests.walks.house import GINA

ONCE = pytest.mark.sqlite_only("the officer's call is played on both; this differs in what is pressed")
KEY_S = 3.0  # seconds after which a caller presses the next key


async def until_they_end(here: Connected, within_s: float) -> None:
    """No call is under way."""
    sessions = here.provider.voice.sessions
    await here.until(lambda: all(one.state in ("Completed", "NotAnswered") for one in sessions), "calls end", within_s)


async def said(here: Connected, direction: str) -> list[str]:
    """What we said on calls of that direction, as it is kept."""
    asked = text("SELECT said FROM calls WHERE direction = :way ORDER BY began_at")
    rows = await here.house.store.read(lambda tx: list(tx.execute(asked, {"way": direction}).scalars()))
    return [words for row in rows for _, who, words in json.loads(row) if who == "us"]


async def rings(here: Connected, number: str) -> None:
    """That phone rings us, and is answered."""
    phone = here.phone(number)
    phone.call(here.provider.account.voice_number)
    await here.until(lambda: phone.talking, "we answer", 10.0)
    await here.clock.sleep(KEY_S)


def officers(here: Connected, **behaves: object) -> None:
    for number in here.city.roster_numbers():
        here.phone(number).behave(Behaviour(answer_after_s=3.0, **behaves))  # type: ignore[arg-type]


def test_an_officer_is_rung_by_the_provider_hears_the_incident_and_accepts_by_key(tmp_path: Path) -> None:
    async def scene(here: Connected) -> None:
        officers(here, keys="1", key_after_s=6.0)
        here.phone(GINA).sms(SHORT, "TOLONG RAMPOK")
        await here.until(lambda: any(here.provider.voice.sessions), "an officer is rung", 30.0)
        await until_they_end(here, 180.0)
        (incident,) = await here.incidents()
        (session,) = here.provider.voice.sessions
        assert (incident.state, incident.accepted_by) == ("accepted", session.far)
        assert session.error == ""
        assert any(here.phone(session.far).heard())
        heard = await said(here, "out")
        assert any("Diterima" in words for words in heard)

    connected(tmp_path, scene, modem=None, voice=True)


@ONCE
def test_who_answers_and_presses_nothing_has_accepted_nothing_and_the_next_is_rung(tmp_path: Path) -> None:
    async def scene(here: Connected) -> None:
        officers(here)
        here.phone(GINA).sms(SHORT, "TOLONG RAMPOK")
        sessions = here.provider.voice.sessions
        await here.until(lambda: len({one.far for one in sessions}) > 1, "another officer is rung", 200.0)
        (incident,) = await here.incidents()
        assert incident.state == "confirmed"

    connected(tmp_path, scene, modem=None, voice=True)


@ONCE
def test_who_cannot_read_raises_the_alarm_by_keys_and_hears_who_is_called(tmp_path: Path) -> None:
    async def scene(here: Connected) -> None:
        officers(here, keys="1", key_after_s=6.0)
        await rings(here, GINA)
        for key in "9111":
            here.phone(GINA).press(key)
            await here.clock.sleep(KEY_S)
        incidents = await here.incidents()
        assert [one.caller for one in incidents] == [GINA]
        await here.clock.sleep(60.0)
        assert (await here.incidents())[0].state == "accepted"
        heard = await said(here, "in")
        assert any("sedang ditelepon" in words for words in heard)
        here.phone(GINA).hangup()
        await until_they_end(here, 120.0)
        assert all(one.error == "" for one in here.provider.voice.sessions)

    connected(tmp_path, scene, modem=None, voice=True)


@ONCE
def test_who_cannot_read_books_a_doctor_and_hears_the_ticket(tmp_path: Path) -> None:
    async def scene(here: Connected) -> None:
        async def booked() -> list[Booking]:
            day = here.clock.now().astimezone(here.city.timezone).date()
            return list(await here.house.store.read(lambda tx: bookings_of(tx, GINA, day)))

        await rings(here, GINA)
        for key in "211111":
            assert await booked() == []
            here.phone(GINA).press(key)
            await here.clock.sleep(KEY_S)
        (mine,) = await booked()
        assert (mine.service, mine.clinic, mine.queue) == ("umum", "hulu", 1)
        heard = await said(here, "in")
        assert any(words.startswith("Nomor antrean 1, Umum") for words in heard)
        here.phone(GINA).hangup()
        await until_they_end(here, 60.0)

    connected(tmp_path, scene, modem=None, voice=True)
