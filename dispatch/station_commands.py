"""``kentongan stations …``."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import timedelta
from typing import TYPE_CHECKING

from config.command import DONE, NOT_HERE, NOT_SO, Command, CommandError, Context, Needs
from dispatch import store
from dispatch.stations import WAITS_S, NoSiren, ask_test, stations_json
from gateway.audit import Deed, note
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import Station

LOOK_AGAIN_S = 0.5  # how often the outcome of a siren's test is looked for
NOT_ASKED = {
    "no_station": "there is no station {station!r}: 'kentongan stations list' shows them",
    "no_siren": "{station} has no siren",
}


async def _stations(context: Context, asked: Namespace) -> int:
    city, now = context.city, context.clock.now()
    for row in await context.store.read(lambda tx: stations_json(tx, city, now)):
        siren = row["siren"]
        state = f"siren {siren['number']} {siren['status']}" if siren else "no siren"
        duty = ", ".join(one["name"] for one in row["on_duty"]) or "nobody on duty"
        sample = "  [sample]" if row["sample"] else ""
        context.out.row(row, f"{row['id']:<20} {row['name']:<32} {state}; {duty}{sample}")
    return DONE


async def _test(context: Context, asked: Namespace) -> int:
    """Ring one siren, on a person's word: the running program does it, after every call that matters more."""
    at, clocks = context.clock.now(), context.city.clocks

    def work(tx: Tx) -> str:
        number = ask_test(tx, context.city, asked.station, asked.name, at)
        note(tx, Deed(by=asked.name, how="command", what="siren.test", object=f"station/{asked.station}"))
        return number

    try:
        number = await context.store.write(work)
    except NoSiren as why:
        known = context.city.stations.get(asked.station)
        named = known.name if known else asked.station
        raise CommandError(NOT_ASKED[str(why)].format(station=named)) from None
    station = context.city.stations[asked.station]
    context.wake()
    context.out.note(f"ringing the siren of {station.name}; it sounds")
    until = at + timedelta(seconds=clocks.siren_s + clocks.siren_wait_s + WAITS_S)
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


def _station_as(parser: ArgumentParser) -> None:
    parser.add_argument("station", metavar="STATION", help="the station's id")
    parser.add_argument("--as", dest="name", required=True, metavar="NAME", help="who does it")


_R, _RUNNING, _S = Needs.READ, Needs.RUNNING, "stations"
COMMANDS: tuple[Command, ...] = (
    Command(name=(_S, "list"), help="stations, sirens, who is on duty", needs=_R, run=_stations),
    Command(name=(_S, "test"), help="ring a siren", needs=_RUNNING, run=_test, arguments=_station_as),
)
