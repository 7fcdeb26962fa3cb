"""The whole walk in real browsers on the real program: from a resident's telephone to the board, and back to it."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.browser import PATIENCE_MS, OpenPage, axe, photo
from tests.walks.cable import cable
from tests.walks.house import GINA, HADI, QUICK, STORE, House, pack
from tests.walks.operators import PIN, at_the_desk, choose_password, enrol, first_login, hired, log_in, met, press
from tests.walks.processes import started
from tests.walks.world import World, world

pytestmark = pytest.mark.sqlite_only("a browser sees nothing of the engine")
CLOCKS = {**QUICK, "nobody_s": 6}
CUT = ("ERR_", "status of 409")  # what a browser writes while the cable is out, and where somebody was quicker
LOUD = re.compile("BELUM DITERIMA")
ROBBERY = "TOLONG RAMPOK di Jl. Mawar Kelurahan Hulu"
STRANGERS = ("+6285500009001", "+6285500009002", "+6285500009003")
CUT_MS = 60_000  # milliseconds within which a page that hears nothing says so; it calls 25 s of silence a cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A town with its network, and where the program runs."""

    net: World
    house: House

    def says(self, number: str, text: str) -> None:
        """A resident writes to the city."""
        self.net.sms(number, self.house.city.modems[0].number, text)

    def heard(self, number: str) -> str:
        """All that stands on a telephone."""
        return "\n".join(one["text"] for one in self.net.inbox(number))

    def incidents(self) -> list[dict[str, Any]]:
        """As they stand in the store."""
        return self.house.rows("SELECT id, state, caller, accepted_by, finding FROM incident ORDER BY id")


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    folder = tmp_path / "walk"
    short = pack(folder, CLOCKS)
    house = House(folder=folder, pack=short, port="")
    with world(folder, house.city, (GINA, HADI)) as net:
        yield Town(net=net, house=House(folder=folder, pack=short, port=net.links[0]))


def hours_pass(house: House) -> None:
    """Nobody has proved who he is lately. Only while the program does not run."""
    with closing(sqlite3.connect(house.data / STORE)) as store:
        store.execute("UPDATE console_session SET sure_until = NULL")
        store.commit()


async def test_the_first_admin_lets_a_dispatcher_in_who_needs_his_pin_for_a_siren(
    town: Town, open_page: OpenPage
) -> None:
    siren = town.house.city.stations["polsek-hulu"].siren
    assert siren is not None
    async with cable() as line:
        with town.house.running() as running:
            line.put_back(running.url)
            admin = await open_page(line.url, "/settings/users")
            await log_in(admin, *first_login(running.process))
            await choose_password(admin)
            await enrol(admin)
            await admin.wait_for_url("**/settings/users")
            await admin.get_by_label("Nama lengkap").fill("Sari Dewi")
            await admin.get_by_label("Nama pengguna").fill("sari")
            await admin.get_by_label("Operator").check()
            await press(admin, "Tambah pengguna")
            handed = await admin.locator("code.secret").inner_text()
            sari = await at_the_desk(await open_page(line.url, excuse=("status of 403", *CUT)), "sari", handed)
            await sari.goto(f"{line.url}me")
            assert await axe(sari) == []
            await photo(sari, "me")
            await sari.goto(f"{line.url}stations/polsek-hulu")
            line.pull()
            assert running.process.stop() == 0
        hours_pass(town.house)
        with town.house.running() as running:
            line.put_back(running.url)
            await met("the modem on the air", running.on_air)
            await sari.reload()
            await sari.locator("input[name=pin]").fill("111222")
            await press(sari, "Bunyikan sirene sekarang")
            await sari.get_by_text("PIN atau kata sandi salah.").wait_for()
            assert town.net.siren(siren.number)["rings"] == 0, "a wrong PIN rings nothing"
            await sari.locator("input[name=pin]").fill(PIN)
            await press(sari, "Lanjutkan")
            await met("the siren rings", lambda: town.net.siren(siren.number)["rings"] == 1)


async def test_a_robbery_comes_from_a_telephone_to_two_boards_and_the_truth_goes_back_to_it(
    town: Town, open_page: OpenPage
) -> None:
    from playwright.async_api import expect

    with town.house.running() as running:
        async with cable(running.url) as line:
            people = {"sari": "Sari Dewi", "budi": "Budi Harto"}
            codes = {login: hired(town.house, login, name, "dispatcher") for login, name in people.items()}
            sari, budi = [await at_the_desk(await open_page(line.url, excuse=CUT), *one) for one in codes.items()]
            await met("the modem on the air", running.on_air)
            assert await sari.title() == "Kentongan"
            await sari.locator("body").click()  # a browser makes no sound before somebody touches the page

            town.says(GINA, ROBBERY)
            for page in (sari, budi):
                await page.locator(".board .row").wait_for()
                assert "Jl. Mawar" in await page.locator(".typed").inner_text()
            await expect(sari).to_have_title(LOUD, timeout=PATIENCE_MS)
            await sari.locator(".banner-nobody").wait_for()
            await sari.locator(".banner-nobody").get_by_role("button", name="Senyap 1 menit").wait_for()
            assert await sari.locator("link[rel=icon]").get_attribute("href") == "/console/static/loud.svg"
            assert await axe(sari) == []

            await budi.get_by_text("Sari Dewi melihat ini").first.wait_for()
            await budi.get_by_role("button", name="Palsu").click()
            await sari.get_by_text("Budi Harto sedang menandai").first.wait_for()
            await sari.get_by_role("button", name="Terima sebagai Sari Dewi").click()
            await met("Gina reads the truth", lambda: "diterima" in town.heard(GINA).lower())
            await budi.locator("dialog").get_by_role("button", name="Palsu").click()
            await budi.get_by_text("Ada yang berubah sementara itu").wait_for()
            told = await budi.locator("dialog .undone").inner_text()
            assert "Sari Dewi" in told, "who did what meanwhile is said in words"
            await budi.locator("dialog").get_by_role("button", name="Kembali").click()
            (one,) = town.incidents()
            assert (one["state"], one["accepted_by"]) == ("accepted", "Sari Dewi")
            await expect(sari).to_have_title("Kentongan", timeout=PATIENCE_MS)

            line.pull()
            for stranger in STRANGERS:
                town.says(stranger, "TOLONG KEBAKARAN")
            await met("all are kept", lambda: len(town.incidents()) == 4)
            await sari.locator(".banner-cut").wait_for(timeout=CUT_MS)
            assert "TERPUTUS" in await sari.locator(".banner-cut").inner_text()
            age = sari.locator(".banner-cut time")
            await expect(age).to_have_text(re.compile("^(0:[3-5]|1:)"), timeout=CUT_MS)  # and it goes on
            await expect(sari.locator(".board .row")).to_have_count(1)
            line.put_back()
            await sari.locator(".banner-cut").wait_for(state="detached")
            await expect(sari.locator(".board .row")).to_have_count(4, timeout=PATIENCE_MS)
            codes = await sari.locator(".board .row .code").all_inner_texts()
            assert sorted(codes) == ["#1", "#2", "#3", "#4"], "nothing is lost, and nothing stands there twice"

            await sari.locator(".board .row", has_text="#1").click()
            await sari.get_by_role("button", name="Selesai").click()
            await sari.get_by_label("Keterangan").fill("pelaku kabur, tidak ada korban")
            await sari.locator("dialog").get_by_role("button", name="Selesai").click()
            await met("it is closed", lambda: town.incidents()[0]["state"] == "closed")
            assert town.incidents()[0]["finding"]
            await budi.locator(".board .row[data-face=closed]").wait_for()


async def test_the_demo_lets_whoever_looks_from_this_machine_in_and_nobody_calls_out(
    tmp_path: Path, open_page: OpenPage
) -> None:
    settings = {"KENTONGAN_HTTP__PORT": "0", "KENTONGAN_DATA_DIR": str(tmp_path / "var")}
    with started("demo", "--json", folder=tmp_path, environment=settings) as process:
        page = await open_page(json.loads(process.line())["url"])
        await page.locator(".calm-words strong", has_text="Tenang").wait_for()
        assert await page.locator("#beside").is_visible(), "the telephones of the virtual world stand beside the board"
        await page.close()
        assert process.stop() == 0
