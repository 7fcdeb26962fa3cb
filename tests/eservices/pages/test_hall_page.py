"""The screen of a waiting room: for everybody, about nobody, and no weight on the store."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from eservices.clinic import calling
from eservices.clinic.pages.hall import Hall
from gateway.page import Floor, Told, Visit
from gateway.store import Store
from tests.eservices.pages.conftest import Enter
from tests.eservices.pages.hall import SetClock, general, people
from tests.fixtures.site import user_with

HTML = {"Accept": "text/html"}


async def test_the_screen_tells_numbers_and_no_names_to_whoever_looks(floor: Floor, enter: Enter) -> None:
    await people(floor, 8)
    for _ in range(3):
        await floor.store.write(lambda tx: calling.call_next(tx, general(floor), floor.clock.now()))
    anybody = await enter(None)
    answer = await anybody.get("/display/hulu", headers=HTML)
    page = await answer.text()
    assert answer.status == 200
    assert 'class="hall-number">3<' in page
    assert "dr. Ani Contoh" in page
    assert "SEDANG DILAYANI" in page.upper()
    state = await (await anybody.get("/display/hulu/state")).json()
    told = page + str(state)
    assert "Orang" not in told.replace("Menunggu 5 orang", "").replace("{count} orang", "")
    assert "85500" not in told
    (one,) = [one for one in state["doctors"] if one["service"] == "Umum"]
    assert (one["now"], one["next"], one["waits"]) == (3, [4, 5, 6, 7], 5)
    assert "<nav" not in page, "nothing to press"


async def test_an_unknown_clinic_is_404_and_a_day_without_doctors_says_so(
    floor: Floor, enter: Enter, clock: SetClock
) -> None:
    anybody = await enter(None)
    assert (await anybody.get("/display/nirwana")).status == 404
    assert (await anybody.get("/display/nirwana/state")).status == 404
    await people(floor, 1)
    clock.passes(5 * 24 * 60)  # a Sunday
    page = await (await anybody.get("/display/hulu", headers=HTML)).text()
    assert "Tidak ada praktik hari ini" in page


async def test_a_crowd_that_looks_costs_what_one_does(floor: Floor, clock: SetClock) -> None:
    await people(floor, 3)
    counted = Counting(floor.store)
    hall = Hall(replace(floor, store=counted))  # type: ignore[arg-type]

    def visit() -> Visit:
        return Visit(user=user_with(), path="/display/hulu", now=clock.now(), at={"clinic": "hulu"})

    await asyncio.gather(*(hall.state(visit()) for _ in range(200)))
    assert counted.reads == 1
    clock.passes(1)
    told = await asyncio.gather(*(hall.state(visit()) for _ in range(200)))
    assert counted.reads == 2
    one = told[0]
    assert isinstance(one, Told)
    assert one.value["at"] == clock.now().isoformat(), "the moment at which it was true"


class Counting:
    """A store that counts how often it is read."""

    def __init__(self, store: Store) -> None:
        self._store, self.reads = store, 0

    async def read(self, work: Any) -> Any:
        self.reads += 1
        return await self._store.read(work)
