"""Stations and sirens.

GET  /stations             all, those first whose siren cannot be counted on; ?as=csv|pdf
GET  /stations/ID          one: its siren, who may ring it, who is there now and next
POST /stations/ID/test     rings the siren: it sounds; what comes of it stands on the page when it is known
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from config.city import City, Siren, Station
from dispatch.console.words import Words
from dispatch.duty import as_changed
from dispatch.stations import NoSiren, Tested, ask_test, siren_tests, stations_json
from dispatch.watches import Watch, watches
from gateway.audit import Deed, note
from gateway.page import DESK, WATCH, Answer, Floor, Moved, NotThere, Page, Sheet, Shown, Visit, Wing
from gateway.store import Tx

HERE = Path(__file__).parent
WORDS = Words((HERE / "words",))  # for tables, which no template writes
ID = "{station:[a-z0-9-]{1,60}}"
AHEAD = timedelta(hours=24)  # of the roster that the page of one station shows
ORDER = {"dead": 0, "unproven": 1, "proven": 2}
COMING = (Tested.WAITING, Tested.RINGING)
AGAIN_S = 4  # seconds until a page that waits for a siren's test looks again


def stations_wing(floor: Floor) -> Wing:
    """The pages of the stations."""
    here = _Stations(floor)
    return Wing(
        room="stations",
        pages=(
            Page(path="/stations", handle=here.page, roles=WATCH, title="stations.title", nav=50),
            Page(path=f"/stations/{ID}", handle=here.one, roles=WATCH, title="stations.one"),
            Page(path=f"/stations/{ID}/test", handle=here.test, roles=DESK, method="POST", danger=True),
        ),
        templates=HERE / "templates",
        words=HERE / "words",
    )


class _Stations:
    def __init__(self, floor: Floor) -> None:
        self._floor, self._city = floor, floor.city

    async def page(self, visit: Visit) -> Answer:
        now = visit.now
        found = await self._floor.store.read(lambda tx: _all(tx, self._city, now))
        ordered = sorted(found, key=lambda one: ORDER[one["siren"]["status"]] if one["siren"] else 1.5)
        rows = [_shown(self._city, visit, one) for one in ordered]
        if visit.query.get("as") in ("csv", "pdf"):
            return _sheet(visit, self._city, rows)
        sirens = [one["siren"] for one in rows if one["siren"]]
        data = {
            "rows": rows,
            "near": visit.user.may(DESK),
            "counts": {name: sum(one["status"] == name for one in sirens) for name in ORDER},
            "without": sum(1 for one in rows if not one["siren"]),
            "again_s": AGAIN_S if any(one["test"] in COMING for one in sirens) else 0,
        }
        return Shown(template="stations/list.html", data=data)

    async def one(self, visit: Visit) -> Shown:
        station = self._station(visit)
        city, now = self._city, visit.now

        def look(tx: Tx) -> tuple[list[dict[str, Any]], list[Watch]]:
            changed = as_changed(tx, city, now)
            return _all(tx, city, now), watches(changed, station.id, now, now + AHEAD)

        rows, next_ = await self._floor.store.read(look)
        row = _shown(city, visit, next(one for one in rows if one["id"] == station.id))
        siren = row["siren"]
        data = {
            "one": row,
            "near": visit.user.may(DESK),
            "station": station,
            "district": [city.districts.get(code, code) for code in sorted(station.jurisdiction)],
            "area": city.areas.get(station.kelurahan),
            "ringing": _ringing(city, station.siren) if station.siren else [],
            "watches": [_watch(visit, one) for one in next_],
            "again_s": AGAIN_S if siren and siren["test"] in COMING else 0,
        }
        return Shown(template="stations/one.html", data=data)

    async def test(self, visit: Visit) -> Moved:
        station, by = self._station(visit), visit.user

        def work(tx: Tx) -> None:
            ask_test(tx, self._city, station.id, by.name or by.login, visit.now)
            note(tx, Deed(by=by.login, how="page", what="siren.test", object=f"station/{station.id}"))

        try:
            await self._floor.store.write(work)
        except NoSiren as why:
            raise NotThere from why
        self._floor.wake()
        return Moved(to=f"/stations/{station.id}", said="stations.test_asked")

    def _station(self, visit: Visit) -> Station:
        station = self._city.stations.get(visit.at["station"])
        if station is None:
            raise NotThere
        return station


def _all(tx: Tx, city: City, now: datetime) -> list[dict[str, Any]]:
    """Every station; its siren with the last test that a person asked for."""
    tests, never = siren_tests(tx, city, now), {"test": Tested.NEVER, "test_at": None, "test_by": ""}
    rows = stations_json(tx, city, now)
    for row in rows:
        if row["siren"] is not None:
            row["siren"] |= tests.get(row["siren"]["number"], never)
    return rows


def _shown(city: City, visit: Visit, row: Mapping[str, Any]) -> dict[str, Any]:
    """A station's line; without the numbers for who only watches."""
    near, siren = visit.user.may(DESK), row["siren"]
    if siren is not None:
        at = {name: _at(siren[name]) for name in ("proven_at", "failed_at")}
        siren = {**siren, **at, "number": siren["number"] if near else ""}
    lang = visit.language if visit.language in city.languages else city.languages[0]
    return {
        **row,
        "siren": siren,
        "on_duty": _people(visit, row["on_duty"]),
        "labels": [city.label(kind, lang) for kind in row["kinds"]],
    }


def _watch(visit: Visit, one: Watch) -> dict[str, Any]:
    people = [{"name": each.name} for each in one.people]
    return {"begins": one.begins, "ends": one.ends, "people": _people(visit, people)}


def _people(visit: Visit, people: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Who is there; who only watches is told that there is somebody."""
    if visit.user.may(DESK) or not people:
        return list(people)
    return [{"name": WORDS.say(visit.language, "stations.somebody"), "number": "", "sample": False}]


def _ringing(city: City, siren: Siren) -> list[tuple[str, bool, str]]:
    """Numbers that may ring it: of our modems, whether its whitelist holds them; then the whitelist's others."""
    ours = {modem.number: modem.use for modem in city.modems if modem.use != "letters"}
    others = sorted(siren.whitelist - set(ours))
    return [*((one, one in siren.whitelist, "modem") for one in ours), *((one, True, "other") for one in others)]


def _at(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None


def _sheet(visit: Visit, city: City, rows: list[dict[str, Any]]) -> Sheet:
    indonesian = visit.language != "en"
    columns = (
        ("Pos", "Sirene", "Terakhir terbukti", "Gagal berturut-turut", "Sebab", "Bertugas sekarang")
        if indonesian
        else ("Station", "Siren", "Last proven good", "Failures in a row", "Why", "On duty now")
    )
    cells = []
    for one in rows:
        siren = one["siren"] or {"status": "no_siren", "proven_at": None, "failures": 0, "outcome": ""}
        proven = siren["proven_at"] or "-"
        status = WORDS.say(visit.language, f"stations.{siren['status']}")
        why = WORDS.say(visit.language, f"stations.outcome.{siren['outcome']}") if siren["failures"] else ""
        duty = ", ".join(officer["name"] for officer in one["on_duty"])
        cells.append((one["name"], status, proven, str(siren["failures"]), why, duty))
    title = "Pos dan sirene" if indonesian else "Stations and sirens"
    return Sheet(name="stations", title=title, columns=columns, rows=cells)
