"""``kentongan drill …``: the whole ladder climbed for practice, and how fast it was."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from config.command import DONE, NOT_SO, USAGE, Command, CommandError, Context, Needs
from dispatch import drilling, store
from dispatch.case import Case, Drill
from dispatch.console.shown import shown
from dispatch.drill_report import goals, tiers
from dispatch.incident import Place
from dispatch.locate import locator_of
from dispatch.store import NoSuchIncident
from dispatch.wording import name_of
from gateway.store import Tx
from gateway.words import normal

if TYPE_CHECKING:
    from config.city import City

Json = dict[str, Any]
LATEST = 20  # drills that ``list`` shows
LONGEST_STREET = 60  # characters


async def _start(context: Context, asked: Namespace) -> int:
    city, now = context.city, context.clock.now()
    if not asked.name.strip():
        raise CommandError("--as needs the name of the person who asks for it", USAGE)
    minutes = city.voice.drill_minutes if asked.minutes is None else asked.minutes
    if not 1 <= minutes <= 120:
        raise CommandError("--minutes: from 1 to 120", USAGE)
    if asked.kind not in {code.kind for code in city.codes}:
        raise CommandError(f"{asked.kind!r} is no kind of emergency ({', '.join(sorted(c.kind for c in city.codes))})")
    place = _place(city, asked)
    until = now + timedelta(minutes=minutes)
    drill = Drill(incident=0, asked_by=asked.name.strip(), sirens=asked.sirens, ends_at=until)

    def work(tx: Tx) -> Json:
        case = drilling.start(tx, city, asked.kind, place, drill, now)
        return drill_json(tx, city, replace(drill, incident=case.incident.id), case)

    try:
        one = await context.store.write(work)
    except drilling.DrillRefused as why:
        raise CommandError(str(why), NOT_SO) from None
    context.wake()
    context.out.note("sirens will sound: tell the neighbourhood" if asked.sirens else "no siren sounds")
    context.out.row(one, _line(city, one))
    return DONE


def _place(city: City, asked: Namespace) -> Place:
    said = normal(asked.kelurahan)
    found = [area for area in city.areas.values() if asked.kelurahan == area.code or normal(area.name) == said]
    if len(found) != 1:
        what = "more than one kelurahan has that name, give its code" if found else "there is no such kelurahan"
        raise CommandError(f"{asked.kelurahan!r}: {what}")
    place = locator_of(city).of_area(found[0].code)
    street = " ".join("".join(c if c.isprintable() else " " for c in asked.street).split())[:LONGEST_STREET]
    return replace(place, street=street or place.street)


def drill_json(tx: Tx, city: City, drill: Drill, case: Case) -> Json:
    """A drill in brief."""
    here = case.incident
    area = city.areas.get(here.place.kelurahan or "")
    return {
        "id": here.id,
        "drill": True,
        "state": here.state.value,
        "running": here.state.open,
        "kind": here.kind,
        "kelurahan": here.place.kelurahan,
        "kelurahan_name": area.name if area else None,
        "street": here.place.street,
        "station": here.station,
        "sirens": drill.sirens,
        "asked_by": drill.asked_by,
        "began_at": here.opened_at.isoformat(),
        "ends_at": drill.ends_at.isoformat(),
        "accepted_by": name_of(city, here.accepted_by) if here.accepted_by else None,
        "accepted_s": _after(here.opened_at, here.accepted_at),
        "ended": drill.ended or None,
    }


async def _list(context: Context, asked: Namespace) -> int:
    def look(tx: Tx) -> list[Json]:
        return [
            drill_json(tx, context.city, one, store.load_case(tx, one.incident))
            for one in store.drills(tx, asked.limit)
        ]

    for one in await context.store.read(look):
        context.out.row(one, _line(context.city, one))
    return DONE


async def _show(context: Context, asked: Namespace) -> int:
    city = context.city

    def look(tx: Tx) -> Json:
        case, rows = store.load_case(tx, asked.id), store.followed_ledger(tx, asked.id)
        one = drill_json(tx, city, _drill(tx, asked.id), case)
        return {**one, "tiers": tiers(city, case, rows), "goals": goals(city, case, rows)}

    try:
        one = await context.store.read(look)
    except NoSuchIncident:
        raise _no_drill(asked.id) from None
    table = [_tier(row) for row in one["tiers"]]
    held = [_goal(row) for row in one["goals"]]
    context.out.row(one, "\n".join([_line(city, one), *table, *held]))
    return DONE


async def _stop(context: Context, asked: Namespace) -> int:
    city, now = context.city, context.clock.now()

    def work(tx: Tx) -> Json:
        drill = _drill(tx, asked.id)
        if not drilling.end(tx, city, asked.id, f"stopped by {asked.name.strip() or 'command'}", now):
            raise CommandError(f"drill {asked.id} is over already", NOT_SO)
        drill = store.drill_of(tx, asked.id) or drill
        return drill_json(tx, city, drill, store.load_case(tx, asked.id))

    one = await context.store.write(work)
    context.wake()
    context.out.row(one, _line(city, one))
    return DONE


def _drill(tx: Tx, number: int) -> Drill:
    drill = store.drill_of(tx, number) if number < 2**31 else None
    if drill is None:
        raise _no_drill(number)
    return drill


def _no_drill(number: int) -> CommandError:
    return CommandError(f"there is no drill {number}: 'kentongan drill list' shows what there is")


def _line(city: City, one: Json) -> str:
    began = datetime.fromisoformat(one["began_at"]).astimezone(city.timezone).strftime("%Y-%m-%d %H:%M:%S")
    where = ", ".join(filter(None, (one["street"], one["kelurahan_name"])))
    by = f"accepted by {one['accepted_by']} after {one['accepted_s']:.0f} s" if one["accepted_by"] else "not accepted"
    over = f" ({one['ended']})" if one["ended"] else ""
    return shown(f"{one['id']:>5}  {began}  DRILL {one['state']:<9}  {one['kind']:<10}  {where}  {by}{over}")


def _tier(row: Json) -> str:
    rang = "did not ring" if row["rang_s"] is None else f"rang after {row['rang_s']:.0f} s"
    what = (
        f"accepted after {row['accepted_s']:.0f} s" if row["accepted_s"] is not None else row["outcome"] or row["state"]
    )
    return shown(f"  round {row['round']} tier {row['tier']:<3} {row['name']:<28} {rang:<20} {what}")


def _goal(row: Json) -> str:
    took = "did not come to it" if row["took_s"] is None else f"{row['took_s']:.1f} s"
    held = {True: "kept", False: "MISSED", None: "-"}[row["kept"]]
    return f"  {row['goal']:<40} at most {row['limit_s']:.0f} s: {took}  {held}"


def _after(since: datetime, at: datetime | None) -> float | None:
    return None if at is None else (at - since).total_seconds()


def _what(parser: ArgumentParser) -> None:
    parser.add_argument("--kind", required=True, metavar="KIND", help="a kind of emergency of the city")
    parser.add_argument("--kelurahan", required=True, metavar="CODE|NAME", help="where")
    parser.add_argument("--street", default="", metavar="WORDS", help="where in it")
    parser.add_argument("--as", dest="name", required=True, metavar="NAME", help="who asks for it")
    parser.add_argument("--sirens", action="store_true", help="sirens sound too: announce it first")
    parser.add_argument("--minutes", type=int, metavar="N", help="it ends by itself after them")


def _id(parser: ArgumentParser) -> None:
    parser.add_argument("id", type=int, metavar="ID", help="the drill's number")


def _id_as(parser: ArgumentParser) -> None:
    _id(parser)
    parser.add_argument("--as", dest="name", default="", metavar="NAME", help="who stops it")


def _limit(parser: ArgumentParser) -> None:
    parser.add_argument("--limit", type=int, default=LATEST, metavar="N", help="how many, newest first")


_D = "drill"

COMMANDS: tuple[Command, ...] = (
    Command(name=(_D, "start"), help="climb the ladder for practice", needs=Needs.RUNNING, run=_start, arguments=_what),
    Command(name=(_D, "show"), help="who rang when, against the goals", needs=Needs.READ, run=_show, arguments=_id),
    Command(name=(_D, "stop"), help="end it", needs=Needs.WRITE, run=_stop, arguments=_id_as),
    Command(name=(_D, "list"), help="drills, newest first", needs=Needs.READ, run=_list, arguments=_limit),
)
