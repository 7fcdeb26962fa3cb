"""``kentongan drill …``: the whole ladder climbed for practice, and how fast it was."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from config.command import DONE, NOT_SO, USAGE, Command, CommandError, Context, Needs
from dispatch import drilling, store
from dispatch.asking_drills import Asked, NotADrill, begin, drill_json, drill_of, drills_json, shown_drill
from dispatch.case import Drill
from dispatch.console.shown import shown
from gateway.audit import Deed, note
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

Json = dict[str, Any]
LATEST = 20  # drills that ``list`` shows


async def _start(context: Context, asked: Namespace) -> int:
    city, now, by = context.city, context.clock.now(), asked.name.strip()
    if not by:
        raise CommandError("--as needs the name of the person who asks for it", USAGE)
    wish = Asked(
        kind=asked.kind, area=asked.kelurahan, by=by, street=asked.street, minutes=asked.minutes, sirens=asked.sirens
    )

    def work(tx: Tx) -> Json:
        one = begin(tx, city, wish, now)
        note(tx, Deed(by=by, how="command", what="drill.start", object=f"incident/{one['id']}"))
        return one

    try:
        one = await context.store.write(work)
    except NotADrill as why:
        raise CommandError(str(why), USAGE if why.why == "minutes" else NOT_SO) from None
    except drilling.DrillRefused as why:
        raise CommandError(str(why), NOT_SO) from None
    context.wake()
    context.out.note("sirens will sound: tell the neighbourhood" if asked.sirens else "no siren sounds")
    context.out.row(one, _line(city, one))
    return DONE


async def _list(context: Context, asked: Namespace) -> int:
    for one in await context.store.read(lambda tx: drills_json(tx, context.city, asked.limit)):
        context.out.row(one, _line(context.city, one))
    return DONE


async def _show(context: Context, asked: Namespace) -> int:
    city = context.city
    one = await context.store.read(lambda tx: shown_drill(tx, city, _drill(tx, asked.id)))
    table = [_tier(row) for row in one["tiers"]]
    held = [_goal(row) for row in one["goals"]]
    context.out.row(one, "\n".join([_line(city, one), *table, *held]))
    return DONE


async def _stop(context: Context, asked: Namespace) -> int:
    city, now, by = context.city, context.clock.now(), asked.name.strip() or "command"

    def work(tx: Tx) -> Json:
        drill = _drill(tx, asked.id)
        if not drilling.end(tx, city, asked.id, f"stopped by {by}", now):
            raise CommandError(f"drill {asked.id} is over already", NOT_SO)
        note(tx, Deed(by=by, how="command", what="drill.stop", object=f"incident/{asked.id}"))
        drill = store.drill_of(tx, asked.id) or drill
        return drill_json(tx, city, drill, store.load_case(tx, asked.id))

    one = await context.store.write(work)
    context.wake()
    context.out.row(one, _line(city, one))
    return DONE


def _drill(tx: Tx, number: int) -> Drill:
    drill = drill_of(tx, number)
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
