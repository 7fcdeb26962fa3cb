"""USSD by the provider, over real HTTP: two key presses raise the alarm, and a session that is lost is gone on with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.walks.connected import DESCRIBED, PROVIDER, SHORT, Connected, accepts, connected
from tests.walks.house import GINA, HADI

DODI = "+6285500002004"  # on duty at any hour
STRANGER = "+6285500009001"
CODE = "*384#"


async def dialled(here: Connected, number: str, *keys: str) -> list[str]:
    """Dial, then type; each screen."""
    phone = here.phone(number)
    assert phone.dial(CODE) is not None
    screens = [await here.shown(phone)]
    for key in keys:
        assert phone.type(key), f"the session is over: {screens}"
        screens.append(await here.shown(phone))
    return screens


@pytest.mark.parametrize("provider", [PROVIDER, DESCRIBED])
def test_two_presses_raise_the_alarm_before_anything_else_is_asked(tmp_path: Path, provider: str) -> None:
    async def scene(here: Connected) -> None:
        menu, kinds, kept = await dialled(here, GINA, "1", "1")
        assert "1 DARURAT" in menu
        assert "1 " in kinds
        assert "dicatat" in kept
        await here.until(lambda: bool(here.offers()), "an officer offered by SMS", 20.0)
        (incident,) = await here.incidents()
        assert (incident.caller, incident.state, incident.registered) == (GINA, "confirmed", True)
        officer, code = here.offers()[0]
        here.phone(officer).sms(SHORT, code)
        await here.until(lambda: here.told(GINA, "diterima petugas"), "the resident knows who comes", 30.0)

    connected(tmp_path, scene, modem=None, provider=provider)


def test_a_stranger_is_served_too_and_a_modem_beside_rings_the_officers(tmp_path: Path) -> None:
    async def scene(here: Connected) -> None:
        accepts(here.phone(DODI))
        here.phone(STRANGER)
        assert "dicatat" in (await dialled(here, STRANGER, "1", "1"))[-1]
        await here.until(lambda: here.told(STRANGER, "diterima"), "accepted by key", 240.0)
        (incident,) = await here.incidents()
        assert (incident.caller, incident.registered) == (STRANGER, False)

    connected(tmp_path, scene)


@pytest.mark.parametrize("seen", [0, 1])
def test_a_session_that_is_lost_is_gone_on_with_and_the_alarm_is_raised_once(tmp_path: Path, seen: int) -> None:
    """``seen``: screens after the menu that reached the phone; the answer to the next key is lost on its way."""

    async def scene(here: Connected) -> None:
        await dialled(here, GINA, *["1"] * seen)
        phone = here.phone(GINA)
        here.provider.fault("ussd_drop", count=1)
        phone.type("1")
        await here.clock.sleep(5.0)
        phone.put_away()
        assert len(await here.incidents()) == seen, "what was answered was kept, seen or not"
        again, gone_on = await dialled(here, GINA, "1")
        assert "1 Ya" in again, again
        if not seen:
            phone.type("1")
            gone_on = await here.shown(phone)
        assert "dicatat" in gone_on, gone_on
        await here.until(lambda: bool(here.offers()), "an officer offered by SMS", 20.0)
        assert len(await here.incidents()) == 1

    connected(tmp_path, scene, modem=None)


def test_without_the_provider_nothing_is_lost_that_was_answered(tmp_path: Path) -> None:
    async def scene(here: Connected) -> None:
        await dialled(here, GINA, "1", "1")
        await here.cut_provider()
        here.phone(HADI).dial(CODE)
        await here.clock.sleep(60.0)
        here.phone(HADI).put_away()
        await here.mend_provider()
        await here.until(lambda: bool(here.offers()), "the officer's letter left when the line was back", 120.0)
        (incident,) = await here.incidents()
        assert incident.caller == GINA

    connected(tmp_path, scene, modem=None)
