"""A broadcast or a warning as it is shown: the same for the page and the command line."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from gateway.broadcast.areas import said as area_said
from gateway.broadcast.areas import stands
from gateway.broadcast.estimate import Estimate
from gateway.broadcast.quiet import is_quiet
from gateway.broadcast.store.codes import asked
from gateway.broadcast.store.keeping import ends_of, find, latest, stuck_since
from gateway.broadcast.values import Broadcast, Stage, What
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

Json = dict[str, Any]
LEFT = ("sent", "delivered", "read")  # states of letters that a channel took
STALLS = timedelta(minutes=10)  # a call may hold the only modem for some of them
FAILED = ("failed", "dead", "expired", "unknown")


def broadcast_json(tx: Tx, city: City, one: Broadcast, now: datetime) -> Json:
    """One, with how far its letters are. ``pauses``: it is night. ``stalls``: no way out takes its letters (no credit,
    no network, the day's money spent), and it goes on when one does. ``area_gone``: the pack has that area no more."""
    ends = one.ends or ends_of(tx, one)
    going = one.stage is Stage.SENDING
    pauses = going and one.what is What.BROADCAST and is_quiet(city, now)
    return {
        "id": one.id,
        "what": one.what.value,
        "state": one.stage.value,
        "pauses": pauses,
        "stalls": going and not pauses and _stalls(tx, city, one, now),
        "area": one.area,
        "area_said": area_said(city, one.area, city.title),
        "area_gone": not stands(city, one.area),
        "texts": dict(one.texts),
        "template": one.template or None,
        "follows": one.follows,
        "asked_by": one.asked_by,
        "asked_name": one.asked_name or None,
        "asked_at": one.asked_at.isoformat(),
        "asked_of": list(asked(tx, one.id)) if one.what is What.WARNING else [],
        "agreed_by": one.agreed_by or None,
        "agreed_how": one.agreed_how or None,
        "agreed_at": one.agreed_at.isoformat() if one.agreed_at else None,
        "expires_at": one.expires_at.isoformat(),
        "people": one.people,
        "written": one.written,
        "left_out": one.left_out,
        "sent": sum(ends.get(state, 0) for state in LEFT),
        "waiting": ends.get("queued", 0) + ends.get("doing", 0),
        "refused": ends.get("refused", 0),
        "failed": sum(ends.get(state, 0) for state in FAILED),
        "cancelled": ends.get("cancelled", 0),
        "ended_at": one.ended_at.isoformat() if one.ended_at else None,
        "ended_by": one.ended_by or None,
    }


def _stalls(tx: Tx, city: City, one: Broadcast, now: datetime) -> bool:
    """Letters wait, and none has left for so long by day."""
    since = now - STALLS
    if one.what is What.BROADCAST and is_quiet(city, since):
        return False
    return (one.agreed_at or one.asked_at) <= since and stuck_since(tx, one, since)


def shown(tx: Tx, city: City, what: What, number: int, now: datetime) -> Json | None:
    """The one of that number; None: there is none of that kind."""
    one = find(tx, number)
    return broadcast_json(tx, city, one, now) if one is not None and one.what is what else None


def listed(tx: Tx, city: City, what: What, at_most: int, now: datetime) -> list[Json]:
    """The newest first."""
    return [broadcast_json(tx, city, one, now) for one in latest(tx, what, at_most)]


def estimate_json(found: Estimate) -> Json:
    """A preview: prices are the settings', seconds a message the ledger's where it has them."""
    counted = found.counted
    return {
        "people": counted.people,
        "letters": counted.letters,
        "languages": dict(counted.languages),
        "quiet": counted.quiet,
        "opted_out": counted.opted_out,
        "parts": found.parts,
        "ways": [one.name for one in found.ways],
        "cost": round(found.cost, 2),
        "air_minutes": round(found.air_s / 60, 1),
        "measured": all(one.known for one in found.ways),
        "ends_at": found.ends_at.isoformat() if found.ends_at else None,
        "dearer": {one.name: round(one.price * found.parts, 2) for one in found.dearer},
    }
