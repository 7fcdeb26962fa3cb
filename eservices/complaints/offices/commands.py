"""``kentongan tickets …``: residents' complaints, and what a person of the city does with them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import datetime
from typing import Any

from config.command import DONE, USAGE, Command, CommandError, Context, Needs
from eservices.complaints import store
from eservices.complaints.offices import deeds
from eservices.complaints.offices.acting import name, number, number_as, who
from eservices.complaints.offices.deeds import Verdict
from eservices.complaints.offices.joining_commands import JOINING
from eservices.complaints.offices.listing import REVEALED, past_line, ticket_line, ticket_row
from eservices.complaints.offices.sound_command import RECORDING
from eservices.complaints.offices.words import LONGEST_SAID
from eservices.complaints.ticket import State, Ticket
from gateway.letter_commands import shown
from gateway.store import Tx

Row = dict[str, Any]


async def _list(context: Context, asked: Namespace) -> int:
    city, now = context.city, context.clock.now()
    state = State(asked.state) if asked.state else None

    def work(tx: Tx) -> list[Row]:
        if asked.overdue:
            found = store.open_tickets(tx, office=asked.office, due_before=now, at_most=asked.limit)
            found = [one for one in found if state in (None, one.state)]
        else:
            found = store.list_tickets(tx, state=state, office=asked.office, at_most=asked.limit)
        return [ticket_row(tx, city, one) for one in found]

    rows = await context.store.read(work)
    for row in rows:
        context.out.row(row, shown(ticket_line(row)))
    context.out.note(f"{len(rows)} tickets")
    return DONE


async def _show(context: Context, asked: Namespace) -> int:
    city, now = context.city, context.clock.now()
    if asked.reveal:
        by = who(asked)

    def work(tx: Tx) -> Row:
        ticket = store.ticket(tx, asked.id)
        if asked.reveal:
            store.note(tx, ticket.number, now, REVEALED, by)
        return ticket_row(tx, city, ticket, reveal=asked.reveal)

    row = await _found(asked, lambda: context.store.write(work))
    lines = [ticket_line(row), *(past_line(one) for one in row["history"])]
    lines += [f"{'':<8}{one['number']}{' (hides)' if one['secret'] else ''}" for one in row["followers"]]
    context.out.row(row, "\n".join(shown(line) for line in lines))
    return DONE


async def _answer(context: Context, asked: Namespace) -> int:
    said = " ".join(asked.text.split())
    if not said or len(said) > LONGEST_SAID:
        raise CommandError(f"TEXT is what the residents read: 1 to {LONGEST_SAID} characters", USAGE)

    def work(tx: Tx, ticket: Ticket, who: str, now: datetime) -> Verdict:
        does = deeds.take_up if asked.progress else deeds.refuse if asked.refuse else deeds.answer
        return does(tx, context.city, ticket, said, who, now)

    return await _done(context, asked, work)


async def _move(context: Context, asked: Namespace) -> int:
    to = context.city.offices.offices.get(asked.office)
    if to is None:
        known = ", ".join(sorted(context.city.offices.offices))
        raise CommandError(f"{asked.office!r} is no office of the pack ({known})", USAGE)
    return await _done(
        context, asked, lambda tx, ticket, who, now: deeds.pass_on(tx, context.city, ticket, to, who, now)
    )


async def _close(context: Context, asked: Namespace) -> int:
    return await _done(context, asked, lambda tx, ticket, who, now: deeds.close(tx, context.city, ticket, who, now))


async def _release(context: Context, asked: Namespace) -> int:
    return await _done(context, asked, lambda tx, ticket, who, now: deeds.release(tx, context.city, ticket, who, now))


async def _done(context: Context, asked: Namespace, does: Callable[[Tx, Ticket, str, datetime], Verdict]) -> int:
    """What a person does to one ticket, by name; what became of it."""
    by, now = who(asked), context.clock.now()

    def work(tx: Tx) -> tuple[Verdict, Row]:
        verdict = does(tx, store.ticket(tx, asked.id), by, now)
        return verdict, ticket_row(tx, context.city, verdict.ticket)

    verdict, row = await _found(asked, lambda: context.store.write(work))
    if not verdict.done:
        raise CommandError(verdict.why)
    context.wake()
    context.out.row(row, shown(ticket_line(row)))
    return DONE


async def _found(asked: Namespace, work: Callable[[], Any]) -> Any:
    try:
        return await work()
    except store.NoSuchTicket:
        raise CommandError(f"there is no ticket {asked.id}: 'kentongan tickets list' shows what there is") from None


# -- arguments


def _list_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--office", default="", metavar="OFFICE", help="only those of this office (its id)")
    parser.add_argument("--state", default="", choices=["", *(one.value for one in State)], help="only in this state")
    parser.add_argument("--overdue", action="store_true", help="only those whose deadline is over, the oldest first")
    parser.add_argument("--limit", type=int, default=200, metavar="N", help="at most N (default 200)")


def _show_arguments(parser: ArgumentParser) -> None:
    number(parser)
    parser.add_argument("--reveal", action="store_true", help="show who hides; this is written down (needs --as)")
    name(parser, required=False)


def _answer_arguments(parser: ArgumentParser) -> None:
    number(parser)
    parser.add_argument("text", metavar="TEXT", help="what the residents are told")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--done", action="store_true", help="it is done (the default)")
    kind.add_argument("--progress", action="store_true", help="it is being worked on")
    kind.add_argument("--refuse", action="store_true", help="it will not be done; TEXT says why")
    name(parser)


def _move_arguments(parser: ArgumentParser) -> None:
    number(parser)
    parser.add_argument("office", metavar="OFFICE", help="the id of the office that has it from now on")
    name(parser)


_G, _R, _W = "tickets", Needs.READ, Needs.WRITE
COMMANDS: tuple[Command, ...] = (
    Command(name=(_G, "list"), help="residents' complaints", needs=_R, run=_list, arguments=_list_arguments),
    Command(name=(_G, "show"), help="one, and its history", needs=_W, run=_show, arguments=_show_arguments),
    Command(name=(_G, "answer"), help="answer for the office", needs=_W, run=_answer, arguments=_answer_arguments),
    Command(name=(_G, "move"), help="give it to another office", needs=_W, run=_move, arguments=_move_arguments),
    Command(name=(_G, "close"), help="end it", needs=_W, run=_close, arguments=number_as),
    Command(
        name=(_G, "release"), help="show what was withheld to its office", needs=_W, run=_release, arguments=number_as
    ),
    *JOINING,
    RECORDING,
)
