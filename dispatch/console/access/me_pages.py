"""One's own account: password, PIN, second factor, language, sessions.

GET  /me  /me/second
POST /me/password  /me/pin  /me/language  /me/second  /me/second/confirm  /me/second/drop  /me/recovery  /me/sessions
"""

from __future__ import annotations

from dispatch.console.access.entering import Over, Wrong, has_second
from dispatch.console.access.gate import STRONG
from dispatch.console.access.guesses import TooMany
from dispatch.console.access.keeping import AccessKeeper
from dispatch.console.access.login_pages import SLOW, UNFIT, WRONG, whence
from dispatch.console.access.own import (
    SHOWN,
    begin_second,
    change_password,
    change_pin,
    confirm_second,
    drop_second,
    end_mine,
    mine,
    new_recovery,
)
from dispatch.console.access.passwords import LEAST, LEAST_BESIDE, PIN_LEAST, PIN_MOST, Unfit
from dispatch.console.access.second import picture, spelled
from dispatch.console.access.sessions.store import sessions_of
from dispatch.console.access.store import change_account, count_recovery
from dispatch.console.access.users import Refused
from dispatch.console.look import KEPT
from dispatch.console.words import LANGUAGES
from gateway.page import STAFF, Answer, Declined, Handle, Moved, Page, Shown, Visit
from gateway.store.schema import Tx, now


def me_pages(keeper: AccessKeeper) -> tuple[Page, ...]:
    me = _Me(keeper)

    def act(path: str, handle: Handle, *, danger: bool = False, title: str = "access.me") -> Page:
        return Page(path=path, handle=_of_users(handle), roles=STAFF, method="POST", danger=danger, title=title)

    return (
        Page(path="/me", handle=me.page, roles=STAFF, title="access.me", nav=99),
        Page(path="/me/second", handle=_of_users(me.second), roles=STAFF, title="access.enrol_title"),
        act("/me/password", me.password),
        act("/me/pin", me.pin, danger=True),
        act("/me/language", me.language),
        act("/me/second", me.begin, danger=True),
        act("/me/second/confirm", me.confirm, title="access.enrol_title"),
        act("/me/second/drop", me.drop, danger=True),
        act("/me/recovery", me.recovery, danger=True),
        act("/me/sessions", me.sessions),
    )


def _of_users(handle: Handle) -> Handle:
    """For who has an account in the store: the demo's own user has none."""

    async def handled(visit: Visit) -> Answer:
        try:
            return await handle(visit)
        except Over as over:
            raise Declined("access.no_account") from over
        except Refused as refused:
            raise Declined(refused.why, **refused.fields) from refused

    return handled


class _Me:
    def __init__(self, keeper: AccessKeeper) -> None:
        self._gate = keeper.gate

    async def page(self, visit: Visit) -> Answer:
        return await self._page(visit)

    async def _page(self, visit: Visit, wrong: str = "", error: str = "", status: int = 200, **fields: str) -> Shown:
        """``wrong``: the form that ``error`` is about."""
        data = await self._gate.store.read(lambda tx: self._look(tx, visit))
        data |= {"wrong": wrong, "error": error, "fields": fields}
        return Shown(template="access/me.html", data=data, status=status)

    def _look(self, tx: Tx, visit: Visit) -> dict[str, object]:
        try:
            kept, whose = mine(tx, visit.session)
        except Over:
            return {"whose": None}
        return {
            "whose": whose,
            "least": LEAST_BESIDE if has_second(whose) else LEAST,
            "pins": (PIN_LEAST, PIN_MOST),
            "duty": bool(whose.user.roles & STRONG),
            "recovery": count_recovery(tx, whose.login),
            "sessions": [one for one in sessions_of(tx, whose.login) if not one.over(now(tx))],
            "this": kept.hash,
            "shown": SHOWN,
            "languages": LANGUAGES,
        }

    async def password(self, visit: Visit) -> Answer:
        new, here = visit.form.get("password", ""), whence(visit)
        try:
            if new != visit.form.get("again", new):
                raise Unfit("access.not_the_same")
            key = await change_password(self._gate, visit.session, visit.form.get("old", ""), new, here)
        except Unfit as unfit:
            return await self._page(visit, "password", unfit.why, UNFIT, **unfit.fields)
        except Wrong:
            return await self._page(visit, "password", "access.old_wrong", WRONG)
        except TooMany as many:
            return await self._page(visit, "password", "access.slow", SLOW, seconds=f"{many.retry_s:.0f}")
        return Moved(to="/me", said="access.password_changed", session=key)

    async def pin(self, visit: Visit) -> Answer:
        try:
            await change_pin(self._gate, visit.session, visit.form.get("new_pin", ""))
        except Unfit as unfit:
            return await self._page(visit, "pin", unfit.why, UNFIT, **unfit.fields)
        return Moved(to="/me", said="access.pin_changed")

    async def language(self, visit: Visit) -> Answer:
        language = visit.form.get("language", "")
        if language not in LANGUAGES:
            raise Declined("access.no_language")
        await self._gate.store.write(lambda tx: change_account(tx, mine(tx, visit.session)[1].login, language=language))
        return Moved(to="/me", said="access.language_changed", kept={KEPT["language"]: language})

    async def begin(self, visit: Visit) -> Answer:
        await self._gate.store.write(lambda tx: begin_second(tx, self._gate, visit.session))
        return Moved(to="/me/second")

    async def second(self, visit: Visit) -> Answer:
        return await self._second(visit)

    async def _second(self, visit: Visit, error: str = "", status: int = 200) -> Answer:
        kept, whose = await self._gate.store.read(lambda tx: mine(tx, visit.session))
        if not kept.pending:
            return Moved(to="/me")
        secret = self._gate.seal.open(whose.login, kept.pending)
        data = {
            "to": "/me",
            "error": error,
            "picture": picture(secret, whose.login, self._gate.issuer),
            "secret": spelled(secret),
            "path": "/me/second/confirm",
        }
        return Shown(template="access/enrol.html", data=data, status=status)

    async def confirm(self, visit: Visit) -> Answer:
        code = visit.form.get("code", "")
        try:
            codes = await self._gate.store.write(lambda tx: confirm_second(tx, self._gate, visit.session, code))
        except Wrong:
            return await self._second(visit, "access.code_wrong", WRONG)
        return Shown(template="access/codes.html", data={"codes": codes, "path": "/me", "to": "/me"})

    async def drop(self, visit: Visit) -> Answer:
        await self._gate.store.write(lambda tx: drop_second(tx, visit.session))
        return Moved(to="/me", said="access.second_dropped")

    async def recovery(self, visit: Visit) -> Answer:
        codes = await self._gate.store.write(lambda tx: new_recovery(tx, visit.session))
        return Shown(template="access/codes.html", data={"codes": codes, "path": "/me", "to": "/me"})

    async def sessions(self, visit: Visit) -> Answer:
        which = visit.form.get("session", "")
        await self._gate.store.write(lambda tx: end_mine(tx, visit.session, which))
        return Moved(to="/me", said="access.session_ended")
