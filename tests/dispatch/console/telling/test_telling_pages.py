"""Broadcasts and warnings as people write, count, send, agree to and stop them on the page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from config.city import load_city
from config.settings import ModemSettings
from dispatch.console.telling.pages import telling_wing
from gateway.broadcast.store.keeping import find, keep
from gateway.broadcast.values import Stage
from gateway.broadcast.writing import Broadcasts
from gateway.page import Floor, Role
from gateway.store.callbacks import opt_out
from gateway.store.people import save
from tests.fixtures.site import PROOF, Client, FixedKeeper, Stopped, as_user, built, ground_floor, user_with
from tests.gateway.test_broadcast import AREAS, number, resident, told

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 09.00 in the city
NEWS = {"area": "all", "text_id": "Pasar murah Sabtu di lapangan.", "text_en": "", "days": "3", "letters": "9"}
FLOOD = {"kind": "flood", "area": "all", "place": "Jl. Kentang", "description": "air sungai naik cepat", "mine": "none"}
HTML = {"Accept": "text/html"}


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    async with ground_floor(tmp_path, load_city("binjai"), Stopped(MONDAY)) as floor:
        await floor.store.write(lambda tx: [save(tx, resident(nth, AREAS[nth % 2])) for nth in range(10)])
        await floor.store.write(lambda tx: opt_out(tx, number(0), "sms", ""))
        yield floor


@pytest.fixture
async def page(floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient) -> Client:
    client = await aiohttp_client(built(floor, (telling_wing(floor),), keeper).app)
    return as_user(client, keeper.admit(user_with(Role.SUPERVISOR)))


async def text(page: Client, path: str) -> str:
    answer = await page.get(path, headers=HTML)
    assert answer.status == 200, await answer.text()
    return await answer.text()


async def stage(floor: Floor, id: int) -> Stage:
    one = await floor.store.read(lambda tx: find(tx, id))
    assert one is not None
    return one.stage


async def test_a_broadcast_is_counted_before_it_is_sent_and_stopped_on_its_page(page: Client, floor: Floor) -> None:
    preview = await page.post("/broadcasts/preview", data=NEWS, headers=HTML)
    shown = await preview.text()
    assert preview.status == 200
    assert "<strong>9</strong>" in shown or ">9<" in shown, "nine letters: one wrote STOP"
    assert "1 pernah mengirim STOP" in shown
    assert await floor.store.read(lambda tx: find(tx, 1)) is None, "a preview sends nothing"
    assert (await page.post("/broadcasts", data=NEWS)).status == 403, "without the PIN"
    sent = await page.post("/broadcasts", data={**NEWS, "pin": PROOF}, allow_redirects=False)
    assert sent.headers["Location"].startswith("/broadcasts/1")
    await floor.store.write(lambda tx: Broadcasts(floor.city).run(tx, MONDAY))
    running = await text(page, "/broadcasts/1")
    assert 'data-again="4"' in running
    assert "sedang dikirim" in running
    assert (await page.post("/broadcasts/1/stop", allow_redirects=False)).status == 303
    assert await stage(floor, 1) is Stage.STOPPED
    over = await text(page, "/broadcasts/1")
    assert "dihentikan" in over
    assert "data-again" not in over
    assert (await page.post("/broadcasts/1/stop")).status == 409
    assert (await page.post("/warnings/1/stop")).status == 404, "a broadcast is no warning"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"text_id": "  "}, "bahasa pertama"),
        ({"text_id": "\u200b\u2060"}, "bahasa pertama"),
        ({"text_id": "x" * 460}, "4 SMS"),
        ({"area": "nowhere"}, "Wilayah itu tidak ada"),
        ({"part": "zz"}, "Wilayah itu tidak ada"),
    ],
)
async def test_what_cannot_be_sent_is_said_over_the_form(page: Client, changed: dict[str, str], words: str) -> None:
    answer = await page.post("/broadcasts/preview", data=NEWS | changed, headers=HTML)
    assert answer.status == 409
    assert words in await answer.text()


async def test_what_was_counted_is_changed_with_all_that_was_typed(page: Client, floor: Floor) -> None:
    typed = NEWS | {"area": AREAS[0], "part": "3"}
    assert 'name="change"' in await (await page.post("/broadcasts/preview", data=typed, headers=HTML)).text()
    again = await (await page.post("/broadcasts/preview", data=typed | {"change": "yes"}, headers=HTML)).text()
    assert f'<option value="{AREAS[0]}" selected>' in again
    assert 'value="3" maxlength="12"' in again
    assert f">{NEWS['text_id']}</textarea>" in again
    assert "<details open>" in again


async def test_two_who_send_the_same_preview_send_one_broadcast(
    page: Client, floor: Floor, keeper: FixedKeeper
) -> None:
    async def press(who: Client, **changed: str) -> int:
        return (await who.post("/broadcasts", data={**NEWS, **changed, "pin": PROOF}, allow_redirects=False)).status

    other = await (await page.post("/broadcasts/preview", data=NEWS, headers=HTML)).text()
    assert "Kirim sekarang" in other
    assert sorted([await press(page), await press(page)]) == [303, 409]
    budi = as_user(page, keeper.admit(user_with(Role.SUPERVISOR, login="budi", name="Budi")))
    twice = await budi.post("/broadcasts", data={**NEWS, "pin": PROOF}, headers=HTML)
    assert "sudah dimulai dalam sehari ini: siaran 1." in await twice.text()
    assert await press(budi, area=AREAS[0]) == 303, "elsewhere"
    assert await press(budi, text_id="Pasar murah Minggu.") == 303, "something else"
    await budi.post("/broadcasts/1/stop")
    assert await press(budi) == 303, "the first was stopped"


async def test_who_has_not_looked_or_looked_at_fewer_people_looks_again(page: Client, floor: Floor) -> None:
    async def pressed(**changed: str) -> str:
        answer = await page.post("/broadcasts", data={**NEWS, **changed, "pin": PROOF}, headers=HTML)
        assert answer.status in (200, 409)
        return await answer.text()

    for unseen in ("", "0", "-9", "9" * 12):
        assert "kini 9 nomor, tadi 0. Hitung" in await pressed(letters=unseen)
    await floor.store.write(lambda tx: [save(tx, resident(nth, AREAS[0])) for nth in range(10, 21)])
    grown = await pressed()
    assert "kini 20 nomor, tadi 9. Hitung" in grown
    assert NEWS["text_id"] in grown, "what was written is still there"
    await floor.store.write(lambda tx: opt_out(tx, number(20), "sms", ""))
    assert "sedang dikirim" in await pressed(), "ten more need not be looked at"


async def test_a_form_that_comes_back_still_names_its_part_of_an_area(page: Client, floor: Floor) -> None:
    await floor.store.write(lambda tx: save(tx, replace(resident(30, AREAS[0]), lingkungan="3")))
    part = {**NEWS, "area": AREAS[0], "part": "III"}
    shown = await (await page.post("/broadcasts/preview", data=part, headers=HTML)).text()
    assert f'name="area" value="{AREAS[0]}"' in shown
    assert 'name="part" value="3"' in shown
    back = await page.post("/broadcasts", data={**part, "letters": "", "pin": PROOF}, headers=HTML)
    assert back.status == 409
    assert f'<option value="{AREAS[0]}" selected' in await back.text()


async def test_a_page_says_why_nothing_leaves_and_that_its_area_is_gone(
    floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    gone = replace(floor.city, areas={code: area for code, area in floor.city.areas.items() if code != AREAS[0]})
    later = replace(floor, clock=Stopped(MONDAY + timedelta(minutes=11)), city=gone)
    one = await floor.store.write(lambda tx: keep(tx, told(area=AREAS[0], at=MONDAY)))
    await floor.store.write(lambda tx: Broadcasts(floor.city).run(tx, MONDAY))
    for ground, said in ((floor, False), (later, True)):
        site = built(ground, (telling_wing(ground),), keeper)
        page = as_user(await aiohttp_client(site.app), keeper.admit(user_with(Role.SUPERVISOR)))
        shown = await text(page, f"/broadcasts/{one.id}")
        assert ("Tidak ada jalan keluar yang dapat mengirim sekarang" in shown) is said
        assert ("menunggu jalan keluar" in await text(page, "/broadcasts")) is said
        assert ("Wilayah ini tidak ada lagi dalam data kota" in shown) is said


async def test_who_proposes_as_one_login_does_not_agree_as_another_of_the_own_name(
    page: Client, floor: Floor, keeper: FixedKeeper
) -> None:
    await page.post("/warnings", data={**FLOOD, "pin": PROOF})
    twin = user_with(Role.DISPATCHER, login="sari2", name="  SARI   DEWI ")
    assert "/warnings/1/agree" not in await text(as_user(page, keeper.admit(user_with(Role.SUPERVISOR))), "/warnings/1")
    answer = await as_user(page, keeper.admit(twin)).post("/warnings/1/agree", data={"pin": PROOF}, headers=HTML)
    assert answer.status == 409
    assert await stage(floor, 1) is Stage.PROPOSED


async def test_a_preview_says_that_its_days_end_before_the_sending(
    floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    modem = ModemSettings(name="m1", port="/dev/m1", number="+628116130001")
    wing = telling_wing(replace(floor, settings=replace(floor.settings, modem=(modem,))))
    page = as_user(await aiohttp_client(built(floor, (wing,), keeper).app), keeper.admit(user_with(Role.SUPERVISOR)))
    late, long = "tidak selesai sebelum masa berlakunya habis", NEWS | {"text_id": "x" * 400, "days": "1"}
    assert late not in await (await page.post("/broadcasts/preview", data=long, headers=HTML)).text()
    many = [resident(nth, AREAS[0]) for nth in range(100, 3000)]  # of 18 s each, 13 h a day
    await floor.store.write(lambda tx: [save(tx, one) for one in many])
    assert late in await (await page.post("/broadcasts/preview", data=long, headers=HTML)).text()


async def test_a_text_beyond_the_alphabet_says_what_it_costs(page: Client) -> None:
    answer = await page.post("/broadcasts/preview", data=NEWS | {"text_id": "Pasar murah 🎉 " * 6}, headers=HTML)
    shown = await answer.text()
    assert "70 huruf per SMS" in shown
    assert "2 SMS setiap nomor" in shown


async def test_a_warning_is_proposed_by_one_and_agreed_to_by_another(
    page: Client, floor: Floor, keeper: FixedKeeper
) -> None:
    assert (await page.post("/warnings", data=FLOOD)).status == 403, "without the PIN"
    unsaid = await page.post("/warnings", data={**FLOOD, "mine": "", "pin": PROOF}, headers=HTML)
    assert unsaid.status == 409, "who does not say which telephone is his could agree with it"
    assert "Pilih telepon Anda" in await unsaid.text()
    proposed = await page.post("/warnings", data={**FLOOD, "pin": PROOF}, allow_redirects=False)
    assert proposed.headers["Location"].startswith("/warnings/1")
    mine = await text(page, "/warnings/1")
    assert "Orang lain harus menyetujui" in mine
    assert "/warnings/1/agree" not in mine
    own = await page.post("/warnings/1/agree", data={"pin": PROOF}, headers=HTML)
    assert own.status == 409
    assert "tidak dapat menyetujui usulannya sendiri" in await own.text()
    assert await stage(floor, 1) is Stage.PROPOSED
    other = as_user(page, keeper.admit(user_with(Role.DISPATCHER, login="budi", name="Budi")))
    assert (await other.post("/warnings/1/agree")).status == 403, "without the PIN"
    assert (await other.post("/warnings/1/agree", data={"pin": PROOF}, allow_redirects=False)).status == 303
    assert await stage(floor, 1) is Stage.SENDING
    shown = await text(other, "/warnings/1")
    assert "Budi (di halaman)" in shown
    assert "/warnings?over=1" in shown
    assert "peringatan 1 selesai" in await text(other, "/warnings?over=1")
    assert (await other.post("/warnings/1/stop", allow_redirects=False)).status == 303
    assert await stage(floor, 1) is Stage.STOPPED


@pytest.mark.parametrize("path", ["/broadcasts", "/warnings", "/broadcasts/1", "/warnings/2"])
async def test_a_viewer_sees_them_and_changes_nothing(page: Client, keeper: FixedKeeper, path: str) -> None:
    await page.post("/broadcasts", data={**NEWS, "pin": PROOF})
    await page.post("/warnings", data={**FLOOD, "pin": PROOF})
    viewer = as_user(page, keeper.admit(user_with(Role.VIEWER, login="vera", name="Vera")))
    shown = await text(viewer, path)
    assert 'method="post" action="/broadcasts' not in shown
    assert 'method="post" action="/warnings' not in shown
    assert (await viewer.post("/warnings", data={**FLOOD, "pin": PROOF})).status == 403
    assert (await viewer.post("/broadcasts", data={**NEWS, "pin": PROOF})).status == 403
