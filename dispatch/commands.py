"""``kentongan incidents …``, and with it every command of this room."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from config.command import DONE, NOT_SO, USAGE, Command, CommandError, Context, Needs
from dispatch import comm_test_commands, drill_commands, roster_commands, station_commands, store
from dispatch.acceptance import Verdict, Who, accept, cancel, close, confirm, next_station
from dispatch.console.picture import incident_json, line_json, talk_json
from dispatch.console.shown import shown
from gateway.store import Tx
from ivr.store import calls_about

Json = Mapping[str, Any]
Act = Callable[[Tx, Context, Namespace], Verdict]

LATEST = 20  # ended incidents that ``list`` shows beside the open ones


async def _list(context: Context, asked: Namespace) -> int:
    def look(tx: Tx) -> list[Json]:
        cases = store.listed(tx, latest=asked.limit)
        return [incident_json(tx, context.city, case) for case in cases]

    for one in await context.store.read(look):
        context.out.row(one, _line(one, context.city.timezone))
    return DONE


async def _show(context: Context, asked: Namespace) -> int:
    def look(tx: Tx) -> tuple[Json, list[Json], list[Json]]:
        case, city = store.load_case(tx, asked.id), context.city
        one = incident_json(tx, city, case)
        talks: list[Json] = [
            talk_json(city, call) for effect in one["effects"] for call in calls_about(tx, effect["key"])
        ]
        return one, [line_json(city, event) for event in store.events_of(tx, asked.id)], talks

    one, events, talks = await _known(asked.id, context.store.read(look))
    zone = context.city.timezone
    history = [
        f"  {_clock(line['at'], zone)}  {line['kind']:<11} {shown(line['text'])} {line['who']}" for line in events
    ]
    context.out.row(
        {**one, "timeline": events, "talks": talks}, "\n".join([_line(one, zone), *(line.rstrip() for line in history)])
    )
    return DONE


def _acts(act: Act) -> Callable[[Context, Namespace], Awaitable[int]]:
    """A command that does one thing to one incident, as a named person."""

    async def run(context: Context, asked: Namespace) -> int:
        if not asked.name.strip():
            raise CommandError("--as needs the name of the person who does it", USAGE)

        def work(tx: Tx) -> tuple[Verdict, Json]:
            verdict = act(tx, context, asked)
            return verdict, incident_json(tx, context.city, store.load_case(tx, asked.id))

        verdict, one = await _known(asked.id, context.store.write(work))
        context.wake()
        if not verdict.done:
            raise CommandError(verdict.why, NOT_SO)
        context.out.row(one, _line(one, context.city.timezone))
        return DONE

    return run


def _who(asked: Namespace) -> Who:
    return Who(name=asked.name.strip(), how="command")


async def _known(number: int, answer: Awaitable[Any]) -> Any:
    try:
        return await answer
    except store.NoSuchIncident:
        raise CommandError(f"there is no incident {number}: 'kentongan incidents list' shows what there is") from None


def _line(one: Json, zone: tzinfo) -> str:
    place = one["place"]
    where = ", ".join(filter(None, (place["street"], place["kelurahan_name"]))) or "place unknown"
    who = f"accepted by {one['accepted_by']}" if one["accepted_by"] else one["alarm"] or "nobody accepted yet"
    state = f"{'DRILL ' if one['drill'] else ''}{one['state']:<9}"
    line = f"{one['code']:>5}  {_clock(one['opened_at'], zone)}  {state}  {one['kind']:<10}  {where}  "
    return shown(
        f"{line}{one['caller'] or 'withheld'}  {who if one['state'] in ('confirmed', 'accepted') else ''}".rstrip()
    )


def _clock(at: str, zone: tzinfo) -> str:
    return datetime.fromisoformat(at).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


# -- arguments


def _limit(parser: ArgumentParser) -> None:
    parser.add_argument("--limit", type=int, default=LATEST, metavar="N", help="ended incidents to show as well")


def _id(parser: ArgumentParser) -> None:
    parser.add_argument("id", type=int, metavar="ID", help="the incident's number")


def _id_as(parser: ArgumentParser) -> None:
    _id(parser)
    parser.add_argument("--as", dest="name", required=True, metavar="NAME", help="who does it")


def _id_as_false(parser: ArgumentParser) -> None:
    _id_as(parser)
    parser.add_argument("--false", action="store_true", help="nothing was there: a false alarm")


def _accept(tx: Tx, context: Context, asked: Namespace) -> Verdict:
    return accept(tx, context.city, asked.id, _who(asked), context.clock.now())


def _cancel(tx: Tx, context: Context, asked: Namespace) -> Verdict:
    return cancel(tx, context.city, asked.id, _who(asked), context.clock.now())


def _next(tx: Tx, context: Context, asked: Namespace) -> Verdict:
    return next_station(tx, context.city, asked.id, _who(asked), context.clock.now())


def _confirm(tx: Tx, context: Context, asked: Namespace) -> Verdict:
    return confirm(tx, context.city, asked.id, _who(asked), context.clock.now())


def _close(tx: Tx, context: Context, asked: Namespace) -> Verdict:
    return close(tx, context.city, asked.id, _who(asked), context.clock.now(), false=asked.false)


_R, _W = Needs.READ, Needs.WRITE
_I = "incidents"

COMMANDS: tuple[Command, ...] = (
    Command(name=(_I, "list"), help="what is open, and the latest", needs=_R, run=_list, arguments=_limit),
    Command(name=(_I, "show"), help="one emergency, with its timeline", needs=_R, run=_show, arguments=_id),
    Command(name=(_I, "accept"), help="take it over", needs=_W, run=_acts(_accept), arguments=_id_as),
    Command(name=(_I, "cancel"), help="it was none: stop", needs=_W, run=_acts(_cancel), arguments=_id_as),
    Command(name=(_I, "next"), help="call the next now", needs=_W, run=_acts(_next), arguments=_id_as),
    Command(name=(_I, "confirm"), help="vouch for it: siren", needs=_W, run=_acts(_confirm), arguments=_id_as),
    Command(name=(_I, "close"), help="it is over", needs=_W, run=_acts(_close), arguments=_id_as_false),
    *station_commands.COMMANDS,
    *roster_commands.COMMANDS,
    *comm_test_commands.COMMANDS,
    *drill_commands.COMMANDS,
)
