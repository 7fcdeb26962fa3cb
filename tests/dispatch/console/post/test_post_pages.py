"""Letters on the pages: found, read in their thread, tried again, answered; and who may."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from dispatch.case import Case
from dispatch.console.api.pages import api_wing
from dispatch.console.letters import post_json
from dispatch.console.post.lists import wanted_of
from dispatch.console.post.pages import post_wing
from dispatch.incident import Incident, State
from dispatch.store import open_case
from gateway.messages import Kind, Lane, Outbound
from gateway.page import Floor, Role, Wing
from gateway.registry import Resident
from gateway.store import put
from gateway.store.audit import AUDIT_KEY, lines_after
from gateway.store.listing import letters
from gateway.store.outbound import OUTBOUND
from gateway.store.people import save
from gateway.store.schema import Tx
from gateway.store.searching import Wanted, search
from tests.fixtures.engines import outside
from tests.fixtures.site import EVERYBODY, PROOF, Client, FixedKeeper, as_user, built, ground_floor, user_with

GINA, OTHER = "+6281260000001", "+6281260000002"


def resident(floor: Floor, *, quiet: bool = False) -> Resident:
    return Resident(
        phone=GINA,
        name="Gina Contoh",
        kelurahan=next(iter(floor.city.areas)),
        address="",
        lat=None,
        lon=None,
        language="id",
        quiet=quiet,
        notes="",
        confirmed=True,
        panic_button=False,
        address_at=floor.clock.now(),
    )


async def written(floor: Floor, *texts: str, to: str = GINA, lane: Lane = Lane.SERVICE) -> None:
    ends = floor.clock.now() + timedelta(hours=1)

    def work(tx: Tx) -> None:
        for at, text in enumerate(texts):
            put(tx, Outbound(to=to, text=text, lane=lane, key=f"{to}/{text}/{at}", expires_at=ends))

    await floor.store.write(work)


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    async with ground_floor(tmp_path) as floor:
        yield floor


@pytest.fixture
async def desk(floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient) -> Client:
    client = await aiohttp_client(built(floor, (post_wing(floor),), keeper).app)
    client.session.headers["Accept"] = "text/html"
    return as_user(client, keeper.admit(user_with(Role.DISPATCHER)))


async def test_a_letter_is_found_by_its_words_and_by_part_of_its_number(desk: Client, floor: Floor) -> None:
    await written(floor, "jadwal dokter 100%", "lain")
    await written(floor, "kepada orang lain", to=OTHER)
    for asked, found in (("DOKTER", 1), ("100%", 1), ("0812 6000 0002", 1), ("6000000", 3), ("_", 0), ("%", 1)):
        page = await (await desk.get("/letters", params={"q": asked})).text()
        assert f"{found} surat" in page, asked


async def test_each_list_holds_what_its_name_says(desk: Client, floor: Floor) -> None:
    await written(floor, "satu", "dua")
    await floor.store.write(lambda tx: tx.execute(OUTBOUND.update().where(OUTBOUND.c.id == 1).values(state="dead")))
    for name, number in (("all", 2), ("in", 0), ("out", 2), ("unseen", 1), ("badly", 1), ("queued", 1), ("x", 2)):
        assert f"{number} surat" in await (await desk.get("/letters", params={"list": name})).text(), name


async def test_a_dead_letter_says_what_can_be_done_and_goes_once_more(desk: Client, floor: Floor) -> None:
    await written(floor, "penting")
    await floor.store.write(lambda tx: tx.execute(OUTBOUND.update().values(state="dead")))
    page = await (await desk.get("/letters/out-1")).text()
    assert "Tidak berangkat walau sudah dicoba berkali-kali." in page
    assert "Lihat pulsa" in page
    answer = await desk.post("/letters/out-1/retry", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/letters/out-1?said=post.said.retried")
    (again,) = await floor.store.read(letters)
    assert again.state == "queued"
    assert (await desk.post("/letters/out-1/retry", allow_redirects=False)).status == 409
    assert (await desk.post("/letters/out-9/retry", allow_redirects=False)).status == 404


async def test_the_thread_shows_both_directions_and_takes_an_answer(desk: Client, floor: Floor) -> None:
    await floor.store.write(lambda tx: save(tx, resident(floor)))
    await written(floor, "halo Gina")
    page = await (await desk.get(f"/letters/with/{GINA}")).text()
    assert "Gina Contoh" in page
    assert "halo Gina" in page
    answer = await desk.post(
        f"/letters/with/{GINA}/write", data={"text": " datanglah\r\nbesok "}, allow_redirects=False
    )
    assert answer.status == 303
    found, number = await floor.store.read(lambda tx: search(tx, Wanted(number=GINA), at_most=9))
    assert ([one.text for one in found if "besok" in one.text], number) == (["datanglah besok"], 2)


@pytest.mark.parametrize(
    ("number", "text", "why"),
    [
        (OTHER, "halo", "belum pernah menulis"),
        (GINA, "   ", "kosong"),
        (GINA, "x" * 460, "Terlalu panjang"),
        ("112", "halo", "bukan nomor telepon orang"),
    ],
)
async def test_what_is_not_written_is_said_and_nothing_leaves(
    desk: Client, floor: Floor, number: str, text: str, why: str
) -> None:
    await floor.store.write(lambda tx: save(tx, resident(floor)))
    answer = await desk.post(f"/letters/with/{number}/write", data={"text": text}, allow_redirects=False)
    assert answer.status == 409
    assert why in await answer.text()
    assert await floor.store.read(letters) == []


async def test_a_phone_that_must_be_quiet_is_not_written_to(desk: Client, floor: Floor) -> None:
    await floor.store.write(lambda tx: save(tx, resident(floor, quiet=True)))
    assert "harus diam" in await (await desk.get(f"/letters/with/{GINA}")).text()
    assert (await desk.post(f"/letters/with/{GINA}/write", data={"text": "halo"}, allow_redirects=False)).status == 409
    assert await floor.store.read(letters) == []


async def test_a_phone_whose_alarm_in_secret_is_open_is_not_written_to(desk: Client, floor: Floor) -> None:
    await floor.store.write(lambda tx: save(tx, resident(floor)))
    now = floor.clock.now()
    one = Incident(id=0, code="", state=State.PENDING, kind="violence", caller=GINA, opened_at=now, quiet=True)
    await floor.store.write(lambda tx: open_case(tx, Case(incident=one, origin=Kind.SMS, heard_at=now)))
    assert (await desk.post(f"/letters/with/{GINA}/write", data={"text": "halo"}, allow_redirects=False)).status == 409
    assert await floor.store.read(letters) == []


async def test_every_look_and_act_is_in_the_audit(desk: Client, floor: Floor) -> None:
    await floor.store.write(lambda tx: save(tx, resident(floor)))
    await written(floor, "halo")
    await desk.get(f"/letters/with/{GINA}")
    await desk.post(f"/letters/with/{GINA}/write", data={"text": "halo"}, allow_redirects=False)
    path = floor.settings.data_dir / "kentongan.db"
    assert [row["what"] for row in outside(path, "SELECT what FROM audit_line ORDER BY seq")] == [
        "look",
        "letter.write",
    ]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMIN, Role.OFFICE, Role.CLINIC])
async def test_who_needs_no_letters_sees_none(
    role: Role, floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    client = as_user(await aiohttp_client(built(floor, (post_wing(floor),), keeper).app), keeper.admit(user_with(role)))
    for path in ("/letters", "/letters/sheet", "/letters/out-1", f"/letters/with/{GINA}"):
        assert (await client.get(path)).status == 403, path


async def test_what_makes_no_sense_in_a_link_shows_a_list(desk: Client) -> None:
    for query in (
        "page=x",
        "page=0",
        "page=99999999999",
        "since=2026-13-45",
        "until=9999-12-31",
        "channel=%00",
        "lane=x",
    ):
        assert (await desk.get(f"/letters?{query}")).status == 200, query


async def test_the_costs_name_the_ceiling_and_the_sheet_adds_up(desk: Client) -> None:
    assert "Belum ada biaya" in await (await desk.get("/costs?days=31")).text()
    assert "rupiah" in await (await desk.get("/costs/sheet")).text()


def test_a_number_is_looked_for_however_it_is_typed(floor: Floor) -> None:
    zone = floor.city.timezone
    assert wanted_of({"q": "0812-6000-0001"}, zone).digits == GINA
    assert wanted_of({"q": "6000 0001"}, zone).digits == "60000001"
    assert wanted_of({"q": "RT 0012345"}, zone).digits == ""


# -- who hides


async def hidden(floor: Floor) -> str:
    """A letter that hides among two of others; its name."""
    await written(floor, "kepada orang lain", to=OTHER)
    ends = floor.clock.now() + timedelta(hours=1)
    secret = Outbound(to=GINA, text="Gina, pungli", lane=Lane.SERVICE, key="s", expires_at=ends, hides=True)
    number = await floor.store.write(lambda tx: put(tx, secret))
    values = {"state": "dead", "fault": f"no route to {GINA}"}
    await floor.store.write(lambda tx: tx.execute(OUTBOUND.update().where(OUTBOUND.c.id == number).values(values)))
    await floor.store.write(lambda tx: save(tx, resident(floor)))
    return f"out-{number}"


def tells(text: str) -> bool:
    """Whether it tells who hides, or what he wrote."""
    return any(part in text for part in ("Gina", "pungli", "60000001", "6000-0001", "6000 0001"))


async def looked_at(floor: Floor) -> list[str]:
    lines = await floor.store.read(lambda tx: lines_after(tx, 0, 100))
    marks = await floor.store.read(lambda tx: {row.mark: row.subject for row in tx.execute(AUDIT_KEY.select())})
    return [f"{one.how} {one.what} {one.object}" for one in lines if GINA in [marks[mark] for mark in one.marks]]


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.SUPERVISOR])
async def test_no_page_sheet_or_search_tells_who_hides(
    floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient, role: Role
) -> None:
    name = await hidden(floor)
    client = as_user(await aiohttp_client(built(floor, (post_wing(floor),), keeper).app), keeper.admit(user_with(role)))
    client.session.headers["Accept"] = "text/html"
    for path in ("/letters", "/letters?list=badly", f"/letters/{name}", "/letters/sheet?as=csv", "/letters/sheet"):
        text = await (await client.get(path)).text()
        assert "ahasia" in text, path  # it is there, and says why it says no more
        assert not tells(text), path
    for asked in ("pungli", "Gina", "60000001", GINA):
        page = await (await client.get("/letters", params={"q": asked})).text()
        assert "Tidak ada surat yang cocok" in page, asked
    assert "pungli" not in await (await client.get(f"/letters/with/{GINA}")).text()
    assert (await client.post(f"/letters/{name}/seen", allow_redirects=False)).status == 303
    assert await looked_at(floor) == ["page look /letters/with/{number}"]


async def test_who_must_know_asks_by_the_letters_name_and_stands_in_the_audit(desk: Client, floor: Floor) -> None:
    name = await hidden(floor)
    refused = await desk.post(f"/letters/{name}/reveal")
    assert refused.status == 403
    assert not tells(await refused.text())
    answer = await desk.post(f"/letters/{name}/reveal", data={"pin": PROOF})
    assert answer.status == 200
    assert tells(await answer.text())
    assert (await looked_at(floor))[0] == f"page letter.reveal letter/{name}"
    assert (await desk.post("/letters/out-1/reveal", data={"pin": PROOF})).status == 404
    assert not tells(await (await desk.get(f"/letters/{name}")).text())


async def test_no_push_and_no_other_system_is_told_who_hides(
    floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    name = await hidden(floor)
    pushed = await floor.store.read(lambda tx: post_json(tx, floor.city, floor.clock, lambda channel: 0.0))
    assert [(one["id"], one["hides"]) for one in pushed["letters"]] == [(name, True)]
    assert not tells(json.dumps(pushed))
    api = api_wing(floor)
    routes = Wing(room="routes", pages=[one.page() for one in api.operations])
    client = as_user(await aiohttp_client(built(floor, (routes,), keeper).app), keeper.admit(EVERYBODY))
    for path in ("", f"/{name}", "?state=dead"):
        text = await (await client.get(f"/api/v1/letters{path}")).text()
        assert name in text
        assert not tells(text), path
    answer = await client.get("/api/v1/letters", params={"number": GINA})
    assert await answer.json() == []
    assert await looked_at(floor) == []
