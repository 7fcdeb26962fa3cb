"""Asks for the stations, their sirens and who is on duty, for ``city new``. Each stands in the pack as soon as it is
answered for, so that one may leave at any question and go on with the next."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from config.check import check
from config.city_areas import read_ground
from config.city_asking import Asker, Wrong
from config.city_files import PackFiles
from config.city_places import WHOLE, Area
from config.city_stations import ROSTER, ROSTER_COLUMNS
from config.city_top import Top, read_top
from config.city_written import officer_line, station_id, station_text
from config.fault import Fault
from config.roster import read_days
from config.table import CLOCK
from config.texts import WIDTHS

STATIONS = "stations.toml"
NOBODY = "holds nobody"
MORE = ("no station", "holds no station", NOBODY, "has nobody on duty")
"""What is wrong where somebody is still to be added; another fault is mended with an editor."""
_Known = tuple[Sequence[str], Sequence[str], Mapping[str, Area]]  # kinds, agencies, areas by name
HOURS = "As: mon-fri 07:00 19:00. From 00:00 to 00:00 is the whole day."


def more_is_asked(faults: Sequence[Fault]) -> bool:
    """Whether all that is wrong is that somebody is missing."""
    return all(any(words in fault.message for words in MORE) for fault in faults)


def ask_stations(folder: Path, asker: Asker) -> None:
    """One after the other; the headquarters is the last."""
    files = PackFiles(folder)
    codes = files.toml("codes.toml").data
    kinds, agencies = [one["kind"] for one in codes.get("code", ())], sorted(codes.get("agencies", ()))
    top = read_top(files)
    areas = {one.name: one for one in read_ground(files, top.levels, top.title).areas.values()}
    if not (kinds and agencies and areas):
        asker.say("Areas and codes come first.")
        return
    asker.say(f"Kinds of emergency: {', '.join(kinds)}. The last station is the headquarters: it serves them all.")
    last = False
    while not last:
        there = PackFiles(folder).toml(STATIONS).data.get("station", ())
        if there:
            asker.say(f"There are: {', '.join(one['name'] for one in there)}.")
        text, last = _station(asker, top, (kinds, agencies, areas), there)
        _add(folder / STATIONS, f"\n{text}")


def _station(asker: Asker, top: Top, known: _Known, there: Sequence[Mapping[str, Any]]) -> tuple[str, bool]:
    """One ``[[station]]``, and whether it is the headquarters."""
    kinds, agencies, areas = known
    name = asker.ask(
        f"Name of a station (at most {WIDTHS['station']} letters)", wrong=lambda said: _no_name(said, there)
    )
    agency = asker.choose("Whose", agencies, agencies[0])
    last = asker.yes("Is it the headquarters", usual=False)
    served = list(kinds) if last else _words(asker.ask("Kinds it serves", ", ".join(kinds), wrong=_none_of(kinds)))
    area = areas[asker.choose("In which area", list(areas), next(iter(areas)))]
    callers = [modem.number for modem in top.modems]
    sirens = {one.get("siren", {}).get("number", ""): one["name"] for one in there}
    owned = dict.fromkeys(callers, "the gateway") | {one.number: one.name for one in top.operators} | sirens
    siren = asker.number(
        "Number of its siren, Enter for none", needed=False,
        wrong=lambda said: f"{said} is the number of {owned[said]} already." if said in owned else "",
    )  # fmt: skip
    mine = areas.values() if last else (area,)
    districts = sorted({one.kecamatan_code for one in mine} - {WHOLE})
    text = station_text(
        name=name, agency=agency, kinds=served, districts=districts, area=area.code, headquarters=last,
        siren=siren, callers=callers, prefix=top.sample_prefix,
    )  # fmt: skip
    return text, last


def _no_name(said: str, there: Sequence[Mapping[str, Any]]) -> str:
    if len(said) > WIDTHS["station"]:
        return f"That is {len(said)} letters: {WIDTHS['station']} is what an SMS has room for."
    if not station_id(said):
        return "A name has letters or digits."
    same = station_id(said) in (one.get("id") for one in there)
    return f"There is a station {said} already." if same else ""


def _words(said: str) -> list[str]:
    return said.replace(",", " ").split()


def _none_of(kinds: Sequence[str]) -> Wrong:
    def wrong(said: str) -> str:
        other = [word for word in _words(said) if word not in kinds]
        return f"{', '.join(other)}: not known. There are: {', '.join(kinds)}." if other else ""

    return wrong


def ask_roster(folder: Path, asker: Asker) -> None:
    """Who is called first, second … at each station that has an hour without anybody."""
    prefix = read_top(PackFiles(folder)).sample_prefix
    lacking = [one.message for one in check(folder) if one.file == PackFiles(folder).shown(ROSTER)]
    for station in PackFiles(folder).toml(STATIONS).data.get("station", ()):
        if not any(said.startswith((f"{station['id']} ", NOBODY)) for said in lacking):
            continue
        while True:
            rows = [row.data for row in PackFiles(folder).rows(ROSTER, ROSTER_COLUMNS)]
            nth = 1 + sum(row["station"] == station["id"] for row in rows)
            asker.say(f"{station['name']}, person {nth}")
            cells = _officer(asker, station["id"], nth, rows, prefix)
            if not cells:
                break
            _add(folder / ROSTER, officer_line(cells, (folder / ROSTER).read_text(encoding="utf-8")))


def _officer(
    asker: Asker, station: str, nth: int, rows: Sequence[Mapping[str, str]], prefix: str
) -> Mapping[str, str | int]:
    """The cells of a row, or none: nobody more."""
    name = asker.ask("Name" + (", Enter: nobody more" if nth > 1 else ""), needed=nth == 1)
    if not name:
        return {}
    owners = {row["number"]: (row["name"], row["station"]) for row in rows}
    number = asker.number("Number", wrong=lambda said: _not_his(owners.get(said), (name, station)))
    there = {(row["number"], row["days"], row["from"], row["to"]) for row in rows}
    said = asker.ask("Days and hours", "daily 00:00 00:00", wrong=lambda typed: _no_shift(typed, number, there))
    sample = int(bool(prefix) and number.startswith(prefix))
    return dict(zip(ROSTER_COLUMNS, (station, name, number, *said.split(), nth, sample), strict=True))


def _not_his(owner: tuple[str, str] | None, asked: tuple[str, str]) -> str:
    if owner is None or owner == asked:
        return ""
    return f"That is the number of {owner[0]} at {owner[1]} already: a number is one person's, at one station."


def _no_shift(typed: str, number: str, there: set[tuple[str, str, str, str]]) -> str:
    said = typed.split()
    if len(said) != 3 or read_days(said[0]) is None or not all(re.fullmatch(CLOCK, one) for one in said[1:]):
        return HOURS
    return "This person is there at these hours already." if (number, *said) in there else ""


def _add(path: Path, text: str) -> None:
    path.write_text(f"{path.read_text(encoding='utf-8').rstrip()}\n{text.rstrip()}\n", encoding="utf-8")
