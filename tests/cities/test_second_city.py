"""A second city: other words for its areas, another clock, another first language, other services. The walk of the
first runs on it, and nowhere does it hear of the first."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from config.check import check
from ivr.store import CALLS
from modem.virtual import Behaviour
from tests.fixtures.browser import OpenPage
from tests.walks.connected import Connected, connected
from tests.walks.lived import standing
from tests.walks.test_every_page import NO_PAGES

PACK = Path(__file__).parent / "teluksari"
OLGA, PIET, ROSA = "+6285511003001", "+6285511003002", "+6285511003003"
STRANGER = "+6281260000077"
HARBOUR, COAST = "+6285511001001", "+6285511001002"
LISTENS = Behaviour(answer_after_s=4.0, keys="1", key_after_s=2.0)
CRY = "HELP boat sinking at the Old Pier, village Batu Layar"
FOREIGN = re.compile(r"\b(kelurahan|kecamatan|lingkungan|kepling|lk\.|WIB|binjai)\b", re.IGNORECASE)
"""What belongs to the first city: its words for areas, its clock, its name."""
COLUMNS = "/people/import"
"""A page that names the columns of a file, which are the same in every city."""
DRAWN = {"/": ".board .row", "/map": "summary:not(:empty)"}
"""What a page that draws itself shows when it has."""
WORDS = """() => document.body.innerText + [...document.querySelectorAll("[title], [aria-label], [placeholder]")]
  .map((one) => [one.title, one.ariaLabel, one.placeholder].join(" ")).join("\\n")"""
TAGS = re.compile(r"<code.*?</code>|<script.*?</script>|<style.*?</style>|<[^>]*>|<!--.*?-->", re.DOTALL)
SEEN = (
    *("/", "/map", "/incidents", "/incidents/1", "/people", f"/people/{OLGA}", "/people/new", "/stations", "/roster"),
    *("/drills", "/tickets", "/tickets/1001", "/letters", "/reports", "/settings/pack", "/settings/users"),
)


def everybody(here: Connected, does: Behaviour) -> None:
    for number in (*here.city.roster_numbers(), *(post.number for post in here.city.operators)):
        here.phone(number).behave(does)


async def writes(here: Connected, number: str, text: str, then: float = 30.0) -> str:
    """What came back last."""
    before = len(here.texts(number))
    here.phone(number).sms(here.modem.number, text)
    await here.clock.sleep(then)
    new = here.texts(number)[before:]
    return new[-1] if new else ""


def test_its_pack_has_no_fault() -> None:
    assert check(PACK) == []


def test_a_cry_for_a_boat_rings_the_siren_calls_the_watch_and_tells_the_hour_of_the_city(tmp_path: Path) -> None:
    async def scene(here: Connected) -> None:
        await writes(here, PIET, "HELP thief in Lembah Sagu", then=60.0)
        kept = here.texts(PIET)[0]
        assert re.match(r"Report \d+ noted 11[.:]00: THIEF, .*Lembah Sagu", kept), kept
        everybody(here, LISTENS)
        await here.clock.sleep(120.0)
        await writes(here, OLGA, CRY)
        assert any(ring.obeyed for ring in here.network.sirens[HARBOUR].rings_seen)
        await here.until(lambda: here.told(OLGA, "accepted by Harbour Watch at 11"), "told who comes", 400.0)
        _, incident = await here.incidents()
        assert (incident.kind, incident.state, incident.station) == ("boat", "accepted", "harbour")
        rows = await here.house.store.read(lambda tx: tx.execute(select(CALLS)).all())
        said = " ".join(words for row in rows for _, who, words in json.loads(row.said) if who == "us")
        assert "Village Batu Layar" in said
        assert not FOREIGN.search(said)

    connected(tmp_path, scene, pack=PACK, provider="")


def test_a_stranger_is_led_to_his_village_by_its_own_words(tmp_path: Path) -> None:
    async def scene(here: Connected) -> None:
        phone = here.phone(STRANGER)
        assert phone.dial("*384#") is not None
        screens = [await here.shown(phone)]
        for key in ("1", "1", "1", "2"):
            assert phone.type(key), screens
            screens.append(await here.shown(phone))
        assert "1 EMERGENCY" in screens[0]
        assert "1 BOAT IN NEED" in screens[1]
        assert "In which district?" in screens[2]
        assert "Which village of Pesisir?" in screens[3]
        assert not FOREIGN.search("\n".join(screens))
        await here.clock.sleep(5.0)
        (incident,) = await here.incidents()
        assert json.loads(incident.place)["kelurahan"] == "88.05.01.2002"

    connected(tmp_path, scene, pack=PACK, modem=None)


def test_its_services_answer_in_the_language_of_who_asks(tmp_path: Path) -> None:
    async def scene(here: Connected) -> None:
        ticket = await writes(here, OLGA, "REPORT broken jetty in Batu Layar")
        assert re.search(r"Public Works", ticket), ticket
        assert "Rp 61.500" in await writes(here, OLGA, "WATER BILL 400217")
        assert "Air 400218" in await writes(here, ROSA, "TAGIHAN AIR 400218")
        assert "15.000" in await writes(here, OLGA, "FERRY Far Shore")
        assert "village" in await writes(here, STRANGER, "REPORT no water")
        assert "doctor" not in (await writes(here, PIET, "MENU")).lower(), "it has no clinic"
        told = [text for number in (OLGA, PIET, ROSA, STRANGER) for text in here.texts(number)]
        assert not FOREIGN.search("\n".join(told))

    connected(tmp_path, scene, pack=PACK, provider="")


def test_who_rings_hears_of_its_own_services_in_its_own_words(tmp_path: Path) -> None:
    async def scene(here: Connected) -> None:
        phone = here.phone(OLGA)
        phone.call(here.modem.number, 60.0)
        await here.clock.sleep(20.0)
        phone.press("2")  # complaints: it has no doctor's queue
        await here.clock.sleep(160.0)
        rows = await here.house.store.read(lambda tx: tx.execute(select(CALLS)).all())
        said = " ".join(words for row in rows for _, who, words in json.loads(row.said) if who == "us")
        assert "For an emergency, press 1. For a complaint, press 2. For other services, press 3." in said
        assert "What is it about? broken jetty, press 1." in said
        assert "doctor" not in said
        assert not FOREIGN.search(said)

    connected(tmp_path, scene, pack=PACK, provider="", answer=True)


@pytest.fixture(scope="module")
def lived_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("teluksari")

    async def scene(here: Connected) -> None:
        everybody(here, LISTENS)
        await writes(here, OLGA, CRY, then=60.0)
        await writes(here, STRANGER, "REGISTER Wim Sample#Kebun Pala#Nutmeg Road 7 hamlet 2", then=40.0)
        await writes(here, OLGA, "REPORT broken jetty in Batu Layar", then=40.0)
        await writes(here, STRANGER, "somebody is shouting near the market", then=40.0)

    connected(folder, scene, pack=PACK, provider="")
    return folder


@pytest.fixture
def lived_here(lived_once: Path, tmp_path: Path) -> Path:
    return shutil.copytree(lived_once, tmp_path, dirs_exist_ok=True)


@pytest.mark.sqlite_only("a browser sees nothing of the engine")
@pytest.mark.parametrize("language", ["en", "id"])
async def test_no_page_of_it_speaks_of_the_first_city(lived_here: Path, open_page: OpenPage, language: str) -> None:
    async with standing(lived_here, PACK) as town:
        page = await open_page(town.client, "/me", town.keeper.admit(town.user, sure=True), language=language)
        shown: dict[str, str] = {}
        for path in SEEN:
            answer = await page.goto(str(town.client.make_url(path)), wait_until="load")
            assert answer.status == 200, path
            if path in DRAWN:
                await page.locator(DRAWN[path]).first.wait_for()
            shown[path] = await page.evaluate(WORDS)
            assert not (found := FOREIGN.search(shown[path])), f"{path}: {found}"
        assert "WITA" in shown["/"]
        assert {"en": "village", "id": "desa"}[language] in shown["/map"].lower()
        await page.close()


@pytest.mark.sqlite_only("a page sees nothing of the engine")
async def test_no_page_that_can_be_opened_without_a_choice_does(lived_here: Path) -> None:
    async with standing(lived_here, PACK) as town:
        found = sorted({path for method, path in town.site.doors if method == "GET" and "{" not in path})
        found = [path for path in found if not path.startswith((*NO_PAGES, COLUMNS))]
        for path in found:
            status, kind, body = await town.page(path)
            if (status, kind) == (200, "text/html"):
                assert not (foreign := FOREIGN.search(TAGS.sub(" ", body.decode()))), f"{path}: {foreign}"
