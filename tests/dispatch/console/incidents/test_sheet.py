"""One incident's page: its map, the place put right in one field, whom to send it to, and the whole to take away."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from pypdf import PdfReader
from pytest_aiohttp.plugin import AiohttpClient

from dispatch import store
from dispatch.case import Case, Role
from dispatch.console.running import RunningHouse
from dispatch.incident import Certainty, Incident, Place, Source, State
from dispatch.plan import Effect, EffectKind, EffectState
from gateway.messages import Inbound, Kind
from gateway.page import Floor
from gateway.page import Role as Duty
from gateway.pulse import Bell
from gateway.store import Tx
from gateway.store.inbound import add_letter
from ivr.leg import CallResult, Outcome
from tests.dispatch.stage import ANI, DODI, EKO, EPOCH, GINA, HULU, HULU_SIREN, POSKO
from tests.fixtures.site import Client, FixedKeeper, Stopped, as_user, built, ground_floor, user_with

HTML = {"Accept": "text/html"}
EVIL = "=HYPERLINK(1) rampok <script>alert(1)</script> \u202e"
CICI = "+6285500002003"  # on duty at the weekend
HERE = Place(
    kelurahan=HULU, kecamatan="99.01.01", street="Bambu Kuning", lat=-0.87, lon=119.83, radius_m=60.0,
    source=Source.TEXT, certainty=Certainty.LIKELY, saw=("street Bambu Kuning",),
)  # fmt: skip


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    async with ground_floor(tmp_path, clock=Stopped(EPOCH)) as floor:
        await floor.store.write(reported)
        yield floor


def reported(tx: Tx) -> None:
    here = Incident(
        id=0,
        code="",
        opened_at=EPOCH,
        confirmed_at=EPOCH,
        state=State.CONFIRMED,
        kind="robbery",
        caller=GINA,
        place=HERE,
    )
    made = store.open_case(tx, Case(incident=here, origin=Kind.SMS, heard_at=EPOCH))
    letter = Inbound(
        id=0, channel="m1", kind=Kind.SMS, sender=GINA, text=EVIL, sent_at=None, received_at=EPOCH, external_id="x1"
    )
    letter = replace(letter, id=add_letter(tx, letter, urgent=True))
    store.join_letter(tx, made.incident.id, letter, Role.OPENED)
    store.tell(tx, made.incident.id, EPOCH, "read", "robbery: x", saw="robbery: rampok")
    call(tx, EffectKind.SIREN, HULU_SIREN, Outcome.REJECTED, detail="RELAY ON 30 s")


def call(tx: Tx, kind: EffectKind, to: str, outcome: Outcome, detail: str = "", after_s: float = 0) -> None:
    at = EPOCH + timedelta(seconds=after_s)
    wave = int(after_s) + 1
    effect = Effect(incident=1, kind=kind, target=to, wave=wave, round=1, station="polsek-hulu", why="x")
    store.intend(tx, effect, at)
    store.claim(tx, effect.key, at)
    store.settle(tx, effect.key, EffectState.DONE, at, CallResult(outcome=outcome, detail=detail))


def assigned(tx: Tx, to: str) -> None:
    case = store.load_case(tx, 1)
    store.save_case(tx, replace(case, assigned_to=to, assigned_at=EPOCH))


@pytest.fixture
async def desk(floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient) -> Client:
    client = await aiohttp_client(built(floor, (), keeper, RunningHouse(floor, bell=Bell())).app)
    return as_user(client, keeper.admit(user_with(Duty.DISPATCHER)))


async def _page(desk: Client, path: str = "/incidents/1") -> str:
    return await (await desk.get(path, headers=HTML)).text()


async def test_the_sheet_has_its_map_and_one_field_for_the_place(desk: Client) -> None:
    text = await _page(desk)
    place = json.loads(unescape(re.search(r"data-place='([^']*)'", text)[1]))  # type: ignore[index]
    assert (place["lat"], place["lon"], place["radius_m"]) == (-0.87, 119.83, 60.0)
    stations = json.loads(unescape(re.search(r"data-stations='([^']*)'", text)[1]))  # type: ignore[index]
    assert [one["name"] for one in stations] == ["Polsek Hulu", "Polres Mungil"]
    assert "Alamat atau titik" in text
    assert 'name="lat"' not in text
    assert 'name="lon"' not in text
    assert "sekitar 60 m dari titik itu" in text


@pytest.mark.parametrize(
    ("typed", "lat", "lon", "street"),
    [
        ("-0.8850, 119.8450", -0.885, 119.845, None),
        ("-0,885 119,845", -0.885, 119.845, None),
        ("119.845, -0.885", -0.885, 119.845, None),
        ("-0.9, 119.8", -0.9, 119.8, None),
        ("0°53'6\"LS 119°50'42\"BT", -0.885, 119.845, None),
        ("https://maps.google.com/?q=-0.885,119.845", -0.885, 119.845, None),
        ("-0.88500, 119.84500 depan balai desa", -0.885, 119.845, "depan balai desa"),
    ],
)
async def test_coordinates_are_taken_as_people_write_them(
    desk: Client, floor: Floor, typed: str, lat: float, lon: float, street: str | None
) -> None:
    done = await desk.post("/incidents/1/place", data={"text": typed, "seen": "0"}, allow_redirects=False)
    assert done.status == 303, await done.text()
    place = (await floor.store.read(lambda tx: store.load_case(tx, 1))).incident.place
    assert place.lat == pytest.approx(lat, abs=1e-5)
    assert place.lon == pytest.approx(lon, abs=1e-5)
    assert (place.street or place.outside_name) == street
    assert place.certainty is Certainty.SURE


async def test_what_names_no_place_is_refused_and_stays_in_its_field(desk: Client) -> None:
    answer = await desk.post("/incidents/1/place", data={"text": "entah 5, 7 ribu", "seen": "0"}, headers=HTML)
    text = await answer.text()
    assert answer.status == 409
    assert 'value="entah 5, 7 ribu"' in text


async def test_whom_to_send_is_sorted_by_duty_nearness_and_unit_and_says_who_answers(
    desk: Client, floor: Floor
) -> None:
    def calls(tx: Tx) -> None:
        call(tx, EffectKind.CALL, DODI, Outcome.ANSWERED, after_s=5)
        call(tx, EffectKind.CALL, EKO, Outcome.UNREACHABLE, after_s=9)

    await floor.store.write(calls)
    choices = (await (await desk.get("/console/incidents/1/sending")).json())["choices"]
    order = [one["to"] for one in choices]
    assert order[0] == "polsek-hulu"  # the nearest station that serves it, whole
    assert order.index(ANI) < order.index(EKO) < order.index(CICI)
    label = {one["to"]: one["label"] for one in choices}
    assert "LEPAS JAGA" in label[CICI]
    assert "LEPAS JAGA" not in label[ANI]
    assert "belum pernah menjawab" in label[ANI]
    assert "menjawab 11.00" in label[DODI]
    assert "terakhir tidak terjangkau" in label[EKO]
    assert "km" in label[ANI]
    text = await _page(desk)
    assert re.search(r'<optgroup label="Tidak bertugas sekarang">.*Cici', text)


async def test_fire_is_sent_to_those_who_serve_it_before_the_nearer_ones(desk: Client, floor: Floor) -> None:
    def burns(tx: Tx) -> None:
        case = store.load_case(tx, 1)
        store.save_case(tx, replace(case, incident=replace(case.incident, kind="fire")))

    await floor.store.write(burns)
    choices = (await (await desk.get("/console/incidents/1/sending")).json())["choices"]
    assert choices[0]["to"] == "polres"
    order = [one["to"] for one in choices]
    assert order.index(POSKO) < order.index("polsek-hulu")  # the command centre before those who do not serve it
    assert "bukan untuk jenis ini" in next(one["label"] for one in choices if one["to"] == "polsek-hulu")


async def test_an_officer_who_cannot_be_reached_is_told_at_once_with_the_next_one(desk: Client, floor: Floor) -> None:
    await floor.store.write(lambda tx: assigned(tx, ANI))
    assert "tidak dapat dihubungi" not in await _page(desk)
    await floor.store.write(lambda tx: call(tx, EffectKind.CALL, ANI, Outcome.UNREACHABLE, after_s=4))
    text = await _page(desk)
    assert "Ani Contoh tidak dapat dihubungi (11.00: tidak terjangkau)." in text
    assert "Tugaskan Dodi Contoh" in text
    told = (await (await desk.get("/console/incidents/1")).json())["incident"]["unreached"]
    assert (told["name"], told["next"]["to"]) == ("Ani Contoh", DODI)
    done = await desk.post("/incidents/1/assign", data={"to": DODI, "seen": "99"}, allow_redirects=False)
    assert done.status == 303
    assert "tidak dapat dihubungi" not in await _page(desk)


async def test_the_sheet_to_take_away_is_the_whole_and_safe(desk: Client) -> None:
    body = (await (await desk.get("/incidents/1?as=csv")).read()).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body)))
    parts = {row[0] for row in rows[1:]}
    assert {"Ringkasan", "Yang disampaikan", "Terbaca sebagai", "Tempat", "Tangga panggilan", "Kata sirene"} <= parts
    assert "Garis waktu" in parts
    said = {(row[0], row[2]): row[3] for row in rows[1:]}
    assert "rampok" in said["Terbaca sebagai", "karena"]
    assert said["Tempat", "Kepastian"] == "mungkin"
    assert "berbunyi" in said["Tangga panggilan", "Sirene: Polsek Hulu"]
    assert said["Kata sirene", "Polsek Hulu"] == "berbunyi: RELAY ON 30 s"
    times = [row[1] for row in rows[1:] if row[1]]
    assert times
    assert rows[0][1] == "Waktu (WITA)"
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", at) for at in times)
    cells = [cell for row in rows for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    assert "\u202e" not in body
    paper = PdfReader(io.BytesIO(await (await desk.get("/incidents/1?as=pdf")).read()))
    first = " ".join(paper.pages[0].extract_text().split())
    for said_there in ("Waktu (WITA)", "18 Nov 2026", "11.00.00"):  # on paper, too, seconds count
        assert said_there in first
