"""The board in a real browser: two people at one incident, a cut wire, five hundred at once, a phone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from dispatch import store
from dispatch.case import Case
from dispatch.case import Role as Was
from dispatch.console.map.pages import map_wing
from dispatch.console.running import RunningHouse
from dispatch.incident import Certainty, Incident, Place, Source, State
from gateway.messages import Inbound, Kind
from gateway.page import Floor, Role
from gateway.pulse import Bell
from gateway.store import Tx
from gateway.store.inbound import add_letter
from tests.dispatch.stage import GINA, HULU
from tests.fixtures.browser import PHONE, OpenPage, axe, photo, sideways
from tests.fixtures.site import Client, FixedKeeper, built, ground_floor, user_with

EVIL = "TOLONG RAMPOK <img src=x onerror=alert(1)> \u202e=1+1"
SARI = user_with(Role.DISPATCHER, name="Sari Dewi")
BUDI = user_with(Role.DISPATCHER, login="budi", name="Budi Raharjo")
SOON_MS = 8000

pytestmark = pytest.mark.sqlite_only("walks of a browser; the verbs and the feed are tried on both elsewhere")


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    async with ground_floor(tmp_path) as floor:
        yield floor


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
async def site(floor: Floor, bell: Bell, keeper: FixedKeeper, aiohttp_client: AiohttpClient) -> Client:
    floor = replace(floor, wake=bell.ring)
    return await aiohttp_client(built(floor, (map_wing(floor),), keeper, RunningHouse(floor, bell=bell)).app)


def reported(tx: Tx, floor: Floor, number: int, **more: Any) -> int:
    """An emergency as the desk writes it."""
    at = floor.clock.now()
    place = Place(kelurahan=HULU, source=Source.TEXT, certainty=Certainty.LIKELY, age_s=0.0)
    said = {"id": 0, "code": "", "opened_at": at, "confirmed_at": at, "state": State.CONFIRMED, "kind": "robbery"}
    here = Incident(**{**said, "caller": GINA, "place": place, "registered": True, **more})
    made = store.open_case(tx, Case(incident=here, origin=Kind.SMS, heard_at=at)).incident.id
    letter = Inbound(
        id=0, channel="m1", kind=Kind.SMS, sender=GINA, text=EVIL, sent_at=at, received_at=at, external_id=f"x{number}"
    )
    kept = add_letter(tx, letter, urgent=True)
    store.join_letter(tx, made, replace(letter, id=kept), Was.OPENED)
    store.tell(tx, made, at, "opened", EVIL, "+62***", words=EVIL)
    return made


class Wire:
    """What lies between a browser and the program, and can be cut."""

    def __init__(self, port: int) -> None:
        self._to, self._port = port, 0
        self._ends: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Wire:
        await self.mend()
        return self

    async def __aexit__(self, *_fault: object) -> None:
        await self.cut()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def mend(self) -> None:
        self._server = await asyncio.start_server(self._joined, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        self._server.close()
        for end in list(self._ends):
            end.transport.abort()
        await self._server.wait_closed()

    async def _joined(self, near: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        far, into = await asyncio.open_connection("127.0.0.1", self._to)
        self._ends |= {out, into}
        for source, sink in ((near, into), (far, out)):
            task = asyncio.create_task(self._carry(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()
        sink.close()
        self._ends.discard(sink)


async def test_two_people_see_each_others_hand_and_do_not_undo_each_other(
    open_page: OpenPage, site: Client, floor: Floor, bell: Bell, keeper: FixedKeeper
) -> None:
    await floor.store.write(lambda tx: reported(tx, floor, 1))
    sari = await open_page(site, "/", keeper.admit(SARI), excuse=("status of 409",))
    budi = await open_page(site, "/", keeper.admit(BUDI), size=PHONE, light="dark")
    await sari.get_by_role("heading", name="PERAMPOKAN").wait_for(timeout=SOON_MS)
    await budi.get_by_role("button", name="Betulkan tempat").click()
    await sari.locator(".hero").get_by_text("Budi Raharjo sedang membetulkan tempat").wait_for(timeout=SOON_MS)
    await sari.get_by_role("button", name="Palsu").click()  # what she saw is what stood there when she began
    await budi.get_by_label("Tulis tempatnya").fill(floor.city.areas[HULU].name)
    await budi.locator("dialog").get_by_role("button", name="Betulkan tempat").click()
    await sari.locator(".timeline").get_by_text("Budi Raharjo membetulkan tempat").wait_for(timeout=SOON_MS)
    await sari.locator("dialog").get_by_role("button", name="Palsu").click()
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
