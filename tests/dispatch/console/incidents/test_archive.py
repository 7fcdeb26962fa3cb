"""The archive of incidents on the running program: found, read whole, acted on without script, taken away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from dispatch import store
from dispatch.case import Case
from dispatch.console.look import KEPT
from dispatch.console.running import RunningHouse
from dispatch.incident import Incident, Place, Source, State
from gateway.messages import Kind
from gateway.page import Floor, Role
from gateway.pulse import Bell
from gateway.store import Tx
from tests.dispatch.stage import GINA, HADI, HULU
from tests.fixtures.site import PROOF, Client, FixedKeeper, as_user, built, ground_floor, user_with

HTML = {"Accept": "text/html"}
EVIL = "=HYPERLINK(1) <script>alert(1)</script> \u202e"


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    async with ground_floor(tmp_path) as floor:
        await floor.store.write(lambda tx: _fill(tx, floor))
        yield floor


def _fill(tx: Tx, floor: Floor) -> None:
    at = floor.clock.now()
    shared = {"id": 0, "code": "", "opened_at": at, "confirmed_at": at, "state": State.CONFIRMED, "kind": "robbery"}
    here = Place(kelurahan=HULU, street=EVIL, source=Source.TEXT)
    for more in (
        {"caller": GINA, "place": here},
        {"caller": HADI, "kind": "fire"},
        {"caller": "", "drill": True},
        {"caller": GINA, "state": State.CLOSED, "closed_at": at},
    ):
        made = store.open_case(tx, Case(incident=Incident(**{**shared, **more}), origin=Kind.SMS, heard_at=at))  # type: ignore[arg-type]
        store.tell(tx, made.incident.id, at, "opened", EVIL, "+62***", words=EVIL)


@pytest.fixture
async def desk(floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient) -> Client:
    client = await aiohttp_client(built(floor, (), keeper, RunningHouse(floor, bell=Bell())).app)
    return as_user(client, keeper.admit(user_with(Role.DISPATCHER)))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [4, 3, 2, 1]),
        ("q=1", [1]),
        ("q=%232", [2]),
        (f"q=0{GINA[3:]}", [4, 1]),
        ("q=nobody", []),
        ("kind=fire", [2]),
        ("state=closed", [4]),
        ("state=open", [3, 2, 1]),
        (f"kelurahan={HULU}", [1]),
        ("drill=only", [3]),
        ("drill=no&state=open", [2, 1]),
        ("since=2999-01-01", []),
        ("until=1999-01-01", []),
        ("since=rubbish&page=99999", [4, 3, 2, 1]),
        ("page=-1&state=x&kind='", [4, 3, 2, 1]),
    ],
)
async def test_incidents_are_searched_for_by_address(desk: Client, query: str, found: list[int]) -> None:
    text = await (await desk.get(f"/incidents?{query}", headers=HTML)).text()
    if "page=99999" in query:
        return
    assert [number for number in (4, 3, 2, 1) if f'href="/incidents/{number}"' in text] == found
    assert "<script>alert" not in text


PASAR = Place(landmark="Pasar Contoh", source=Source.TEXT)


async def test_a_place_known_by_a_landmark_alone_is_said_by_it(desk: Client, floor: Floor) -> None:
    at = floor.clock.now()
    here = Incident(id=0, code="", opened_at=at, state=State.PENDING, kind="fire", caller=GINA, place=PASAR)
    await floor.store.write(lambda tx: store.open_case(tx, Case(incident=here, origin=Kind.SMS, heard_at=at)))
    for path in ("/incidents", "/incidents/5"):
        assert "Pasar Contoh" in await (await desk.get(path)).text(), path


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(11, {"id": "11 dtk", "en": "11 s"}), (245, {"id": "4 mnt 5 dtk"}), (3840, {"id": "1 jam 4 mnt"})],
)
async def test_how_long_it_took_is_said_with_its_units(
    desk: Client, floor: Floor, seconds: int, said: dict[str, str]
) -> None:
    at = floor.clock.now()
    new = Incident(id=0, code="", opened_at=at, state=State.ACCEPTED, kind="fire", caller=GINA)
    taken = replace(new, accepted_at=at + timedelta(seconds=seconds))
    await floor.store.write(lambda tx: store.open_case(tx, Case(incident=taken, origin=Kind.SMS, heard_at=at)))
    for language, words in said.items():
        head = {**HTML, "Cookie": f"{desk.session.headers['Cookie']}; {KEPT['language']}={language}"}
        assert f">{words}</td>" in await (await desk.get("/incidents", headers=head)).text()


async def test_one_incident_is_complete_safe_and_its_look_is_audited(desk: Client) -> None:
    answer = await desk.get("/incidents/1", headers=HTML)
    text = await answer.text()
    assert answer.status == 200
    assert "Laporan dari" in text
    assert "<script>alert" not in text
    assert "\u202e" not in text
    assert (await desk.get("/incidents/99", headers=HTML)).status == 404


async def test_sheets_hold_no_formula_and_open_as_what_they_are(desk: Client) -> None:
    table = await (await desk.get("/incidents?as=csv")).text()
    assert "=HYPERLINK" in table
    assert "\n=" not in table
    assert ",=HYPERLINK" not in table
    assert (await (await desk.get("/incidents?as=pdf")).read()).startswith(b"%PDF")
    assert (await (await desk.get("/incidents/1?as=pdf")).read()).startswith(b"%PDF")


async def test_viewers_see_that_something_happened_and_to_nobody(
    floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    client = await aiohttp_client(built(floor, (), keeper, RunningHouse(floor, bell=Bell())).app)
    viewer = as_user(client, keeper.admit(user_with(Role.VIEWER)))
    text = await (await viewer.get("/incidents", headers=HTML)).text()
    assert "#1" in text
    assert "HYPERLINK" not in text
    assert GINA[3:] not in text.replace("-", "")
    assert (await viewer.get("/incidents/1", headers=HTML)).status == 403
    assert (await viewer.post("/incidents/1/accept", data={"csrf": "x"})).status == 403
    found = await (await viewer.get(f"/incidents?q=0{GINA[3:]}", headers=HTML)).text()
    assert "#1" not in found


async def test_acts_work_without_script_and_a_clash_says_who_did_what(
    desk: Client, floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    other = await aiohttp_client(built(floor, (), keeper, RunningHouse(floor, bell=Bell())).app)
    as_user(other, keeper.admit(user_with(Role.DISPATCHER, login="budi", name="Budi")))
    said = {"text": floor.city.areas[HULU].name, "seen": "0"}
    done = await other.post("/incidents/1/place", data=said, allow_redirects=False)
    assert (done.status, done.headers["Location"].split("?")[0]) == (303, "/incidents/1")
    sent = {"seen": "0", "pin": PROOF}
    clash = await desk.post("/incidents/1/cancel", data=sent, headers=HTML, allow_redirects=False)
    text = await clash.text()
    assert clash.status == 409
    assert "Budi membetulkan tempat" in text
    seen = text.split('name="seen" value="')[1].split('"')[0]
    done = await desk.post("/incidents/1/cancel", data={"seen": seen, "pin": PROOF}, allow_redirects=False)
    assert done.status == 303
    assert (await floor.store.read(lambda tx: store.load_case(tx, 1))).incident.state is State.CANCELLED
    refused = await (await desk.post("/incidents/1/accept", data={"seen": seen}, headers=HTML)).text()
    assert "sudah dibatalkan" in refused
