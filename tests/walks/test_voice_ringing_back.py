"""Who rings us and is not for the menu: an officer who is asked, and a siren's controller. On lines that answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from ivr.store import CALLS
from modem.virtual import Behaviour, Phone
from tests.walks.connected import SHORT, Connected, connected
from tests.walks.house import GINA
from tests.walks.indoors import Indoors, indoors

CRY = "TOLONG RAMPOK"
IN = select(CALLS.c.number).where(CALLS.c.direction == "in")


def rung(town: Indoors) -> list[Phone]:
    """The officers' phones that rang, in order."""
    people = [town.network.phone(number) for number in town.city.roster_numbers()]
    return sorted((phone for phone in people if phone.calls), key=lambda phone: phone.calls[0].started_at)


def test_an_officer_who_rings_back_is_called_again_at_once_and_is_not_answered_with_the_menu(tmp_path: Path) -> None:
    async def scene(town: Indoors) -> None:
        for number in town.city.roster_numbers():
            town.network.phone(number).behave(Behaviour(hangup_after_s=3.0))
        await town.sms(GINA, CRY, then=20.0)
        first = rung(town)[0]
        times = len(first.calls)
        first.behave(Behaviour(answer_after_s=3.0, keys="1", key_after_s=3.0))
        free = next(modem for modem in town.network.modems if not modem.engaged())
        note = first.call(free.number, 30.0)
        await town.clock.sleep(10.0)
        assert note.alerted_at is not None
        assert note.answered_at is None, "it costs him nothing"
        assert len(first.calls) == times + 2, "ours, after his own"
        assert await town.house.store.read(lambda tx: tx.execute(IN).all()) == []

    indoors(tmp_path, scene, modems=2, answer=True)


def test_a_resident_or_an_officer_whom_nobody_asked_hears_the_menu(tmp_path: Path) -> None:
    async def scene(town: Indoors) -> None:
        for number in (GINA, min(town.city.roster_numbers())):
            town.network.phone(number).call(town.modem.number, 30.0)
            await town.clock.sleep(120.0)
        assert len(await town.house.store.read(lambda tx: tx.execute(IN).all())) == 2

    indoors(tmp_path, scene, answer=True)


@pytest.mark.sqlite_only("nothing is stored")
def test_a_siren_controller_that_rings_is_never_answered(tmp_path: Path) -> None:
    async def scene(town: Indoors) -> None:
        voices, (modem, *_) = town.house.voices, town.house.post.modems
        numbers = [station.siren.number for station in town.city.stations.values() if station.siren is not None]
        assert [voices.answers(modem, number) for number in numbers] == [None] * len(numbers)
        assert all(voices.turns_away(number) for number in numbers)
        assert voices.answers(modem, GINA) is not None
        assert voices.answers(modem, None) is not None

    indoors(tmp_path, scene, answer=True)


@pytest.mark.sqlite_only("what is stored is the same as over a modem")
def test_over_the_provider_too_an_officer_who_rings_back_is_called_again(tmp_path: Path) -> None:
    async def scene(here: Connected) -> None:
        sessions = here.provider.voice.sessions
        for number in here.city.roster_numbers():
            here.phone(number).behave(Behaviour(answer_after_s=3.0, hangup_after_s=5.0))
        here.phone(GINA).sms(SHORT, CRY)
        await here.until(lambda: any(one.state == "Completed" for one in sessions), "an officer hangs up", 60.0)
        first = here.phone(sessions[0].far)
        first.behave(Behaviour(answer_after_s=3.0, keys="1", key_after_s=6.0))
        note = first.call(here.provider.account.voice_number)
        await here.until(
            lambda: sum(one.far == first.number and not one.inbound for one in sessions) > 1, "again", 60.0
        )
        assert note.answered_at is None
        await here.clock.sleep(60.0)
        (incident,) = await here.incidents()
        assert (incident.state, incident.accepted_by) == ("accepted", first.number)
        assert await here.house.store.read(lambda tx: tx.execute(IN).all()) == []

    connected(tmp_path, scene, modem=None, voice=True)
