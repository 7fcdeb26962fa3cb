"""The desks and the hall's screen in a real browser: pressed, watched, cut off, read by axe in both sizes."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from eservices.pages import wings
from gateway.page import Floor
from tests.eservices.pages.desk import SARI, report
from tests.eservices.pages.hall import NURSE, QUEUE, SetClock, people
from tests.fixtures.browser import DESK, PHONE, OpenPage, axe, photo, sideways
from tests.fixtures.site import Client, FixedKeeper, built

pytestmark = pytest.mark.sqlite_only("a browser sees nothing of the engine")
CUT = ("ERR_INTERNET_DISCONNECTED",)


async def reads_well(page: Any, name: str) -> None:
    """At both sizes nothing is too wide, and axe finds nothing grave."""
    for width, height in (PHONE, DESK):
        await page.set_viewport_size({"width": width, "height": height})
        assert await sideways(page) <= 0, (name, width)
        assert await axe(page) == [], (name, width)
    await photo(page, name)


async def served(floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient) -> Client:
    return await aiohttp_client(built(floor, wings(floor), keeper).app)


async def test_a_call_at_the_desk_lights_the_screen_and_a_cut_is_told(
    floor: Floor, clock: SetClock, open_page: OpenPage, aiohttp_client: AiohttpClient
) -> None:
    await people(floor, 8, first=frozenset({5}))
    keeper = FixedKeeper()
    client = await served(floor, keeper, aiohttp_client)
    desk = await open_page(client, QUEUE, keeper.admit(NURSE))
    screen = await open_page(client, "/display/hulu", size=(1920, 1080), light="dark", excuse=CUT)
    await desk.get_by_role("button", name="Panggil berikutnya").click()
    await desk.locator(".desk-big", has_text="1").wait_for()
    clock.passes(0.1)  # it stands still else, and what was read lately is told again
    await screen.locator(".hall-begun .hall-number", has_text="1").wait_for()
    await desk.get_by_role("button", name="Panggil ulang").click()
    await desk.get_by_role("button", name="Selesai").wait_for()
    await reads_well(desk, "clinic-queue")
    await screen.context.set_offline(True)
    await screen.get_by_text("Sambungan terputus. Angka di layar ini benar pukul 08.00.").wait_for()
    assert await screen.locator(".hall-begun .hall-number").inner_text() == "1", "what was true stays there"
    assert await axe(screen) == []
    await screen.context.set_offline(False)
    await screen.get_by_text("Sambungan terputus").wait_for(state="hidden")
    await photo(screen, "display")


async def test_the_desk_of_complaints_is_read_and_answered(
    floor: Floor, open_page: OpenPage, aiohttp_client: AiohttpClient
) -> None:
    number = await report(floor)
    await report(floor, "lubang \u202etest", street="Mawar", place="Jl. Mawar", secret=True, by="+6285500003002")
    keeper = FixedKeeper()
    client = await served(floor, keeper, aiohttp_client)
    page = await open_page(client, "/tickets", keeper.admit(SARI))
    await reads_well(page, "tickets")
    await page.get_by_role("link", name=str(number), exact=True).click()
    await page.get_by_label("Kata-kata untuk pelapor").fill("sudah ditambal")
    await reads_well(page, "ticket")
    await page.get_by_role("button", name="Selesai, kirim jawaban").click()
    await page.get_by_text("Dijawab. Pelapor dikabari.").wait_for()
