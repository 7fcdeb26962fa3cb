"""The users and the tokens, as an admin keeps them; a supervisor sees the users and may log people out.

GET  /settings  /settings/users  /settings/users/LOGIN  /settings/tokens
POST /settings/users  /settings/users/LOGIN/{roles,reset,disable,enable,logout}
     /settings/tokens  /settings/tokens/revoke
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dispatch.console.access.keeping import AccessKeeper
from dispatch.console.access.sessions.store import all_sessions, sessions_of
from dispatch.console.access.store import Account, accounts, count_recovery
from dispatch.console.access.tokens.store import tokens
from dispatch.console.access.tokens.verbs import MACHINES, MOST_DAYS, USUAL_DAYS, end_token, make_token
from dispatch.console.access.users import (
    ONCE_DAYS,
    By,
    Once,
    Refused,
    add_user,
    change_roles,
    checked_place,
    checked_roles,
    disable,
    end_sessions,
    known,
    new_user,
    reset_user,
)
from dispatch.console.numbers import number_typed
from gateway.page import Answer, Declined, Floor, Handle, Moved, NotThere, Page, Role, Shown, Visit
from gateway.store.schema import Tx, now

if TYPE_CHECKING:
    from config.city import City

ADMIN = frozenset({Role.ADMIN})
OVER = frozenset({Role.ADMIN, Role.SUPERVISOR})
ORDER = (Role.DISPATCHER, Role.SUPERVISOR, Role.OFFICE, Role.CLINIC, Role.VIEWER, Role.ADMIN)
ONE = "/settings/users/{login:[a-z0-9._-]{1,32}}"


def user_pages(keeper: AccessKeeper, floor: Floor) -> tuple[Page, ...]:
    users, title = _Users(keeper, floor.city), "access.users"

    def act(path: str, handle: Handle, roles: frozenset[Role] = ADMIN) -> Page:
        return Page(path=path, handle=_refusing(handle), roles=roles, method="POST", danger=True, title=title)

    return (
        Page(path="/settings", handle=users.settings, roles=OVER, title="access.settings", nav=95),
        Page(path="/settings/users", handle=users.list, roles=OVER, title=title),
        Page(path=ONE, handle=_refusing(users.one), roles=OVER, title=title),
        act("/settings/users", users.add),
        act(f"{ONE}/roles", users.roles),
        act(f"{ONE}/reset", users.reset),
        act(f"{ONE}/disable", users.disable),
        act(f"{ONE}/enable", users.enable),
        act(f"{ONE}/logout", users.logout, OVER),
        Page(path="/settings/tokens", handle=users.tokens, roles=ADMIN, title="access.tokens"),
        act("/settings/tokens", users.make_token),
        act("/settings/tokens/revoke", users.revoke_token),
    )


def _refusing(handle: Handle) -> Handle:
    """A verb's refusal in words."""

    async def handled(visit: Visit) -> Answer:
        try:
            return await handle(visit)
        except Refused as refused:
            if refused.why == "access.no_user":
                raise NotThere from refused
            raise Declined(refused.why, **refused.fields) from refused

    return handled


def _by(visit: Visit) -> By:
    return By(login=visit.user.login, how="page")


class _Users:
    def __init__(self, keeper: AccessKeeper, city: City) -> None:
        self._gate, self._store, self._city = keeper.gate, keeper.gate.store, city

    async def settings(self, visit: Visit) -> Answer:
        def look(tx: Tx) -> tuple[int, int]:
            return sum(one.disabled_at is None for one in accounts(tx)), len(tokens(tx))

        counts = dict(zip(("users", "tokens"), await self._store.read(look), strict=True))
        return Shown(template="access/settings.html", data={"counts": counts})

    async def list(self, visit: Visit) -> Answer:
        wanted = visit.query.get("q", "").strip().casefold()

        def look(tx: Tx) -> tuple[list[Account], list[str]]:
            return accounts(tx), [one.login for one in all_sessions(tx) if not one.over(now(tx))]

        found, logged_in = await self._store.read(look)
        shown = [one for one in found if wanted in f"{one.login} {one.user.name}".casefold()]
        counts = {one.login: logged_in.count(one.login) for one in shown}
        return Shown(template="access/users.html", data={"users": shown, "counts": counts, **self._choices()})

    def _choices(self) -> dict[str, object]:
        offices = [(one.id, one.name) for one in self._city.offices.offices.values()]
        clinics = [(one.id, one.name) for one in self._city.clinics.clinics.values()]
        return {"roles": ORDER, "offices": offices, "clinics": clinics}

    async def one(self, visit: Visit) -> Answer:
        login = visit.at["login"]

        def look(tx: Tx) -> dict[str, object]:
            sessions = [one for one in sessions_of(tx, login) if not one.over(now(tx))]
            return {"one": known(tx, login), "sessions": sessions, "recovery": count_recovery(tx, login)}

        return Shown(template="access/user.html", data={**await self._store.read(look), **self._choices()})

    async def add(self, visit: Visit) -> Answer:
        user = new_user(
            self._city,
            login=visit.form.get("login", ""),
            name=visit.form.get("name", ""),
            roles=visit.many.get("role", ()),
            office=visit.form.get("office", ""),
            clinic=visit.form.get("clinic", ""),
        )
        return _handed(await add_user(self._store, self._gate.hasher, user, _by(visit)))

    async def reset(self, visit: Visit) -> Answer:
        whole = visit.form.get("second_factor") == "yes"
        login, hasher = visit.at["login"], self._gate.hasher
        return _handed(await reset_user(self._store, hasher, login, _by(visit), second_factor=whole))

    async def roles(self, visit: Visit) -> Answer:
        roles = checked_roles(visit.many.get("role", ()))
        office, clinic = visit.form.get("office", ""), visit.form.get("clinic", "")
        checked_place(self._city, office, clinic)
        return await self._done(visit, lambda tx, login: change_roles(tx, login, roles, office, clinic, _by(visit)))

    async def disable(self, visit: Visit) -> Answer:
        return await self._done(visit, lambda tx, login: disable(tx, login, _by(visit)))

    async def enable(self, visit: Visit) -> Answer:
        return await self._done(visit, lambda tx, login: disable(tx, login, _by(visit), again=True))

    async def logout(self, visit: Visit) -> Answer:
        """A supervisor logs out those who work, an admin everybody."""

        def work(tx: Tx, login: str) -> object:
            if Role.ADMIN in known(tx, login).user.roles and not visit.user.may(ADMIN):
                raise Refused("access.not_an_admins", "only an admin logs an admin out")
            return end_sessions(tx, login, _by(visit))

        return await self._done(visit, work)

    async def _done(self, visit: Visit, work: Callable[[Tx, str], object]) -> Answer:
        login = visit.at["login"]
        await self._store.write(lambda tx: work(tx, login))
        return Moved(to=f"/settings/users/{login}", said="access.done")

    # -- tokens

    async def tokens(self, visit: Visit) -> Answer:
        found = await self._store.read(tokens)
        roles = [one for one in ORDER if one in MACHINES]
        days = {"usual": USUAL_DAYS, "most": MOST_DAYS}
        return Shown(template="access/tokens.html", data={"tokens": found, "roles": roles, "days": days})

    async def make_token(self, visit: Visit) -> Answer:
        count = number_typed(visit.form.get("days", ""), 5) or 0
        name, roles, writes = visit.form.get("name", ""), visit.many.get("role", ()), visit.form.get("writes") == "yes"
        made, key = await self._store.write(lambda tx: make_token(tx, name, roles, count, _by(visit), writes=writes))
        data = {"title": made.name, "secret": key, "until": made.ends_at, "back": "/settings/tokens", "days": 0}
        return Shown(template="access/handed.html", data=data)

    async def revoke_token(self, visit: Visit) -> Answer:
        name = visit.form.get("name", "")
        await self._store.write(lambda tx: end_token(tx, name, _by(visit)))
        return Moved(to="/settings/tokens", said="access.token_revoked")


def _handed(once: Once) -> Shown:
    """The one-time password, this once."""
    data = {
        "title": once.account.user.name,
        "secret": once.password,
        "until": once.account.password_until,
        "back": f"/settings/users/{once.account.login}",
        "days": ONCE_DAYS,
    }
    return Shown(template="access/handed.html", data=data)
