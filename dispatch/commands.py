"""``kentongan incidents …`` and ``kentongan stations …``."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from config.command import DONE, NOT_HERE, NOT_SO, USAGE, Command, CommandError, Context, Needs
from dispatch import comm_test_commands, drill_commands, store
from dispatch.acceptance import Verdict, Who, accept, cancel, close, confirm, next_station
from dispatch.case import SirenState
from dispatch.console.picture import incident_json, line_json, talk_json
from dispatch.console.shown import shown
from gateway.store import Tx
from ivr.store import calls_about

if TYPE_CHECKING:
    from config.city import Station

Json = Mapping[str, Any]
Act = Callable[[Tx, Context, Namespace], Verdict]

LATEST = 20  # ended incidents that ``list`` shows beside the open ones
LOOK_AGAIN_S = 0.5  # how often the outcome of a siren's test is looked for
SLACK_S = 60.0  # a test waits so long behind calls that matter more


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


# -- stations


async def _stations(context: Context, asked: Namespace) -> int:
    known: Mapping[str, SirenState] = await context.store.read(store.siren_states)
    for station in context.city.stations.values():
        row = station_json(context, station, known)
        siren = row["siren"]
        state = f"siren {siren['number']} {siren['status']}" if siren else "no siren"
        duty = ", ".join(one["name"] for one in row["on_duty"]) or "nobody on duty"
        sample = "  [sample]" if station.sample else ""
        context.out.row(row, f"{station.id:<20} {station.name:<32} {state}; {duty}{sample}")
    return DONE


def station_json(context: Context, station: Station, known: Mapping[str, SirenState]) -> dict[str, Any]:
    """A station with its siren's state and who is on duty now."""
    duty = context.city.on_duty(station.id, context.clock.now())
    return {
        "id": station.id,
        "name": station.name,
        "agency": station.agency,
        "kinds": sorted(station.kinds),
        "headquarters": station.headquarters,
        "lat": station.lat,
        "lon": station.lon,
        "sample": station.sample,
        "siren": _siren(context, station, known),
        "on_duty": [{"name": one.name, "number": one.number, "sample": one.sample} for one in duty],
    }


def _siren(context: Context, station: Station, known: Mapping[str, SirenState]) -> dict[str, Any] | None:
    if station.siren is None:
        return None
    seen = known.get(station.siren.number, SirenState(number=station.siren.number))
    stale = context.clock.now() - timedelta(seconds=context.city.clocks.proven_s)
    proven = seen.proven_at is not None and seen.proven_at >= stale
    return {
        "number": seen.number,
        "status": "dead" if seen.failures else "proven" if proven else "unproven",
        "proven_at": seen.proven_at.isoformat() if seen.proven_at else None,
        "failed_at": seen.failed_at.isoformat() if seen.failed_at else None,
        "failures": seen.failures,
        "outcome": seen.outcome,
    }


async def _test(context: Context, asked: Namespace) -> int:
    """Ring one siren, on a person's word: the running program does it, after every call that matters more."""
    station = context.city.stations.get(asked.station)
    if station is None:
        raise CommandError(f"there is no station {asked.station!r}: 'kentongan stations list' shows them")
    if station.siren is None:
        raise CommandError(f"{station.name} has no siren")
    number, at, clocks = station.siren.number, context.clock.now(), context.city.clocks
    await context.store.write(lambda tx: store.ask_test(tx, number, at, asked.name))
    context.wake()
    context.out.note(f"ringing the siren of {station.name}; it sounds")
    until = at + timedelta(seconds=clocks.siren_s + clocks.siren_wait_s + SLACK_S)
    while context.clock.now() < until:
        seen = (await context.store.read(store.siren_states))[number]
        if seen.proven_at is not None and seen.proven_at >= at:
            return _tested(context, station, DONE, f"works ({seen.outcome})")
        if seen.failed_at is not None and seen.failed_at >= at:
            return _tested(context, station, NOT_SO, f"does not work: {seen.outcome}")
        await context.clock.sleep(LOOK_AGAIN_S)
    if await context.store.write(lambda tx: store.drop_test(tx, number)):
        raise CommandError("nobody rang it: is a modem ready ('kentongan doctor')?", NOT_HERE)
    return _tested(context, station, NOT_SO, "was rung, and gave no proof that it sounds")


def _tested(context: Context, station: Station, code: int, said: str) -> int:
    row = {"station": station.id, "siren": station.siren.number if station.siren else None, "works": code == DONE}
    context.out.row({**row, "said": said}, f"the siren of {station.name} {said}")
    return code


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


def _station_as(parser: ArgumentParser) -> None:
    parser.add_argument("station", metavar="STATION", help="the station's id")
    parser.add_argument("--as", dest="name", required=True, metavar="NAME", help="who does it")


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


_R, _W, _RUNNING = Needs.READ, Needs.WRITE, Needs.RUNNING
_I = "incidents"

COMMANDS: tuple[Command, ...] = (
    Command(name=(_I, "list"), help="what is open, and the latest", needs=_R, run=_list, arguments=_limit),
    Command(name=(_I, "show"), help="one emergency, with its timeline", needs=_R, run=_show, arguments=_id),
    Command(name=(_I, "accept"), help="take it over", needs=_W, run=_acts(_accept), arguments=_id_as),
    Command(name=(_I, "cancel"), help="it was none: stop", needs=_W, run=_acts(_cancel), arguments=_id_as),
    Command(name=(_I, "next"), help="call the next now", needs=_W, run=_acts(_next), arguments=_id_as),
    Command(name=(_I, "confirm"), help="vouch for it: siren", needs=_W, run=_acts(_confirm), arguments=_id_as),
    Command(name=(_I, "close"), help="it is over", needs=_W, run=_acts(_close), arguments=_id_as_false),
    Command(name=("stations", "list"), help="stations, sirens, who is on duty", needs=_R, run=_stations),
    Command(name=("stations", "test"), help="ring a siren", needs=_RUNNING, run=_test, arguments=_station_as),
    *comm_test_commands.COMMANDS,
    *drill_commands.COMMANDS,
)
