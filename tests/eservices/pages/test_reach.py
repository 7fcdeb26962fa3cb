"""Reach is counted as a person would: by hand, on both engines; and who hides stays hidden, also where a list would
grow shorter by him."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from config.city import City
from eservices.figures import SHEAF
from eservices.reach.figures import reach_sections
from eservices.reach.store import unused
from gateway.figures import Cell, Said, Section
from gateway.page import Floor, Role
from gateway.registry import Resident
from gateway.store import Tx
from gateway.store.forgetting import forget_person
from gateway.store.hiding import hide_letters
from gateway.store.inbound import INBOUND
from gateway.store.people import RESIDENT, find, save
from gateway.store.sessions import USSD_SESSION
from ivr.store import CALLS, IN, OUT
from tests.eservices.pages.conftest import Enter
from tests.eservices.pages.desk import report
from tests.eservices.pages.hall import SetClock
from tests.fixtures.site import PROOF, user_with

HULU, TENGAH = "99.01.01.1001", "99.01.01.1002"
NOW = datetime.fromisoformat("2026-11-24T12:00:00+08:00")
SINCE, UNTIL = datetime.fromisoformat("2026-10-01T00:00:00+08:00"), datetime.fromisoformat("2026-12-01T00:00:00+08:00")
DAY = timedelta(days=1)
ANI, BUDI, CICI, DEDI, EKA = (f"+62812345670{n:02}" for n in range(1, 6))


@pytest.fixture(autouse=True)
def noon(clock: SetClock) -> None:
    clock.at = NOW


def person(number: str, name: str, kelurahan: str = HULU, household: str = "", *, confirmed: bool = True) -> Resident:
    return Resident(
        phone=number,
        name=name,
        kelurahan=kelurahan,
        address="Jl. Nuri 1",
        lat=None,
        lon=None,
        language="",
        quiet=False,
        notes="",
        confirmed=confirmed,
        panic_button=False,
        address_at=NOW,
        household=household,
    )


def letter(tx: Tx, number: str, at: datetime, urgency: int = 5) -> None:
    values: dict[str, Any] = {"external_id": f"{number}{at.isoformat()}", "channel": "m", "kind": "sms", "text": "x"}
    values |= {"sender": number, "received_at": at, "urgency": urgency, "state": "read", "doubt": "", "tries": 0}
    tx.execute(insert(INBOUND), values | {"whole": ""})


def dialled(tx: Tx, number: str) -> None:
    values = {"id": number, "channel": "p", "session": number, "number": number, "run": 0, "version": 1, "at": NOW}
    tx.execute(insert(USSD_SESSION), values | {"path": "", "over": True, "stage": "{}"})


def call(tx: Tx, number: str, direction: str) -> None:
    empty = dict.fromkeys(("flow", "leg", "language", "about", "state", "turn", "said", "why"), "")
    values = {"id": number, "key": number, "number": number, "direction": direction, "seq": 0, "began_at": NOW}
    tx.execute(insert(CALLS), values | empty)


def moved(tx: Tx, number: str, at: datetime) -> None:
    tx.execute(update(RESIDENT).where(RESIDENT.c.phone == number).values(registered_at=at))


def town(tx: Tx) -> None:
    """Ani and Budi of one house, Cici and Dedi, all of Hulu; Ani writes."""
    for one in (person(ANI, "Ani", household="h"), person(BUDI, "Budi", household="h"), person(CICI, "Cici")):
        save(tx, one)
    save(tx, person(DEDI, "Dedi", confirmed=False))
    moved(tx, ANI, SINCE + 5 * DAY)
    moved(tx, BUDI, SINCE - DAY)
    letter(tx, ANI, NOW - 40 * DAY)
    letter(tx, ANI, NOW - DAY)


def rows(section: Section) -> dict[str, Sequence[Cell]]:
    return {one.key if isinstance(one, Said) else str(one): row[1:] for row in section.rows for one in row[:1]}


Rows = dict[str, Sequence[Cell]]


async def sections(floor: Floor, city: City | None = None) -> tuple[Rows, Rows]:
    found = await floor.store.read(lambda tx: reach_sections(tx, city or floor.city, SINCE, UNTIL))
    return rows(found[0]), rows(found[1])


async def test_each_area_says_who_is_registered_who_is_new_and_who_never_used_it(floor: Floor) -> None:
    await floor.store.write(town)
    areas, _ = await sections(floor)
    hulu = floor.city.areas[HULU]
    assert areas[hulu.name] == (hulu.kecamatan, 4, 3, 3, 3, 3), "registered, confirmed, houses, new, never used"
    assert set(areas) == {area.name for area in floor.city.areas.values()}, "where nobody is, there is work to do"


async def test_each_month_says_who_was_registered_and_who_wrote_first(floor: Floor) -> None:
    await floor.store.write(town)
    await floor.store.write(lambda tx: letter(tx, EKA, SINCE - DAY))
    await floor.store.write(lambda tx: letter(tx, EKA, SINCE + DAY))
    _, months = await sections(floor)
    assert months == {"reach.month_10": (1, 1), "reach.month_11": (2, 0)}, "Eka wrote before; Ani in October first"


async def test_a_share_is_said_where_the_pack_says_how_many_households_there_are(floor: Floor) -> None:
    await floor.store.write(town)
    areas = {**floor.city.areas, HULU: replace(floor.city.areas[HULU], households=12)}
    found, _ = await sections(floor, replace(floor.city, areas=areas))
    assert found[floor.city.areas[HULU].name][-1] == 3 / 12
    assert found[floor.city.areas[TENGAH].name][-1] is None


async def test_the_citys_own_numbers_are_nobody_who_came_new(floor: Floor) -> None:
    siren = next(one.siren for one in floor.city.stations.values() if one.siren)
    officer = next(iter(floor.city.roster_numbers()))

    def work(tx: Tx) -> None:
        town(tx)
        for number in (floor.city.modems[0].number, siren.number, officer, "TELKOMSEL"):
            letter(tx, number, NOW)

    await floor.store.write(work)
    _, months = await sections(floor)
    assert months == {"reach.month_10": (1, 1), "reach.month_11": (2, 0)}


@pytest.mark.parametrize(("use", "counts"), [("session", True), ("call in", True), ("call out", False)])
async def test_who_dialled_or_rang_has_used_it_and_whom_we_rang_has_not(floor: Floor, use: str, counts: bool) -> None:
    def work(tx: Tx) -> None:
        town(tx)
        if use == "session":
            dialled(tx, CICI)
        else:
            call(tx, CICI, IN if use == "call in" else OUT)

    await floor.store.write(work)
    never = await floor.store.read(lambda tx: [one.name for one in unused(tx, HULU, 10)])
    assert never == (["Budi", "Dedi"] if counts else ["Budi", "Cici", "Dedi"])


async def test_who_reported_in_secret_stays_on_the_list_of_those_who_never_did(floor: Floor) -> None:
    await floor.store.write(town)
    await report(floor, "pungli", by=CICI, secret=True)

    def work(tx: Tx) -> None:
        letter(tx, CICI, NOW)
        hide_letters(tx, CICI, NOW - DAY)
        dialled(tx, CICI)
        call(tx, CICI, IN)

    await floor.store.write(work)
    never = await floor.store.read(lambda tx: [one.name for one in unused(tx, HULU, 10)])
    assert never == ["Budi", "Cici", "Dedi"]
    _, months = await sections(floor)
    assert months["reach.month_11"][1] == 0, "nor is he one who came new"
    await floor.store.write(lambda tx: letter(tx, CICI, NOW + DAY))
    never = await floor.store.read(lambda tx: [one.name for one in unused(tx, HULU, 10)])
    assert never == ["Budi", "Dedi"], "what is said openly counts as everybody's does"


async def test_a_change_of_a_line_is_no_new_registration_and_an_erasure_takes_it_away(floor: Floor) -> None:
    await floor.store.write(town)
    await floor.store.write(lambda tx: save(tx, person(BUDI, "Budi Baru", household="h")))
    areas, _ = await sections(floor)
    assert areas[floor.city.areas[HULU].name][4] == 3
    await floor.store.write(lambda tx: forget_person(tx, BUDI))
    areas, _ = await sections(floor)
    assert areas[floor.city.areas[HULU].name][1] == 3
    assert await floor.store.read(lambda tx: find(tx, BUDI)) is None


async def test_of_an_empty_registry_nothing_is_counted(floor: Floor) -> None:
    found = await floor.store.read(lambda tx: SHEAF.figures(tx, floor.city, SINCE, UNTIL))
    assert [one.rows for one in found if one.key.startswith("reach")] == [[], []]


# -- the list that is taken along


async def test_the_desk_takes_the_list_of_one_area_along_and_each_name_is_a_look(floor: Floor, enter: Enter) -> None:
    await floor.store.write(town)
    client = await enter(user_with(Role.DISPATCHER))
    page = await (await client.get("/people/unused", headers={"Accept": "text/html"})).text()
    assert floor.city.areas[HULU].name in page
    assert floor.city.areas[TENGAH].name not in page
    answer = await client.post(f"/people/unused/{HULU}?as=csv", data={"pin": PROOF})
    text = await answer.text()
    assert answer.status == 200
    assert [name in text for name in ("Ani", "Budi", "Cici", "Dedi")] == [False, True, True, True]
    assert (await client.post("/people/unused/none?as=csv", data={"pin": PROOF})).status == 404


async def test_without_the_pin_it_is_asked_for_once_and_the_same_list_comes(floor: Floor, enter: Enter) -> None:
    await floor.store.write(town)
    client = await enter(user_with(Role.DISPATCHER))
    page = await (await client.get("/people/unused", headers={"Accept": "text/html"})).text()
    assert 'name="pin"' not in page
    asked = await client.post(f"/people/unused/{HULU}?as=pdf", data={"kept": "1"}, headers={"Accept": "text/html"})
    assert asked.status == 403
    assert f'action="/people/unused/{HULU}?as=pdf"' in await asked.text()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMIN, Role.CLINIC, Role.OFFICE])
async def test_nobody_else_sees_who_never_wrote(floor: Floor, enter: Enter, role: Role) -> None:
    client = await enter(user_with(role))
    assert (await client.get("/people/unused")).status == 403
    assert (await client.post(f"/people/unused/{HULU}?as=csv", data={"pin": PROOF})).status == 403
