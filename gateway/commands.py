"""``kentongan residents …``, and with it every command of this room."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import Any

from config.command import DONE, USAGE, Command, CommandError, Context, Needs
from gateway.audit_commands import AUDIT
from gateway.audited import os_user
from gateway.backup import BACKUP
from gateway.breach_commands import BREACH
from gateway.broadcast.commands import TELLING
from gateway.erasing import erase_person, finish
from gateway.importing import read_list, write_list
from gateway.letter_commands import LETTERS, shown
from gateway.number import normal
from gateway.pack_commands import PACKS
from gateway.registering_commands import REGISTERING
from gateway.registry import RegistryFault, Resident, find, write_rows
from gateway.resident_commands import VOUCHING
from gateway.retention_commands import RETENTION
from gateway.rotating import SECRETS
from gateway.simulate_command import SIMULATE
from gateway.store import Tx
from gateway.store.exporting import person_of
from gateway.store.forgetting import kept_besides
from gateway.store.households import household_phones, members_of
from gateway.store.people import residents_after, same_nik
from gateway.store.vouching import vouched


def _instant(at: datetime | None, zone: tzinfo) -> str | None:
    return at.astimezone(zone).isoformat() if at is not None else None


async def _import(context: Context, asked: Namespace) -> int:
    at, data = context.clock.now(), context.files[asked.file]
    try:
        people = read_list(data, context.city, context.settings, at)
    except RegistryFault as fault:
        raise CommandError(f"{asked.file}: {fault}", USAGE) from fault
    for row in people.bad:
        context.out.note(f"{asked.file}:{row.line}: {shown(row.fault)}")
    total = max(len(people.good), 1)
    who = getattr(context.store, "by", "") or os_user()
    counts = await write_list(
        context.store, people, who, at, lambda done: context.out.progress(done, total, "residents")
    )
    context.out.progress(total, total, "residents")
    words = ", ".join(f"{count} {what}" for what, count in counts.items())
    faults = [{"line": row.line, "fault": row.fault} for row in people.bad]
    context.out.row({**counts, "bad": len(people.bad), "faults": faults}, f"{words}; {len(people.bad)} left out")
    return DONE


def _row(one: Resident, zone: tzinfo) -> dict[str, Any]:
    return {**asdict(one), "address_at": _instant(one.address_at, zone)}


def _number(asked: Namespace) -> str:
    number = normal(asked.number)
    if number is None:
        raise CommandError(f"{asked.number!r} is not a subscriber's number: write it as +62812…", USAGE)
    return number


async def _show(context: Context, asked: Namespace) -> int:
    number = _number(asked)
    one: Resident | None = await context.store.read(lambda tx: find(tx, number))
    if one is None:
        raise CommandError(f"{number} is not in the registry")
    row = {**_row(one, context.city.timezone), **await context.store.read(lambda tx: _more(tx, one))}
    row["vouched"] = [{**done, "at": _instant(done["at"], context.city.timezone)} for done in row["vouched"]]
    context.out.row(
        row, "\n".join(f"{name}: {'' if value is None else shown(str(value))}" for name, value in row.items())
    )
    return DONE


def _more(tx: Tx, one: Resident) -> dict[str, Any]:
    """What hangs on the line: who vouched, who lives there, who has perhaps the same NIK; calls with and about him."""
    household = household_phones(tx, one.phone, one.household)
    members = [{"name": member.name, "notes": member.notes} for member in members_of(tx, household)]
    vouches = [{"at": at, "by": who, "what": what} for at, who, what in vouched(tx, one.phone)]
    return {
        "vouched": vouches,
        "household_phones": household[1:],
        "members": members,
        "perhaps_same_person": same_nik(tx, one.nik, one.phone),
        **kept_besides(tx, one.phone),
    }


async def _export(context: Context, asked: Namespace) -> int:
    if asked.number:
        return await _export_one(context, asked)
    found: list[Resident] = []
    page = await context.store.read(residents_after)
    while page:
        found += page
        page = await context.store.read(lambda tx, last=page[-1].phone: residents_after(tx, last))
    zone = context.city.timezone
    write_rows(found, lambda one, line: context.out.row(_row(one, zone), line))
    context.out.note(f"{len(found)} residents")
    return DONE


async def _export_one(context: Context, asked: Namespace) -> int:
    """Everything that is kept of one person, whether or not he is registered."""
    number, zone, at = _number(asked), context.city.timezone, context.clock.now()
    kept = await context.store.read(lambda tx: person_of(tx, number, zone, at))
    context.out.row(kept, json.dumps(kept, ensure_ascii=False, indent=2, default=str))
    return DONE


async def _erase(context: Context, asked: Namespace) -> int:
    number, by = _number(asked), getattr(context.store, "by", os_user())
    known = await context.store.write(lambda tx: erase_person(tx, number, by, "command"))
    await finish(context.store, context.clock)
    if not known:
        raise CommandError(f"{number} is not in the registry")
    context.out.row(
        {"phone": number, "erased": True}, f"{number} is no longer in the registry (records of incidents are kept)"
    )
    return DONE


def _number_argument(parser: ArgumentParser) -> None:
    parser.add_argument("number", metavar="NUMBER", help="a phone number in any usual form")


def _maybe_number(parser: ArgumentParser) -> None:
    parser.add_argument("number", metavar="NUMBER", nargs="?", help="everything kept of this person, as JSON")


def _file_argument(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE.csv", help="with a header; '-' is stdin; bad rows are named and left out")


_R, _W = Needs.READ, Needs.WRITE
COMMANDS: tuple[Command, ...] = (
    *LETTERS,
    Command(
        name=("residents", "import"),
        help="read a list of residents; repeatable",
        needs=_W,
        run=_import,
        arguments=_file_argument,
        files=("file",),
    ),
    Command(name=("residents", "show"), help="one resident", needs=_R, run=_show, arguments=_number_argument),
    Command(
        name=("residents", "export"),
        help="all residents as CSV, or all of one as JSON",
        needs=_R,
        run=_export,
        arguments=_maybe_number,
    ),
    Command(name=("residents", "erase"), help="forget one resident", needs=_W, run=_erase, arguments=_number_argument),
    *VOUCHING,
    *PACKS,
    *REGISTERING,
    *SECRETS,
    *AUDIT,
    *BREACH,
    *RETENTION,
    *TELLING,
    SIMULATE,
    BACKUP,
)
