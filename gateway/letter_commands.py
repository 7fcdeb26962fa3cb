"""``kentongan letters …``: every letter, what became of it, and what letters cost."""

from __future__ import annotations

import unicodedata
from argparse import ArgumentParser, Namespace
from datetime import datetime, timedelta, tzinfo
from typing import Any

from config.command import DONE, USAGE, Command, CommandError, Context, Needs
from gateway.letter_words import Fate, late, part_told, told
from gateway.nik import masked_text
from gateway.store.ended import see_all
from gateway.store.hiding import masked
from gateway.store.listing import (
    ENDED_BADLY,
    ENDED_UNSEEN,
    INBOUND_STATES,
    OUTBOUND_STATES,
    Listed,
    done,
    fate,
    letter,
    letters,
    retry,
)
from gateway.store.spending import Spent, ledger

STATES = tuple(dict.fromkeys((*INBOUND_STATES, *OUTBOUND_STATES, ENDED_BADLY, ENDED_UNSEEN)))
ENDED = "ended"  # in the place of an id: every letter that ended badly


def shown(text: str) -> str:
    """Text for a terminal: control and direction marks are shown, not obeyed."""
    return "".join(f"\\u{ord(char):04x}" if unicodedata.category(char) in ("Cc", "Cf", "Cs") else char for char in text)


def _instant(at: datetime | None, zone: tzinfo) -> str | None:
    return at.astimezone(zone).isoformat() if at is not None else None


def letter_row(one: Listed, zone: tzinfo) -> dict[str, Any]:
    """A Letter of the objects that hold, with its fault."""
    came = one.direction == "in"
    return {
        "id": one.id,
        "direction": one.direction,
        "channel": one.channel,
        "from": one.other if came else None,
        "to": None if came else one.other,
        "text": masked_text(one.text),
        "lane": one.lane,
        "state": one.state,
        "parts": one.parts,
        "at": _instant(one.at, zone),
        "expires_at": _instant(one.expires_at, zone),
        "fault": one.fault,
        "doubt": one.doubt or None,
        "hides": one.hides,
    }


def _line(one: Listed, zone: tzinfo) -> str:
    arrow = "from" if one.direction == "in" else "to"
    at = one.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    unsure = f" (unverified: {shown(one.doubt)})" if one.doubt else ""
    who = shown(one.other) or ("hides" if one.hides else "withheld")
    return f"{one.id:>9}  {at}  {one.state:<9}  {arrow:>4} {who}{unsure}: {shown(masked_text(one.text))}"


async def _letters_list(context: Context, asked: Namespace) -> int:
    zone = context.city.timezone
    for one in map(masked, await context.store.read(lambda tx: letters(tx, state=asked.state, at_most=asked.limit))):
        context.out.row(letter_row(one, zone), _line(one, zone))
    return DONE


async def _letters_show(context: Context, asked: Namespace) -> int:
    zone, now = context.city.timezone, context.clock.now()
    one: Listed | None = await context.store.read(lambda tx: letter(tx, asked.id))
    if one is None:
        raise CommandError(f"there is no letter {asked.id}: 'kentongan letters list' shows what there is")
    one = one if asked.reveal else masked(one)
    went: Fate | None = await context.store.read(lambda tx: fate(tx, asked.id))
    history = [part_told(line, zone) for line in went.lines] if went is not None else []
    words = told(went, now, zone) if went is not None else ""
    lines = [_line(one, zone), *([words] if words else []), *history, *([f"fault: {one.fault}"] if one.fault else [])]
    row = {**letter_row(one, zone), "words": words, "history": history}
    row["unreported"] = went is not None and late(went, now)
    context.out.row(row, "\n".join(lines))
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
    if asked.id == ENDED:
        now = context.clock.now()
        number = await context.store.write(lambda tx: see_all(tx, now))
        context.out.row({"seen": number}, f"{number} letters that ended badly are marked seen")
        return DONE
    known: Listed | None = await context.store.read(lambda tx: letter(tx, asked.id))
    if known is None or not await context.store.write(lambda tx: done(tx, asked.id)):
        raise CommandError(
            f"{asked.id} is neither unread nor ended badly and unseen: 'kentongan letters list --state unread' and "
            "'--state unseen' list those"
        )
    state = "read" if known.direction == "in" else known.state
    context.out.row({"id": asked.id, "state": state, "seen": True}, f"{asked.id} is marked seen")
    return DONE


async def _letters_cost(context: Context, asked: Namespace) -> int:
    if asked.days < 1:
        raise CommandError("--days must be 1 or more", USAGE)
    today = context.clock.now().astimezone(context.city.timezone).date()
    since = (today - timedelta(days=asked.days - 1)).isoformat()
    found: list[Spent] = list(await context.store.read(lambda tx: ledger(tx, since)))
    for one in found:
        ceiling = context.settings.spending.of(one.channel)
        row = {"day": one.day, "channel": one.channel, "lane": one.lane, "messages": one.parts}
        row |= {"air_s": round(one.air_s, 1), "cost": round(one.cost, 2), "ceiling": ceiling or None}
        context.out.row(row, _cost_line(one))
    context.out.note(f"Rp {sum(one.cost for one in found):,.0f} for {sum(one.parts for one in found)} messages")
    return DONE


def _cost_line(one: Spent) -> str:
    air = f"{one.air_s:8.0f} s of air" if one.air_s else " " * 17
    return f"{one.day}  {one.channel:<20} {one.lane:<9} {one.parts:6} messages {air}  Rp {one.cost:>10,.0f}"


def _list_arguments(parser: ArgumentParser) -> None:
    words = f"only letters in this state; {ENDED_BADLY}: all that perhaps did not arrive; {ENDED_UNSEEN}: of those"
    parser.add_argument("--state", choices=STATES, help=f"{words} what nobody has seen")
    parser.add_argument("--limit", type=int, default=100, metavar="N", help="the newest N (default 100)")


def _id_argument(parser: ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="in-12 or out-12, as 'letters list' shows it")


def _show_arguments(parser: ArgumentParser) -> None:
    _id_argument(parser)
    parser.add_argument("--reveal", action="store_true", help="also of who hides; the look stands in the audit")


def _done_argument(parser: ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help=f"in-12, out-12, or '{ENDED}': all that ended badly")


def _cost_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--days", type=int, default=7, metavar="N", help="of the last N days (default 7)")


_R, _W = Needs.READ, Needs.WRITE
LETTERS: tuple[Command, ...] = (
    Command(
        name=("letters", "list"), help="messages in and out", needs=_R, run=_letters_list, arguments=_list_arguments
    ),
    Command(
        name=("letters", "show"),
        help="one message, and what became of it",
        needs=_R,
        run=_letters_show,
        arguments=_show_arguments,
    ),
    Command(name=("letters", "retry"), help="try one again", needs=_W, run=_letters_retry, arguments=_id_argument),
    Command(
        name=("letters", "done"),
        help="mark one as read, or its bad end as seen",
        needs=_W,
        run=_letters_done,
        arguments=_done_argument,
    ),
    Command(
        name=("letters", "cost"),
        help="what letters cost, by day, channel and lane",
        needs=_R,
        run=_letters_cost,
        arguments=_cost_arguments,
    ),
)
