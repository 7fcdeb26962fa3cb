"""Leads through a city pack step by step. What is known is the pack itself: a step whose file has no fault is done, so
that one may leave at any question and go on with the same command."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.check import check
from config.city_asking import Asker
from config.city_files import PackFiles
from config.city_ground_made import Keys, guessed, keys_of, made, unfit
from config.city_ground_read import NoGround, read_features
from config.city_levels import USUAL
from config.city_manned import STATIONS, ask_roster, ask_stations, more_is_asked
from config.city_new import texts_of
from config.city_stations import ROSTER
from config.city_top import CALLED, is_language, read_top
from config.city_written import top_text
from config.fault import Fault

TABLES = ("city", "stations", "codes", "offices", "clinics", "info", "buses", "telling")
ROWS = ("roster", "streets", "landmarks", "holidays", "keplings", "stops", "residents-sample")
KNOWN = (*(f"{name}.toml" for name in TABLES), *(f"{name}.csv" for name in ROWS))
TRIES = 3  # of one step, before it is left for another day
SHOWN = 5  # faults, above a question
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")


@dataclass(frozen=True, slots=True)
class Step:
    """``file``: whose faults say that there is something to do."""

    title: str
    file: str
    run: Callable[[Path, Asker], None]


def brought(folder: Path, files: Sequence[Path], asker: Asker) -> None:
    """Put files that somebody has into the pack: a GeoJSON becomes its areas, others go by their names. Raises
    NoGround."""
    for path in files:
        try:
            _bring(folder, path, asker)
        except OSError as fault:
            raise NoGround(f"{path}: {fault.strerror}") from None
        except NoGround as why:
            raise NoGround(f"{path}: {why}") from None


def _bring(folder: Path, path: Path, asker: Asker) -> None:
    if path.suffix.lower() in (".geojson", ".json"):
        _areas_from(folder, path, asker, sure=True)
    elif path.name in KNOWN:
        shutil.copyfile(path, folder / path.name)
        asker.say(f"{path.name}: taken")
    elif path.suffix == ".toml" and path.stem in _languages(folder) and path.parent.name == "texts":
        shutil.copyfile(path, folder / "texts" / path.name)
        asker.say(f"texts/{path.name}: taken")
    elif path.parent.name == "services" and path.suffix in (".toml", ".csv"):
        (folder / "services").mkdir(exist_ok=True)
        shutil.copyfile(path, folder / "services" / path.name)
        asker.say(f"services/{path.name}: taken")
    else:
        asker.say(f"{path}: not known. A pack has *.geojson, texts/*, services/*, {', '.join(KNOWN)}")


def lead(folder: Path, asker: Asker) -> list[Fault]:
    """Every step that still has a fault. Returns what is left at the end. Raises Left."""
    for nth, step in enumerate(STEPS, start=1):
        for _ in range(TRIES):
            faults = _faults(folder, step.file)
            if not faults:
                break
            asker.say(f"\n{nth}/{len(STEPS)} {step.title}")
            for fault in faults[:SHOWN]:
                asker.say(f"  {fault}")
            if len(faults) > SHOWN:
                asker.say(f"  and {len(faults) - SHOWN} more, all named by: kentongan city check {folder}")
            step.run(folder, asker)
        if step.run is _top:  # the languages are known: what they need is laid out, also on another day
            texts_of(folder, _languages(folder))
        asker.say(f"{nth}/{len(STEPS)} {step.title}: {'in order' if not _faults(folder, step.file) else 'not yet'}")
    return check(folder)


def _faults(folder: Path, name: str) -> list[Fault]:
    shown = PackFiles(folder).shown(name)
    return [one for one in check(folder) if one.file == shown or (name.endswith("/") and one.file.startswith(shown))]


def _languages(folder: Path) -> tuple[str, ...]:
    return read_top(PackFiles(folder)).languages


def _top(folder: Path, asker: Asker) -> None:
    """Asked again, it offers what was answered before."""
    name, said = folder.name.title(), PackFiles(folder).toml("city.toml").data
    title = asker.ask("The city as people read it", said.get("title") or f"Kota {name}")
    zone = asker.choose("Time zone", ZONES, said.get("timezone") or ZONES[0])
    languages = asker.ask(
        "Languages, the first is the one everything falls back to", " ".join(said.get("languages") or ("id",)),
        wrong=lambda typed: "" if all(map(is_language, _listed(typed))) else "As: id, or: en id (codes of ISO 639).",
    )  # fmt: skip
    call = asker.ask(
        "Which number should people call besides", said.get("emergency_call") or "110",
        wrong=lambda typed: "" if re.fullmatch(CALLED, typed) else f"{typed!r} is no number to call, as 112.",
    )  # fmt: skip
    level = said.get("levels", {}).get(_listed(languages)[0], {})
    area = asker.ask("What is the smallest area called", level.get("area", USUAL.area))
    district = asker.ask("And the one above it", level.get("district", USUAL.district))
    modem = asker.number("Number of the gateway's SIM card (a sample is invented)", _first(said, "modem", 101))
    centre = asker.number("Number of the command centre, told when nobody accepts", _first(said, "command_centre", 201))
    old = (folder / "city.toml").read_text(encoding="utf-8")
    text = top_text(
        old, name=name, title=title, zone=zone, languages=_listed(languages), call=call,
        levels=(area, district), modem=modem, centre=centre,
    )  # fmt: skip
    (folder / "city.toml").write_text(text, encoding="utf-8")


def _listed(typed: str) -> list[str]:
    return typed.replace(",", " ").split()


def _first(said: Mapping[str, Any], table: str, sample: int) -> str:
    """The number that was given, else one that is invented."""
    return next((str(one.get("number")) for one in said.get(table, ())), f"+628120000{sample}")


def _areas(folder: Path, asker: Asker) -> None:
    path = Path(asker.ask("A GeoJSON file with the polygons of the areas")).expanduser()
    try:
        _areas_from(folder, path, asker, sure=False)
    except NoGround as why:
        asker.say(f"{path}: {why}")
    except OSError as fault:
        asker.say(f"{path}: {fault.strerror}")


def _areas_from(folder: Path, path: Path, asker: Asker, *, sure: bool) -> None:
    features, left_out = read_features(path.read_bytes())
    keys = guessed(features)
    if not sure:
        there = keys_of(features)
        asker.say(f"{len(features)} polygons; an example: {json.dumps(features[0].said, ensure_ascii=False)[:300]}")
        keys = Keys(
            code=asker.choose("Which property is the code", there, keys.code),
            name=asker.choose("Which is the name", there, keys.name),
            district=asker.choose("Which names the district above, '-' for none", [*there, "-"], keys.district or "-"),
        )
        keys = keys if keys.district != "-" else Keys(code=keys.code, name=keys.name, district="")
    if not keys.name:
        raise NoGround(f"no property holds the areas' names: {', '.join(keys_of(features)) or '(there are none)'}")
    text, notes = made(features, keys)
    (folder / "areas.geojson").write_text(text, encoding="utf-8")
    asker.say(f"{path.name}: {_named(keys)}")
    for note in left_out + unfit(features, keys) + notes:
        asker.say(f"  {note}")


def _named(keys: Keys) -> str:
    code = keys.code or "(none tells them apart: numbered in the order of the file)"
    return f"areas are named by {keys.name}, coded by {code}, their districts by {keys.district or '(there are none)'}"


def _by_hand(what: str) -> Callable[[Path, Asker], None]:
    def wait(folder: Path, asker: Asker) -> None:
        asker.ask(f"Mend {folder}/{what} with an editor, then press Enter", needed=False)

    return wait


def _unless_mended(file: str, run: Callable[[Path, Asker], None]) -> Callable[[Path, Asker], None]:
    """Who is missing is asked for; a fault in what is there is mended by hand."""

    def asked(folder: Path, asker: Asker) -> None:
        (run if more_is_asked(_faults(folder, file)) else _by_hand(file))(folder, asker)

    return asked


STEPS = (
    Step("the city", "city.toml", _top),
    Step("areas", "areas.geojson", _areas),
    Step("codes: what people type", "codes.toml", _by_hand("codes.toml")),
    Step("stations and sirens", STATIONS, _unless_mended(STATIONS, ask_stations)),
    Step("roster", ROSTER, _unless_mended(ROSTER, ask_roster)),
    Step("streets", "streets.csv", _by_hand("streets.csv")),
    Step("texts", "texts/", _by_hand("texts")),
    Step("services", "services/", _by_hand("services")),
)
