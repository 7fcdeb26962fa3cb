"""``kentongan city migrate``: what a new version of the city's pack changes in the store, counted or done."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace

from config.city import CityFault, load_city
from config.command import DONE, NOT_HERE, NOT_SO, Command, CommandError, Context, Needs
from gateway.packs import Settled, displaced, lost_areas, settle_alone, tried
from gateway.store import StoreRefused

SHOWN = 200  # residents listed by name


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="count what would change, change nothing")


async def _migrate(context: Context, asked: Namespace) -> int:
    """The pack is read anew: the running program may have been started with the version before."""
    try:
        city = await asyncio.to_thread(load_city, context.settings.city)
    except CityFault as fault:
        raise CommandError(str(fault)) from None
    if not asked.dry_run and city.moves.version != context.city.moves.version:
        raise CommandError(
            f"the running program works with version {context.city.moves.version} of the pack: stop it, then start it"
            f" again, and version {city.moves.version} is carried over at the start",
            NOT_HERE,
        )
    try:
        if asked.dry_run:
            settled = await tried(context.store, city)
        else:
            settled = await context.store.write(lambda tx: settle_alone(tx, city, "command"))
    except StoreRefused as refused:
        raise CommandError(str(refused), NOT_HERE) from None
    _told(context, settled, city.moves.version, asked.dry_run)
    for stray in settled.strays:
        row = {"table": stray.table, "gone": stray.what, "code": stray.code, "rows": stray.rows}
        context.out.row(row, f"{stray.table}: {stray.rows} of {stray.what} {stray.code}, which the pack does not have")
    for sentence in lost_areas(city, settled):
        context.out.note(sentence)
    for one, may in await context.store.read(lambda tx: displaced(tx, city, SHOWN)):
        names = [city.areas[code].name for code in may]
        row = {"phone": one.phone, "kelurahan": one.kelurahan, "may": list(may)}
        context.out.row(row, f"{one.phone}  {one.name or '-'}, {one.address or '-'}: {' or '.join(names) or 'where?'}")
    return NOT_SO if settled.unknown and not asked.dry_run else DONE


def _told(context: Context, settled: Settled, version: int, dry: bool) -> None:
    would = "would be " if dry else ""
    if settled.counted is None:
        context.out.note(f"version {version} of the pack: nothing to carry over")
        return
    for table, count in sorted(settled.counted.changed.items()):
        context.out.row({"table": table, "changed": count}, f"{table}: {count} {would}changed")
    for table, count in sorted(settled.counted.open.items()):
        context.out.row({"table": table, "open": count}, f"{table}: {count} {would}left to a person")
    context.out.note(f"from version {settled.before} to version {version}")


PACKS = (
    Command(
        name=("city", "migrate"),
        help="carry the store over to this version of the city's pack",
        needs=Needs.WRITE,
        run=_migrate,
        arguments=_arguments,
    ),
)
