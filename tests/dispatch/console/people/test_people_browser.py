"""The registry, stations, roster, tests and drills in a real browser: at an office's screen and on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from dispatch import store
from dispatch.asking_drills import Asked, begin
from dispatch.changing_duty import Wish, change
from dispatch.console.drills.pages import drills_wing
from dispatch.console.duty.pages import duty_wing
from dispatch.console.people.pages import people_wing
from dispatch.console.stations.pages import stations_wing
from dispatch.handing_over import written
from gateway.page import Floor
from gateway.registry import sample_residents
from gateway.store import Tx
from gateway.store.people import save
from tests.fixtures.browser import DESK, PHONE, OpenPage, axe, photo, sideways
from tests.fixtures.site import EVERYBODY, FixedKeeper, built

ANI, DODI, GINA, STRANGER = "+6285500002001", "+6285500002004", "+6285500003001", "+6281234567890"
PAGES = {
    "people": "/people",
    "people-one": f"/people/{GINA}",
    "people-new": "/people/new",
    "people-waiting": "/people/waiting",
    "stations": "/stations",
    "stations-one": "/stations/polsek-hulu",
    "roster": "/roster",
    "roster-change": f"/roster/change?number=%2B{ANI[1:]}",
    "hand-over": "/roster/hand-over",
    "hand-over-one": "/roster/hand-over/1",
    "officers": "/officers",
    "drills": "/drills",
    "drills-one": "/drills/1",
}


def lived_in(tx: Tx, floor: Floor) -> None:
    """A town in which something happened."""
    city, now = floor.city, floor.clock.now()
    for one in sample_residents(city, now):
        save(tx, one)
    store.fail_siren(tx, "+6285500001001", now - timedelta(hours=2), "unreachable")
    for absent, instead, name in ((ANI, STRANGER, "Hasan Basri"), (DODI, "", "")):
        wish = Wish(number=absent, begins=now, ends=now + timedelta(days=6), instead=instead, name=name, vouched=True)
        change(tx, city, wish, "Wati", now)
    written(tx, city, "Pagar roboh di Jl. Mawar: dinas sudah tahu.\nTelepon Pak Lurah pukul 7.", "Sari", now)
    asked = Asked(kind="robbery", area="99.01.01.1001", by="Wati", street="Balai kota", minutes=10)
    begin(tx, city, asked, now)


@pytest.mark.sqlite_only("what a browser draws does not depend on the engine")
@pytest.mark.rest("tests/walks/test_every_page.py looks at these pages each time")
async def test_every_page_is_whole_at_both_sizes(
    open_page: OpenPage, floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    await floor.store.write(lambda tx: lived_in(tx, floor))
    wings = (people_wing(floor), stations_wing(floor), duty_wing(floor), drills_wing(floor))
    client = await aiohttp_client(built(floor, wings, keeper).app)
    page = await open_page(client, "/people", keeper.admit(EVERYBODY), light="light")
    for name, path in PAGES.items():
        await page.goto(str(client.make_url(path)))
        for size in (PHONE, DESK):
            await page.set_viewport_size({"width": size[0], "height": size[1]})
            assert await sideways(page) == 0, f"{path} at {size}"
        assert await axe(page) == [], path
        await photo(page, name)
