"""``kentongan letters …`` and ``kentongan residents …``."""

from __future__ import annotations

import unicodedata
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import Any

from config.command import DONE, USAGE, Command, CommandError, Context, Needs
from gateway.number import normal
from gateway.registry import BadRow, RegistryFault, Resident, find, read_rows, write_rows
from gateway.rotating import SECRETS
from gateway.store.listing import INBOUND_STATES, OUTBOUND_STATES, Listed, done, letter, letters, parts_of, retry
from gateway.store.people import erase, residents_after, save
from gateway.virtual.simulate import SIMULATE

STATES = tuple(dict.fromkeys((*INBOUND_STATES, *OUTBOUND_STATES)))
GROUP = 200  # residents written in one commit, so that the letters of the running program go between


def shown(text: str) -> str:
    """Text for a terminal: control and direction marks are shown, not obeyed."""
    return "".join(f"\\u{ord(char):04x}" if unicodedata.category(char) in ("Cc", "Cf", "Cs") else char for char in text)


def _instant(at: datetime | None, zone: tzinfo) -> str | None:
    return at.astimezone(zone).isoformat() if at is not None else None


def _letter(one: Listed, zone: tzinfo) -> dict[str, Any]:
    """A Letter of the objects that hold, with its fault."""
    came = one.direction == "in"
    return {
        "id": one.id,
        "direction": one.direction,
        "channel": one.channel,
        "from": one.other if came else None,
        "to": None if came else one.other,
        "text": one.text,
        "lane": one.lane,
        "state": one.state,
        "parts": one.parts,
        "at": _instant(one.at, zone),
        "expires_at": _instant(one.expires_at, zone),
        "fault": one.fault,
    }


def _line(one: Listed, zone: tzinfo) -> str:
    arrow = "from" if one.direction == "in" else "to"
    at = one.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    return f"{one.id:>9}  {at}  {one.state:<9}  {arrow:>4} {shown(one.other) or 'withheld'}: {shown(one.text)}"


async def _letters_list(context: Context, asked: Namespace) -> int:
    zone = context.city.timezone
    for one in await context.store.read(lambda tx: letters(tx, state=asked.state, at_most=asked.limit)):
        context.out.row(_letter(one, zone), _line(one, zone))
    return DONE


async def _letters_show(context: Context, asked: Namespace) -> int:
    zone = context.city.timezone
    one: Listed | None = await context.store.read(lambda tx: letter(tx, asked.id))
    if one is None:
        raise CommandError(f"there is no letter {asked.id}: 'kentongan letters list' shows what there is")
    history: list[str] = []
    if one.direction == "out":
        history = await context.store.read(lambda tx: parts_of(tx, asked.id))
    lines = [_line(one, zone), *history, *([f"fault: {one.fault}"] if one.fault else [])]
    context.out.row({**_letter(one, zone), "history": history}, "\n".join(lines))
    return DONE


async def _letters_retry(context: Context, asked: Namespace) -> int:
    if await context.store.read(lambda tx: letter(tx, asked.id)) is None:
        raise CommandError(f"there is no letter {asked.id}: 'kentongan letters list' shows what there is")
    if not await context.store.write(lambda tx: retry(tx, asked.id)):
        raise CommandError(
            f"{asked.id} is under way or done; only what failed, expired or is unknown can be tried again"
        )
    context.wake()
    context.out.row({"id": asked.id, "state": "queued"}, f"{asked.id} is tried again")
    return DONE


async def _letters_done(context: Context, asked: Namespace) -> int:
    known = await context.store.read(lambda tx: letter(tx, asked.id))
    if known is None or not await context.store.write(lambda tx: done(tx, asked.id)):
        raise CommandError(f"{asked.id} is not an unread letter: 'kentongan letters list --state unread' lists them")
    context.out.row({"id": asked.id, "state": "read"}, f"{asked.id} is marked read")
    return DONE


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
    if not await context.store.write(lambda tx: erase(tx, number)):
        raise CommandError(f"{number} is not in the registry")
    context.out.row({"phone": number, "erased": True}, f"{number} is no longer in the registry (its letters are kept)")
    return DONE


def _list_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--state", choices=STATES, help="only letters in this state")
    parser.add_argument("--limit", type=int, default=100, metavar="N", help="the newest N (default 100)")


def _id_argument(parser: ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="in-12 or out-12, as 'letters list' shows it")


def _number_argument(parser: ArgumentParser) -> None:
    parser.add_argument("number", metavar="NUMBER", help="a phone number in any usual form")


def _file_argument(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE.csv", help="with a header; '-' is stdin; bad rows are named and left out")


_R, _W = Needs.READ, Needs.WRITE
COMMANDS: tuple[Command, ...] = (
    Command(
        name=("letters", "list"), help="messages in and out", needs=_R, run=_letters_list, arguments=_list_arguments
    ),
    Command(name=("letters", "show"), help="one message", needs=_R, run=_letters_show, arguments=_id_argument),
    Command(name=("letters", "retry"), help="try one again", needs=_W, run=_letters_retry, arguments=_id_argument),
    Command(name=("letters", "done"), help="mark one as read", needs=_W, run=_letters_done, arguments=_id_argument),
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
    *SECRETS,
    SIMULATE,
)
