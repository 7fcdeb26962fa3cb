"""``kentongan lookup standing|give``: what stands after look-ups, and a disposition given by hand."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import Any

from config.command import DONE, USAGE, Command, CommandError, Context, Needs
from config.lookup_keys import key_of
from eservices.lookup.standing.duties import giving
from eservices.lookup.standing.overview import Overview, overview, stands
from gateway.audited import os_user
from gateway.letter_commands import shown
from gateway.number import masked

Rows = Iterator[dict[str, Any]]


async def _standing(context: Context, asked: Namespace) -> int:
    ours = [one for one in stands(context.city) if asked.lookup in ("", one.id)]
    if asked.lookup and not ours:
        raise CommandError(f"nothing stands after {asked.lookup!r}", USAGE)
    found = await context.store.read(lambda tx: [overview(tx, one) for one in ours])
    for one in found:
        for row in _rows(one, context):
            text = "  ".join(str(value) for name, value in row.items() if value not in ("", None) and name != "lookup")
            context.out.row(row, shown(f"{row['lookup']:<12} {text}"))
    return DONE


def _rows(one: Overview, context: Context) -> Rows:
    of, zone = one.lookup.id, context.city.timezone
    for reminder in one.reminders:
        yield {"lookup": of, "what": "reminder", "number": masked(reminder.number), "due": reminder.due}
    for word, many in one.followed:
        yield {"lookup": of, "what": "follow", "word": word, "phones": many}
    for row in one.warned:
        at = row.raised_at or row.warned_at
        told = "inspectorate" if row.raised_at is not None else "official"
        when = at.astimezone(zone).isoformat(timespec="minutes") if at is not None else ""
        yield {"lookup": of, "what": "late", "key": row.key, "due": row.due, "told": told, "at": when}
    for duty in (*one.duties, *one.answered):
        asked_at = duty.asked_at.astimezone(zone).isoformat(timespec="minutes") if duty.asked_at is not None else ""
        named = {"key": duty.key, "state": duty.state.value, "value": duty.value, "by": duty.by, "asked_at": asked_at}
        yield {"lookup": of, "what": "duty", **named}


async def _give(context: Context, asked: Namespace) -> int:
    lookup = context.city.lookups.get(asked.lookup)
    if lookup is None or lookup.duty is None:
        raise CommandError(f"of {asked.lookup!r} nobody is asked anything", USAGE)
    key = key_of(lookup.key, asked.key)
    by = getattr(context.store, "by", "") or os_user()

    why = await context.store.write(lambda tx: giving.by_hand(tx, lookup, key or "", by, "command"))
    if why:
        raise CommandError({giving.NO_ROW: "there is no such row"}.get(why, "it waits for an answer already"))
    context.wake()
    context.out.row({"lookup": lookup.id, "key": key}, f"{lookup.id} {key}: given")
    return DONE


def _about(parser: ArgumentParser) -> None:
    parser.add_argument("lookup", nargs="?", default="", metavar="ID", help="only of that look-up")


def _row(parser: ArgumentParser) -> None:
    parser.add_argument("lookup", metavar="ID", help="a look-up of which staff are asked")
    parser.add_argument("key", metavar="KEY", help="its row, as a resident would type it")


COMMANDS: tuple[Command, ...] = (
    Command(
        name=("lookup", "standing"),
        help="reminders, news that are followed, late rows, dispositions",
        needs=Needs.READ,
        run=_standing,
        arguments=_about,
    ),
    Command(name=("lookup", "give"), help="ask staff about a row", needs=Needs.WRITE, run=_give, arguments=_row),
)
