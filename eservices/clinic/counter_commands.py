"""``kentongan clinic again|back|cancel|move|late``: what a counter does beside calling."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import datetime

from config.command import DONE, USAGE, Command, CommandError, Context, Needs
from eservices.clinic import calling
from eservices.clinic.booking import Booked, Booking, Closed, Session, Twice, sessions_on
from eservices.clinic.counter import MOST_LATE, cancel_for, comes_late, move_for
from eservices.clinic.listing import booking_line, booking_row
from eservices.clinic.meant import day_of, session_arguments, session_of
from eservices.clinic.store import rows
from gateway.asking import tidy
from gateway.store import Tx

Does = Callable[[Tx, Session, Booking, datetime], Booking | str]
"""What became of them, or why nothing did."""


async def _upon(context: Context, asked: Namespace, does: Does) -> int:
    """Do it to the number that was named."""
    session, now = session_of(context, asked), context.clock.now()

    def work(tx: Tx) -> Booking | str:
        one = calling.numbered(tx, session, asked.number)
        return does(tx, session, one, now) if one is not None else f"there is no {asked.number}"

    done = await context.store.write(work)
    if isinstance(done, str):
        raise CommandError(f"{done}: nothing was changed")
    context.wake()
    row = await context.store.read(lambda tx: booking_row(tx, context.city, done, now))
    context.out.row(row, booking_line(row))
    return DONE


async def _again(context: Context, asked: Namespace) -> int:
    def does(tx: Tx, session: Session, one: Booking, now: datetime) -> Booking | str:
        return one if calling.call_again(tx, session, one, now) else f"{one.queue} is not called now"

    return await _upon(context, asked, does)


async def _back(context: Context, asked: Namespace) -> int:
    def does(tx: Tx, session: Session, one: Booking, now: datetime) -> Booking | str:
        return calling.is_back(tx, session, one) or f"{one.queue} was not away"

    return await _upon(context, asked, does)


async def _cancel(context: Context, asked: Namespace) -> int:
    reason = tidy(asked.reason)
    if not reason:
        raise CommandError("--reason is what they are told: it must say something", USAGE)

    def does(tx: Tx, session: Session, one: Booking, now: datetime) -> Booking | str:
        if not cancel_for(tx, context.city, one, reason, now):
            return f"{one.queue} is over already"
        return rows.booking(tx, one.id) or one

    return await _upon(context, asked, does)


async def _move(context: Context, asked: Namespace) -> int:
    def does(tx: Tx, session: Session, one: Booking, now: datetime) -> Booking | str:
        found = sessions_on(context.city, day_of(context, asked.to), clinic=session.clinic, service=session.service)
        for there in found:
            outcome = move_for(tx, context.city, one, there, now)
            if isinstance(outcome, Booked):
                return outcome.booking
            if isinstance(outcome, Closed):
                return f"it is closed: {outcome.reason}"
            if isinstance(outcome, Twice):
                return f"they have number {outcome.existing.queue} there, or were called"
        return "no place is left on that day" if found else "nobody is seen on that day"

    return await _upon(context, asked, does)


async def _late(context: Context, asked: Namespace) -> int:
    session, now = session_of(context, asked), context.clock.now()
    if not 0 <= asked.minutes <= MOST_LATE:
        raise CommandError(f"MINUTES are 0 to {MOST_LATE}", USAGE)
    told = await context.store.write(lambda tx: comes_late(tx, context.city, session, asked.minutes, now))
    if told is None:
        raise CommandError("the doctor has begun: nothing was changed")
    context.wake()
    row = {"clinic": session.clinic, "service": session.service, "late": asked.minutes, "waiting": told}
    context.out.row(row, f"{session.doctor}: {asked.minutes} minutes late, {told} wait")
    return DONE


def _number_arguments(parser: ArgumentParser) -> None:
    session_arguments(parser, needed=True)
    parser.add_argument("number", metavar="NUMBER", type=int)


def _cancel_arguments(parser: ArgumentParser) -> None:
    _number_arguments(parser)
    parser.add_argument("--reason", required=True, help="what they are told")


def _move_arguments(parser: ArgumentParser) -> None:
    _number_arguments(parser)
    parser.add_argument("--to", required=True, metavar="DAY", help="like 2026-08-17, today or tomorrow")


def _late_arguments(parser: ArgumentParser) -> None:
    session_arguments(parser, needed=True)
    parser.add_argument("minutes", metavar="MINUTES", type=int, help="after the hours' beginning; 0: in time after all")


_W = Needs.WRITE
COUNTER: tuple[Command, ...] = (
    Command(
        name=("clinic", "again"),
        help="call a number out once more",
        needs=_W,
        run=_again,
        arguments=_number_arguments,
    ),
    Command(name=("clinic", "back"), help="who was away is there", needs=_W, run=_back, arguments=_number_arguments),
    Command(
        name=("clinic", "cancel"),
        help="give a place back, and tell them",
        needs=_W,
        run=_cancel,
        arguments=_cancel_arguments,
    ),
    Command(
        name=("clinic", "move"), help="to another day, and tell them", needs=_W, run=_move, arguments=_move_arguments
    ),
    Command(name=("clinic", "late"), help="the doctor comes late", needs=_W, run=_late, arguments=_late_arguments),
)
