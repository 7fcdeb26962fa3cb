"""An incident as the page shows it: the object of ``--json`` with names beside the numbers, read in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dispatch import store
from dispatch.case import Case, Event, Role
from dispatch.console.incidents.reasons import reason_of, reasons_of
from dispatch.console.states import STATE_LABELS
from dispatch.duty import as_changed
from dispatch.incident import Place
from dispatch.plan import EffectKind, EffectRow
from dispatch.seen import revision
from dispatch.wording import name_of
from gateway.messages import Inbound
from gateway.nik import masked_text
from gateway.registry import find
from gateway.store import Tx, now
from ivr.store import CallRow

if TYPE_CHECKING:
    from config.city import City

WIRED = (EffectKind.SIREN.value, EffectKind.CALL.value, EffectKind.CALL_BACK.value)
"""Lines of the timeline that tell how a call ended: ``NUMBER: outcome detail``."""

Json = dict[str, Any]


def incident_json(tx: Tx, city: City, case: Case) -> Json:
    """The whole incident but its timeline."""
    here, city = case.incident, as_changed(tx, city, now(tx))
    resident = find(tx, here.caller) if here.caller else None
    wire = store.wire_accounts(tx, here.id)
    return {
        "id": here.id,
        "code": here.code,
        "state": here.state.value,
        "state_label": dict(STATE_LABELS[here.state]),
        "kind": here.kind,
        "kind_label": labels_of(city, here.kind),
        "agency": _agency(city, here.kind),
        "caller": here.caller,
        "caller_name": resident.name if resident else "",
        "registered": here.registered,
        "verified": here.verified,
        "siren_allowed": here.siren_allowed,
        "quiet": here.quiet,
        "drill": here.drill,
        "place": place_json(city, here.place),
        "station": here.station,
        "station_name": _station(city, here.station),
        "accepted_by": name_of(city, here.accepted_by) if here.accepted_by else None,
        **_told_by_people(tx, city, case),
        "opened_at": here.opened_at.isoformat(),
        "confirmed_at": _iso(here.confirmed_at),
        "accepted_at": _iso(here.accepted_at),
        "cancelled_at": _iso(here.cancelled_at),
        "closed_at": _iso(here.closed_at),
        "alarm": case.alarm,
        "next_at": _iso(case.wake_at),
        "reading": _reading(store.events_of(tx, here.id)),
        "messages": [_message(letter, role) for letter, role in store.letters_of(tx, here.id)],
        "effects": [_effect(city, here.caller, row, wire) for row in store.followed_ledger(tx, here.id)],
    }


def _told_by_people(tx: Tx, city: City, case: Case) -> Json:
    """Whom it was sent to, and what it was found to be."""
    return {
        "assigned_to": case.assigned_to,
        "assigned_name": _assigned(city, case.assigned_to),
        "assigned_at": _iso(case.assigned_at) if case.assigned_to else None,
        "handed_at": _iso(case.handed_at),
        "finding": case.finding,
        "finding_label": dict(city.findings.get(case.finding or "", {})),
        "finding_text": case.finding_text,
        "false_alarm": case.false_alarm,
        "revision": revision(tx, case.incident.id),
    }


def place_json(city: City, place: Place) -> Json:
    """A place with the names of what its codes mean."""
    area = city.areas.get(place.kelurahan) if place.kelurahan else None
    return {
        "kelurahan": place.kelurahan,
        "kelurahan_name": area.name if area else None,
        "kecamatan": area.kecamatan or None if area else city.districts.get(place.kecamatan or ""),
        "street": place.street,
        "lingkungan": place.lingkungan,
        "lane": place.lane,
        "landmark": place.landmark,
        "radius_m": place.radius_m,
        "saw": list(place.saw),
        "lat": place.lat,
        "lon": place.lon,
        "source": place.source.value,
        "age_s": place.age_s,
        "certainty": place.certainty.value,
        "outside": place.outside,
        "outside_name": place.outside_name,
        "candidates": [city.areas[code].name for code in place.candidates if code in city.areas],
        "sample": any(street.sample for street in city.streets if street.name == place.street),
    }


def line_json(city: City, event: Event) -> Json:
    """One line of the timeline. The page has words for its kind; ``text`` is what the program wrote down."""
    line: Json = {"id": event.id, "at": event.at.isoformat(), "kind": event.kind, "who": event.who, "text": event.text}
    line["data"] = dict(event.data)
    if event.kind in WIRED:
        number, _, said = event.text.partition(": ")
        line |= {"name": _named(city, number), "outcome": said.split(" ")[0]}
    elif event.kind == "read":
        line |= {"label": labels_of(city, event.text.partition(": ")[0]), **_saw(event)}
    elif event.kind == "key":
        number, _, key = event.text.partition(" pressed ")
        line |= {"name": _named(city, number), "key": key}
    elif event.kind == "told":
        number, _, words = event.text.partition(" was told: ")
        line |= {"name": _named(city, number), "words": words}
    return line


def talk_json(city: City, call: CallRow) -> Json:
    """What was said and pressed on one call of the incident. ``seq``: how many turns it had."""
    said = [{"at": one.at.isoformat(), "by": one.by, "words": one.words} for one in call.said]
    whom = {"effect": call.about, "number": call.number, "name": _named(city, call.number)}
    return {**whom, "leg": call.leg, "seq": call.seq, "answered_at": _iso(call.answered_at), "said": said}


def _effect(city: City, caller: str, row: EffectRow, wire: Mapping[str, tuple[float | None, str, str]]) -> Json:
    effect = row.effect
    alerted_s, leg, detail = wire.get(effect.key, (None, "", ""))
    return {
        "effect": effect.kind.value,
        "target": effect.target,
        "target_name": None if effect.target == caller else _named(city, effect.target),
        "reporter": effect.target == caller,
        "station": effect.station,
        "station_name": _station(city, effect.station),
        "wave": effect.wave,
        "round": effect.round,
        "text": effect.text,
        "key": effect.key,
        "state": row.state.value,
        "intended_at": row.intended_at.isoformat(),
        "attempted_at": _iso(row.attempted_at),
        "started_at": _iso(row.started_at),
        "settled_at": _iso(row.settled_at),
        "outcome": row.outcome.value if row.outcome else None,
        "pressed": row.pressed,
        "answer": row.answer.value if row.answer else None,
        "why": effect.why,
        "relayed_at": _iso(row.relayed_at),
        "alerted_s": alerted_s,
        "leg": leg,
        "detail": detail,
        "sample": city.is_sample(effect.target) or effect.target in city.sample_numbers(),
    }


def _message(letter: Inbound, role: Role) -> Json:
    said = {"id": letter.id, "kind": letter.kind.value, "channel": letter.channel, "from": letter.sender}
    at = letter.received_at.isoformat()
    return {**said, "text": masked_text(letter.text), "role": role.value, "at": at, "doubt": letter.doubt}


def _reading(events: list[Event]) -> Json | None:
    """How the first letter was read: its line in the timeline is ``kind: reason, reason``."""
    for event in events:
        if event.kind == "read":
            return {"kind": event.text.partition(": ")[0], **_saw(event)}
    return None


def _saw(event: Event) -> Json:
    """``saw``: the words as they were typed; ``because``: all reasons, as ``reasons`` knows them."""
    because = reasons_of(event.data, event.text)
    return {"saw": [words for one in because if (words := reason_of(one).words)], "because": because}


def _assigned(city: City, to: str | None) -> str | None:
    return (_station(city, to) or name_of(city, to)) if to else None


def labels_of(city: City, kind: str) -> Mapping[str, str]:
    """The names of a kind of emergency, by language."""
    try:
        return dict(city.code(kind).labels)
    except KeyError:
        return {}


def _agency(city: City, kind: str) -> Mapping[str, str]:
    try:
        return dict(city.agencies.get(city.code(kind).agency, {}))
    except KeyError:
        return {}


def _named(city: City, number: str) -> str:
    siren = city.siren_of(number)
    return siren.name if siren else name_of(city, number)


def _station(city: City, station: str | None) -> str | None:
    return city.stations[station].name if station and station in city.stations else None


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
