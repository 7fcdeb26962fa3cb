"""The hand-over between two shifts of the command centre: what is open is collected by itself, the outgoing says the
rest, the incoming takes over by name. Nothing of it holds a resident's name or number but what the outgoing writes."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from dispatch import store
from dispatch.case import Case
from dispatch.comm_test import folk
from dispatch.console.picture import labels_of, place_json
from dispatch.duty import as_changed
from dispatch.store.handed import Left, open_questions, taken_back
from dispatch.store.reached import reached
from dispatch.watches import Watch, empty
from gateway.store import Tx
from gateway.store.listing import ENDED_UNSEEN
from gateway.store.searching import Wanted, search

if TYPE_CHECKING:
    from config.city import City

Json = dict[str, Any]
AHEAD = timedelta(hours=24)  # in which empty hours are named
SHIFT = timedelta(hours=12)  # what was taken back is told from the last hand-over on, and of so long at the least
MOST = 50  # lines of each kind; a number says how many there are
LONGEST = 4000  # characters of what the outgoing writes


class NotHandedOver(Exception):
    """``why``: ``nothing_written``, ``too_long``, ``taken``."""


def seen(tx: Tx, city: City, now: datetime) -> Json:
    """What the next shift must know and the program sees: open incidents, questions that callers have not answered,
    what was taken back, sirens not to be counted on, officers who cannot be reached, letters that nobody has read,
    letters that ended badly and that nobody has seen, hours without anybody."""
    known = store.siren_states(tx)
    city = as_changed(tx, city, now)
    cases = sorted(store.listed(tx, latest=0), key=lambda case: case.incident.opened_at)
    failed = [
        (station, known[station.siren.number])
        for station in city.stations.values()
        if station.siren is not None and station.siren.number in known and known[station.siren.number].failures
    ]
    return {
        "at": now.isoformat(),
        "incidents": [_incident(city, case) for case in cases[:MOST]],
        "incidents_count": len(cases),
        "sirens": [
            {"station": station.name, "failures": state.failures, "since": _iso(state.failed_at), "why": state.outcome}
            for station, state in failed
        ],
        "questions": [_left(one) for one in open_questions(tx, MOST)],
        "taken_back": [_left(one) for one in taken_back(tx, _since(tx, now), MOST)],
        "unreached": _unreached(tx, city, now),
        "unread": _letters(tx, Wanted(direction="in", state="unread")),
        "dead": _letters(tx, Wanted(state=ENDED_UNSEEN)),
        "empty": [_span(city, watch) for watch in empty(city, now, now + AHEAD)[:MOST]],
    }


def written(tx: Tx, city: City, words: str, by: str, now: datetime) -> int:
    """The outgoing shift's word, kept with what the program saw at that moment. Raises NotHandedOver."""
    said = words.replace("\r\n", "\n").strip()
    if not said:
        raise NotHandedOver("nothing_written")
    if len(said) > LONGEST:
        raise NotHandedOver("too_long")
    return store.write_hand_over(tx, now, by, said, json.dumps(seen(tx, city, now), ensure_ascii=False))


def taken(tx: Tx, number: int, by: str, remark: str, now: datetime) -> None:
    """The incoming shift has read it. Raises NotHandedOver: somebody did before, or there is none."""
    if not store.take_over(tx, number, now, by, remark.strip()[:LONGEST]):
        raise NotHandedOver("taken")


def _since(tx: Tx, now: datetime) -> datetime:
    last = store.hand_overs(tx, 1)
    return min(last[0].written_at, now - SHIFT) if last else now - SHIFT


def _left(one: Left) -> Json:
    return {"id": one.incident, "code": str(one.incident), "what": one.what, "at": one.at.isoformat()}


def _letters(tx: Tx, wanted: Wanted) -> Json:
    """How many, and the newest, without their words and numbers."""
    found, many = search(tx, wanted, at_most=MOST)
    lines = [{"id": one.id, "state": one.state, "lane": one.lane or "", "at": one.at.isoformat()} for one in found]
    return {"count": many, "lines": lines}


def _unreached(tx: Tx, city: City, now: datetime) -> list[Json]:
    """Who may be called about an emergency and did not take up the last call."""
    people = {one["number"]: one for one in folk(city, now)}
    last = reached(tx, people)
    return [
        {
            "name": people[number]["name"],
            "station": city.stations[people[number]["station"]].name if people[number]["station"] else "",
            "outcome": one.outcome,
            "tried_at": _iso(one.tried_at),
            "answered_at": _iso(one.answered_at),
        }
        for number, one in sorted(last.items(), key=lambda item: people[item[0]]["name"])
        if one.answered_at is None or one.tried_at is None or one.answered_at < one.tried_at
    ][:MOST]


def _incident(city: City, case: Case) -> Json:
    here = case.incident
    place = place_json(city, here.place)
    return {
        "id": here.id,
        "code": here.code,
        "state": here.state.value,
        "kind": here.kind,
        "kind_label": dict(labels_of(city, here.kind)),
        "drill": here.drill,
        "kelurahan": place["kelurahan_name"] or place["landmark"] or place["kecamatan"] or place["outside_name"],
        "opened_at": here.opened_at.isoformat(),
        "accepted": here.accepted_at is not None,
    }


def _span(city: City, watch: Watch) -> Json:
    return {
        "station": city.stations[watch.station].name,
        "begins": watch.begins.isoformat(),
        "ends": watch.ends.isoformat(),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
