"""A drill as a person asks for it, and as it is shown: the same for the page and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from dispatch import drilling, store
from dispatch.case import Case, Drill
from dispatch.drill_report import goals, tiers
from dispatch.duty import as_changed
from dispatch.incident import Place
from dispatch.locate import locator_of
from dispatch.wording import name_of
from gateway.store import Tx
from gateway.words import normal

if TYPE_CHECKING:
    from config.city import City

Json = dict[str, Any]
LONGEST_STREET = 60  # characters
MOST_MINUTES = 120
WHY: Mapping[str, str] = {
    "minutes": f"--minutes: from 1 to {MOST_MINUTES}",
    "kind": "{kind!r} is no kind of emergency ({kinds})",
    "no_area": "{area!r}: there is no such area",
    "two_areas": "{area!r}: more than one area has that name, give its code",
}


class NotADrill(Exception):
    """What was asked for is none: ``why`` is a key of ``WHY``, with its fields."""

    def __init__(self, why: str, **fields: str) -> None:
        super().__init__(WHY[why].format_map(fields))
        self.why, self.fields = why, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """``area``: a kelurahan's code or name. ``minutes``: it ends by itself after them; None: as the pack says."""

    kind: str
    area: str
    by: str
    street: str = ""
    minutes: int | None = None
    sirens: bool = False


def begin(tx: Tx, city: City, asked: Asked, now: datetime) -> Json:
    """Start it. Raises NotADrill, DrillRefused."""
    minutes = city.voice.drill_minutes if asked.minutes is None else asked.minutes
    if not 1 <= minutes <= MOST_MINUTES:
        raise NotADrill("minutes")
    kinds = sorted({code.kind for code in city.codes})
    if asked.kind not in kinds:
        raise NotADrill("kind", kind=asked.kind, kinds=", ".join(kinds))
    place = _place(city, asked)
    drill = Drill(incident=0, asked_by=asked.by, sirens=asked.sirens, ends_at=now + timedelta(minutes=minutes))
    case = drilling.start(tx, city, asked.kind, place, drill, now)
    return drill_json(tx, city, replace(drill, incident=case.incident.id), case)


def _place(city: City, asked: Asked) -> Place:
    said = normal(asked.area)
    found = [area for area in city.areas.values() if asked.area == area.code or normal(area.name) == said]
    if len(found) != 1:
        raise NotADrill("two_areas" if found else "no_area", area=asked.area)
    place = locator_of(city).of_area(found[0].code)
    street = " ".join("".join(c if c.isprintable() else " " for c in asked.street).split())[:LONGEST_STREET]
    return replace(place, street=street or place.street)


def drill_of(tx: Tx, number: int) -> Drill | None:
    """The drill of that number."""
    return store.drill_of(tx, number) if 0 < number < 2**31 else None


def drill_json(tx: Tx, city: City, drill: Drill, case: Case) -> Json:
    """A drill in brief."""
    here, city = case.incident, as_changed(tx, city, case.incident.opened_at)
    area = city.areas.get(here.place.kelurahan or "")
    return {
        "id": here.id,
        "drill": True,
        "state": here.state.value,
        "running": here.state.open,
        "kind": here.kind,
        "kelurahan": here.place.kelurahan,
        "kelurahan_name": area.name if area else None,
        "street": here.place.street,
        "station": here.station,
        "sirens": drill.sirens,
        "asked_by": drill.asked_by,
        "began_at": here.opened_at.isoformat(),
        "ends_at": drill.ends_at.isoformat(),
        "accepted_by": name_of(city, here.accepted_by) if here.accepted_by else None,
        "accepted_s": _after(here.opened_at, here.accepted_at),
        "ended": drill.ended or None,
    }


def drills_json(tx: Tx, city: City, latest: int) -> list[Json]:
    """The latest, newest first."""
    return [drill_json(tx, city, one, store.load_case(tx, one.incident)) for one in store.drills(tx, latest)]


def shown_drill(tx: Tx, city: City, drill: Drill) -> Json:
    """One with each call that was made, and each goal."""
    case, rows = store.load_case(tx, drill.incident), store.followed_ledger(tx, drill.incident)
    here = as_changed(tx, city, case.incident.opened_at)
    return {**drill_json(tx, city, drill, case), "tiers": tiers(here, case, rows), "goals": goals(city, case, rows)}


def _after(since: datetime, at: datetime | None) -> float | None:
    return None if at is None else (at - since).total_seconds()
