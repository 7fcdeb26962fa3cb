"""``kentongan incidents …``, and with it every command of this room."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from typing import Any

from config.command import DONE, Command, Context, Needs
from dispatch import (
    act_commands,
    comm_test_commands,
    drill_commands,
    read_command,
    roster_commands,
    station_commands,
    store,
)
from dispatch.act_commands import clock, known, line
from dispatch.console import certificate_command
from dispatch.console.access import commands as access_commands
from dispatch.console.leaflets import commands as leaflet_commands
from dispatch.console.picture import incident_json, line_json, talk_json
from dispatch.console.reports.commands import report_command
from dispatch.console.shown import shown
from dispatch.duty import as_changed
from dispatch.read_command import FieldsOf
from dispatch.restore_command import restore
from gateway.figures import Sheaf
from gateway.quieting import Above
from gateway.store import Tx
from ivr.store import calls_about

Json = Mapping[str, Any]

LATEST = 20  # ended incidents that ``list`` shows beside the open ones


async def _list(context: Context, asked: Namespace) -> int:
    def look(tx: Tx) -> list[Json]:
        cases = store.listed(tx, latest=asked.limit)
        return [incident_json(tx, context.city, case) for case in cases]

    for one in await context.store.read(look):
        context.out.row(one, line(one, context.city.timezone))
    return DONE


async def _show(context: Context, asked: Namespace) -> int:
    def look(tx: Tx) -> tuple[Json, list[Json], list[Json]]:
        case, city = store.load_case(tx, asked.id), as_changed(tx, context.city, context.clock.now())
        one = incident_json(tx, city, case)
        talks: list[Json] = [
            talk_json(city, call) for effect in one["effects"] for call in calls_about(tx, effect["key"])
        ]
        return one, [line_json(city, event) for event in store.events_of(tx, asked.id)], talks

    one, events, talks = await known(asked.id, context.store.read(look))
    zone = context.city.timezone
    history = [
        f"  {clock(each['at'], zone)}  {each['kind']:<11} {shown(each['text'])} {each['who']}" for each in events
    ]
    lines = [line(one, zone), *(each.rstrip() for each in history)]
    context.out.row({**one, "timeline": events, "talks": talks}, "\n".join(lines))
    return DONE


# -- arguments


def _limit(parser: ArgumentParser) -> None:
    parser.add_argument("--limit", type=int, default=LATEST, metavar="N", help="ended incidents to show as well")


def _id(parser: ArgumentParser) -> None:
    parser.add_argument("id", type=int, metavar="ID", help="the incident's number")


_R = Needs.READ
_I = "incidents"

COMMANDS: tuple[Command, ...] = (
    Command(name=(_I, "list"), help="what is open, and the latest", needs=_R, run=_list, arguments=_limit),
    Command(name=(_I, "show"), help="one emergency, with its timeline", needs=_R, run=_show, arguments=_id),
    *act_commands.COMMANDS,
    *station_commands.COMMANDS,
    *roster_commands.COMMANDS,
    *comm_test_commands.COMMANDS,
    *drill_commands.COMMANDS,
    *access_commands.COMMANDS,
    *certificate_command.COMMANDS,
    *leaflet_commands.COMMANDS,
)


def commands(fields_of: FieldsOf, figures: Sequence[Sheaf], above: Above) -> tuple[Command, ...]:
    """Every command of this room. ``fields_of``: what the services know of texts; ``figures``: what they count;
    ``above``: what they had under way in a copy that comes back."""
    return (*COMMANDS, read_command.command(fields_of), report_command(figures), restore(above))
