"""One incident with everything that a person may want to know of it: timeline, talks, recordings, others like it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dispatch import store
from dispatch.case import Case
from dispatch.console.picture import incident_json, labels_of, line_json, place_json, talk_json
from dispatch.console.states import STATE_LABELS
from dispatch.sending import unreached
from gateway.store import Tx, now
from ivr.store import calls_about, recordings_of

if TYPE_CHECKING:
    from config.city import City

NEARBY_S = 3600.0  # others in the same kelurahan that began within an hour may be the same event
MOST = 8

Json = dict[str, Any]


def detail_json(tx: Tx, city: City, number: int) -> Json:
    """Raises NoSuchIncident."""
    case = store.load_case(tx, number)
    one = incident_json(tx, city, case)
    talks = [_talk(tx, city, call) for effect in one["effects"] for call in calls_about(tx, effect["key"])]
    return {
        **one,
        "timeline": [line_json(city, event) for event in store.events_of(tx, number)],
        "talks": talks,
        "unreached": _unreached(tx, city, case),
        "related": [brief_json(city, each) for each in store.related(tx, case, MOST)],
        "nearby": [brief_json(city, each) for each in store.near_in_time(tx, case, NEARBY_S, MOST)],
    }


def _unreached(tx: Tx, city: City, case: Case) -> Json | None:
    """Whom it was sent to, and who did not take it, with the next one who might."""
    gone = unreached(tx, city, case, now(tx))
    if gone is None:
        return None
    then = {"to": gone.next.to, "name": gone.next.name} if gone.next else None
    return {"name": gone.name, "at": gone.at.isoformat(), "outcome": gone.outcome, "cannot": gone.cannot, "next": then}


def brief_json(city: City, case: Case) -> Json:
    """An incident in a list, without its reporter."""
    here = case.incident
    return {
        "id": here.id,
        "code": here.code,
        "state": here.state.value,
        "state_label": dict(STATE_LABELS[here.state]),
        "kind": here.kind,
        "kind_label": labels_of(city, here.kind),
        "place": place_json(city, here.place),
        "drill": here.drill,
        "false_alarm": case.false_alarm,
        "opened_at": here.opened_at.isoformat(),
    }


def _talk(tx: Tx, city: City, call: Any) -> Json:
    recorded = [{"id": one.id, "at": one.at.isoformat(), "seconds": one.seconds} for one in recordings_of(tx, call.id)]
    return {**talk_json(city, call), "recordings": recorded}
