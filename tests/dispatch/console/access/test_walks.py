"""The doors over HTTP, as a browser, a script and a stranger knock at them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, DummyCookieJar
from pytest_aiohttp.plugin import AiohttpClient

from dispatch.console.access.demo import MOST_DEMOS, DemoKeeper
from dispatch.console.access.gate import gate_of
from dispatch.console.access.keeping import AccessKeeper
from dispatch.console.access.pages import access_wing
from dispatch.console.access.store import change_account, put_account
from dispatch.console.access.tokens.verbs import make_token
from dispatch.console.access.users import By, disable, first_admin
from dispatch.console.keeper import COOKIE, SEAT_COOKIE
from gateway.page import DESK, PUBLIC, WATCH, Floor, Page, Role, Told, User, Visit, Wing
from gateway.store import Tx
from tests.dispatch.console.access.room import PASSWORD, PlainHasher, code
from tests.fixtures.engines import open_store, outside
from tests.fixtures.site import Client, built

ON_BOTH_ENGINES = open_store
HTML = {"Accept": "text/html"}
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
WAIT_S = 15.0  # a limit, not a measure


@dataclass
class Browser:
    """Keeps cookies as a browser does on loopback, follows nothing, and reads tokens out of forms."""

    client: Client
    cookies: dict[str, str]
    csrf: str = ""
    last: ClientResponse | None = None

    async def get(self, path: str, **headers: str) -> ClientResponse:
        return await self._ask("GET", path, {**HTML, **headers})

    async def post(self, path: str, form: dict[str, str], **headers: str) -> ClientResponse:
        return await self._ask("POST", path, {**HTML, **headers}, {"csrf": self.csrf, **form})

    async def _ask(
        self, method: str, path: str, headers: dict[str, str], form: dict[str, str] | None = None
    ) -> ClientResponse:
        sent = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers |= {"Cookie": sent} if sent else {}
        self.last = await self.client.request(method, path, headers=headers, data=form, allow_redirects=False)
        for line in self.last.headers.getall("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        text = await self.last.text()
        if found := re.search(r'name="csrf" (?:value|content)="([^"]*)"', text):
            self.csrf = found[1]
        return self.last

    async def log_in(self, login: str = "sari", password: str = PASSWORD, to: str = "/") -> ClientResponse:
        answer = await self.post("/login", {"login": login, "password": password, "to": to})
        if answer.status == 303 and not answer.headers["Location"].startswith("/login"):
            await self.get("/me")
        return answer


async def mine(visit: Visit) -> Told:
    return Told(value={"login": visit.user.login, "roles": sorted(visit.user.roles)})


EXTRA = Wing(
    room="extra",
    pages=(
        Page(path="/watch", handle=mine, roles=WATCH),
        Page(path="/public", handle=mine, roles=PUBLIC),
        Page(path="/act", handle=mine, roles=DESK, method="POST"),
        Page(path="/api/v1/watch", handle=mine, roles=WATCH, tokens=True),
        Page(path="/api/v1/act", handle=mine, roles=DESK, method="POST", tokens=True),
        Page(path="/siren", handle=mine, roles=DESK, method="POST", danger=True),
    ),
)


@pytest.fixture
def keeper(floor: Floor) -> AccessKeeper:
    return AccessKeeper(replace(gate_of(floor), hasher=PlainHasher()))


@pytest.fixture
async def browser(floor: Floor, keeper: AccessKeeper, aiohttp_client: AiohttpClient) -> Browser:
    def work(tx: Tx) -> None:
        for login, role, more in (
            ("sari", Role.DISPATCHER, {"pin_hash": "plain 482915"}),
            ("budi", Role.SUPERVISOR, {"totp_secret": SECRET}),
            ("ani", Role.ADMIN, {"totp_secret": SECRET}),
        ):
            user = User(login=login, name=login.title(), roles=frozenset({role}))
            put_account(tx, user, by="t", password_hash=f"plain {PASSWORD}", until=floor.clock.now())
            change_account(tx, login, password_once=False, password_until=None, **more)

    await floor.store.write(work)
    site = built(floor, (access_wing(keeper, floor), EXTRA), keeper)
    return Browser(await aiohttp_client(site.app, cookie_jar=DummyCookieJar()), {})


def other(browser: Browser) -> Browser:
    return Browser(browser.client, {})


async def as_admin(browser: Browser, floor: Floor) -> None:
    await browser.log_in("ani")
    await browser.get("/login/code")
    answer = await browser.post("/login/code", {"code": code(SECRET, floor.clock.now())})
    assert answer.headers["Location"] == "/"
    await browser.get("/me")


async def test_the_walk_in_and_out_with_cookies_that_only_we_read(browser: Browser) -> None:
    answer = await browser.get("/watch?x=1")
    assert (answer.status, answer.headers["Location"]) == (303, "/login?to=%2Fwatch%3Fx%3D1")
    planted = browser.cookies[COOKIE] = "a" * 32
    answer = await browser.log_in(to="/watch?x=1")
    assert (answer.status, answer.headers["Location"]) == (303, "/watch?x=1")
    lines = {line.partition("=")[0]: line for line in answer.headers.getall("Set-Cookie")}
    for name, lasts in ((COOKIE, 2592000), (SEAT_COOKIE, 7776000)):
        flags = sorted(one.strip() for one in lines[name].split(";")[1:])
        assert flags == ["HttpOnly", f"Max-Age={lasts}", "Path=/", "SameSite=Strict", "Secure"]
    assert browser.cookies[COOKIE] != planted
    assert (await (await browser.get("/watch")).json())["login"] == "sari"
    old = browser.cookies[COOKIE]
    assert (await browser.post("/logout", {"csrf": "x"})).status == 403
    answer = await browser.post("/logout", {})
    assert (answer.status, answer.headers["Location"]) == (303, "/login?said=access.logged_out")
    assert browser.cookies[COOKIE] == ""
    browser.cookies[COOKIE] = old
    assert (await browser.get("/watch")).status == 303


async def test_a_login_ends_the_session_that_the_browser_had(browser: Browser) -> None:
    await browser.log_in()
    old = browser.cookies[COOKIE]
    assert (await browser.post("/login", {"login": "sari", "password": PASSWORD, "csrf": ""})).status == 403
    await browser.log_in()
    assert browser.cookies[COOKIE] != old
    stolen = Browser(browser.client, {COOKIE: old})
    assert (await stolen.get("/watch")).status == 303


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\r\nSet-Cookie: a=b",
        "/logout",
        "/login?to=/login",
        "evil",
        "",
    ],
)
async def test_nobody_is_sent_out_of_the_site(browser: Browser, to: str) -> None:
    assert (await browser.log_in(to=to)).headers["Location"] == "/"
    assert (await browser.client.get("/login", params={"to": to}, headers=HTML)).status == 200


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
async def test_another_page_cannot_log_somebody_in(browser: Browser, headers: dict[str, str]) -> None:
    answer = await browser.post("/login", {"login": "sari", "password": PASSWORD}, **headers)
    assert answer.status == 403
    assert browser.cookies == {}


async def test_a_form_needs_its_token_and_a_dangerous_act_a_pin(browser: Browser, floor: Floor) -> None:
    await browser.log_in()
    assert (await browser.post("/act", {})).status == 200
    for csrf in ("", "x", browser.csrf[:-1], browser.csrf + "x"):
        assert (await browser.post("/act", {"csrf": csrf})).status == 403
    assert (await browser.post("/siren", {})).status == 200  # he has just logged in
    await floor.store.write(lambda tx: tx.exec_driver_sql("UPDATE console_session SET sure_until = NULL"))
    assert (await browser.post("/siren", {})).status == 403
    assert (await browser.post("/siren", {"pin": "000000"})).status == 403
    assert (await browser.post("/siren", {"pin": "482915"})).status == 200
    assert (await browser.post("/siren", {})).status == 200


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"])
async def test_other_methods_are_no_way_round(browser: Browser, method: str) -> None:
    await browser.log_in()
    for path in ("/act", "/watch"):
        headers = {"Cookie": f"{COOKIE}={browser.cookies[COOKIE]}"}
        assert (await browser.client.request(method, path, headers=headers)).status in (404, 405)
    headers = {"X-HTTP-Method-Override": "POST", "Cookie": f"{COOKIE}={browser.cookies[COOKIE]}"}
    assert (await browser.client.get("/act?_method=POST", headers=headers)).status == 405


async def test_a_supervisor_gives_a_code_and_may_nothing_before(browser: Browser, floor: Floor) -> None:
    answer = await browser.log_in("budi", to="/watch")
    assert answer.headers["Location"] == "/login/code?to=%2Fwatch"
    before = browser.cookies[COOKIE]
    assert (await browser.get("/watch")).headers["Location"].startswith("/login")
    assert (await browser.get("/login")).headers["Location"] == "/login/code"
    assert (await browser.get("/login/enrol")).headers["Location"] == "/login/code"
    await browser.get("/login/code?to=/watch")
    assert (await browser.post("/login/code", {"code": "12", "to": "/watch"})).status == 401
    right = code(SECRET, floor.clock.now())
    answer = await browser.post("/login/code", {"code": right, "to": "/watch"})
    assert (answer.status, answer.headers["Location"]) == (303, "/watch")
    assert browser.cookies[COOKIE] != before
    second = other(browser)
    await second.log_in("budi")
    await second.get("/login/code")
    assert (await second.post("/login/code", {"code": right})).status == 401


async def test_the_first_admin_sets_a_password_and_a_second_factor(
    floor: Floor, keeper: AccessKeeper, aiohttp_client: AiohttpClient
) -> None:
    once = await first_admin(floor.store, keeper.gate.hasher, "Admin")
    assert once is not None
    site = built(floor, (access_wing(keeper, floor),), keeper)
    browser = Browser(await aiohttp_client(site.app, cookie_jar=DummyCookieJar()), {})
    answer = await browser.log_in("admin", once.password)
    assert answer.headers["Location"] == "/login/password"
    await browser.get("/login/password")
    short = {"password": "rahasia", "again": "rahasia"}
    assert (await browser.post("/login/password", short)).status == 422
    assert (await browser.post("/login/password", {"password": PASSWORD, "again": "lain"})).status == 422
    answer = await browser.post("/login/password", {"password": PASSWORD, "again": PASSWORD, "new_pin": ""})
    assert answer.headers["Location"] == "/login/enrol"
    text = await (await browser.get("/login/enrol")).text()
    assert "<svg" in text
    assert "style=" not in text
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', text)
    assert secret is not None
    answer = await browser.post("/login/enrol", {"code": code(secret[1].replace(" ", ""), floor.clock.now())})
    assert (await answer.text()).count("<li><code>") == 10
    answer = await browser.post("/login/codes", {})
    assert answer.headers["Location"] == "/"
    assert (await browser.get("/settings/users")).status == 200


async def test_an_admin_adds_changes_and_disables_users_on_the_page(browser: Browser, floor: Floor) -> None:
    await as_admin(browser, floor)
    form = {"login": "rina", "name": "Rina <b>", "role": "office"}
    text = await (await browser.post("/settings/users", form)).text()
    found = re.search(r'class="secret">([a-z0-9-]+)<', text)
    assert found is not None
    assert "Rina &lt;b&gt;" in text
    rina = other(browser)
    assert (await rina.log_in("rina", found[1])).headers["Location"] == "/login/password"
    assert (await browser.post("/settings/users", form)).status == 409
    assert (await browser.post("/settings/users/rina/roles", {"role": "king"})).status == 409
    assert (await browser.post("/settings/users/nobody/roles", {"role": "viewer"})).status == 404
    assert (await browser.post("/settings/users/ani/disable", {})).status == 409
    sari = other(browser)
    await sari.log_in()
    for path in ("/settings", "/settings/users", "/settings/users/sari", "/settings/tokens", "/me"):
        assert (await browser.get(path)).status == 200
    assert (await browser.post("/settings/users/sari/roles", {"role": "viewer"})).status == 303
    assert (await sari.get("/watch")).status == 303
    assert (await browser.post("/settings/users/sari/disable", {})).status == 303
    assert (await sari.log_in()).status == 401
    said = [row["what"] for row in outside(Path(floor.store.path), "SELECT * FROM audit_line ORDER BY seq")]
    for what in ("login", "user.add", "user.roles", "user.disable", "login.failed"):
        assert what in said


async def test_a_supervisor_logs_out_who_works_and_no_admin(browser: Browser, floor: Floor) -> None:
    boss = other(browser)
    await boss.log_in("budi")
    await boss.get("/login/code")
    await boss.post("/login/code", {"code": code(SECRET, floor.clock.now())})
    await boss.get("/me")
    await browser.log_in()
    assert (await boss.get("/settings/users/sari")).status == 200
    assert (await boss.post("/settings/users/sari/logout", {})).status == 303
    assert (await browser.get("/watch")).status == 303
    assert (await boss.post("/settings/users/ani/logout", {})).status == 409
    assert (await boss.post("/settings/users/sari/reset", {})).status == 403
    assert (await boss.get("/settings/tokens")).status == 403


async def test_ones_own_page_changes_password_pin_and_sessions(browser: Browser) -> None:
    await browser.log_in()
    second = other(browser)
    await second.log_in()
    new = "empat ekor sapi tidur"
    assert (await browser.post("/me/password", {"old": "x", "password": new})).status == 401
    assert (await browser.post("/me/password", {"old": PASSWORD, "password": "x"})).status == 422
    before = browser.cookies[COOKIE]
    assert (await browser.post("/me/password", {"old": PASSWORD, "password": new})).status == 303
    assert browser.cookies[COOKIE] != before
    assert (await second.get("/watch")).status == 303
    await browser.get("/me")
    assert (await browser.post("/me/pin", {"new_pin": "123456"})).status == 422
    assert (await browser.post("/me/pin", {"new_pin": "739150"})).status == 303
    assert (await browser.post("/me/language", {"language": "en"})).status == 303
    assert "My account" in await (await browser.get("/me")).text()
    assert (await second.log_in(password=new)).status == 303
    assert (await browser.post("/me/sessions", {"session": ""})).status == 303
    assert (await second.get("/watch")).status == 303
    assert (await browser.post("/me/second", {})).status == 303
    assert "<svg" in await (await browser.get("/me/second")).text()


async def test_tokens_have_roles_of_their_own_and_never_pass_for_a_person(browser: Browser, floor: Floor) -> None:
    by = By(login="ani", how="page")

    async def made(name: str, *roles: str, writes: bool) -> dict[str, str]:
        _, key = await floor.store.write(lambda tx: make_token(tx, name, roles, 30, by, writes=writes))
        return {"Authorization": f"Bearer {key}"}

    reads, writes = await made("reads", "dispatcher", writes=False), await made("writes", "dispatcher", writes=True)
    ask = browser.client
    seen = await ask.get("/api/v1/watch", headers=reads)
    assert (await seen.json())["login"] == "token:reads"
    assert "Set-Cookie" not in seen.headers  # what is sent once in a header is not kept in a jar for a month
    assert (await ask.post("/api/v1/act", headers=reads)).status == 403
    assert (await ask.post("/api/v1/act", headers=writes)).status == 200
    assert (await ask.post("/act", headers=writes)).status == 403  # not in what /openapi.json tells
    for page in ("/watch", "/public", "/me"):
        assert (await ask.get(page, headers=writes)).status == 403, page
    assert (await ask.post("/siren", headers=writes)).status == 403
    assert (await ask.get("/settings/users", headers=writes)).status == 403
    await browser.log_in()
    both = {"Cookie": f"{COOKIE}={browser.cookies[COOKIE]}", "Authorization": "Bearer ktg_wrong"}
    assert (await ask.get("/api/v1/watch", headers=both)).status == 401
    admin = other(browser)
    await as_admin(admin, floor)
    assert "writes" in await (await admin.get("/settings/tokens")).text()
    assert (await admin.post("/settings/tokens/revoke", {"name": "writes"})).status == 303
    assert (await ask.get("/api/v1/watch", headers=writes)).status == 401
    form = {"name": "x y", "role": "viewer", "days": "30"}
    assert (await admin.post("/settings/tokens", form)).status == 409
    assert (await admin.post("/settings/tokens", {**form, "name": "xy", "role": "admin"})).status == 409
    assert "ktg_" in await (await admin.post("/settings/tokens", {**form, "name": "xy"})).text()
    later = floor.clock.now() + timedelta(days=31)
    assert later > floor.clock.now()


async def test_an_open_stream_ends_with_its_session(browser: Browser, floor: Floor) -> None:
    await browser.log_in()
    headers: dict[str, Any] = {"Cookie": f"{COOKIE}={browser.cookies[COOKIE]}"}
    async with browser.client.get("/console/events", headers=headers) as stream:
        await stream.content.readline()
        await floor.store.write(lambda tx: disable(tx, "sari", By(login="ani", how="page")))
        async with floor.clock.timeout(WAIT_S):
            await stream.content.read()
    async with browser.client.get("/console/events", headers=headers) as stream:
        assert stream.status == 401


async def test_a_public_page_knows_who_looks_and_asks_nobody(browser: Browser) -> None:
    assert (await (await browser.get("/public")).json())["login"] == ""
    browser.cookies[COOKIE] = "x" * 5000
    assert (await (await browser.get("/public")).json())["login"] == ""
    await browser.log_in()
    assert (await (await browser.get("/public")).json())["login"] == "sari"


async def test_the_demo_lets_in_whoever_looks_from_this_machine_and_others_beside(
    floor: Floor, aiohttp_client: AiohttpClient
) -> None:
    keeper = DemoKeeper(replace(gate_of(floor), hasher=PlainHasher()))
    site = built(floor, (access_wing(keeper, floor), EXTRA), keeper)
    browser = Browser(await aiohttp_client(site.app, cookie_jar=DummyCookieJar()), {})
    assert (await (await browser.get("/watch")).json())["login"] == "demo"
    assert "demo" in await (await browser.get("/me")).text()
    assert (await browser.post("/siren", {})).status == 200
    assert (await browser.post("/me/pin", {"new_pin": "482915"})).status == 409
    await browser.post("/logout", {})
    assert "Lanjut sebagai" in await (await browser.get("/login")).text()
    assert (await (await browser.get("/watch")).json())["login"] == "demo"
    browser.cookies.clear()
    for far in ({"X-Forwarded-For": "203.0.113.9"}, {"Cf-Connecting-Ip": "203.0.113.9"}, {"Via": "1.1 tunnel"}):
        assert (await browser.get("/watch", **far)).headers["Location"] == "/login?to=%2Fwatch"
    assert browser.cookies == {}
    assert await keeper.guest("10.0.0.7") is None
    assert await keeper.guest("") is None
    kept = [one.key for one in [await keeper.guest("127.0.0.1") for _ in range(MOST_DEMOS + 1)] if one]
    assert [await keeper.session(key) for key in kept[:1]] == [None]
    assert await keeper.session(kept[-1]) is not None
    assert await AccessKeeper(keeper.gate).session(kept[-1]) is None
