"""``kentongan roster hand-over …``: what the next shift of the command centre must know, and who took over when."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from config.command import DONE, NOT_SO, USAGE, Command, CommandError, Context, Needs
from dispatch import handing_over, store
from dispatch.console.shown import shown
from dispatch.handing_over import NotHandedOver
from dispatch.store.hand_overs import HandOver
from gateway.audit import Deed, note
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

Json = dict[str, Any]
LATEST = 20
WHY = {
    "nothing_written": "say what the next shift must know, or that there is nothing",
    "too_long": f"{handing_over.LONGEST} characters at most",
    "taken": "there is none of that number that waits: 'kentongan roster hand-overs' shows them",
}


def hand_over_json(one: HandOver) -> Json:
    """One hand-over, with what the program saw when it was written."""
    return {
        "id": one.id,
        "written_at": one.written_at.isoformat(),
        "written_by": one.written_by,
        "words": one.words,
        "seen": json.loads(one.seen),
        "taken_at": one.taken_at.isoformat() if one.taken_at else None,
        "taken_by": one.taken_by,
        "remark": one.remark,
    }


async def _write(context: Context, asked: Namespace) -> int:
    city, now = context.city, context.clock.now()
    return await _acted(
        context, asked, "shift.written", lambda tx, by: handing_over.written(tx, city, asked.words, by, now)
    )


async def _take(context: Context, asked: Namespace) -> int:
    now = context.clock.now()

    def work(tx: Tx, by: str) -> int:
        handing_over.taken(tx, asked.id, by, asked.remark, now)
        return int(asked.id)

    return await _acted(context, asked, "shift.taken", work)


async def _acted(context: Context, asked: Namespace, what: str, act: Callable[[Tx, str], int]) -> int:
    by = " ".join(str(asked.name).split())
    if not by:
        raise CommandError("--as needs the name of the person who does it", USAGE)

    def work(tx: Tx) -> HandOver | None:
        number = act(tx, by)
        note(tx, Deed(by=by, how="command", what=what, object=f"hand-over/{number}"))
        return store.hand_over(tx, number)

    try:
        one = await context.store.write(work)
    except NotHandedOver as why:
        raise CommandError(WHY[str(why)], NOT_SO) from None
    context.out.row(hand_over_json(one), _line(context.city, one))
    return DONE


async def _list(context: Context, asked: Namespace) -> int:
    for one in await context.store.read(lambda tx: store.hand_overs(tx, asked.limit)):
        context.out.row(hand_over_json(one), _line(context.city, one))
    return DONE


def _line(city: City, one: HandOver) -> str:
    def clock(at: datetime) -> str:
        return f"{at.astimezone(city.timezone):%Y-%m-%d %H:%M}"

    seen = json.loads(one.seen)
    counted = f"{seen['incidents_count']} open, {len(seen['sirens'])} sirens, {_letters(seen)} letters"
    taken = f"taken over by {one.taken_by} {clock(one.taken_at)}" if one.taken_at else "waits for who takes over"
    return shown(f"{one.id:>5}  {clock(one.written_at)}  {one.written_by}: {one.words}  ({counted})  {taken}")


def _letters(seen: Mapping[str, Any]) -> int:
    """Those that nobody read, and those that did not arrive; earlier hand-overs have one number of the latter."""
    if "letters_count" in seen:
        return int(seen["letters_count"])
    return int(seen["unread"]["count"]) + int(seen["dead"]["count"])


def _words(parser: ArgumentParser) -> None:
    parser.add_argument("words", metavar="WORDS", help="what the next shift must know")
    parser.add_argument("--as", dest="name", required=True, metavar="NAME", help="who hands over")


def _id_as(parser: ArgumentParser) -> None:
    parser.add_argument("id", type=int, metavar="ID", help="the hand-over's number")
    parser.add_argument("--as", dest="name", required=True, metavar="NAME", help="who takes over")
    parser.add_argument("--remark", default="", metavar="WORDS", help="what he adds")


def _limit(parser: ArgumentParser) -> None:
    parser.add_argument("--limit", type=int, default=LATEST, metavar="N", help="how many, newest first")


_R, _W, _G = Needs.READ, Needs.WRITE, "roster"
COMMANDS: tuple[Command, ...] = (
    Command(name=(_G, "hand-over"), help="tell the next shift", needs=_W, run=_write, arguments=_words),
    Command(name=(_G, "take-over"), help="begin the next shift", needs=_W, run=_take, arguments=_id_as),
    Command(name=(_G, "hand-overs"), help="hand-overs, newest first", needs=_R, run=_list, arguments=_limit),
)
