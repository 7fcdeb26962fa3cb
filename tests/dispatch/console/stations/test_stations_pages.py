"""The stations as people see them, and the siren's test that nobody waits for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from dispatch import store
from dispatch.console.stations.pages import stations_wing
from gateway.page import Floor, Role
from gateway.store import Tx
from tests.fixtures.site import PROOF, FixedKeeper, as_user, built, user_with

HULU_SIREN = "+6285500001001"


async def told(floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient, path: str, *roles: Role) -> str:
    client = await aiohttp_client(built(floor, (stations_wing(floor),), keeper).app)
    answer = await as_user(client, keeper.admit(user_with(*roles))).get(path, headers={"Accept": "text/html"})
    assert answer.status == 200, await answer.text()
    return await answer.text()


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (None, "Belum pernah dibunyikan"),
        (("prove", 1.0), "Terbukti"),
        (("prove", 400 * 3600.0), "Bukti terakhir sudah terlalu lama"),
        (("rang", 60.0), "nomor kita belum terdaftar"),
        (("unreachable", 60.0), "Tidak terjangkau"),
    ],
)
async def test_the_list_says_in_words_why_a_siren_is_not_proven(
    floor: Floor,
    keeper: FixedKeeper,
    aiohttp_client: AiohttpClient,
    known: tuple[str, float] | None,
    words: str,
) -> None:
    if known is not None:
        what, ago_s = known
        at = floor.clock.now() - timedelta(seconds=ago_s)

        def work(tx: Tx) -> None:
            if what == "prove":
                store.prove_siren(tx, HULU_SIREN, at, "rejected")
            else:
                store.fail_siren(tx, HULU_SIREN, at, what)

        await floor.store.write(work)
    page = await told(floor, keeper, aiohttp_client, "/stations", Role.VIEWER)
    assert words in page
    assert HULU_SIREN[3:] not in page


async def test_a_viewer_sees_a_station_without_any_number_and_cannot_ring_it(
    floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    page = await told(floor, keeper, aiohttp_client, "/stations/polsek-hulu", Role.VIEWER)
    assert "0855" not in page
    assert "/test" not in page
    assert "Polsek Hulu" in page
    near = await told(floor, keeper, aiohttp_client, "/stations/polsek-hulu", Role.DISPATCHER)
    assert "085500001001" in near
    assert "/stations/polsek-hulu/test" in near


async def test_a_siren_is_rung_only_for_who_proved_again_who_he_is_and_nobody_waits_for_it(
    floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    client = await aiohttp_client(built(floor, (stations_wing(floor),), keeper).app)
    as_user(client, keeper.admit(user_with(Role.DISPATCHER)))
    path = "/stations/polsek-hulu/test"
    assert (await client.post(path, data={"pin": "0000"}, allow_redirects=False)).status == 403
    assert await floor.store.read(store.tests_asked) == []
    answer = await client.post(path, data={"pin": PROOF}, allow_redirects=False)
    assert answer.status == 303
    assert await floor.store.read(store.tests_asked) == [HULU_SIREN]
    waiting = await (await client.get("/stations/polsek-hulu")).text()
    assert "Menunggu saluran" in waiting
    assert 'data-again="4"' in waiting

    def rung(tx: Tx) -> None:
        store.begin_test(tx, HULU_SIREN)

    await floor.store.write(rung)
    assert "Sirene sedang dibunyikan" in await (await client.get("/stations/polsek-hulu")).text()
    await floor.store.write(lambda tx: store.prove_siren(tx, HULU_SIREN, floor.clock.now(), "relay"))
    works = await (await client.get("/stations/polsek-hulu")).text()
    assert "sirene bekerja" in works
    assert "data-again" not in works


@pytest.mark.parametrize("path", ["/stations/nowhere", "/stations/nowhere/test"])
async def test_a_station_that_is_none_is_not_there(
    floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient, path: str
) -> None:
    client = await aiohttp_client(built(floor, (stations_wing(floor),), keeper).app)
    as_user(client, keeper.admit(user_with(Role.SUPERVISOR), sure=True))
    asked = client.post(path) if path.endswith("test") else client.get(path)
    assert (await asked).status == 404


async def test_the_list_is_a_sheet_in_words(floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient) -> None:
    await floor.store.write(lambda tx: store.fail_siren(tx, HULU_SIREN, floor.clock.now(), "rang"))
    page = await told(floor, keeper, aiohttp_client, "/stations?as=csv", Role.VIEWER)
    assert "Rusak" in page
    assert "nomor kita belum terdaftar" in page
