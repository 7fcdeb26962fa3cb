"""What a new version of a pack renamed, split or joined (``version`` of city.toml, ``migrations/*.toml``), so that what
people registered under the older one is carried over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.city_files import PackFiles
from config.table import Table

if TYPE_CHECKING:
    from config.city import City
    from config.city_areas import Ground

FOLDER = "migrations"
EVERYWHERE = "all"  # in the place of the code of an area or a district


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From the version before to ``to``. ``areas``: an older code and what it is now: one (renamed, or joined to
    another) or several (split); ``districts``, ``stations``: likewise, one each."""

    to: int
    areas: Mapping[str, tuple[str, ...]]
    districts: Mapping[str, str]
    stations: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Moves:
    """Those of one pack, oldest first, and the pack's own version."""

    version: int = 1
    steps: tuple[Step, ...] = ()


UNMOVED = Moves()


class Carried:
    """What was written when the pack had an older version, in the words of this one."""

    def __init__(self, city: City, since: int) -> None:
        self._city = city
        self._steps = [one for one in city.moves.steps if one.to > since]

    def areas(self, code: str) -> tuple[str, ...]:
        """The areas that one is now, those of the pack alone; none: nobody said what became of it."""
        codes: dict[str, None] = {code: None}
        for step in self._steps:
            codes = dict.fromkeys(new for old in codes for new in step.areas.get(old, (old,)))
        return tuple(one for one in codes if one in self._city.areas)

    def area(self, code: str, lat: float | None = None, lon: float | None = None) -> str | None:
        """The one area that it is now: by the point where it was split. None: a person has to decide."""
        found = self.areas(code)
        if len(found) == 1:
            return found[0]
        here = self._city.area_at(lat, lon) if found and lat is not None and lon is not None else None
        return here.code if here is not None and here.code in found else None

    def district(self, code: str) -> str | None:
        for step in self._steps:
            code = step.districts.get(code, code)
        return code if code in self._city.districts else None

    def district_of(self, area: str) -> str:
        return self._city.areas[area].kecamatan_code

    def station(self, id: str) -> str | None:
        for step in self._steps:
            id = step.stations.get(id, id)
        return id if id in self._city.stations else None

    def has(self, what: str, code: str) -> bool:
        """Whether this version of the pack has that clinic, look-up, area or place (an area or a district)."""
        city = self._city
        if what == "clinic":
            return code in city.clinics.clinics
        if what == "lookup":
            return code in city.lookups
        place = code.partition("/")[0]  # CODE/3: a part of that area
        return place in city.areas or (what == "place" and (place == EVERYWHERE or place in city.districts))

    def speaks(self, language: str) -> bool:
        return not language or language in self._city.languages


def read_moves(files: PackFiles, version: int, ground: Ground, stations: Mapping[str, object]) -> Moves:
    """Every step, its faults noted in ``files``. A version without a file changed nothing of that kind."""
    folder = files.folder / FOLDER
    read = [_step(files, path.name, version) for path in sorted(folder.glob("*.toml"))] if folder.is_dir() else []
    steps = sorted((one for one, _ in read), key=lambda one: one.to)
    seen: set[int] = set()
    for step, table in read:
        if step.to in seen:
            table.fault("to", f"another file leads to version {step.to} already")
        seen.add(step.to)
        later = [one for one in steps if one.to > step.to]
        _leads(table.table("areas"), step.areas, [one.areas for one in later], ground.areas, "area")
        singles = {old: (new,) for old, new in step.districts.items()}
        after = [{old: (new,) for old, new in one.districts.items()} for one in later]
        _leads(table.table("districts"), singles, after, ground.districts, "district")
        singles = {old: (new,) for old, new in step.stations.items()}
        after = [{old: (new,) for old, new in one.stations.items()} for one in later]
        _leads(table.table("stations"), singles, after, stations, "station")
    return Moves(version, tuple(steps))


def _step(files: PackFiles, name: str, version: int) -> tuple[Step, Table]:
    table = files.toml(f"{FOLDER}/{name}")
    areas, districts, stations = (table.table(key) for key in ("areas", "districts", "stations"))
    step = Step(
        to=table.whole("to", 2, version) if version > 1 else 0,
        areas={old: _codes(areas, old) for old in areas.data},
        districts={old: districts.text(old) for old in districts.data},
        stations={old: stations.text(old) for old in stations.data},
    )
    if version == 1:
        table.fault("to", "city.toml says no version, which is version 1: nothing leads there")
    else:
        table.done()
    return step, table


def _codes(table: Table, old: str) -> tuple[str, ...]:
    return table.texts(old) if isinstance(table.data[old], list) else (table.text(old),)


def _leads(
    table: Table,
    moved: Mapping[str, tuple[str, ...]],
    later: Sequence[Mapping[str, tuple[str, ...]]],
    known: Mapping[str, object],
    what: str,
) -> None:
    """Each leads to something of this pack, or to what a later step leads on."""
    for old, new in moved.items():
        for code in new:
            if code and code not in known and not any(code in one for one in later):
                table.fault(old, f"{code!r} is no {what} of this pack, and no later migration says what became of it")
