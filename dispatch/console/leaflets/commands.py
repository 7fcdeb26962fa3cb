"""``kentongan leaflet``: the card, the posters, the kepling's sheet and the officer's card as PDF."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from config.command import DONE, NOT_SO, USAGE, Command, CommandError, Context, Needs, written
from dispatch.console.leaflets.facts import NoLeaflet, invented
from dispatch.console.leaflets.kinds import BY_AREA, Kind, Leaflet

if TYPE_CHECKING:
    from config.city import City


async def _leaflet(context: Context, asked: Namespace) -> int:
    city, out = context.city, Path(asked.out)
    wanted = _wanted(city, asked)
    if len(wanted) > 1 and out.suffix == ".pdf":
        raise CommandError(f"--out {out}: {len(wanted)} leaflets need a folder, not one file", USAGE)
    for done, leaflet in enumerate(wanted, 1):
        path = out if out.suffix == ".pdf" else out / leaflet.filename
        body = await asyncio.to_thread(_made, context, leaflet)
        written(path, body, folder=True)
        row = {"file": str(path), "kind": leaflet.kind.value, "kelurahan": leaflet.kelurahan, "lang": leaflet.lang}
        context.out.row({**row, "bytes": len(body)}, str(path))
        context.out.progress(done, len(wanted), "leaflets")
    if invented(city, wanted[0].kelurahan):
        context.out.note("the pack's numbers or places are SAMPLE DATA, and every sheet says so: not for handing out")
    return DONE


def _wanted(city: City, asked: Namespace) -> Sequence[Leaflet]:
    """Without --kind each of them; a kind that is the same everywhere is made once."""
    kinds = [Kind(asked.kind)] if asked.kind else list(Kind)
    if asked.kelurahan and asked.kelurahan not in city.areas:
        raise CommandError(f"--kelurahan {asked.kelurahan}: no such code; 'city check' names the pack's files", USAGE)
    lang = asked.lang or city.languages[0]
    found: list[Leaflet] = []
    for kind in kinds:
        everywhere = ["", *sorted(city.areas)] if asked.all else [asked.kelurahan or ""]
        areas = everywhere if kind in BY_AREA else [""]
        found += [Leaflet(kind=kind, kelurahan=one, lang=lang) for one in areas]
    return found


def _made(context: Context, leaflet: Leaflet) -> bytes:
    from dispatch.console.leaflets.making import made  # the library of PDF is heavy, and seldom needed

    try:
        return made(context.city, leaflet, context.clock.now())
    except NoLeaflet as fault:
        raise CommandError(f"{leaflet.filename}: {fault}", NOT_SO) from fault


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--kind", choices=[one.value for one in Kind], help="without it: all of them")
    areas = parser.add_mutually_exclusive_group()
    areas.add_argument("--kelurahan", default="", metavar="CODE", help="for one kelurahan: 12.75.03.1004")
    areas.add_argument("--all", action="store_true", help="for the city, and for each kelurahan")
    parser.add_argument("--lang", default="", help="a language of the pack (its first)")
    parser.add_argument("--out", required=True, metavar="DIR|FILE.pdf", help="where they are written")


COMMANDS: tuple[Command, ...] = (
    Command(
        name=("leaflet",),
        help="printable cards and posters that tell people of the number",
        needs=Needs.CITY,
        run=_leaflet,
        arguments=_arguments,
    ),
)
