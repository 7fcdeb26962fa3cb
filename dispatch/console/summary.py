"""An incident on the board: what a person must know at a glance. No name, number or word of its reporter; and for those
who need not know where somebody lives, no street and no exact point either."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dispatch import store
from dispatch.assigned import CANNOT
from dispatch.assigning import name_of_assignee
from dispatch.case import Case, Event, Role
from dispatch.console.house import Board
from dispatch.console.picture import labels_of, place_json
from dispatch.console.states import STATE_LABELS
from dispatch.ledger import may_text
from dispatch.seen import revisions
from dispatch.sending import in_vain
from dispatch.wording import name_of
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

Json = dict[str, Any]

NEAR_ONLY = ("street", "lane", "landmark", "lingkungan", "saw", "radius_m")
OF_PEOPLE = ("accepted_by", "assigned_name")  # names of officers
COARSE = 2  # decimals of a degree that all may see: about 1 km


NAMES_OTHERS = frozenset({Role.CANCEL.value, "cancel_which"})
TAKEN_BACK = NAMES_OTHERS | {"cancel_late"}
"""Lines of a BATAL that left its incident open; those that say which other incidents it may have meant."""
JUDGED = frozenset({"vouched", "cancelled", "closed", "marked", "noted"})
"""Lines by which a person answered it."""


def board_json(tx: Tx, city: City, now: datetime, *, most: int, latest: int) -> Board:
    """``most`` open incidents and the ``latest`` ended ones, as summaries."""
    cases, more = store.board(tx, most=most, latest=latest)
    numbers = [case.incident.id for case in cases]
    still = [case.incident.id for case in cases if case.incident.state.open]
    seen, marks = revisions(tx, numbers), store.stamps(tx, numbers)
    back, judged = store.last_events(tx, still, TAKEN_BACK), store.last_lines(tx, still, JUDGED)
    others = store.last_events(tx, list(back), NAMES_OTHERS)
    rows = [
        {
            **summary_json(city, case, revision=seen.get(number, 0), stamp=marks.get(number, "")),
            "unreached": _unreached(tx, city, case, now),
            "taken_back": _taken_back(case, back.get(number), others.get(number), judged.get(number, 0)),
        }
        for number, case in zip(numbers, cases, strict=True)
    ]
    return Board(rows=rows, more=more)


def _unreached(tx: Tx, city: City, case: Case, now: datetime) -> Json | None:
    """What the call to whom it was sent came to; None: nobody was called in vain."""
    row = in_vain(tx, city, case, now)
    if row is None:
        return None
    at = row.settled_at or row.attempted_at or row.intended_at
    outcome = row.outcome.value if row.outcome else row.state.value
    return {"outcome": outcome, "cannot": row.pressed == CANNOT, "at": at.isoformat()}


def _taken_back(case: Case, line: Event | None, named: Event | None, judged: int) -> Json | None:
    """Its reporter wrote BATAL, nothing was stopped by it, and nobody has judged that yet. ``others``: codes of his
    other incidents that it may have meant; ``which``: it was taken for one of those."""
    if line is None or line.id < judged:
        return None
    called = case.called_at is not None and case.called_at >= line.at
    others = named.data.get("others", "").split() if named is not None and named.id > judged else []
    return {
        "at": line.at.isoformat(),
        "others": others,
        "which": line.kind == "cancel_which",
        "called": called,
        "reach": may_text(case.incident),
    }


def summary_json(city: City, case: Case, *, revision: int, stamp: str) -> Json:
    """For the desk. ``revision``: of ``dispatch.seen``; ``stamp``: changes with anything of it."""
    here = case.incident
    place = place_json(city, here.place)
    return {
        "id": here.id,
        "code": here.code,
        "state": here.state.value,
        "state_label": dict(STATE_LABELS[here.state]),
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
