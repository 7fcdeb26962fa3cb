"""The board in a real browser: two people at one incident, a cut wire, five hundred at once, a phone."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from dispatch import store
from dispatch.incident import State
from dispatch.plan import Effect, EffectKind, EffectState
from gateway.page import Floor
from gateway.pulse import Bell
from gateway.store import Tx
from ivr.leg import CallResult, Outcome
from tests.dispatch.console.now.stage import BUDI, SARI, SOON_MS, Wire, reported
from tests.dispatch.stage import ANI, HULU
from tests.fixtures.browser import DESK, PHONE, OpenPage, axe, photo, sideways
from tests.fixtures.site import PROOF, Client, FixedKeeper

pytestmark = pytest.mark.sqlite_only("walks of a browser; the verbs and the feed are tried on both elsewhere")


async def test_two_people_see_each_others_hand_and_do_not_undo_each_other(
    open_page: OpenPage, site: Client, floor: Floor, bell: Bell, keeper: FixedKeeper
) -> None:
    await floor.store.write(lambda tx: reported(tx, floor, 1))
    sari = await open_page(site, "/", keeper.admit(SARI), excuse=("status of 409", "status of 403"))
    budi = await open_page(site, "/", keeper.admit(BUDI), size=PHONE, light="dark")
    await sari.get_by_role("heading", name="PERAMPOKAN").wait_for(timeout=SOON_MS)
    await budi.get_by_role("button", name="Betulkan tempat").click()
    await sari.locator(".hero").get_by_text("Budi Raharjo sedang membetulkan tempat").wait_for(timeout=SOON_MS)
    await sari.get_by_role("button", name="Palsu").click()  # what she saw is what stood there when she began
    await budi.get_by_label("Alamat atau titik").fill(floor.city.areas[HULU].name)
    await budi.locator("dialog").get_by_role("button", name="Betulkan tempat").click()
    await sari.locator(".timeline").get_by_text("Budi Raharjo membetulkan tempat").wait_for(timeout=SOON_MS)
    await sari.locator("dialog").get_by_role("button", name="Palsu").click()
    asked = sari.get_by_role("dialog", name="Buktikan bahwa ini Anda")
    await asked.get_by_label("PIN atau sandi").fill(PROOF)
    await asked.get_by_role("button", name="Lanjutkan").click()
    clash = sari.get_by_role("dialog", name="Ada yang berubah")
    await clash.get_by_text("Budi Raharjo membetulkan tempat").wait_for(timeout=SOON_MS)
    assert (await floor.store.read(lambda tx: store.load_case(tx, 1))).incident.state is State.CONFIRMED
    await clash.get_by_role("button", name="Tetap tandai").click()
    await budi.locator(".hero-state").get_by_text("Dibatalkan").wait_for(timeout=SOON_MS)
    assert await sideways(budi) <= 0
    assert await axe(sari) == []
    await photo(sari, "now")


async def test_a_cut_wire_is_said_loudly_and_what_was_missed_is_caught_up(
    open_page: OpenPage, site: Client, floor: Floor, bell: Bell, keeper: FixedKeeper
) -> None:
    await floor.store.write(lambda tx: reported(tx, floor, 1))
    wire = Wire(site.server.port or 0)
    async with wire:
        page = await open_page(wire.address, "/", keeper.admit(SARI), excuse=("ERR_", "Failed to fetch"))
        await page.get_by_role("heading", name="PERAMPOKAN").wait_for(timeout=SOON_MS)
        first = await page.evaluate_handle("document.querySelector('.rows li')")
        await wire.cut()
        await page.get_by_text("TERPUTUS").wait_for(timeout=30_000)
        old = page.locator(".banner-cut time", has_text=re.compile("^0:(0[6-9]|[1-5])"))
        await old.wait_for(timeout=SOON_MS)  # how old that is which stands there
        await floor.store.write(lambda tx: [reported(tx, floor, number) for number in range(2, 7)])
        bell.ring()
        await wire.mend()
        await page.locator(".rows li").nth(5).wait_for(timeout=30_000)
        assert await page.locator(".rows li").count() == 6
        await page.get_by_text("TERPUTUS").wait_for(state="detached", timeout=SOON_MS)
        assert await first.evaluate("node => node.isConnected")  # the row under a finger is the same element
        await page.close()


async def test_five_hundred_at_once_leave_the_board_usable(
    open_page: OpenPage, site: Client, floor: Floor, bell: Bell, keeper: FixedKeeper
) -> None:
    page = await open_page(site, "/", keeper.admit(SARI))
    await page.get_by_text("Tenang").wait_for(timeout=SOON_MS)
    await floor.store.write(lambda tx: [reported(tx, floor, number) for number in range(500)])
    bell.ring()
    await page.get_by_text("300 lagi menunggu").wait_for(timeout=30_000)
    assert await page.locator(".rows li").count() == 200
    await page.locator(".rows li button").nth(150).click()
    await page.locator(".hero").get_by_text("#151").wait_for(timeout=SOON_MS)
    await page.get_by_role("button", name="Terima sebagai Sari Dewi").click()
    async with asyncio.timeout(20):
        while (await floor.store.read(lambda tx: store.load_case(tx, 151))).incident.state is not State.ACCEPTED:
            await asyncio.sleep(0.1)
    await page.close()


async def test_one_incident_prints_and_reads_without_script(
    open_page: OpenPage, site: Client, floor: Floor, keeper: FixedKeeper
) -> None:
    await floor.store.write(lambda tx: reported(tx, floor, 1))
    page = await open_page(site, "/incidents", keeper.admit(SARI), script=False)
    await page.get_by_role("link", name="#1").click()
    await page.get_by_label("Catat").fill("keluarga sudah dihubungi")
    await page.get_by_role("button", name="Catat").click()
    await page.get_by_text("keluarga sudah dihubungi").wait_for(timeout=SOON_MS)
    again = await open_page(site, "/incidents/1", keeper.admit(SARI), size=PHONE)
    assert await sideways(again) <= 0
    assert await axe(again) == []
    await photo(again, "incident")
    await page.close()


@pytest.mark.parametrize(
    "size", [pytest.param(DESK, marks=pytest.mark.rest("a phone has the least room")), PHONE], ids=str
)
async def test_a_row_whose_officer_was_called_in_vain_says_so_and_is_not_green(
    open_page: OpenPage, site: Client, floor: Floor, keeper: FixedKeeper, size: tuple[int, int]
) -> None:
    at = floor.clock.now()
    taken: dict[str, Any] = {"state": State.ACCEPTED, "accepted_at": at}

    def work(tx: Tx) -> None:
        reported(tx, floor, 1, **taken, accepted_by=ANI)
        sent = reported(tx, floor, 2, **taken, accepted_by="Sari Dewi", case={"assigned_to": ANI, "assigned_at": at})
        asked = Effect(incident=sent, kind=EffectKind.CALL, target=ANI, wave=1, round=1)
        store.intend(tx, asked, at)
        store.claim(tx, asked.key, at)
        store.settle(tx, asked.key, EffectState.DONE, at, CallResult(outcome=Outcome.UNREACHABLE))

    await floor.store.write(work)
    page = await open_page(site, "/", keeper.admit(SARI), size=size)
    green = page.locator(".row[data-face=accepted]")
    await green.get_by_text("Diterima · Ani Contoh").wait_for(timeout=SOON_MS)
    row = page.locator(".row[data-face=untaken]")
    await row.get_by_text("Diterima · Sari Dewi → Ani Contoh: tidak terjangkau").wait_for(timeout=SOON_MS)
    colours = [await one.evaluate("one => getComputedStyle(one).borderLeftColor") for one in (row, green)]
    assert colours[0] != colours[1]
    need = page.locator(".need", has_text="#2 PERAMPOKAN: Ani Contoh tidak terhubung (tidak terjangkau)")
    await need.get_by_role("button", name="Tugaskan").wait_for(timeout=SOON_MS)
    assert await sideways(page) <= 0
    assert await axe(page) == []
    await page.close()
