"""The registry as the desk sees and keeps it."""

from __future__ import annotations

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from dispatch.console.people.pages import people_wing
from gateway.page import Floor, Role
from gateway.registry import Resident, find
from gateway.store import Tx
from gateway.store.audit_reading import Wanted, found
from gateway.store.changes import Change, keep_change
from gateway.store.people import save
from gateway.store.vouching import vouched
from tests.fixtures.site import PROOF, Client, FixedKeeper, as_user, built, user_with

GINA, HADI, SITI = "+6285500003001", "+6281234567890", "+628111222333"
HULU, HILIR = "99.01.01.1001", "99.01.02.1001"
NEW = {"phone": "0812-9999-0000", "name": "Rosa Dewi", "address": "Jl. Bambu 3", "kelurahan": HULU}


def line(floor: Floor, phone: str, name: str, **more: object) -> Resident:
    usual: dict[str, object] = {
        "kelurahan": HULU,
        "address": "Jl. Bambu Kuning No. 1",
        "lat": -0.89,
        "lon": 119.81,
        "language": "",
        "quiet": False,
        "notes": "",
        "confirmed": True,
        "panic_button": False,
        "address_at": floor.clock.now(),
    }
    return Resident(phone=phone, name=name, **(usual | more))  # type: ignore[arg-type]


@pytest.fixture
async def page(floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient) -> Client:
    def work(tx: Tx) -> None:
        save(tx, line(floor, GINA, "Gina Contoh", notes="asma, bawa oksigen"))
        save(tx, line(floor, HADI, "Muhammad Hadi", address="Gg. Melati 7", kelurahan=HILIR, panic_button=True))
        save(tx, line(floor, SITI, "Siti Aminah", address="Jl. Kenanga 5", confirmed=False))

    await floor.store.write(work)
    client = await aiohttp_client(built(floor, (people_wing(floor),), keeper).app)
    return as_user(client, keeper.admit(user_with(Role.DISPATCHER)))


async def text(page: Client, path: str) -> str:
    answer = await page.get(path, headers={"Accept": "text/html"})
    assert answer.status == 200, await answer.text()
    return await answer.text()


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("", "Gina Contoh|Muhammad Hadi|Siti Aminah"),
        ("q=0812 3456 7890", "Muhammad Hadi"),
        ("q=%2B62 812-3456-7890", "Muhammad Hadi"),
        ("q=62812345", "Muhammad Hadi"),
        ("q=7890", "Muhammad Hadi"),
        ("q=0811122", "Siti Aminah"),
        ("q=aminah", "Siti Aminah"),
        ("q=SITI kenanga", "Siti Aminah"),
        ("q=siti melati", ""),
        ("q=jl. kenanga no 5", "Siti Aminah"),
        ("q=muhamad hady", "Muhammad Hadi"),
        ("q=aminha", "Siti Aminah"),
        ("q=knanga", "Siti Aminah"),
        ("q=zzzz", ""),
        ("q=%25", "Gina Contoh|Muhammad Hadi|Siti Aminah"),
        (f"kelurahan={HILIR}", "Muhammad Hadi"),
        ("state=waiting", "Siti Aminah"),
        ("state=button", "Muhammad Hadi"),
        ("state=quiet", ""),
        ("state=nonsense&kelurahan=nowhere&page=x", "Gina Contoh|Muhammad Hadi|Siti Aminah"),
        ("page=9", ""),
    ],
)
async def test_people_are_found_by_what_is_remembered_of_them(page: Client, asked: str, names: str) -> None:
    shown = await text(page, f"/people?{asked}")
    there = [name for name in ("Gina Contoh", "Muhammad Hadi", "Siti Aminah") if name in shown]
    assert "|".join(there) == names


async def test_a_page_of_a_person_shows_no_health_note_and_the_note_is_a_look_of_its_own(
    page: Client, floor: Floor
) -> None:
    assert "asma" not in await text(page, f"/people/{GINA}")
    assert "asma" in await text(page, f"/people/{GINA}/notes")
    looks = await floor.store.read(lambda tx: [one.object for one in found(tx, Wanted(about=GINA), 10)])
    assert sorted(looks) == ["/people/{number}", "/people/{number}/notes"]


@pytest.mark.parametrize("written", ["085500003001", "6285500003001"])
async def test_any_form_of_a_number_leads_to_its_person(page: Client, written: str) -> None:
    answer = await page.get(f"/people/{written}", allow_redirects=False)
    assert answer.headers["Location"] == f"/people/{GINA}"
    assert (await page.get("/people/110")).status == 404


async def test_a_number_that_is_not_registered_is_told_so_and_can_be(page: Client) -> None:
    shown = await text(page, "/people/+6281277778888")
    assert "belum terdaftar" in shown
    assert "/people/new?phone=%2B6281277778888" in shown


async def test_what_waits_is_confirmed_or_refused_and_who_did_is_kept(page: Client, floor: Floor) -> None:
    wish = Change(
        phone=GINA, name="Gina Baru", kelurahan=HILIR, address="Jl. Baru 9", language="", asked_at=floor.clock.now()
    )
    await floor.store.write(lambda tx: keep_change(tx, wish))
    shown = await text(page, "/people/waiting")
    assert "Gina Baru" in shown
    assert "Siti Aminah" in shown
    assert (await page.post(f"/people/{GINA}/confirm", data={}, allow_redirects=False)).status == 303
    refused = await page.post(f"/people/{SITI}/refuse", data={"back": "waiting"}, allow_redirects=False)
    assert refused.headers["Location"].startswith("/people/waiting?")
    one = await floor.store.read(lambda tx: find(tx, GINA))
    assert one is not None
    assert (one.name, one.kelurahan, one.lat) == ("Gina Baru", HILIR, None)
    assert await floor.store.read(lambda tx: find(tx, SITI)) is None
    kept = await floor.store.read(lambda tx: vouched(tx, GINA))
    assert [(who, what) for _, who, what in kept] == [("Sari Dewi", "changed")]
    assert (await page.post(f"/people/{GINA}/confirm", data={})).status == 409


async def test_who_comes_to_the_counter_is_registered_at_once(page: Client, floor: Floor) -> None:
    wishes = {"quiet": "yes", "panic_button": "yes"}
    answer = await page.post("/people/new", data=NEW | wishes, allow_redirects=False)
    assert answer.status == 303, await answer.text()
    one = await floor.store.read(lambda tx: find(tx, "+6281299990000"))
    assert one is not None
    assert (one.name, one.confirmed, one.quiet, one.panic_button, one.call_me) == ("Rosa Dewi", True, True, True, False)
    shown = await text(page, "/people/+6281299990000")
    assert "oleh petugas loket · Sari Dewi" in " ".join(shown.split())


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"phone": "0812"}, "Nomor telepon ini tidak benar"),
        ({"phone": "110"}, "Nomor telepon ini tidak benar"),
        ({"phone": "+14155550100"}, "Nomor telepon ini tidak benar"),
        ({"phone": GINA}, "Nomor ini sudah terdaftar"),
        ({"phone": "+6285500002001"}, "Nomor ini milik kota"),
        ({"phone": "+6285500001001"}, "Nomor ini milik kota"),
        ({"name": "R"}, "Nama paling sedikit dua huruf"),
        ({"name": "Rosa 3"}, "Nama paling sedikit dua huruf"),
        ({"name": "R" * 101}, "Nama paling sedikit dua huruf"),
        ({"kelurahan": ""}, "Pilih kelurahan"),
        ({"kelurahan": "nowhere"}, "Pilih kelurahan"),
        ({"address": "7"}, "Alamat paling sedikit dua huruf"),
        ({"lingkungan": "empat belas"}, "nomor lingkungannya"),
        ({"nik": "12345"}, "enam belas angka"),
        ({"language": "xx"}, "Ada yang belum benar"),
        ({"notes": "x" * 501}, "Paling panjang 500"),
    ],
)
async def test_what_is_wrong_with_a_form_is_said_beside_its_field(
    page: Client, floor: Floor, changed: dict[str, str], words: str
) -> None:
    answer = await page.post("/people/new", data=NEW | changed, headers={"Accept": "text/html"})
    assert answer.status == 409
    said = await answer.text()
    assert words in said
    assert "Rosa" in said or "name" in changed
    assert await floor.store.read(lambda tx: find(tx, "+6281299990000")) is None


async def test_a_line_is_put_right_and_its_old_point_goes(page: Client, floor: Floor) -> None:
    form = {"name": "Gina Contoh", "address": "Jl. Labu 4", "kelurahan": HULU, "lingkungan": "III"}
    assert (await page.post(f"/people/{GINA}/correct", data=form, allow_redirects=False)).status == 303
    one = await floor.store.read(lambda tx: find(tx, GINA))
    assert one is not None
    assert (one.address, one.lingkungan, one.lat, one.notes) == ("Jl. Labu 4", "3", None, "asma, bawa oksigen")
    wrong = await page.post(f"/people/{GINA}/correct", data={**form, "name": "9"}, headers={"Accept": "text/html"})
    assert wrong.status == 409
    assert "Nama paling sedikit dua huruf" in await wrong.text()
    assert (await page.post("/people/+6281277778888/correct", data=form)).status == 404


async def test_wishes_and_notes_are_kept(page: Client, floor: Floor) -> None:
    await page.post(f"/people/{GINA}/wishes", data={"quiet": "yes", "language": "id"})
    await page.post(f"/people/{GINA}/note", data={"notes": "  kursi\troda ", "cannot_walk": "yes"})
    one = await floor.store.read(lambda tx: find(tx, GINA))
    assert one is not None
    assert (one.quiet, one.panic_button, one.language, one.notes) == (True, False, "id", "kursi roda")
    assert one.cannot_walk
    await page.post(f"/people/{GINA}/wishes", data={"language": ""})
    again = await floor.store.read(lambda tx: find(tx, GINA))
    assert again is not None
    assert (again.quiet, again.cannot_walk, again.language) == (False, True, "")


LIST = (
    "phone,name,kelurahan,address\n"
    f"0812 1111 2222,Tono,{HULU},Jl. Bambu 2\n"
    f"{GINA},Gina Contoh,{HULU},Jl. Bambu Kuning No. 1\n"
    f"0812,Salah,{HULU},Jl. X\n"
    "0813 1111 2222,Dimana,Entah,Jl. Y\n"
).encode()


async def test_a_list_is_judged_before_anything_is_written(page: Client, floor: Floor, keeper: FixedKeeper) -> None:
    from aiohttp import FormData

    form = FormData()
    form.add_field("file", LIST, filename="warga.csv", content_type="text/csv")
    judged = await (await page.post("/people/import", data=form)).text()
    assert "&#39;0812&#39; bukan nomor telepon" in judged
    assert "&#39;Entah&#39; tidak ada di Kota Mungil" in judged
    assert "Tulis 2 warga" in judged
    assert await floor.store.read(lambda tx: find(tx, "+6281211112222")) is None
    key = judged.split('name="key" value="')[1].split('"')[0]
    assert (await page.post("/people/import/write", data={"key": key})).status == 403
    other = as_user(page, keeper.admit(user_with(Role.DISPATCHER, login="budi")))
    assert (await other.post("/people/import/write", data={"key": key, "pin": PROOF})).status == 409
    mine = as_user(page, keeper.admit(user_with(Role.DISPATCHER)))
    done = await mine.post("/people/import/write", data={"key": key, "pin": PROOF}, allow_redirects=False)
    assert done.status == 303
    assert await floor.store.read(lambda tx: find(tx, "+6281211112222")) is not None
    assert (await mine.post("/people/import/write", data={"key": key, "pin": PROOF})).status == 409


ROWS = b"phone,name,kelurahan,language,quiet\n12,%s,Entah,xx,mungkin\n" % (b"x" * 101)
FLAWS = {
    "id": ["bukan nomor telepon", "101 huruf; paling banyak 100", "tidak ada di", "yang ada: id", "bukan ya dan bukan"],
    "en": ["not a subscriber", "100 is the most", "is unknown in", "is not one of", "neither yes nor no"],
}


@pytest.mark.parametrize("language", ["id", "en"])
async def test_every_fault_of_a_row_is_said_with_its_column_in_the_language_of_who_reads(
    page: Client, language: str
) -> None:
    from aiohttp import FormData

    form = FormData()
    form.add_field("file", ROWS, filename="warga.csv", content_type="text/csv")
    page.session.headers["Cookie"] += f"; kentongan-language={language}"
    judged = await (await page.post("/people/import", data=form)).text()
    for words in FLAWS[language]:
        assert words in judged, words
    rows = [one.split("</tr>")[0] for one in judged.split("<tr>")[1:]]
    cells = [[cell.split("<")[0] for cell in row.split("<td")[1:]] for row in rows]
    assert [row[1].removeprefix(">") for row in cells if len(row) == 3] == [
        "phone", "language", "name", "kelurahan", "quiet"
    ]  # fmt: skip


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n"])
async def test_what_is_no_list_is_said(page: Client, data: bytes) -> None:
    from aiohttp import FormData

    form = FormData()
    form.add_field("file", data, filename="x.csv", content_type="text/csv")
    assert (await page.post("/people/import", data=form, headers={"Accept": "text/html"})).status == 409


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMIN, Role.OFFICE, Role.CLINIC])
@pytest.mark.parametrize("path", ["/people", "/people/waiting", f"/people/{GINA}", f"/people/{GINA}/notes"])
async def test_the_registry_is_for_the_desk_alone(page: Client, keeper: FixedKeeper, role: Role, path: str) -> None:
    assert (await as_user(page, keeper.admit(user_with(role))).get(path)).status == 403
