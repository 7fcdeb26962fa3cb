"""An incident on the board: what a person must know at a glance. No name, number or word of its reporter; and for those
who need not know where somebody lives, no street and no exact point either."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dispatch.assigning import name_of_assignee
from dispatch.case import Case
from dispatch.console.picture import labels_of, place_json
from dispatch.wording import name_of

if TYPE_CHECKING:
    from config.city import City

Json = dict[str, Any]

NEAR_ONLY = ("street", "lane", "landmark", "lingkungan", "saw", "radius_m")
OF_PEOPLE = ("accepted_by", "assigned_name")  # names of officers
COARSE = 2  # decimals of a degree that all may see: about 1 km


def summary_json(city: City, case: Case, *, revision: int, stamp: str) -> Json:
    """For the desk. ``revision``: of ``dispatch.seen``; ``stamp``: changes with anything of it."""
    here = case.incident
    place = place_json(city, here.place)
    return {
        "id": here.id,
        "code": here.code,
        "state": here.state.value,
        "kind": here.kind,
        "kind_label": labels_of(city, here.kind),
        "drill": here.drill,
        "quiet": here.quiet,
        "siren_allowed": here.siren_allowed,
        "place": {name: value for name, value in place.items() if name != "saw"},
        "station": here.station,
        "station_name": city.stations[here.station].name if here.station and here.station in city.stations else None,
        "accepted_by": name_of(city, here.accepted_by) if here.accepted_by else None,
        "goes": here.accepted_by is not None and city.officer(here.accepted_by) is not None,
        "assigned_name": name_of_assignee(city, case.assigned_to) if case.assigned_to else None,
        "assigned_at": case.assigned_at.isoformat() if case.assigned_to and case.assigned_at else None,
        "opened_at": here.opened_at.isoformat(),
        "confirmed_at": here.confirmed_at.isoformat() if here.confirmed_at else None,
        "accepted_at": here.accepted_at.isoformat() if here.accepted_at else None,
        "handed_at": case.handed_at.isoformat() if case.handed_at else None,
        "alarm": case.alarm,
        "next_at": case.wake_at.isoformat() if case.wake_at else None,
        "finding": case.finding,
        "revision": revision,
        "stamp": stamp,
    }


def from_afar(summary: Mapping[str, Any]) -> Json:
    """The same for viewers and administrators."""
    place = dict(summary["place"])
    for name in NEAR_ONLY:
        if name in place:
            place[name] = None
    for name in ("lat", "lon"):
        if isinstance(place.get(name), float):
            place[name] = round(place[name], COARSE)
    return {**summary, "place": place, **dict.fromkeys(OF_PEOPLE)}
