"""``kentongan tickets merge|split``: two tickets that are one matter, and one that is two."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import datetime

from config.command import DONE, USAGE, Command, CommandError, Context, Needs
from eservices.complaints import store
from eservices.complaints.offices import joining
from eservices.complaints.offices.acting import number_as, who
from eservices.complaints.offices.deeds import Verdict
from eservices.complaints.offices.listing import ticket_line, ticket_row
from eservices.complaints.ticket import Ticket
from gateway.letter_commands import shown
from gateway.store import Tx


async def _done(context: Context, asked: Namespace, does: Callable[[Tx, Ticket, str, datetime], Verdict]) -> int:
    by, now = who(asked), context.clock.now()

    def work(tx: Tx) -> tuple[Verdict, dict[str, object]]:
        verdict = does(tx, store.ticket(tx, asked.id), by, now)
        return verdict, ticket_row(tx, context.city, verdict.ticket)

    try:
        verdict, row = await context.store.write(work)
    except store.NoSuchTicket as fault:
        raise CommandError(f"there is no ticket {fault}: 'kentongan tickets list' shows what there is") from None
    if not verdict.done:
        raise CommandError(verdict.why)
    context.wake()
    context.out.row(row, shown(ticket_line(row)))
    return DONE


async def _merge(context: Context, asked: Namespace) -> int:
    def does(tx: Tx, ticket: Ticket, by: str, now: datetime) -> Verdict:
        return joining.merge(tx, context.city, ticket, store.ticket(tx, asked.into), by, now)

    return await _done(context, asked, does)


async def _split(context: Context, asked: Namespace) -> int:
    def does(tx: Tx, ticket: Ticket, by: str, now: datetime) -> Verdict:
        if asked.place is None:
            return joining.unmerge(tx, context.city, ticket, by, now)
        everybody = store.followers(tx, ticket.number)
        if not 0 < asked.place <= len(everybody):
            raise CommandError(f"{len(everybody)} reported it: 'tickets show' lists them in order", USAGE)
        return joining.split(tx, context.city, ticket, everybody[asked.place - 1], by, now)

    return await _done(context, asked, does)


def _merge_arguments(parser: ArgumentParser) -> None:
    number_as(parser)
    parser.add_argument("into", type=int, metavar="INTO", help="the ticket that speaks for it from now on")


def _split_arguments(parser: ArgumentParser) -> None:
    number_as(parser)
    about = (
        "whose report becomes a ticket of its own: their place in 'show', from 1 (without it: N is no longer merged)"
    )
    parser.add_argument("place", type=int, nargs="?", metavar="PLACE", help=about)


JOINING: tuple[Command, ...] = (
    Command(
        name=("tickets", "merge"),
        help="it is another's matter",
        needs=Needs.WRITE,
        run=_merge,
        arguments=_merge_arguments,
    ),
    Command(
        name=("tickets", "split"),
        help="it is a matter of its own after all",
        needs=Needs.WRITE,
        run=_split,
        arguments=_split_arguments,
    ),
)
