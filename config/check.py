"""Reads a whole pack and judges it: every fault at once, by file and line. What is refused here never runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from config.city import City, Modem, Post, Quiet
from config.city_areas import read_ground, read_streets
from config.city_clocks import read_clocks
from config.city_codes import read_codes, read_texts
from config.city_files import PackFiles
from config.city_stations import Bounds, read_roster, read_stations
from config.fault import Fault
from config.table import Table

CITY = "city.toml"


def check(folder: Path) -> list[Fault]:
    """Every fault of the pack in ``folder``, in the order of its files and lines."""
    return read_pack(folder)[1]


def read_pack(folder: Path) -> tuple[City | None, list[Fault]]:
    """The city, and every fault of its pack; no city where there are faults."""
    files = PackFiles(folder)
    if not (folder / CITY).is_file():
        files.fault(CITY, 0, "there is no such file: this folder is no city pack")
        return None, files.faults
    city = _city(files)
    faults = sorted(set(files.faults))
    return (city, []) if city is not None and not faults else (None, faults)


def _city(files: PackFiles) -> City | None:
    top = files.toml(CITY)
    languages = top.texts("languages") or ("id",)
    timezone = _timezone(top)
    clocks = read_clocks(top.table("clocks"))
    modems = tuple(_modem(table) for table in top.tables("modem"))
    operators = tuple(_post(table) for table in top.tables("command_centre"))
    ground = read_ground(files)
    codes = read_codes(files, languages)
    bounds = Bounds(
        ground=ground,
        kinds=[code.kind for code in codes.codes],
        agencies=codes.agencies,
        ringing=sorted(modem.number for modem in modems if modem.use != "letters" and modem.number),
    )
    stations = read_stations(files, bounds)
    city = City(
        name=top.text("name"),
        title=top.text("title"),
        timezone=timezone,
        languages=languages,
        emergency_call=top.text("emergency_call", pattern=r"\d{3,12}", form="a number to call"),
        sample_prefix=top.text("sample_prefix", "", pattern=r"\+\d{5,12}", form="the beginning of a number"),
        clocks=clocks,  # type: ignore[arg-type]  # with faults no city leaves this file
        areas=ground.areas,
        districts=ground.districts,
        streets=read_streets(files, ground),
        stations=stations,
        codes=codes.codes,
        words=codes.words,
        agencies=codes.agencies,
        quiet=_quiet(top.table("quiet"), codes.words["quiet"], bounds),
        modems=modems,
        operators=operators,
        shifts=read_roster(files, stations),
        texts=read_texts(files, languages),
        path=files.folder,
        map=ground.map,
    )
    top.done()
    _city_rules(top, city)
    _numbers(files, top, city)
    return city if clocks else None


def _timezone(top: Table) -> ZoneInfo:
    name = top.text("timezone")
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        top.fault("timezone", f"{name!r} is no time zone (Asia/Jakarta, Asia/Makassar, Asia/Jayapura …)")
        return ZoneInfo("UTC")


def _modem(table: Table) -> Modem:
    modem = Modem(
        number=table.phone("number"),
        use=table.choice("use", ("all", "calls", "letters"), "all"),
        sample=table.flag("sample", False),
    )
    table.done()
    return modem


def _post(table: Table) -> Post:
    post = Post(name=table.text("name"), number=table.phone("number"), sample=table.flag("sample", False))
    table.done()
    return post


def _quiet(table: Table, words: tuple[str, ...], bounds: Bounds) -> Quiet:
    kinds = table.texts("kinds")
    table.done()
    for kind in kinds:
        if kind not in bounds.kinds:
            table.fault("kinds", f"{kind!r} is no kind of codes.toml")
    return Quiet(words=words, kinds=frozenset(kinds))


def _city_rules(top: Table, city: City) -> None:
    if not city.calling_numbers():
        top.fault("", "no [[modem]] may call: a siren's whitelist needs the number of one at the least")
    if not city.operators:
        top.fault("", "no [[command_centre]]: somebody must be told when nobody accepts")
    for lang in city.languages:
        if not (lang.isascii() and lang.islower() and 2 <= len(lang) <= 3):
            top.fault("languages", f"{lang!r} is no language code (id, en …)")


def _dialled(city: City) -> Iterator[tuple[str, str, bool]]:
    """Every number the program may dial or text, whose it is, and whether it is marked sample."""
    for modem in city.modems:
        yield modem.number, "a modem", modem.sample
    for post in city.operators:
        yield post.number, f"the command centre's {post.name}", post.sample
    for station in city.stations.values():
        if station.siren:
            yield station.siren.number, f"the siren of {station.id}", station.siren.sample
    yield from sorted({(shift.number, shift.name, shift.sample) for shift in city.shifts})


def _numbers(files: PackFiles, top: Table, city: City) -> None:
    owners: dict[str, str] = {}
    for number, owner, sample in _dialled(city):
        file, line = _line_of(files, number)
        if owners.setdefault(number, owner) != owner and number:
            files.fault(file, line, f"{number} belongs to {owners[number]} and to {owner}")
        if city.sample_prefix and number and sample != number.startswith(city.sample_prefix):
            wrong = "is marked sample but does not begin" if sample else "is not marked sample but begins"
            files.fault(file, line, f"{number} {wrong} with the sample_prefix {city.sample_prefix}")
        if sample and not city.sample_prefix:
            top.fault("", "sample_prefix is missing: there are numbers marked sample")


def _line_of(files: PackFiles, number: str) -> tuple[str, int]:
    """The first place in the pack where ``number`` is given as somebody's own."""
    for name in (CITY, "stations.toml", "roster.csv"):
        path = files.folder / name
        lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines() if path.is_file() else []
        for line, text in enumerate(lines, 1):
            if number in text and (name == "roster.csv" or text.lstrip().startswith("number")):
                return name, line
    return CITY, 0
