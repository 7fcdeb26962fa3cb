"""Who sits at the board: sound that the browser withholds until a touch, and the keyboard alone."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from dispatch import store
from dispatch.incident import State
from gateway.page import Floor
from gateway.pulse import Bell
from tests.dispatch.console.now.stage import SARI, SOON_MS, reported
from tests.fixtures.browser import DESK, PHONE, OpenPage, axe, sideways
from tests.fixtures.site import Client, FixedKeeper

ASKS = "Suara belum menyala: tekan sini"
GIVEN = """Object.defineProperty(BaseAudioContext.prototype, "state", {get: () => "running"})"""
FOCUS = "() => document.activeElement.textContent.trim()"
pytestmark = pytest.mark.sqlite_only("walks of a browser; the verbs and the feed are tried on both elsewhere")


async def taken(floor: Floor, number: int) -> None:
    """Somebody accepted it."""
    async with asyncio.timeout(10):
        while (await floor.store.read(lambda tx: store.load_case(tx, number))).incident.state is not State.ACCEPTED:
            await asyncio.sleep(0.05)


async def kept(page: Any) -> str | None:
    found: str | None = await page.evaluate("() => localStorage.getItem('kentongan-sound')")
    return found


@pytest.mark.parametrize("size", [DESK, PHONE], ids=str)
async def test_a_calm_page_says_that_it_cannot_sound_yet_and_asks_first_of_all(
    open_page: OpenPage, site: Client, keeper: FixedKeeper, size: tuple[int, int]
) -> None:
    page = await open_page(site, "/", keeper.admit(SARI), size=size)
    await page.get_by_text("belum bisa berbunyi").wait_for(timeout=SOON_MS)
    assert await page.get_by_text("Halaman ini berbunyi").count() == 0
    assert await page.locator("#console button:visible").first.text_content() == ASKS
    assert await sideways(page) <= 0
    assert await axe(page) == []
    await page.get_by_role("button", name=ASKS).click()
    await page.get_by_text("Halaman ini berbunyi").wait_for(timeout=SOON_MS)
    assert await page.get_by_role("button", name=ASKS).count() == 0
    assert await kept(page) == "on"
    await page.close()


async def test_a_seat_that_was_given_sound_has_it_where_the_browser_gives_it(
    open_page: OpenPage, site: Client, keeper: FixedKeeper
) -> None:
    page = await open_page(site, "/", keeper.admit(SARI))
    await page.get_by_role("button", name=ASKS).click()
    await page.get_by_text("Halaman ini berbunyi").wait_for(timeout=SOON_MS)
    await page.reload()
    await page.get_by_role("button", name=ASKS).wait_for(timeout=SOON_MS)  # this browser withholds it each time
    await page.add_init_script(GIVEN)
    await page.reload()
    await page.get_by_text("Halaman ini berbunyi").wait_for(timeout=SOON_MS)
    assert await page.get_by_role("button", name=ASKS).count() == 0
    await page.get_by_role("button", name="Bunyi").click()
    await page.get_by_text("Bunyi dimatikan di komputer ini").wait_for(timeout=SOON_MS)
    await page.reload()
    await page.get_by_text("Bunyi dimatikan di komputer ini").wait_for(timeout=SOON_MS)
    assert await page.get_by_role("button", name=ASKS).count() == 0
    await page.close()


async def test_without_sound_the_title_and_the_picture_of_the_tab_still_tell(
    open_page: OpenPage, site: Client, floor: Floor, bell: Bell, keeper: FixedKeeper
) -> None:
    page = await open_page(site, "/", keeper.admit(SARI))
    await page.get_by_role("button", name=ASKS).wait_for(timeout=SOON_MS)
    await floor.store.write(lambda tx: reported(tx, floor, 1, ago_s=200))
    bell.ring()
    await page.locator("link[rel=icon][href$='loud.svg']").wait_for(state="attached", timeout=SOON_MS)
    await page.wait_for_function("() => document.title.startsWith('▲')")
    asks = page.locator(".banner-nobody").get_by_role("button", name=ASKS)
    await asks.click()
    await page.locator(".banner-nobody").get_by_role("button", name="Senyap 1 menit").wait_for(timeout=SOON_MS)
    await page.close()


async def test_the_second_stop_of_the_keyboard_accepts_what_nobody_took(
    open_page: OpenPage, site: Client, floor: Floor, keeper: FixedKeeper
) -> None:
    await floor.store.write(lambda tx: [reported(tx, floor, 1, ago_s=200), reported(tx, floor, 2)])
    page = await open_page(site, "/", keeper.admit(SARI))
    await page.locator(".banner-nobody").wait_for(timeout=SOON_MS)
    await page.keyboard.press("Tab")
    assert await page.evaluate(FOCUS) == "Ke yang perlu Anda"
    await page.keyboard.press("Tab")
    assert await page.evaluate(FOCUS) == "Terima"
    await page.keyboard.press("Enter")
    await taken(floor, 1)
    await page.close()


async def test_who_stands_on_a_button_stays_on_it_while_more_comes(
    open_page: OpenPage, site: Client, floor: Floor, bell: Bell, keeper: FixedKeeper
) -> None:
    await floor.store.write(lambda tx: reported(tx, floor, 1, ago_s=200))
    page = await open_page(site, "/", keeper.admit(SARI))
    await page.locator(".banner-nobody").wait_for(timeout=SOON_MS)
    await page.locator(".skip").focus()
    await page.keyboard.press("Enter")
    assert await page.evaluate(FOCUS) == "Terima"
    await floor.store.write(lambda tx: reported(tx, floor, 2, ago_s=190))
    bell.ring()
    await page.get_by_text("dan 1 lagi").first.wait_for(timeout=SOON_MS)
    assert await page.evaluate("() => document.activeElement.dataset.key") == "accept 1"
    await page.close()


async def test_keys_move_and_only_enter_does(
    open_page: OpenPage, site: Client, floor: Floor, keeper: FixedKeeper
) -> None:
    await floor.store.write(lambda tx: [reported(tx, floor, number) for number in (1, 2, 3)])
    page = await open_page(site, "/", keeper.admit(SARI))
    await page.locator(".rows li").nth(2).wait_for(timeout=SOON_MS)
    await page.keyboard.press("d")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await page.locator(".hero").get_by_text("#3").wait_for(timeout=SOON_MS)
    assert await page.locator(".rows [tabindex='0']").count() == 1
    await page.wait_for_function("() => !document.querySelector('.acts').inert")
    await page.keyboard.press("t")
    assert await page.evaluate(FOCUS) == "Terima sebagai Sari Dewi"
    await page.keyboard.press("Enter")
    await taken(floor, 3)
    await page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="Tombol cepat")
    await help_.get_by_role("checkbox").uncheck()
    await help_.get_by_role("button", name="Simpan").click()
    await page.locator("body").evaluate("() => document.activeElement.blur()")
    await page.keyboard.press("d")
    assert await page.evaluate("() => document.activeElement === document.body")
    await page.close()
