"""``kentongan residents list|confirm|refuse``: a person of the city, or the kepling, vouches for self-registrations."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import tzinfo
from typing import Any

from config.command import DONE, USAGE, Command, CommandError, Context, Needs
from gateway.letter_commands import shown
from gateway.number import normal
from gateway.store.people import Resident
from gateway.store.vouching import Waiting, confirm_resident, everybody, refuse_resident, waiting

LONGEST_NAME = 100  # characters of the name of who vouches


def _row(context: Context, one: Waiting) -> dict[str, Any]:
    zone: tzinfo = context.city.timezone
    line, wish = one.resident, one.wish
    row: dict[str, Any] = {
        "phone": line.phone,
        "name": line.name,
        "kelurahan": line.kelurahan,
        "address": line.address,
        "language": line.language or context.city.languages[0],
        "confirmed": line.confirmed,
        "at": one.since.astimezone(zone).isoformat(),
        "change": None,
    }
    if wish is not None:
        row["change"] = {"name": wish.name, "kelurahan": wish.kelurahan, "address": wish.address}
    return row


def _line(context: Context, one: Waiting) -> str:
    line, wish = one.resident, one.wish
    at = one.since.astimezone(context.city.timezone).strftime("%Y-%m-%d %H:%M")
    state = "confirmed" if line.confirmed else "unconfirmed"
    text = f"{line.phone:<16} {at}  {state:<11}  {_said(context, line.name, line.address, line.kelurahan)}"
    return f"{text}\n{'':<17}wishes: {_said(context, wish.name, wish.address, wish.kelurahan)}" if wish else text


def _said(context: Context, name: str, address: str, code: str) -> str:
    area = context.city.areas.get(code)
    parts = (name or "-", address or "-", area.name if area is not None else code)
    return ", ".join(shown(part) for part in parts)


async def _list(context: Context, asked: Namespace) -> int:
    found = await context.store.read(lambda tx: (waiting if asked.unconfirmed else everybody)(tx, asked.limit))
    for one in found:
        context.out.row(_row(context, one), _line(context, one))
    context.out.note(f"waiting for a person's word: {len(found)}" if asked.unconfirmed else f"{len(found)} residents")
    return DONE


async def _confirm(context: Context, asked: Namespace) -> int:
    number, who, at = _number(asked), _who(asked), context.clock.now()
    line: Resident | None = await context.store.write(lambda tx: confirm_resident(tx, number, who, at))
    if line is None:
        raise CommandError(f"nothing of {number} waits: 'kentongan residents list --unconfirmed' shows what does")
    said = _said(context, line.name, line.address, line.kelurahan)
    context.out.row({"phone": number, "confirmed": True, "by": who}, f"{number} is confirmed by {who}: {said}")
    return DONE


async def _refuse(context: Context, asked: Namespace) -> int:
    number, who, at = _number(asked), _who(asked), context.clock.now()
    if not await context.store.write(lambda tx: refuse_resident(tx, number, who, at)):
        raise CommandError(f"nothing of {number} waits: 'kentongan residents list --unconfirmed' shows what does")
    context.out.row({"phone": number, "refused": True, "by": who}, f"what {number} said is refused by {who}")
    return DONE


def _number(asked: Namespace) -> str:
    number = normal(asked.number)
    if number is None:
        raise CommandError(f"{asked.number!r} is not a subscriber's number: write it as +62812…", USAGE)
    return number


def _who(asked: Namespace) -> str:
    who = " ".join(str(asked.name).split())
    if not 0 < len(who) <= LONGEST_NAME or shown(who) != who:
        raise CommandError("--as names the person who vouches, in plain letters", USAGE)
    return who


def _list_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--unconfirmed", action="store_true", help="only what waits for a person's word")
    parser.add_argument("--limit", type=int, default=500, metavar="N", help="at most N (default 500)")


def _number_as(parser: ArgumentParser) -> None:
    parser.add_argument("number", metavar="NUMBER", help="a phone number in any usual form")
    parser.add_argument("--as", dest="name", required=True, metavar="NAME", help="who vouches")


_G, _R, _W = "residents", Needs.READ, Needs.WRITE
VOUCHING: tuple[Command, ...] = (
    Command(name=(_G, "list"), help="residents; what waits", needs=_R, run=_list, arguments=_list_arguments),
    Command(name=(_G, "confirm"), help="vouch for what one said", needs=_W, run=_confirm, arguments=_number_as),
    Command(name=(_G, "refuse"), help="drop what one said", needs=_W, run=_refuse, arguments=_number_as),
)
