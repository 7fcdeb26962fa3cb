"""Requests without a browser; and people who come in by them as the pages ask: pages open to persons alone."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

import pyotp

from dispatch.console.keeper import COOKIE
from tests.bench.program import House, NotReady
from tests.walks.operators import PASSWORD, PIN

ASK_S = 60.0
CSRF = re.compile(r'name="csrf" value="([^"]+)"')
SECRET = re.compile(r'<code class="secret">([^<]+)</code>')
KEY = re.compile(rf"^{re.escape(COOKIE)}=([^;]+)")


class _Still(HTTPRedirectHandler):
    """Follows nothing: what a login answers is its redirect."""

    def redirect_request(self, *_said: object) -> None:
        return None


_opener = build_opener(ProxyHandler({}), _Still())


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer; ``key``: of the session that it began; ``to``: where it sends."""

    body: bytes
    key: str = ""
    to: str = ""


@dataclass(slots=True)
class _Coming:
    """Somebody on his way in, at ``url``."""

    url: str
    key: str = field(default="")

    async def page(self, path: str) -> str:
        return (await asked(f"{self.url}{path}", session(self.key))).body.decode()

    async def send(self, path: str, **form: str) -> Said:
        head = session(self.key) if self.key else {}
        said = await asked(f"{self.url}{path}", head, urlencode(form).encode(), 303)
        self.key = said.key or self.key
        return said


def session(key: str) -> dict[str, str]:
    """The head of a request in that session."""
    return {"Cookie": f"{COOKIE}={key}"}


async def come_in(url: str, login: str, password: str) -> str:
    """The key of a new session of ``login``, from the door to the board. A one-time password is replaced by
    ``PASSWORD``; a second factor is set up where the program wants one, and forgotten. Raises NotReady."""
    one = _Coming(url.rstrip("/"))
    at = await one.send("/login", login=login, password=password)
    while at.to.startswith("/login/"):
        step = at.to.partition("?")[0]
        page = await one.page(step)
        csrf = _found(CSRF, page, step)
        if step == "/login/password":
            at = await one.send(step, csrf=csrf, password=PASSWORD, again=PASSWORD, new_pin=PIN)
        elif step == "/login/enrol":
            code = pyotp.TOTP(_found(SECRET, page, step).replace(" ", "")).now()
            await asked(f"{one.url}{step}", session(one.key), urlencode({"csrf": csrf, "code": code}).encode())
            at = await one.send("/login/codes", csrf=csrf)
        else:
            raise NotReady(f"the door asks {login} for {step}")
    return one.key


async def newcomer(house: House, url: str, login: str, *roles: str) -> str:
    """A user whom a command adds comes in; the key of his session. Raises NotReady."""
    words = ("users", "add", login, "--name", login.title(), *(f"--role={role}" for role in roles))
    return await come_in(url, login, str((await house.told(*words))["password"]))


async def asked(url: str, head: dict[str, str], form: bytes | None = None, wanted: int = 200) -> Said:
    """One request by HTTP. Raises NotReady when it is not answered with ``wanted``."""
    return await asyncio.to_thread(_ask, url, head, form, wanted)


def _ask(url: str, head: dict[str, str], form: bytes | None, wanted: int) -> Said:
    try:
        answer = _opener.open(Request(url, data=form, headers=head), timeout=ASK_S)
    except HTTPError as other:
        answer = other
    with answer:
        status, body, heads = int(answer.status), bytes(answer.read()), answer.headers
    if status != wanted:
        raise NotReady(f"{url}: {status} {body[:200]!r}")
    keys = [found[1] for one in heads.get_all("Set-Cookie") or [] if (found := KEY.match(one))]
    return Said(body=body, key=keys[0] if keys else "", to=heads.get("Location", ""))


def _found(what: re.Pattern[str], page: str, path: str) -> str:
    if not (found := what.search(page)):
        raise NotReady(f"{path}: no {what.pattern} in it")
    return found[1]
