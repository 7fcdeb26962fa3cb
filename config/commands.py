"""``kentongan city check`` and ``kentongan city new``."""

from __future__ import annotations

import signal
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.check import read_pack
from config.city import City, CityFault, find_pack
from config.city_asking import Asker, Left
from config.city_new import NewCityFault, folder_of, is_pack, new_city
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
    _waiting(context, city)
    if city.samples():
        context.out.note(
            f"{len(city.samples())} of its entries are samples; their numbers work in the virtual world only"
        )
    return DONE


def _waiting(context: Context, city: City) -> None:
    for one in city.waiting:
        context.out.note(str(one))


def _summary(city: City) -> str:
    level, districts = city.levels.of("en"), [code for code in city.districts if code != WHOLE]
    areas = ((len(city.areas), level.called("areas")), (len(districts), level.called("districts")))
    counted = (*areas[: 1 + bool(districts)], (len(city.streets), "streets"))
    people = ((len(city.stations), "stations"), (len(city.roster_numbers()), "officers"))
    return f"{city.title}, " + ", ".join(f"{count} {what}" for count, what in (*counted, *people))


def _new_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the new folder: a name, or a path that ends in one")
    parser.add_argument("--from", dest="sources", nargs="+", default=[], metavar="FILE", help="files that you have")
    parser.add_argument("--ask", action="store_true", help="ask even where the answers come from a file")


async def _new(context: Context, arguments: Namespace) -> int:
    """Lay it out, or go on with one that was; where a person sits before it, lead through it."""
    folder, asked = folder_of(arguments.name), arguments.ask or sys.stdin.isatty()
    leads = asked or bool(arguments.sources)
    try:
        files = [] if leads and is_pack(folder) else new_city(folder)
    except NewCityFault as fault:
        raise CommandError(str(fault), NOT_HERE) from None
    for path in files:
        context.out.row({"file": str(path)}, str(path))
    if leads:
        with _stoppable():
            return _led(context, folder, [Path(one) for one in arguments.sources], asked)
    context.out.note(f"Fill these in, then: kentongan city check {folder}")
    return DONE


@contextmanager
def _stoppable() -> Iterator[None]:
    """Ctrl-C ends a question at once; asyncio would wait for its answer. Nothing else runs meanwhile."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _led(context: Context, folder: Path, sources: list[Path], asked: bool) -> int:
    from config.city_ground_read import NoGround
    from config.city_lead import brought, lead

    asker = Asker(_line if asked else lambda _: None, context.out.note)
    try:
        brought(folder, sources, asker)
        lead(folder, asker)
    except NoGround as why:
        raise CommandError(str(why), NOT_HERE) from None
    except OSError as fault:
        raise CommandError(f"{folder}: {fault.strerror}", NOT_HERE) from None
    except (Left, KeyboardInterrupt):
        context.out.note(f"\nWhat was answered is in {folder}. Go on with: kentongan city new {folder}")
    city, faults = read_pack(folder)
    for one in faults:
        context.out.row({"file": one.file, "line": one.line, "message": one.message}, str(one))
    if city is None:
        context.out.note(f"{len(faults)} still to mend; then: kentongan city check {folder}")
        return NOT_SO
    _waiting(context, city)
    context.out.note(f"{_summary(city)}. No fault. Try it: make run CITY={folder}")
    return DONE


def _line(prompt: str) -> str | None:
    try:
        return input(prompt)
    except EOFError:
        return None


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
        help="lay out a city pack, and lead through it step by step",
        needs=Needs.NOTHING,
        run=_new,
        arguments=_new_arguments,
    ),
)
