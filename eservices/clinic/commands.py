"""``kentongan clinic …``: queues from a terminal, lists for paper, blocks of numbers."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import date, timedelta

from config.city import City
from config.command import DONE, USAGE, Command, CommandError, Context, Needs
from eservices.clinic import calling
from eservices.clinic.booking import Booked, Booking, Closed, Session, Twice, Wish, book, sessions_on
from eservices.clinic.closing import close_day
from eservices.clinic.counter_commands import COUNTER
from eservices.clinic.listing import booking_line, booking_row, session_line, session_row
from eservices.clinic.meant import clinic_of, day_of, service_of, session_arguments, session_of
from eservices.clinic.paper_commands import PAPER
from eservices.clinic.schedule import AHEAD_DAYS
from eservices.clinic.store import rows
from gateway.asking import tidy
from gateway.number import normal
from gateway.store import Tx
from gateway.words import squash

BY = "the command line"


async def _show(context: Context, one: Booking) -> None:
    now = context.clock.now()
    row = await context.store.read(lambda tx: booking_row(tx, context.city, one, now))
    context.out.row(row, booking_line(row))


async def _list(context: Context, asked: Namespace) -> int:
    city, now = context.city, context.clock.now()
    clinic = clinic_of(city, asked.clinic) if asked.clinic else None
    service = service_of(city, clinic, asked.service) if clinic and asked.service else asked.service
    first = day_of(context, asked.day)
    last = first if asked.day else first + timedelta(days=AHEAD_DAYS)
    name = clinic.id if clinic else ""
    if asked.sessions:
        found = _sessions(city, first, last, name, service)
        for row in await context.store.read(lambda tx: [session_row(tx, one) for one in found]):
            context.out.row(row, session_line(row))
        return DONE

    def work(tx: Tx) -> list[dict[str, object]]:
        booked = rows.listed(tx, first=first, last=last, clinic=name, service=service)
        return [booking_row(tx, city, one, now) for one in booked]

    for row in await context.store.read(work):
        context.out.row(row, booking_line(row))
    return DONE


def _sessions(city: City, first: date, last: date, clinic: str, service: str) -> list[Session]:
    days = (first + timedelta(days=step) for step in range((last - first).days + 1))
    return [one for day in days for one in sessions_on(city, day, clinic=clinic, service=service)]


async def _call(context: Context, asked: Namespace) -> int:
    session, now = session_of(context, asked), context.clock.now()
    if not calling.is_of_day(session, now):
        raise CommandError(f"that is the queue of {session.day}, not of today: nobody was called")
    try:
        one = await context.store.write(lambda tx: calling.call_next(tx, session, now, seen=asked.seen))
    except calling.Overtaken as fault:
        raise CommandError(f"somebody called meanwhile ({fault}): nothing was changed") from None
    if one is None:
        raise CommandError("nobody waits")
    context.wake()
    await _show(context, one)
    return DONE


async def _noshow(context: Context, asked: Namespace) -> int:
    session, now = session_of(context, asked), context.clock.now()

    def work(tx: Tx) -> calling.Missed | None:
        one = calling.numbered(tx, session, asked.number)
        return calling.is_away(tx, session, one, now) if one is not None else None

    missed = await context.store.write(work)
    if missed is None:
        raise CommandError(f"{asked.number} was not called: nothing was changed")
    await _show(context, missed.booking)
    return DONE


async def _done(context: Context, asked: Namespace) -> int:
    session, now = session_of(context, asked), context.clock.now()

    def work(tx: Tx) -> Booking | None:
        one = calling.numbered(tx, session, asked.number)
        return rows.booking(tx, one.id) if one is not None and calling.is_through(tx, one, now) else None

    one = await context.store.write(work)
    if one is None:
        raise CommandError(f"there is no {asked.number} that could be done: nothing was changed")
    await _show(context, one)
    return DONE


async def _walkin(context: Context, asked: Namespace) -> int:
    session, now, name = session_of(context, asked), context.clock.now(), tidy(asked.name)
    phone = normal(asked.phone) if asked.phone else ""
    if phone is None or not name:
        raise CommandError(f"{asked.phone!r} is no telephone number" if name else "a name is needed", USAGE)
    wish = Wish(number=phone, person=squash(name) if phone else "", name=name, priority=asked.priority)
    outcome = await context.store.write(lambda tx: book(tx, context.city, session, wish, now, BY, walk_in=True))
    if not isinstance(outcome, Booked):
        raise CommandError(_why_not(outcome))
    context.wake()
    await _show(context, outcome.booking)
    return DONE


def _why_not(outcome: object) -> str:
    if isinstance(outcome, Closed):
        return f"it is closed: {outcome.reason}"
    if isinstance(outcome, Twice):
        return f"they have number {outcome.existing.queue} there that day already"
    return "no place is left"


async def _close(context: Context, asked: Namespace) -> int:
    clinic, now = clinic_of(context.city, asked.clinic), context.clock.now()
    service = service_of(context.city, clinic, asked.service) if asked.service else ""
    day, reason = day_of(context, asked.day), tidy(asked.reason)
    if not reason:
        raise CommandError("--reason is what people are told: it must say something", USAGE)
    city = context.city
    shut = await context.store.write(
        lambda tx: close_day(tx, city, clinic.id, service, day, reason=reason, by=BY, at=now)
    )
    if shut is None:
        raise CommandError("it is closed already")
    context.wake()
    for one in (*shut.moved, *shut.sorry):
        await _show(context, one)
    context.out.note(f"{len(shut.moved)} moved to another day, {len(shut.sorry)} told to choose one")
    return DONE


# -- arguments


def _list_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--clinic", default="")
    parser.add_argument("--service", default="")
    parser.add_argument("--day", default="", help=f"that day alone (default: today and {AHEAD_DAYS} days on)")
    parser.add_argument("--sessions", action="store_true", help="doctors' hours and free places instead of bookings")


def _call_arguments(parser: ArgumentParser) -> None:
    session_arguments(parser, needed=False)
    parser.add_argument(
        "--seen",
        type=int,
        metavar="N",
        help="only if N calls were made so far (calls of 'list --sessions'): nobody is called past",
    )


def _number_arguments(parser: ArgumentParser) -> None:
    session_arguments(parser, needed=True)
    parser.add_argument("number", metavar="NUMBER", type=int)


def _walkin_arguments(parser: ArgumentParser) -> None:
    session_arguments(parser, needed=True)
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--phone", default="")
    parser.add_argument("--priority", action="store_true", help="old, pregnant or disabled")


def _close_arguments(parser: ArgumentParser) -> None:
    session_arguments(parser, needed=False)
    parser.add_argument("--reason", required=True, help="what people are told")


_R, _W = Needs.READ, Needs.WRITE
CLINICS: tuple[Command, ...] = (
    Command(
        name=("clinic", "list"), help="bookings, or doctors' hours", needs=_R, run=_list, arguments=_list_arguments
    ),
    Command(name=("clinic", "call"), help="call the next one", needs=_W, run=_call, arguments=_call_arguments),
    Command(
        name=("clinic", "noshow"),
        help="who was called is not there",
        needs=_W,
        run=_noshow,
        arguments=_number_arguments,
    ),
    Command(name=("clinic", "done"), help="a number has been seen", needs=_W, run=_done, arguments=_number_arguments),
    Command(
        name=("clinic", "walkin"),
        help="somebody stands at the counter",
        needs=_W,
        run=_walkin,
        arguments=_walkin_arguments,
    ),
    Command(
        name=("clinic", "close"),
        help="nobody is seen that day: move everybody, tell everybody",
        needs=_W,
        run=_close,
        arguments=_close_arguments,
    ),
    *COUNTER,
    *PAPER,
)
