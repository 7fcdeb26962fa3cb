"""The page of the virtual world: who is on it, and what happens there as it happens."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from config.city import load_city
from config.clock import SystemClock
from modem.virtual.cast import Cast, Person, Post, asks_of
from modem.virtual.network import Network
from modem.virtual.pages import add_page

CENTRE, SITI, RIZAL, SIREN = "+6281100000009", "+6281260000001", "+6281260000002", "+6281260000003"
CAST = Cast(
    gateway=(CENTRE,),
    people=(
        Person(number=SITI, name="Siti", role="resident", note="Hulu"),
        Person(number=RIZAL, name="Rizal", role="officer", post="west"),
    ),
    posts=(Post(id="west", name="Pos Barat", siren=SIREN), Post(id="centre", name="")),
    tries=("TOLONG RAMPOK",),
)
TOWN = Path(__file__).parents[1] / "fixtures" / "tinytown"
WAIT = 5.0  # seconds; a limit, not a measure


def test_a_newcomer_is_shown_three_services_of_the_city_to_try() -> None:
    city = load_city("binjai")
    assert asks_of(city) == ("INFO PUSKESMAS", "BUS RSUD DJOELHAM", "PBB 12.75.030.004.005-0123.0")
    fewer = replace(city, buses=load_city(TOWN).buses)
    assert asks_of(fewer) == ("INFO PUSKESMAS", "PBB 12.75.030.004.005-0123.0", "IZIN 2026-0413")


async def opened(client: AiohttpClient) -> tuple[Network, TestClient[Any, Any]]:
    network = Network(SystemClock())
    network.modem(CENTRE)
    network.siren(SIREN, whitelist=[SITI], close_s=0.2)
    app = web.Application()
    add_page(app, network, lambda: CAST)

    async def closing(_app: web.Application) -> None:
        network.close()

    app.on_cleanup.append(closing)
    return network, await client(app)


async def events(answer: ClientResponse) -> AsyncIterator[tuple[str, Any]]:
    name = ""
    while line := (await answer.content.readline()).decode():
        field, _, value = line.rstrip("\n").partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)


async def until(answer: ClientResponse, wanted: str, **said: Any) -> dict[str, Any]:
    async with asyncio.timeout(WAIT):
        async for name, value in events(answer):
            if name == wanted and all(value.get(key) == expected for key, expected in said.items()):
                return dict(value)
    raise AssertionError(f"the stream ended before {wanted} {said}")


async def test_the_page_and_its_modules_are_served(aiohttp_client: AiohttpClient) -> None:
    _, page = await opened(aiohttp_client)
    assert (await page.get("/")).content_type == "text/html"
    for name in ("world.js", "world.css", "handset.css", "words/id.json"):
        assert (await page.get(f"/static/{name}")).status == 200


async def test_everybody_is_introduced_and_has_a_phone(aiohttp_client: AiohttpClient) -> None:
    network, page = await opened(aiohttp_client)
    async with page.get("/scene/events") as answer:
        stage = await until(answer, "stage")
        post = await until(answer, "post", id="west")
        siti = await until(answer, "person", name="Siti")
    assert stage == {"gateway": [CENTRE], "services": [], "codes": [], "tries": ["TOLONG RAMPOK"], "asks": []}
    assert post["siren"] == {"number": SIREN, "lamp": False, "state": "well", "ringing": False}
    assert (siti["role"], siti["note"], siti["call"], siti["inbox"], siti["sent"]) == ("resident", "Hulu", None, [], [])
    assert RIZAL in network.phones


async def test_a_text_is_seen_at_both_ends_and_in_the_air(aiohttp_client: AiohttpClient) -> None:
    network, page = await opened(aiohttp_client)
    async with page.get("/scene/events") as answer:
        await until(answer, "person", name="Rizal")
        network.phone(SITI).sms(RIZAL, "halo <b>dunia</b>")
        rizal = await until(answer, "person", name="Rizal")
        assert [sms["text"] for sms in rizal["inbox"]] == ["halo <b>dunia</b>"]
        air = await until(answer, "air", kind="submit")
        assert (air["from"], air["to"]) == (SITI, RIZAL)
    async with page.get("/scene/events") as answer:  # a page that comes later sees it too
        siti = await until(answer, "person", name="Siti")
        assert [sms["text"] for sms in siti["sent"]] == ["halo <b>dunia</b>"]


async def test_a_menu_on_a_phone_is_shown_and_the_programs_other_numbers_are_told(
    aiohttp_client: AiohttpClient,
) -> None:
    network, page = await opened(aiohttp_client)
    network.service("38411", lambda sms: None)
    async with page.get("/scene/events") as answer:
        assert (await until(answer, "stage"))["services"] == ["38411"]
        assert (await until(answer, "person", name="Siti"))["ussd"]["state"] == "none"
        network.phone(SITI).dial("*888#")
        told = await until(answer, "person", ussd={"state": "told", "text": network.ussd["*888#"], "dialled": "*888#"})
        assert told["name"] == "Siti"
        network.phone(SITI).put_away()
        await until(answer, "person", ussd={"state": "none", "text": "", "dialled": ""})
        network.phone(RIZAL).sms(SITI, "halo")
        assert (await until(answer, "person", name="Siti"))["inbox"][0]["from"] == RIZAL


async def test_a_ringing_phone_and_a_lit_lamp_are_shown(aiohttp_client: AiohttpClient) -> None:
    network, page = await opened(aiohttp_client)
    async with page.get("/scene/events") as answer:
        await until(answer, "person", name="Rizal")
        network.phone(SITI).call(RIZAL)
        rung = await until(answer, "person", name="Rizal")
        assert (rung["call"]["state"], rung["call"]["incoming"], rung["call"]["number"]) == ("alerting", True, SITI)
        network.phone(RIZAL).answer()
        talking = await until(answer, "person", name="Rizal")
        assert talking["call"]["answered_at"] is not None
        network.phone(SITI).hangup()
        await until(answer, "person", name="Rizal", call=None)
        network.phone(SITI).call(SIREN)
        await until(answer, "air", kind="siren", lamp=True)


async def test_a_call_tells_which_side_of_its_sound_is_the_phones_own(aiohttp_client: AiohttpClient) -> None:
    network, page = await opened(aiohttp_client)
    async with page.get("/scene/events") as answer:
        await until(answer, "person", name="Rizal")
        call = network.exchange.dial(network.modems[0], RIZAL)
        rung = await until(answer, "person", name="Rizal")
        assert (rung["call"]["id"], rung["call"]["side"]) == (call.id, "far")
        network.exchange.release(call, None)
        network.phone(SITI).call(RIZAL)
        rings = await until(answer, "person", name="Siti", note="Hulu")
        assert rings["call"]["side"] == "near", "of two phones, the one that rings"


STATIC = Path(str(files("modem.virtual") / "static"))


def test_the_page_has_each_of_its_words_in_both_languages() -> None:
    words = {one.stem: json.loads(one.read_text()) for one in sorted((STATIC / "words").glob("*.json"))}
    assert words["en"].keys() == words["id"].keys()
    used = {key for one in STATIC.glob("*.js") for key in re.findall(r"""word\("([a-z.]+)\"""", one.read_text())}
    assert used
    assert used <= words["id"].keys()


def test_the_page_runs_under_a_policy_of_its_own_origin_only() -> None:
    for one in (*STATIC.glob("*.html"), *STATIC.glob("*.js"), *STATIC.glob("*.css")):
        text = one.read_text()
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text), f"{one.name} reaches out"
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son[a-z]+=\"|<style|\beval\(|new Function", text), one.name
    for module in STATIC.glob("*.js"):
        for asked in re.findall(r'from "(.+?)"', module.read_text()):
            assert (STATIC / asked).is_file(), f"{module.name} imports {asked}"


async def test_the_network_stops_though_pages_are_open(aiohttp_client: AiohttpClient) -> None:
    _, page = await opened(aiohttp_client)
    async with page.get("/scene/events") as answer:
        await until(answer, "stage")
        async with asyncio.timeout(WAIT):
            await page.server.close()
