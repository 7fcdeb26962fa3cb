"""Leads through a city pack step by step. What is known is the pack itself: a step whose file has no fault is done, so
that one may leave at any question and go on with the same command."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.check import check
from config.city_areas import read_ground
from config.city_asking import Asker
from config.city_files import PackFiles
from config.city_ground_made import Keys, guessed, keys_of, made
from config.city_ground_read import NoGround, read_features
from config.city_new import texts_of
from config.city_places import WHOLE
from config.city_top import read_top
from config.city_written import officer_line, station_text, top_text
from config.fault import Fault

TABLES = ("city.toml", "stations.toml", "codes.toml", "offices.toml", "clinics.toml", "info.toml", "buses.toml")
ROWS = ("roster.csv", "streets.csv", "landmarks.csv", "holidays.csv", "keplings.csv", "residents-sample.csv")
KNOWN = (*TABLES, *ROWS)
TRIES = 3  # of one step, before it is left for another day
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
            for fault in faults[:5]:
                asker.say(f"  {fault}")
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
    name = folder.name.title()
    title = asker.ask("The city as people read it", f"Kota {name}")
    zone = asker.choose("Time zone", ZONES, ZONES[0])
    languages = asker.ask("Languages, the first is the one everything falls back to", "id").replace(",", " ").split()
    call = asker.ask("Which number should people call besides", "110")
    area = asker.ask("What is the smallest area called", "kelurahan")
    district = asker.ask("And the one above it", "kecamatan")
    modem = asker.ask("Number of the gateway's SIM card (a sample is invented)", "+628120000101")
    centre = asker.ask("Number of the command centre, told when nobody accepts", "+628120000201")
    old = (folder / "city.toml").read_text(encoding="utf-8")
    text = top_text(
        old, name=name, title=title, zone=zone, languages=languages, call=call,
        levels=(area, district), modem=modem, centre=centre,
    )  # fmt: skip
    (folder / "city.toml").write_text(text, encoding="utf-8")


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
    for note in left_out + notes:
        asker.say(f"  {note}")


def _named(keys: Keys) -> str:
    code = keys.code or "(none tells them apart: numbered in the order of the file)"
    return f"areas are named by {keys.name}, coded by {code}, their districts by {keys.district or '(there are none)'}"


def _stations(folder: Path, asker: Asker) -> None:
    files = PackFiles(folder)
    codes = files.toml("codes.toml").data
    kinds, agencies = [one["kind"] for one in codes.get("code", ())], sorted(codes.get("agencies", ()))
    top = read_top(files)
    areas = {one.name: one for one in read_ground(files, top.levels, top.title).areas.values()}
    if not (kinds and agencies and areas):
        asker.say("Areas and codes come first.")
        return
    callers = [modem.number for modem in top.modems]
    written: list[str] = []
    asker.say(f"Kinds of emergency: {', '.join(kinds)}. The last station is the headquarters: it serves them all.")
    last = False
    while not last:
        name = asker.ask("Name of a station (at most 28 letters)")
        agency = asker.choose("Whose", agencies, agencies[0])
        last = asker.yes("Is it the headquarters", usual=False)
        served = kinds if last else asker.ask("Kinds it serves", ", ".join(kinds)).replace(",", " ").split()
        area = areas[asker.choose("In which area", list(areas), next(iter(areas)))]
        siren = asker.ask("Number of its siren, Enter for none", needed=False)
        mine = areas.values() if last else (area,)
        districts = sorted({one.kecamatan_code for one in mine} - {WHOLE})
        written.append(
            station_text(name=name, agency=agency, kinds=served, districts=districts, area=area.code, headquarters=last,
                         siren=siren, callers=callers, prefix=top.sample_prefix)
        )  # fmt: skip
    (folder / "stations.toml").write_text("\n".join(written), encoding="utf-8")


def _roster(folder: Path, asker: Asker) -> None:
    files = PackFiles(folder)
    prefix = read_top(files).sample_prefix
    lines = ["station,name,number,days,from,to,order,sample"]
    for station in files.toml("stations.toml").data.get("station", ()):
        nth = 0
        while True:
            nth += 1
            asker.say(f"{station['name']}, person {nth}")
            name = asker.ask("Name" + (", Enter: nobody more" if nth > 1 else ""), needed=nth == 1)
            if not name:
                break
            number = asker.ask("Number, as +628…")
            days, begin, end = _shift(asker)
            lines.append(officer_line(station["id"], name, number, (days, begin, end), nth, prefix))
    (folder / "roster.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _shift(asker: Asker) -> Sequence[str]:
    while len(said := asker.ask("Days and hours", "daily 00:00 00:00").split()) != 3:
        asker.say("As: mon-fri 07:00 19:00. From 00:00 to 00:00 is the whole day.")
    return said


def _by_hand(what: str) -> Callable[[Path, Asker], None]:
    def wait(folder: Path, asker: Asker) -> None:
        asker.ask(f"Mend {folder}/{what} with an editor, then press Enter", needed=False)

    return wait


STEPS = (
    Step("the city", "city.toml", _top),
    Step("areas", "areas.geojson", _areas),
    Step("codes: what people type", "codes.toml", _by_hand("codes.toml")),
    Step("stations and sirens", "stations.toml", _stations),
    Step("roster", "roster.csv", _roster),
    Step("streets", "streets.csv", _by_hand("streets.csv")),
    Step("texts", "texts/", _by_hand("texts")),
    Step("services", "services/", _by_hand("services")),
)
