"""Coming in and going out.

GET  /login          name and password; goes on to what is still to be done
POST /login
GET  /login/code  /login/password  /login/enrol
POST /login/code  /login/password  /login/enrol  /login/codes
POST /logout
"""

from __future__ import annotations

import re
from math import ceil
from urllib.parse import quote

from dispatch.console.access.demo import DemoKeeper
from dispatch.console.access.entering import (
    LONGEST_TYPED,
    Entered,
    Over,
    Wrong,
    at_step,
    codes_kept,
    enrol,
    enter,
    first_password,
    give_code,
    has_second,
)
from dispatch.console.access.gate import CODE, CODES, ENROL, PASSWORD, Whence
from dispatch.console.access.guesses import TooMany
from dispatch.console.access.keeping import AccessKeeper
from dispatch.console.access.passwords import LEAST, LEAST_BESIDE, PIN_LEAST, PIN_MOST, Unfit
from dispatch.console.access.second import picture, spelled
from dispatch.console.answering import WITHIN
from gateway.page import PUBLIC, Answer, Moved, Page, Role, Shown, Visit

WRONG, SLOW, UNFIT = 401, 429, 422  # 422: RFC 9110, 15.5.21
OUTSIDE = re.compile(r"/(login|logout)(/|\?|$)")  # nobody is sent back to where he came in


def login_pages(keeper: AccessKeeper) -> tuple[Page, ...]:
    door = _Door(keeper)
    steps = (
        ("/login", door.form, door.enter, "access.login"),
        ("/login/code", door.code_form, door.code, "access.code_title"),
        ("/login/password", door.password_form, door.password, "access.password_title"),
        ("/login/enrol", door.enrol_form, door.enrol, "access.enrol_title"),
    )
    pages: list[Page] = []
    for path, form, act, title in steps:
        pages.append(Page(path=path, handle=form, roles=PUBLIC, title=title))
        pages.append(Page(path=path, handle=act, roles=PUBLIC, method="POST", title=title))
    return (
        *pages,
        Page(path="/login/codes", handle=door.codes, roles=PUBLIC, method="POST"),
        Page(path="/logout", handle=door.leave, roles=PUBLIC, method="POST"),
    )


def whence(visit: Visit) -> Whence:
    return Whence(peer=visit.peer, seat=visit.seat, agent=visit.headers.get("User-Agent", ""))


class _Door:
    def __init__(self, keeper: AccessKeeper) -> None:
        self._keeper, self._gate = keeper, keeper.gate

    # -- name and password

    async def form(self, visit: Visit) -> Answer:
        to = _to(visit)
        if visit.user.roles:
            return Moved(to=to)
        if visit.user.login:
            return Moved(to=_with(f"/login/{await self._keeper.stage(visit.session)}", to))
        return self._login(visit)

    async def enter(self, visit: Visit) -> Answer:
        login, password = visit.form.get("login", ""), visit.form.get("password", "")
        try:
            entered = await enter(self._gate, login, password, whence(visit))
        except Wrong:
            return self._login(visit, "access.wrong", WRONG)
        except TooMany as many:
            return self._login(visit, "access.slow", SLOW, seconds=_seconds(many))
        if visit.session:
            await self._keeper.end(visit.session, visit.user.login)
        return await self._in(visit, entered)

    def _login(self, visit: Visit, error: str = "", status: int = 200, **fields: str) -> Shown:
        demo = isinstance(self._keeper, DemoKeeper)
        data = {
            "to": _to(visit),
            "login": visit.form.get("login", "")[:LONGEST_TYPED],
            "demo": demo,
            "error": error,
            "fields": fields,
        }
        return Shown(template="access/login.html", data=data, status=status)

    async def _in(self, visit: Visit, entered: Entered) -> Moved:
        to = _to(visit)
        if not entered.seat:
            to = _with(f"/login/{await self._keeper.stage(entered.key)}", to)
        return Moved(to=to, session=entered.key, seat=entered.seat)

    # -- the second factor

    async def code_form(self, visit: Visit) -> Answer:
        return await self._at(visit, CODE) or self._code(visit)

    async def code(self, visit: Visit) -> Answer:
        try:
            return await self._in(
                visit, await give_code(self._gate, visit.session, visit.form.get("code", ""), whence(visit))
            )
        except Over:
            return _again(visit)
        except Wrong:
            return self._code(visit, "access.code_wrong", WRONG)
        except TooMany as many:
            return self._code(visit, "access.slow", SLOW, seconds=_seconds(many))

    def _code(self, visit: Visit, error: str = "", status: int = 200, **fields: str) -> Shown:
        return Shown(
            template="access/code.html", data={"to": _to(visit), "error": error, "fields": fields}, status=status
        )

    # -- the first password of one's own

    async def password_form(self, visit: Visit) -> Answer:
        return await self._at(visit, PASSWORD) or await self._password(visit)

    async def password(self, visit: Visit) -> Answer:
        password, pin = visit.form.get("password", ""), visit.form.get("new_pin", "")
        try:
            if password != visit.form.get("again", password):
                raise Unfit("access.not_the_same")
            return await self._in(visit, await first_password(self._gate, visit.session, password, pin, whence(visit)))
        except Over:
            return _again(visit)
        except Unfit as unfit:
            return await self._at(visit, PASSWORD) or await self._password(visit, unfit)

    async def _password(self, visit: Visit, unfit: Unfit | None = None) -> Shown:
        _, whose = await self._gate.store.read(lambda tx: at_step(tx, visit.session, PASSWORD))
        least = LEAST_BESIDE if has_second(whose) else LEAST
        data = {
            "to": _to(visit),
            "error": unfit.why if unfit else "",
            "fields": unfit.fields if unfit else {},
            "least": least,
            "pins": (PIN_LEAST, PIN_MOST),
            "dispatcher": Role.DISPATCHER in whose.user.roles,
        }
        return Shown(template="access/password.html", data=data, status=UNFIT if unfit else 200)

    # -- setting up a second factor

    async def enrol_form(self, visit: Visit) -> Answer:
        return await self._at(visit, ENROL) or await self._enrol(visit)

    async def enrol(self, visit: Visit) -> Answer:
        try:
            codes = await enrol(self._gate, visit.session, visit.form.get("code", ""))
        except Over:
            return _again(visit)
        except Wrong:
            return await self._enrol(visit, "access.code_wrong", WRONG)
        data = {"to": _to(visit), "codes": codes, "path": "/login/codes"}
        return Shown(template="access/codes.html", data=data)

    async def _enrol(self, visit: Visit, error: str = "", status: int = 200) -> Shown:
        kept, _ = await self._gate.store.read(lambda tx: at_step(tx, visit.session, ENROL))
        secret = self._gate.seal.open(kept.login, kept.pending)
        data = {
            "to": _to(visit),
            "error": error,
            "picture": picture(secret, kept.login, self._gate.issuer),
            "secret": spelled(secret),
            "path": "/login/enrol",
        }
        return Shown(template="access/enrol.html", data=data, status=status)

    async def codes(self, visit: Visit) -> Answer:
        try:
            return await self._in(visit, await codes_kept(self._gate, visit.session, whence(visit)))
        except Over:
            return _again(visit)

    # -- out

    async def leave(self, visit: Visit) -> Moved:
        if visit.session:
            await self._keeper.end(visit.session, visit.user.login)
        return Moved(to="/login", said="access.logged_out", session="")

    async def _at(self, visit: Visit, step: str) -> Moved | None:
        """Where he should be instead, if this is not the next thing to do."""
        stage = await self._keeper.stage(visit.session) if visit.session else ""
        if stage == step:
            return None
        return Moved(to=_with(f"/login/{stage}", _to(visit))) if stage and stage != CODES else _again(visit)


def _again(visit: Visit) -> Moved:
    return Moved(to=_with("/login", _to(visit)))


def _to(visit: Visit) -> str:
    """Where he wanted to go, within the site."""
    to = visit.form.get("to") or visit.query.get("to") or "/"
    to = to.partition("#")[0]
    return to if WITHIN.fullmatch(to) and not OUTSIDE.match(to) else "/"


def _with(path: str, to: str) -> str:
    return path if to == "/" else f"{path}?to={quote(to, safe='')}"


def _seconds(many: TooMany) -> str:
    return str(ceil(many.retry_s))
