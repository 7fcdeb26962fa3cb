"""The roster as people change it, and the hand-over between two shifts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from config.city import load_city
from config.clock import Clock
from dispatch import store
from dispatch.console.duty.pages import duty_wing
from dispatch.duty import as_changed
from gateway.page import Floor, Role
from tests.fixtures.site import PROOF, TINY, Client, FixedKeeper, Stopped, as_user, built, ground_floor, user_with

ANI, DODI, EKO = "+6285500002001", "+6285500002004", "+6285500002005"
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 10.00 in the town: Ani and Dodi at Hulu, Eko at the polres


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    clock: Clock = Stopped(MONDAY)
    async with ground_floor(tmp_path, load_city(TINY), clock) as floor:
        yield floor


@pytest.fixture
async def page(floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient) -> Client:
    client = await aiohttp_client(built(floor, (duty_wing(floor),), keeper).app)
    return as_user(client, keeper.admit(user_with(Role.SUPERVISOR)))


def as_role(page: Client, keeper: FixedKeeper, role: Role) -> Client:
    return as_user(page, keeper.admit(user_with(role)))


SWAP = {
    "number": ANI,
    "what": "swap",
    "instead": EKO,
    "from": "2026-11-23T09:00",
    "to": "2026-11-23T18:00",
    "pin": PROOF,
}


async def on_duty(floor: Floor, station: str, at: datetime = MONDAY) -> list[str]:
    city = await floor.store.read(lambda tx: as_changed(tx, floor.city, MONDAY))
    return [one.number for one in city.on_duty(station, at)]


async def test_a_swap_holds_from_its_hour_to_its_hour_and_is_told_on_the_page(page: Client, floor: Floor) -> None:
    answer = await page.post("/roster/change", data=SWAP, allow_redirects=False)
    assert answer.status == 303, await answer.text()
    assert await on_duty(floor, "polsek-hulu") == [EKO, DODI]
    assert await on_duty(floor, "polsek-hulu", MONDAY + timedelta(hours=8)) == ["+6285500002002", DODI]
    shown = await (await page.get("/roster")).text()
    assert "menggantikan Ani Contoh" in shown
    assert "Eko Contoh menggantikan Ani Contoh" in shown


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"instead": ""}, "Pilih penggantinya"),
        ({"instead": ANI}, "orang yang sama"),
        ({"to": "2026-11-23T08:00"}, "Waktunya belum benar"),
        ({"from": "besok"}, "Waktunya belum benar"),
        ({"from": "2026-11-22T00:00", "to": "2026-11-22T23:00"}, "Waktunya belum benar"),
        ({"to": "2028-11-23T09:00"}, "paling lama 366 hari"),
        ({"from": "2026-11-23T19:00", "to": "2026-11-23T23:00"}, "tidak mempunyai jam jaga"),
        ({"number": "+6281234567890"}, "tidak ada di jadwal"),
        ({"instead": "other", "other": "0812"}, "nomor telepon yang benar"),
        ({"instead": "other", "other": "110"}, "nomor telepon yang benar"),
        ({"instead": "other", "other": "+6285500001001"}, "milik sirene"),
        ({"instead": "other", "other": "081234567890"}, "tidak ada di paket kota"),
        ({"instead": "other", "other": "081234567890", "name": "Hasan"}, "tidak ada di paket kota"),
        ({"instead": "other", "other": "081234567890", "name": "H" * 61, "vouched": "yes"}, "paling panjang 60"),
    ],
)
async def test_what_cannot_be_is_said_over_the_form_which_keeps_what_was_typed(
    page: Client, floor: Floor, changed: dict[str, str], words: str
) -> None:
    answer = await page.post("/roster/change", data=SWAP | changed, headers={"Accept": "text/html"})
    said = await answer.text()
    assert answer.status == 409
    assert words in said
    assert await on_duty(floor, "polsek-hulu") == [ANI, DODI]


async def test_a_stand_in_from_outside_the_pack_needs_a_supervisors_word(page: Client, floor: Floor) -> None:
    outside = {"instead": "other", "other": "0812 3456 7890", "name": "Hasan", "vouched": "yes"}
    assert (await page.post("/roster/change", data=SWAP | outside, allow_redirects=False)).status == 303
    assert await on_duty(floor, "polsek-hulu") == ["+6281234567890", DODI]


async def test_empty_hours_are_named_first_and_end_when_the_change_is_taken_back(page: Client, floor: Floor) -> None:
    for number in (ANI, DODI):
        off = {**SWAP, "number": number, "what": "off", "instead": ""}
        assert (await page.post("/roster/change", data=off, allow_redirects=False)).status == 303
    shown = await (await page.get("/roster")).text()
    assert shown.index("Polsek Hulu kosong 23 Nov 2026 pukul 10.00–18.00") < shown.index("Beni Contoh")
    assert (await page.post("/roster/changes/1/back", data={"pin": PROOF}, allow_redirects=False)).status == 303
    assert await on_duty(floor, "polsek-hulu") == [ANI]
    assert "Tujuh hari ke depan setiap pos ada yang bertugas" in await (await page.get("/roster")).text()
    again = await page.post("/roster/changes/1/back", data={"pin": PROOF})
    assert again.status == 409


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.VIEWER, Role.ADMIN, Role.OFFICE])
async def test_only_a_supervisor_changes_the_roster(page: Client, keeper: FixedKeeper, role: Role) -> None:
    client = as_role(page, keeper, role)
    assert (await client.post("/roster/change", data=SWAP)).status == 403
    assert (await client.post("/roster/changes/1/back", data={"pin": PROOF})).status == 403


async def test_a_viewer_sees_where_somebody_is_on_duty_and_not_who(page: Client, keeper: FixedKeeper) -> None:
    shown = await (await as_role(page, keeper, Role.VIEWER).get("/roster")).text()
    assert "ada petugas" in shown
    assert "Polsek Hulu" in shown
    assert "Ani Contoh" not in shown
    assert "855000020" not in shown


async def test_a_shift_is_handed_over_by_name_and_time_once(page: Client, keeper: FixedKeeper, floor: Floor) -> None:
    await floor.store.write(lambda tx: store.fail_siren(tx, "+6285500001001", MONDAY, "unreachable"))
    outgoing = as_user(page, keeper.admit(user_with(Role.DISPATCHER, name="Sari Dewi")))
    words = {"words": "Jl. Mawar: pagar roboh.\nTelepon Pak Lurah pukul 7."}
    empty = await outgoing.post("/roster/hand-over", data={"words": "  "}, headers={"Accept": "text/html"})
    assert empty.status == 409
    assert "Tulis dulu" in await empty.text()
    answer = await outgoing.post("/roster/hand-over", data=words, allow_redirects=False)
    assert answer.status == 303
    assert "belum diambil" in await (await outgoing.get("/roster")).text()
    incoming = as_user(page, keeper.admit(user_with(Role.DISPATCHER, login="budi", name="Budi")))
    one = await (await incoming.get("/roster/hand-over/1")).text()
    assert "pagar roboh" in one
    assert "Polsek Hulu · gagal 1 kali" in one
    assert (await incoming.post("/roster/hand-over/1/take", data={}, allow_redirects=False)).status == 303
    assert (await incoming.post("/roster/hand-over/1/take", data={})).status == 409
    kept = await floor.store.read(lambda tx: store.hand_over(tx, 1))
    assert kept is not None
    assert (kept.written_by, kept.taken_by, kept.taken_at) == ("Sari Dewi", "Budi", MONDAY)
    assert (await incoming.get("/roster/hand-over/2")).status == 404


async def test_the_roster_of_any_day_is_a_sheet(page: Client) -> None:
    answer = await page.get("/roster?day=2026-11-28&as=csv")
    assert "Cici Contoh" in await answer.text()
