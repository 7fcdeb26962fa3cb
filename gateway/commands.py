"""``kentongan residents …``, and with it every command of this room."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import Any

from config.command import DONE, USAGE, Command, CommandError, Context, Needs
from gateway.letter_commands import LETTERS, shown
from gateway.number import normal
from gateway.registry import BadRow, RegistryFault, Resident, find, read_rows, write_rows
from gateway.resident_commands import VOUCHING
from gateway.rotating import SECRETS
from gateway.store.people import residents_after, save
from gateway.store.vouching import forget_person
from gateway.virtual.simulate import SIMULATE

GROUP = 200  # residents written in one commit, so that the letters of the running program go between


def _instant(at: datetime | None, zone: tzinfo) -> str | None:
    return at.astimezone(zone).isoformat() if at is not None else None


async def _import(context: Context, asked: Namespace) -> int:
    data = context.files[asked.file]
    counts = {"new": 0, "changed": 0, "same": 0}
    bad: list[BadRow] = []
    total, seen, group = max(data.count(b"\n"), 1), 0, list[Resident]()
    try:
        for row in read_rows(data, context.city, context.clock.now()):
            seen += 1
            if isinstance(row, BadRow):
                bad.append(row)
                context.out.note(f"{asked.file}:{row.line}: {shown(row.fault)}")
            else:
                group.append(row)
            if len(group) >= GROUP:
                await _save(context, group, counts)
                context.out.progress(seen, total, "residents")
    except RegistryFault as fault:
        raise CommandError(f"{asked.file}: {fault}", USAGE) from fault
    await _save(context, group, counts)
    context.out.progress(max(seen, 1), max(seen, 1), "residents")
    words = ", ".join(f"{count} {what}" for what, count in counts.items())
    faults = [{"line": row.line, "fault": row.fault} for row in bad]
    context.out.row({**counts, "bad": len(bad), "faults": faults}, f"{words}; {len(bad)} left out")
    return DONE


async def _save(context: Context, group: list[Resident], counts: dict[str, int]) -> None:
    people = list(group)
    group.clear()
    for what in await context.store.write(lambda tx: [save(tx, one) for one in people]):
        counts[what] += 1


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
    row = _row(one, context.city.timezone)
    context.out.row(
        row, "\n".join(f"{name}: {'' if value is None else shown(str(value))}" for name, value in row.items())
    )
    return DONE


async def _export(context: Context, asked: Namespace) -> int:
    found: list[Resident] = []
    page = await context.store.read(residents_after)
    while page:
        found += page
        page = await context.store.read(lambda tx, last=page[-1].phone: residents_after(tx, last))
    zone = context.city.timezone
    write_rows(found, lambda one, line: context.out.row(_row(one, zone), line))
    context.out.note(f"{len(found)} residents")
    return DONE


async def _erase(context: Context, asked: Namespace) -> int:
    number = _number(asked)
    if not await context.store.write(lambda tx: forget_person(tx, number)):
        raise CommandError(f"{number} is not in the registry")
    context.out.row({"phone": number, "erased": True}, f"{number} is no longer in the registry (its letters are kept)")
    return DONE


def _number_argument(parser: ArgumentParser) -> None:
    parser.add_argument("number", metavar="NUMBER", help="a phone number in any usual form")


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
    Command(name=("residents", "export"), help="all residents as CSV", needs=_R, run=_export),
    Command(name=("residents", "erase"), help="forget one resident", needs=_W, run=_erase, arguments=_number_argument),
    *VOUCHING,
    *SECRETS,
    SIMULATE,
)
