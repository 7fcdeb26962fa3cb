"""The clinic's desk: what it shows, and what two hands on it do."""

from __future__ import annotations

import asyncio

from eservices.clinic import calling
from gateway.page import Floor
from tests.eservices.pages.conftest import Enter
from tests.eservices.pages.hall import BOSS, DAY, ELSEWHERE, NURSE, QUEUE, general, people, seen_in

HTML = {"Accept": "text/html"}


async def test_the_queue_shows_who_is_served_and_who_waits(floor: Floor, enter: Enter) -> None:
    await people(floor, 4)
    seat = await enter(NURSE)
    page = await (await seat.get(QUEUE, headers=HTML)).text()
    assert "Orang 1" in page
    assert "08.30" in page, "the fourth, at ten minutes each"
    answer = await seat.post(f"{QUEUE}/call", data={"seen": seen_in(page)})
    assert answer.status == 200
    assert 'class="desk-big">1<' in await answer.text()


async def test_a_double_click_and_a_second_seat_call_nobody_past(floor: Floor, enter: Enter) -> None:
    await people(floor, 4)
    one, other = await enter(NURSE), await enter(BOSS)
    seen = seen_in(await (await one.get(QUEUE)).text())
    hands = (one, one, other, other)
    answers = await asyncio.gather(*(hand.post(f"{QUEUE}/call", data={"seen": seen}) for hand in hands))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    called = await floor.store.read(lambda tx: calling.being_seen(tx, general(floor)))
    assert called is not None
    assert called.queue == 1
    refused = next(answer for answer in answers if answer.status == 409)
    assert "sudah ada yang memanggil" in await refused.text()


async def test_all_pages_of_the_clinic_draw(floor: Floor, enter: Enter) -> None:
    await people(floor, 3)
    seat = await enter(NURSE)
    for path in ("/clinic", "/clinic/hulu", DAY, QUEUE, f"{DAY}/list", f"{QUEUE}/person/1", "/display/hulu"):
        assert (await seat.get(path, headers=HTML)).status == 200, path
    assert (await seat.get("/clinic/rs")).status == 404
    other = await enter(ELSEWHERE)
    assert (await other.get(QUEUE)).status == 404
