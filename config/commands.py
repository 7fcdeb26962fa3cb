"""``kentongan city check`` and ``kentongan city new``."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from config.check import read_pack
from config.city import City, CityFault, find_pack
from config.city_new import NewCityFault, new_city
from config.city_places import WHOLE
from config.command import DONE, NOT_HERE, NOT_SO, Command, CommandError, Context, Needs


def _check_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH", help="the pack's folder, or the name of a shipped pack")


async def _check(context: Context, arguments: Namespace) -> int:
    try:
        folder = find_pack(arguments.path)
    except CityFault as fault:
        raise CommandError(str(fault)) from None
    city, faults = read_pack(folder)
    for one in faults:
        context.out.row({"file": one.file, "line": one.line, "message": one.message}, str(one))
    if city is None:
        context.out.note(f"{arguments.path}: {len(faults)} {'fault' if len(faults) == 1 else 'faults'}; mend them all")
        return NOT_SO
    context.out.note(f"{arguments.path}: {_summary(city)}: no fault")
    if city.samples():
        context.out.note(
            f"{len(city.samples())} of its entries are samples; their numbers work in the virtual world only"
        )
    return DONE


def _summary(city: City) -> str:
    level, districts = city.levels.of("en"), [code for code in city.districts if code != WHOLE]
    areas = ((len(city.areas), level.called("areas")), (len(districts), level.called("districts")))
    counted = (*areas[: 1 + bool(districts)], (len(city.streets), "streets"))
    people = ((len(city.stations), "stations"), (len(city.roster_numbers()), "officers"))
    return f"{city.title}, " + ", ".join(f"{count} {what}" for count, what in (*counted, *people))


def _new_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the new folder: a name, or a path that ends in one")


async def _new(context: Context, arguments: Namespace) -> int:
    try:
        files = new_city(Path(arguments.name))
    except NewCityFault as fault:
        raise CommandError(str(fault), NOT_HERE) from None
    for path in files:
        context.out.row({"file": str(path)}, str(path))
    context.out.note(f"Fill these in, then: kentongan city check {arguments.name}")
    return DONE


COMMANDS: tuple[Command, ...] = (
    Command(
        name=("city", "check"),
        help="name every fault of a city pack, by file and line",
        needs=Needs.NOTHING,
        run=_check,
        arguments=_check_arguments,
    ),
    Command(
        name=("city", "new"),
        help="lay out an empty city pack, with comments",
        needs=Needs.NOTHING,
        run=_new,
        arguments=_new_arguments,
    ),
)
