"""The audit, retention, a breach's report, and one person exported or erased, on pages."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from pytest_aiohttp.plugin import AiohttpClient
from sqlalchemy import text

import kentongan
from config.command import Needs
from dispatch.console.access import pages as access
from dispatch.console.audit.naming import act_said, detail_said, thing_said
from dispatch.console.audit.pages import HERE, audit_wing
from dispatch.console.words import Words
from gateway.audit import Deed, note
from gateway.page import Floor, Role, Wing
from gateway.store import Tx
from gateway.store.audit import lines_after
from gateway.store.people import Resident, find, save
from gateway.store.retaining import last_runs
from tests.fixtures.browser import OpenPage, axe, photo, sideways
from tests.fixtures.engines import open_store as open_store  # both engines
from tests.fixtures.site import PROOF, Client, FixedKeeper, as_user, built, user_with

ROOT = Path(kentongan.__file__).parent
SITI, BUDI = "+6281398765432", "+6281398765433"
PIECES = Wing(room="access", pages=(), templates=access.HERE / "templates", words=access.HERE / "words")


def noted(deed: Deed, tx: Tx) -> None:
    note(tx, deed)


@pytest.fixture
async def client(floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient) -> Client:
    def lived(number: str, name: str) -> Resident:
        return Resident(
            phone=number,
            name=name,
            kelurahan="99.01.01.1001",
            address="Jl. Kenanga 17",
            lat=None,
            lon=None,
            language="",
            quiet=False,
            notes="",
            confirmed=True,
            panic_button=False,
            address_at=floor.clock.now(),
        )

    await floor.store.write(lambda tx: [save(tx, lived(SITI, "Siti Aminah")), save(tx, lived(BUDI, "Budi Hartono"))])
    look = Deed(by="tono", how="page", what="look", object="/clinic", about=[SITI])
    for deed in (look, replace(look, by="dewi", about=[BUDI])):
        await floor.store.write(partial(noted, deed))
    return await aiohttp_client(built(floor, (audit_wing(floor), PIECES), keeper).app)


def supervisor(client: Client, keeper: FixedKeeper) -> Client:
    return as_user(client, keeper.admit(user_with(Role.SUPERVISOR)))


async def said(client: Client, path: str, status: int = 200) -> str:
    answer = await client.get(path, headers={"Accept": "text/html"})
    body = await answer.text()
    assert answer.status == status, body
    return body


async def done(client: Client, path: str, status: int = 303, **form: str) -> str:
    answer = await client.post(path, data=form, allow_redirects=False)
    body = await answer.text()
    assert answer.status == status, body
    return body


async def test_a_supervisor_finds_who_looked_at_whom(client: Client, keeper: FixedKeeper) -> None:
    seen = supervisor(client, keeper)
    whole = await said(seen, "/settings/audit")
    assert "tono" in whole
    assert "dewi" in whole
    hers = await said(seen, "/settings/audit?q=081398765432")
    assert "tono" in hers
    assert "dewi" not in hers
    assert "tono" not in await said(seen, "/settings/audit?since=2099-01-01")
    assert "tono" not in await said(seen, "/settings/audit?by=nobody&what=look")
    sheet = await (await seen.get("/settings/audit?as=csv")).text()
    assert "tono" in sheet
    await said(seen, "/settings/audit?since=never", 409)


async def test_an_admin_sees_that_it_was_done_and_no_number(client: Client, keeper: FixedKeeper) -> None:
    admin = as_user(client, keeper.admit(user_with(Role.ADMIN)))
    for path in ("/settings/audit", f"/settings/audit?q={SITI}", "/settings/audit?as=csv"):
        body = await (await admin.get(path)).text()
        assert "tono" in body
        assert "9876" not in body.replace(SITI, ""), path
    assert "0813-9876" not in await said(admin, "/settings/audit")
    await said(admin, "/settings/breach?since=2026-01-01", 403)


async def test_the_chain_is_verified_on_the_page(client: Client, keeper: FixedKeeper, floor: Floor) -> None:
    seen = supervisor(client, keeper)
    assert "Utuh" in await done(seen, "/settings/audit/verify", 200)
    off = "DROP TRIGGER audit_line_stays" + ("" if not floor.store.shared else " ON audit_line")
    await floor.store.write(lambda tx: tx.execute(text(off)) and None)
    await floor.store.write(lambda tx: tx.execute(text("UPDATE audit_line SET what = 'x' WHERE seq = 1")) and None)
    body = await done(seen, "/settings/audit/verify", 200)
    assert "Rantai rusak" in body
    assert "isinya diubah" in body


async def test_retention_is_shown_and_run_on_a_pin(client: Client, keeper: FixedKeeper, floor: Floor) -> None:
    seen = supervisor(client, keeper)
    body = await said(seen, "/settings/retention")
    assert "Pendaftaran klinik" in body
    assert "belum pernah" in body
    await done(seen, "/settings/retention/run", 403, pin="0000")
    assert await floor.store.read(last_runs) == {}
    await done(seen, "/settings/retention/run", pin=PROOF)
    assert {one.by for one in (await floor.store.read(last_runs)).values()} == {"sari"}
    assert "belum pernah" not in await said(seen, "/settings/retention")


async def test_a_breach_report_says_what_the_law_asks(client: Client, keeper: FixedKeeper) -> None:
    seen = supervisor(client, keeper)
    body = await said(seen, "/settings/breach?since=2020-01-01")
    for part in ("pasal 46", "3 x 24 jam", "a. Data pribadi", "b. Kapan dan bagaimana", "c. Upaya", "data kesehatan"):
        assert part in body, part
    one = json.loads(await (await seen.get("/settings/breach?since=2020-01-01&by=tono&as=json")).text())
    assert (one["persons"], one["persons_count"], one["by"]) == ([SITI], 1, {"tono": 1})
    assert list(one["classes"]) == ["health"]
    pdf = await (await seen.get("/settings/breach?since=2020-01-01&as=pdf")).read()
    assert pdf.startswith(b"%PDF")
    assert "# Pemberitahuan" in await (await seen.get("/settings/breach?since=2020-01-01&as=md")).text()
    none = json.loads(await (await seen.get("/settings/breach?since=2020-01-01&until=2020-01-02&as=json")).text())
    assert none["persons"] == []


async def test_a_person_is_exported_and_erased_on_a_pin(client: Client, keeper: FixedKeeper, floor: Floor) -> None:
    seen, path = supervisor(client, keeper), "/people/%2B6281398765432"
    assert "Siti Aminah" in await said(seen, f"{path}/export")
    await done(seen, f"{path}/export", 403, pin="0000")
    kept = json.loads(await done(seen, f"{path}/export", 200, pin=PROOF))
    assert kept["kept"]["resident"][0]["name"] == "Siti Aminah"
    assert kept["looked_at_by"][0]["by"] in ("tono", "sari")
    assert "bukti" in await said(seen, f"{path}/erase")
    await done(seen, f"{path}/erase", pin=PROOF)
    assert await floor.store.read(lambda tx: find(tx, SITI)) is None
    lines = await floor.store.read(lambda tx: lines_after(tx, 0, 99))
    assert {"person.export", "person.erase"} <= {line.what for line in lines}
    assert SITI not in str(lines)
    as_user(client, keeper.admit(user_with(Role.DISPATCHER)))
    await said(client, f"{path}/export", 403)


ROOMS = ("dispatch", "gateway", "eservices")
LITERAL = re.compile(r'what=f?"([a-z_.]+)|(?:_note|acting)\((?:\w+, )*f?"([a-z]+\.[a-z_]+)"')


def acts_written() -> set[str]:
    """Every act that the code writes into the audit, as far as its text names it, and every command."""
    files = (file for room in ROOMS for file in (ROOT / room).rglob("*.py"))
    found = {one for file in files for pair in LITERAL.findall(file.read_text()) for one in pair if one}
    told = {".".join(one.name) for one in kentongan.COMMANDS if one.needs in (Needs.READ, Needs.WRITE, Needs.RUNNING)}
    return told | {
        act.rstrip(".") for act in found if act.partition(".")[0] in {*("look", "login", "logout"), *SUBJECTS}
    }


SUBJECTS = frozenset(
    [
        "audit",
        "clinic",
        "drill",
        "incident",
        "letter",
        "officers",
        "person",
        "proof",
        "resident",
        "residents",
        "retention",
        "roster",
        "secret",
        "session",
        "shift",
        "siren",
        "ticket",
        "token",
        "user",
    ]
)


@pytest.mark.sqlite_only("files alone")
def test_every_act_has_words_in_both_languages() -> None:
    words = Words([HERE / "words"])
    parts = {part for act in acts_written() for part in act.split(".")}
    assert len(parts) > 90
    for language in ("id", "en"):
        assert {f"audit.piece.{part}" for part in parts} <= words.keys(language)


@pytest.mark.sqlite_only("nothing is kept")
@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (act_said("clinic.walkin", str.upper), "CLINIC: WALKIN"),
        (act_said("look", str.upper), "LOOK"),
        (thing_said("/people/{number}/notes", str.upper), "PEOPLE NOTES"),
        (thing_said("incident/12", str.upper), "INCIDENT 12"),
        (thing_said("/", str.upper), "BOARD"),
        (thing_said("", str.upper), ""),
        (detail_said("7 rows", lambda key, fields: f"{key} {fields['n']}"), "rows 7"),
        (detail_said("3 moved, 1 not", lambda key, fields: f"{key} {fields['n']} {fields['m']}"), "moved 3 1"),
        (detail_said("a few words", lambda key, fields: key), "a few words"),
    ],
)
def test_what_lines_hold_is_said_in_words(said: str, wanted: str) -> None:
    assert said == wanted


async def test_the_page_says_it_in_words_and_the_export_keeps_the_code(
    floor: Floor, client: Client, keeper: FixedKeeper
) -> None:
    deed = Deed(by="sari", how="page", what="incident.accept", object="incident/12", about=[SITI])
    await floor.store.write(lambda tx: note(tx, deed))
    as_user(client, keeper.admit(user_with(Role.SUPERVISOR)))
    page = await said(client, "/settings/audit", 200)
    assert "kejadian: menerima" in page
    assert ">kejadian 12" in page
    assert '"incident.accept","incident/12"' in await said(client, "/settings/audit?as=csv", 200)


@pytest.mark.sqlite_only("what is seen is the same")
@pytest.mark.rest("tests/walks/test_every_page.py looks at these pages each time")
async def test_the_pages_are_fit_to_be_looked_at(client: Client, keeper: FixedKeeper, open_page: OpenPage) -> None:
    session = keeper.admit(user_with(Role.SUPERVISOR))
    for path, name in (
        ("/settings/audit", "audit"),
        ("/settings/retention", "retention"),
        ("/settings/breach?since=2020-01-01", "breach"),
        ("/people/%2B6281398765432/erase", "erase"),
    ):
        page = await open_page(client, path, session)
        assert await axe(page) == [], path
        assert await sideways(page) == 0, path
        await photo(page, name)
