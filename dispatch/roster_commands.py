"""``kentongan roster …``: who is on duty when, who stands in for whom."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from config.command import DONE, NOT_SO, USAGE, Command, CommandError, Context, Needs
from dispatch import hand_over_commands, store
from dispatch.changing_duty import NotChanged, Wish, back, change
from dispatch.console.shown import shown
from dispatch.duty import as_changed
from dispatch.store.duty import Made
from dispatch.watches import Watch, empty, watches
from gateway.audit import Deed, note
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

Json = dict[str, Any]
MOST_DAYS = 31


async def _show(context: Context, asked: Namespace) -> int:
    city, now = context.city, context.clock.now()
    if not 1 <= asked.days <= MOST_DAYS:
        raise CommandError(f"--days: from 1 to {MOST_DAYS}", USAGE)
    begins = datetime.combine(_day(city, asked.day, now), time(), city.timezone)
    ends = begins + timedelta(days=asked.days)

    def look(tx: Tx) -> tuple[City, list[Made]]:
        return as_changed(tx, city, min(begins, now)), store.duty_made(tx, now)

    here, made = await context.store.read(look)
    for watch in empty(here, max(begins, now), ends):
        context.out.row({"empty": True, **watch_json(watch)}, f"NOBODY ON DUTY  {_line(here, watch)}")
    for station in here.stations:
        for watch in watches(here, station, begins, ends):
            context.out.row({"empty": not watch.people, **watch_json(watch)}, _line(here, watch))
    for one in made:
        context.out.row({"change": made_json(one)}, _made(here, one))
    return DONE


def watch_json(watch: Watch) -> Json:
    """A span of one station's roster. ``instead_of``: for whom somebody stands in; ``away``: whose place is empty."""
    there: list[Json] = []
    for seat in watch.seats:
        if seat.serves is not None and seat.serves.number not in {one["number"] for one in there}:
            instead = seat.planned.name if seat.changed else None
            there.append({"name": seat.serves.name, "number": seat.serves.number, "instead_of": instead})
    away = [seat.planned.name for seat in watch.seats if seat.serves is None]
    span = {"station": watch.station, "begins": watch.begins.isoformat(), "ends": watch.ends.isoformat()}
    return {**span, "on_duty": there, "away": away}


def made_json(one: Made) -> Json:
    """A change of the roster."""
    holds = one.change
    return {
        "id": one.id,
        "number": one.number,
        "station": one.station or None,
        "instead": one.instead or None,
        "name": one.name or None,
        "outside": one.outside,
        "begins": one.begins.isoformat(),
        "ends": holds.ends.isoformat(),
        "why": one.why,
        "made_by": one.made_by,
        "made_at": one.made_at.isoformat(),
        "back_by": one.back_by,
        "back_at": one.back_at.isoformat() if one.back_at else None,
    }


def _line(city: City, watch: Watch) -> str:
    begins, ends = (at.astimezone(city.timezone) for at in (watch.begins, watch.ends))
    row = watch_json(watch)
    there = [
        f"{one['name']}{' (for ' + one['instead_of'] + ')' if one['instead_of'] else ''}" for one in row["on_duty"]
    ]
    people = ", ".join([*there, *(f"{name} is away" for name in row["away"])]) or "nobody"
    return shown(f"{watch.station:<20} {begins:%Y-%m-%d %H:%M} - {ends:%Y-%m-%d %H:%M}  {people}")


def _made(city: City, one: Made) -> str:
    begins, ends = (at.astimezone(city.timezone) for at in (one.begins, one.change.ends))
    officer = city.officer(one.number)
    absent = officer.name if officer else one.number
    what = f"{one.name} ({one.instead}) stands in for {absent}" if one.instead else f"{absent} is off duty"
    over = f", taken back by {one.back_by}" if one.back_at else ""
    return shown(f"{one.id:>5}  {begins:%Y-%m-%d %H:%M} - {ends:%Y-%m-%d %H:%M}  {what} (by {one.made_by}{over})")


def _changes(instead: bool) -> Callable[[Context, Namespace], Awaitable[int]]:
    async def run(context: Context, asked: Namespace) -> int:
        city, now, by = context.city, context.clock.now(), who(asked)
        wish = Wish(
            number=asked.number,
            begins=instant(city, asked.begins) if asked.begins else now,
            ends=instant(city, asked.ends),
            instead=asked.instead if instead else "",
            name=asked.called if instead else "",
            vouched=bool(instead and asked.called),
            station=(asked.station or "") if instead else "",
            why=asked.why,
        )

        def work(tx: Tx) -> Any:
            done = change(tx, city, wish, by, now)
            what, about = "roster.swap" if instead else "roster.off", [done.made.number, done.made.instead]
            note(tx, Deed(by=by, how="command", what=what, object=f"duty/{done.made.id}", about=about))
            return done

        done = await _not_so(context.store.write(work))
        context.wake()
        for watch in done.empty:
            context.out.note(f"NOBODY ON DUTY  {_line(city, watch)}")
        context.out.row(made_json(done.made), _made(city, done.made))
        return DONE

    return run


async def _back(context: Context, asked: Namespace) -> int:
    by, now = who(asked), context.clock.now()

    def work(tx: Tx) -> Made:
        made = back(tx, asked.id, by, now)
        about = [made.number, made.instead]
        note(tx, Deed(by=by, how="command", what="roster.back", object=f"duty/{made.id}", about=about))
        return made

    made = await _not_so(context.store.write(work))
    context.wake()
    context.out.row(made_json(made), _made(context.city, made))
    return DONE


async def _not_so(answer: Awaitable[Any]) -> Any:
    try:
        return await answer
    except NotChanged as why:
        raise CommandError(str(why), NOT_SO) from None


# -- arguments


def instant(city: City, said: str) -> datetime:
    """A time on the city's clock, as ``2026-11-23 06:00``, or with its own offset. Raises CommandError."""
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        raise CommandError(f"{said!r} is no time like '2026-11-23 06:00'", USAGE) from None
    return at.replace(tzinfo=city.timezone) if at.tzinfo is None else at


def _day(city: City, said: str, now: datetime) -> date:
    if not said:
        return now.astimezone(city.timezone).date()
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise CommandError(f"--day: {said!r} is no day like 2026-11-23", USAGE) from None


def who(asked: Namespace) -> str:
    """The name of the person who does it. Raises CommandError."""
    name = " ".join(str(asked.name).split())
    if not name:
        raise CommandError("--as needs the name of the person who does it", USAGE)
    return name


def _days(parser: ArgumentParser) -> None:
    parser.add_argument("--day", default="", metavar="DAY", help="from this day on (default: today)")
    parser.add_argument("--days", type=int, default=2, metavar="N", help="so many days (default 2)")


def _hours(parser: ArgumentParser) -> None:
    parser.add_argument("--from", dest="begins", default="", metavar="TIME", help="on the city's clock (default: now)")
    parser.add_argument(
        "--to", dest="ends", required=True, metavar="TIME", help="'2026-11-23 06:00': not on duty until"
    )
    parser.add_argument("--why", default="", metavar="WORDS", help="for whoever reads the roster")
    parser.add_argument("--as", dest="name", required=True, metavar="NAME", help="who decides it")


def _swap(parser: ArgumentParser) -> None:
    parser.add_argument("number", metavar="NUMBER", help="the officer who is away")
    parser.add_argument("instead", metavar="INSTEAD", help="the number of who stands in")
    parser.add_argument(
        "--called", default="", metavar="NAME", help="INSTEAD is nobody of the pack: you vouch for NAME"
    )
    parser.add_argument("--station", metavar="S", help="where, if not at the officer's own station")
    _hours(parser)


def _off(parser: ArgumentParser) -> None:
    parser.add_argument("number", metavar="NUMBER", help="the officer who is away")
    _hours(parser)


def _id_as(parser: ArgumentParser) -> None:
    parser.add_argument("id", type=int, metavar="ID", help="the change's number, of 'roster show'")
    parser.add_argument("--as", dest="name", required=True, metavar="NAME", help="who decides it")


_R, _W, _G = Needs.READ, Needs.WRITE, "roster"
COMMANDS: tuple[Command, ...] = (
    Command(name=(_G, "show"), help="who is on duty when; empty hours first", needs=_R, run=_show, arguments=_days),
    Command(name=(_G, "swap"), help="let one stand in for another", needs=_W, run=_changes(True), arguments=_swap),
    Command(name=(_G, "off"), help="take an officer off duty", needs=_W, run=_changes(False), arguments=_off),
    Command(name=(_G, "back"), help="take a change back", needs=_W, run=_back, arguments=_id_as),
    *hand_over_commands.COMMANDS,
)
