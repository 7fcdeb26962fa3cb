"""``kentongan users …`` and ``kentongan tokens …``."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from datetime import datetime, tzinfo
from typing import Any

from config.command import DONE, NOT_SO, Command, CommandError, Context, Needs
from dispatch.console.access.entering import folded
from dispatch.console.access.hashing import Hasher
from dispatch.console.access.sealing import Seal, reseal
from dispatch.console.access.sessions.store import all_sessions
from dispatch.console.access.store import Account, accounts
from dispatch.console.access.tokens.store import Token, tokens
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
from dispatch.console.shown import shown
from gateway.page import STAFF
from gateway.store.schema import Tx, now

COMMAND = By(login="command", how="command")
Run = Callable[[Context, Namespace], Awaitable[int]]


def _told(run: Run) -> Run:
    """A verb's refusal as one line."""

    async def told(context: Context, asked: Namespace) -> int:
        try:
            return await run(context, asked)
        except Refused as refused:
            raise CommandError(str(refused), NOT_SO) from refused

    return told


async def _list(context: Context, asked: Namespace) -> int:
    def look(tx: Tx) -> tuple[list[Account], list[str]]:
        return accounts(tx), [one.login for one in all_sessions(tx) if not one.over(now(tx))]

    found, logged_in = await context.store.read(look)
    for one in found:
        row = {**_row(one, context.city.timezone), "sessions": logged_in.count(one.login)}
        context.out.row(row, _line(row))
    return DONE


def _row(one: Account, zone: tzinfo) -> dict[str, Any]:
    user = one.user
    return {
        "login": one.login,
        "name": user.name,
        "roles": sorted(str(role) for role in user.roles),
        "office": user.office or None,
        "clinic": user.clinic or None,
        "second_factor": bool(one.totp_secret),
        "must_change": one.password_once,
        "disabled": one.disabled_at is not None,
        "seen_at": _instant(one.seen_at, zone),
    }


def _instant(at: datetime | None, zone: tzinfo) -> str | None:
    return at.astimezone(zone).isoformat() if at is not None else None


def _line(row: dict[str, Any]) -> str:
    marks = ["disabled"] if row["disabled"] else []
    marks += ["one-time password"] if row["must_change"] else []
    marks += [f"{row['sessions']} logged in"] if row.get("sessions") else []
    place = row["office"] or row["clinic"] or ""
    words = f"{row['login']:<16} {row['name']:<28} {' '.join(row['roles'])} {place}"
    return shown(f"{words.rstrip()}  {', '.join(marks)}".rstrip())


async def _add(context: Context, asked: Namespace) -> int:
    user = new_user(
        context.city, login=asked.login, name=asked.name, roles=asked.role, office=asked.office, clinic=asked.clinic
    )
    return _handed(context, await add_user(context.store, Hasher(), user, COMMAND))


async def _reset(context: Context, asked: Namespace) -> int:
    once = await reset_user(context.store, Hasher(), folded(asked.login), COMMAND, second_factor=asked.second_factor)
    return _handed(context, once)


def _handed(context: Context, once: Once) -> int:
    """To who asked, on stdout; it is written down nowhere."""
    until = _instant(once.account.password_until, context.city.timezone)
    row = {**_row(once.account, context.city.timezone), "password": once.password, "password_until": until}
    context.out.row(row, once.password)
    context.out.note(f"one-time password of {once.account.login}: opens once, within {ONCE_DAYS} days")
    return DONE


def _changed(work: Callable[[Tx, Context, Namespace], Account]) -> Run:
    async def run(context: Context, asked: Namespace) -> int:
        one = await context.store.write(lambda tx: work(tx, context, asked))
        row = _row(one, context.city.timezone)
        context.out.row(row, _line(row))
        return DONE

    return _told(run)


def _roles(tx: Tx, context: Context, asked: Namespace) -> Account:
    login = folded(asked.login)
    before = known(tx, login).user
    office = before.office if asked.office is None else asked.office
    clinic = before.clinic if asked.clinic is None else asked.clinic
    checked_place(context.city, office, clinic)
    return change_roles(tx, login, checked_roles(asked.role), office, clinic, COMMAND)


def _logout(tx: Tx, context: Context, asked: Namespace) -> Account:
    end_sessions(tx, folded(asked.login), COMMAND)
    return known(tx, folded(asked.login))


# -- tokens


async def _tokens(context: Context, asked: Namespace) -> int:
    for one in await context.store.read(tokens):
        row = _token_row(one, context)
        context.out.row(row, _token_line(row))
    return DONE


def _token_row(one: Token, context: Context) -> dict[str, Any]:
    times = {"made_at": one.made_at, "ends_at": one.ends_at, "used_at": one.used_at, "revoked_at": one.revoked_at}
    return {
        "name": one.name,
        "roles": sorted(str(role) for role in one.roles),
        "writes": one.writes,
        "holds": one.holds(context.clock.now()),
        "made_by": one.made_by,
        **{name: _instant(at, context.city.timezone) for name, at in times.items()},
    }


def _token_line(row: dict[str, Any]) -> str:
    state = f"until {row['ends_at'][:10]}" if row["holds"] else "opens nothing any more"
    return f"{row['name']:<20} {' '.join(row['roles'])}{' (writes)' if row['writes'] else ''}  {state}"


async def _make(context: Context, asked: Namespace) -> int:
    def work(tx: Tx) -> tuple[Token, str]:
        return make_token(tx, asked.name, asked.role, asked.days, COMMAND, writes=asked.writes)

    one, key = await context.store.write(work)
    context.out.row({**_token_row(one, context), "token": key}, key)
    context.out.note(f"token {one.name}: shown only now")
    return DONE


async def _revoke(context: Context, asked: Namespace) -> int:
    row = _token_row(await context.store.write(lambda tx: end_token(tx, asked.name, COMMAND)), context)
    context.out.row(row, _token_line(row))
    return DONE


# -- arguments


def _login(parser: ArgumentParser) -> None:
    parser.add_argument("login", metavar="LOGIN", help="the name that is typed to log in")


def _role(parser: ArgumentParser, roles: frozenset[Any] = STAFF) -> None:
    names = sorted(str(role) for role in roles)
    parser.add_argument("--role", action="append", required=True, choices=names, help="may be given more than once")


def _add_arguments(parser: ArgumentParser) -> None:
    _login(parser)
    parser.add_argument("--name", required=True, metavar="NAME", help="the full name")
    _role(parser)
    parser.add_argument("--office", default="", metavar="OFFICE", help="sees the tickets of that office only")
    parser.add_argument("--clinic", default="", metavar="CLINIC", help="sees the queue of that clinic only")


def _roles_arguments(parser: ArgumentParser) -> None:
    _login(parser)
    _role(parser)
    parser.add_argument("--office", metavar="OFFICE", help="as it was, unless given; '' for all")
    parser.add_argument("--clinic", metavar="CLINIC", help="as it was, unless given; '' for all")


def _reset_arguments(parser: ArgumentParser) -> None:
    _login(parser)
    parser.add_argument("--second-factor", action="store_true", help="the phone is lost: that goes too")


def _token_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="of the other system")
    _role(parser, MACHINES)
    parser.add_argument("--writes", action="store_true", help="it may change something, too")
    parser.add_argument("--days", type=int, default=USUAL_DAYS, metavar="N", help=f"at most {MOST_DAYS}")


def _token_name(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")


async def _reseal(context: Context, asked: Namespace) -> int:
    """Killed in between, old and new key both open, and it is done again."""
    seal = Seal(context.settings.data_dir)
    try:
        seal.renew()
        done = await context.store.write(lambda tx: reseal(tx, seal, all_of_them=True))
        seal.settle()
    except (OSError, ValueError) as fault:
        raise CommandError(f"{seal.path}: {fault}") from fault
    context.out.row({"sealed": done}, f"{done} secrets of second factors are sealed under a new key in {seal.path}")
    return DONE


_ENABLE = _changed(lambda tx, _, asked: disable(tx, folded(asked.login), COMMAND, again=True))
_DISABLE = _changed(lambda tx, _, asked: disable(tx, folded(asked.login), COMMAND))
_R, _W = Needs.READ, Needs.WRITE
_VERBS: tuple[tuple[str, str, str, Needs, Run, Callable[[ArgumentParser], None]], ...] = (
    ("users", "list", "who may log in", _R, _list, lambda parser: None),
    ("users", "add", "let somebody log in; prints a one-time password", _W, _told(_add), _add_arguments),
    ("users", "roles", "change what somebody may; he logs in anew", _W, _changed(_roles), _roles_arguments),
    ("users", "reset", "a new one-time password; the PIN and open sessions go", _W, _told(_reset), _reset_arguments),
    ("users", "disable", "let him log in no more; open sessions end at once", _W, _DISABLE, _login),
    ("users", "enable", "let him log in again", _W, _ENABLE, _login),
    ("users", "logout", "end his sessions everywhere", _W, _changed(_logout), _login),
    ("secrets", "reseal", "second factors get a new key outside the store", _W, _reseal, lambda parser: None),
    ("tokens", "list", "tokens of the city's other systems", _R, _tokens, lambda parser: None),
    ("tokens", "add", "a token for another system; printed once", _W, _told(_make), _token_arguments),
    ("tokens", "revoke", "a token opens nothing any more", _W, _told(_revoke), _token_name),
)
COMMANDS: tuple[Command, ...] = tuple(
    Command(name=(group, verb), help=help_, needs=needs, run=run, arguments=arguments)
    for group, verb, help_, needs, run, arguments in _VERBS
)
