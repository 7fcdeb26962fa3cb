"""A store with incidents whose times are known to the second."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from dispatch.store.tables import EFFECT, INCIDENT, INCIDENT_LETTER
from gateway.store import Tx
from gateway.store.inbound import INBOUND
from gateway.store.outbound import OUTBOUND, OUTBOUND_PART

BEGINS = datetime(2026, 10, 5, 1, 0, tzinfo=UTC)  # Monday, 09.00 in Tinytown
HULU = "99.01.01.1001"
ANI, EKO = "+6285500002001", "+6285500002005"
_NO_WORDS: dict[str, Any] = {"street": None, "source": "none", "certainty": "unknown", "candidates": [], "saw": []}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One incident. Seconds count from when its letter arrived; ``rings``: officers in order, each when his phone
    rang. None: it did not happen."""

    id: int
    at: datetime = BEGINS
    kind: str = "robbery"
    caller: str = "+6281234567890"
    kelurahan: str | None = HULU
    station: str = "pos-hulu"
    registered: bool = True
    drill: bool = False
    missed: bool = False
    false: bool = False
    cancelled: bool = False
    finding: str | None = None
    read_s: float = 0.2
    confirmed_s: float | None = 0.2
    siren_s: float | None = None
    rings: tuple[float, ...] = ()
    accepted_s: float | None = None
    accepted_by: str = ANI
    replied_s: float | None = None
    rang_back_s: float | None = None


def stage_scenes(tx: Tx, scenes: list[Scene]) -> None:
    """Write them down."""
    for one in scenes:
        _letter(tx, one)
        _incident(tx, one)
        _effects(tx, one)


def _at(one: Scene, seconds: float | None) -> datetime | None:
    return None if seconds is None else one.at + timedelta(seconds=seconds)


def _letter(tx: Tx, one: Scene) -> None:
    usual = {"channel": "telkomsel-1", "text": "", "state": "read", "urgency": 0, "doubt": "", "tries": 0, "whole": ""}
    kind = "missed_call" if one.missed else "sms"
    row = {"id": one.id, "external_id": f"e{one.id}", "kind": kind, "sender": one.caller, "received_at": one.at}
    tx.execute(insert(INBOUND), {**usual, **row})


def _incident(tx: Tx, one: Scene) -> None:
    flags = {"verified": False, "siren_allowed": True, "quiet": False, "language": "id", "asked": "", "alarm": ""}
    ended = _at(one, 600) if one.cancelled else None
    state = "cancelled" if one.cancelled else "accepted" if one.accepted_s is not None else "confirmed"
    row: dict[str, Any] = {
        "id": one.id,
        "state": state,
        "origin": "missed_call" if one.missed else "sms",
        "kind": one.kind,
        "caller": one.caller,
        "registered": one.registered,
        "drill": one.drill,
        "station": one.station,
        "place": json.dumps({"kelurahan": one.kelurahan, **_NO_WORDS}),
        "opened_at": _at(one, one.read_s),
        "heard_at": one.at,
        "confirmed_at": _at(one, one.confirmed_s),
        "accepted_at": _at(one, one.accepted_s),
        "accepted_by": one.accepted_by if one.accepted_s is not None else None,
        "cancelled_at": ended,
        "false_alarm": one.false,
        "finding": one.finding,
    }
    tx.execute(insert(INCIDENT), {**flags, **row})
    tx.execute(insert(INCIDENT_LETTER), {"letter": one.id, "incident": one.id, "role": "opened", "whole": ""})


def _effects(tx: Tx, one: Scene) -> None:
    if one.siren_s is not None:
        _effect(tx, one, "siren", "+6285500001001", attempted=one.siren_s, rang=one.siren_s + 1)
    if one.rang_back_s is not None:
        _effect(tx, one, "call_back", one.caller, attempted=one.rang_back_s - 1, rang=one.rang_back_s)
    officers = [ANI, EKO, *(f"+628550000{nth:04d}" for nth in range(3000, 3010))]
    for tier, (rang, number) in enumerate(zip(one.rings, officers, strict=False)):
        taken = one.accepted_s is not None and number == one.accepted_by
        _effect(tx, one, "call", number, attempted=rang - 2, rang=rang, tier=tier, answer="told" if taken else None)
    if one.replied_s is not None:
        _reply(tx, one, one.replied_s)


def _effect(
    tx: Tx, one: Scene, kind: str, to: str, *, attempted: float, rang: float, tier: int = -1, answer: str | None = None
) -> None:
    usual = {
        "wave": 1,
        "round": 1,
        "offers": False,
        "ring_s": 25.0,
        "talk_s": 45.0,
        "why": "",
        "leg": "m",
        "detail": "",
    }
    row = {
        "incident": one.id,
        "kind": kind,
        "name": kind,
        "target": to,
        "tier": tier,
        "station": one.station,
        "key": f"{one.id}/{to}/{kind}/1",
        "state": "done",
        "intended_at": one.at,
        "attempted_at": _at(one, attempted),
        "started_at": _at(one, rang),
        "outcome": "answered" if answer else "rang",
        "answer": answer,
    }
    tx.execute(insert(EFFECT), {**usual, **row})


def _reply(tx: Tx, one: Scene, sent_s: float) -> None:
    usual = {"text": "", "lane": "emergency", "urgency": 0, "turn": one.id, "fence": 1, "tries": 1, "next_part": 1}
    times = {"created_at": _at(one, one.read_s), "due_at": one.at, "expires_at": one.at + timedelta(hours=1)}
    row = {"id": one.id, "key": f"r{one.id}", "recipient": one.caller, "state": "sent", "channel": "telkomsel-1"}
    tx.execute(insert(OUTBOUND), {**usual, **times, **row, "answers": one.id, "parts": 1})
    part = {"outbound_id": one.id, "part": 0, "state": "sent", "channel": "telkomsel-1", "recipient": one.caller}
    tx.execute(insert(OUTBOUND_PART), {**part, "claimed_at": _at(one, sent_s - 1), "sent_at": _at(one, sent_s)})
