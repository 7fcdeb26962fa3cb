"""What was under way when the next version of the pack came: an office, a clinic's service, a look-up, a category is
gone from it, and no chore stumbles; nobody is written to in the name of what is gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC

import pytest

from config.city import City
from config.clock import VirtualClock, run_virtual
from eservices.services import chores
from tests.dispatch.test_quieting import AT, FRIDAY, KINDS, NEXT, waiting
from tests.eservices.lookup.standing_room import LIMIT_S, Scene, town
from tests.gateway.room import opened


def no_office(city: City) -> City:
    """The one that owes an answer; its categories with it."""
    left = {id: one for id, one in city.offices.offices.items() if id != "pu"}
    words = {id: one for id, one in city.offices.categories.items() if one.office in left}
    return replace(city, offices=replace(city.offices, offices=left, categories=words))


def no_official(city: City) -> City:
    left = {id: replace(one, officials=()) for id, one in city.offices.offices.items()}
    return replace(city, offices=replace(city.offices, offices=left))


def no_service(city: City) -> City:
    """No clinic sees people for it any more."""
    houses = {
        id: replace(one, schedules=tuple(hour for hour in one.schedules if hour.service != "umum"))
        for id, one in city.clinics.clinics.items()
    }
    return replace(city, clinics=replace(city.clinics, clinics=houses))


def no_clinic(city: City) -> City:
    left = {id: one for id, one in city.clinics.clinics.items() if id != "hulu"}
    return replace(city, clinics=replace(city.clinics, clinics=left))


def no_look_up(city: City) -> City:
    return replace(city, lookups={})


def no_kepling(city: City) -> City:
    return replace(city, keplings=type(city.keplings)())


SHUT = "Kam 26/11 tutup: tidak ada praktik"
NEXT_VERSIONS: dict[str, tuple[Callable[[City], City], str, str]] = {
    "no office": (no_office, "IZIN, -: 1 lewat", "Keluhan 1001"),
    "no official": (no_official, "IZIN, Dinas PU: 1 lewat", "Keluhan 1001"),
    "no service": (no_service, SHUT, "\0"),
    "no clinic": (no_clinic, SHUT, "\0"),
    "no look-up": (no_look_up, "Budi Santoso", "Penjahit baru"),
    "no kepling": (no_kepling, "Keluhan 1001", "Budi Santoso"),
}
"""What the next version is without; what is said all the same, or because of it; what nobody says any more."""
ALONE = ("letters", "broadcasts", "appointment_by_call")  # kinds that hold nothing of the pack, or one of the others


@pytest.mark.parametrize("version", NEXT_VERSIONS)
def test_no_chore_stumbles_over_what_is_gone(version: str) -> None:
    changed, told, not_told = NEXT_VERSIONS[version]

    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store, clock.timeout(LIMIT_S):
            scene = Scene(store, clock, town())
            for kind, fills in KINDS.items():
                if kind not in ALONE:
                    await fills(scene)
            scene.city = changed(town())
            scene.chores = [*chores(scene.city)]
            await clock.sleep((AT - clock.now()).total_seconds())
            await scene.until(NEXT)
            said = await waiting(store)
            assert [text for text in said if told in text]
            assert not [text for text in said if not_told in text]

    run_virtual(main, FRIDAY.astimezone(UTC))
