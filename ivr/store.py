"""Calls as they are stored: where each stands, its last turn, what was said; and the recordings that people left."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Float,
    Integer,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from gateway.store import Tx, UtcDateTime, metadata
from gateway.store.forgetting import FORGET, ROW, SHOW


def _calls_with(tx: Tx, number: str) -> list[dict[str, Any]]:
    return shown_calls(tx, CALLS.c.number == number)


CALLS = Table(
    "calls",
    metadata,
    Column("id", String, primary_key=True),  # unguessable: it stands in addresses
    Column("key", String, nullable=False),  # why there is this call: the same key is the same call
    Column("flow", String, nullable=False),
    Column("number", String, nullable=False, index=True, info={FORGET: ROW, SHOW: {"calls": _calls_with}}),
    Column("direction", String, nullable=False),  # out, in
    Column("leg", String, nullable=False),  # the modem or the provider that carries it, or did last
    Column("language", String, nullable=False),
    Column("about", String, nullable=False, index=True),  # whose call it is, in its owner's words
    Column("state", Text, nullable=False),  # JSON of ivr/packing.py
    Column("seq", Integer, nullable=False),
    Column("turn", Text, nullable=False),  # JSON of ivr/packing.py
    Column("said", Text, nullable=False),  # JSON: [[instant, who, words], …]; null: forgotten
    Column("began_at", UtcDateTime, nullable=False, index=True),
    Column("answered_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("why", String, nullable=False),
    UniqueConstraint("key"),
)
RECORDINGS = Table(
    "recordings",
    metadata,
    Column("id", String, primary_key=True),  # unguessable; its sound is <id>.wav in the folder of recordings
    Column("call", String, nullable=False),  # which may be swept before it
    Column("seq", Integer, nullable=False),
    Column("number", String, nullable=False, index=True, info={FORGET: ROW}),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("seconds", Float, nullable=False),
    UniqueConstraint("call", "seq"),
)

OUT, IN = "out", "in"  # directions
US, THEM = "us", "them"  # who said it
MOST_SAID = 12_000  # characters of what was said that are kept of one call: an hour of menus, not a flood

_BY_KEY = select(CALLS).where(CALLS.c.key == bindparam("of_key"))
_BY_ID = select(CALLS).where(CALLS.c.id == bindparam("of_id"))
_ADD = insert(CALLS)
_SAVE = update(CALLS).where(CALLS.c.id == bindparam("of_id"))
_MOVING = ("leg", "state", "seq", "turn", "said", "answered_at", "ended_at", "why")
_END = _SAVE.where(CALLS.c.ended_at.is_(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Words of a call. ``by``: US, or THEM (keys, silence, a recording)."""

    at: datetime
    by: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    """A call as it is stored. ``seq`` 0: it was never up. ``state`` and ``turn`` are opaque here. ``forgotten``: its
    person was forgotten; no words are kept any more."""

    id: str
    key: str
    flow: str
    number: str
    direction: str
    language: str
    about: str
    began_at: datetime
    leg: str = ""
    state: str = ""
    seq: int = 0
    turn: str = ""
    said: tuple[Said, ...] = ()
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    why: str = ""
    forgotten: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What somebody said, in ``<id>.wav``."""

    id: str
    call: str
    seq: int
    number: str
    at: datetime
    seconds: float = field(default=0.0)


def call_by_key(tx: Tx, key: str) -> CallRow | None:
    """The call of that key, whether or not it is over."""
    row = tx.execute(_BY_KEY, {"of_key": key}).first()
    return _call(row) if row is not None else None


def call_by_id(tx: Tx, id: str) -> CallRow | None:
    """The call of that id."""
    row = tx.execute(_BY_ID, {"of_id": id}).first()
    return _call(row) if row is not None else None


def calls_about(tx: Tx, about: str) -> list[CallRow]:
    """Every call on that matter, the oldest first."""
    found = select(CALLS).where(CALLS.c.about == about).order_by(CALLS.c.began_at, CALLS.c.id)
    return [_call(row) for row in tx.execute(found)]


def add_call(tx: Tx, call: CallRow) -> None:
    """A call that is not stored yet."""
    fixed = ("id", "key", "flow", "number", "direction", "language", "about", "began_at")
    tx.execute(_ADD, {**{name: getattr(call, name) for name in fixed}, **_moving(call)})


def save_call(tx: Tx, call: CallRow) -> bool:
    """Where it stands now. False: it is not stored (any more): its person was forgotten."""
    return tx.execute(_SAVE, {"of_id": call.id, **_moving(call)}).rowcount == 1


def end_call(tx: Tx, id: str, at: datetime, why: str) -> None:
    """It is over; nothing where it was already."""
    tx.execute(_END, {"of_id": id, "ended_at": at, "why": why})


def shown_calls(tx: Tx, which: ColumnElement[bool]) -> list[dict[str, Any]]:
    """Those calls, the oldest first: what they were for, with whom, when."""
    columns = (CALLS.c.flow, CALLS.c.number, CALLS.c.direction, CALLS.c.about, CALLS.c.began_at)
    found = tx.execute(select(*columns).where(which).order_by(CALLS.c.began_at, CALLS.c.id))
    return [{**row._mapping, "began_at": row.began_at.isoformat()} for row in found]


def forget_words(tx: Tx, which: ColumnElement[bool]) -> int:
    """Nothing of what was said on those calls is kept, nor will be; how many. One that is not over goes on."""
    found = tx.execute(update(CALLS).where(which).values(said="null")).rowcount
    tx.execute(update(CALLS).where(which, CALLS.c.ended_at.is_not(None)).values(state="", turn=""))
    return found


def sweep_turns(tx: Tx, before: datetime, at_most: int) -> int:
    """Drop where calls stood that were over before that: nothing comes of them any more; how many."""
    done = (CALLS.c.ended_at < before, CALLS.c.state != "")
    old = tx.execute(select(CALLS.c.id).where(*done).limit(at_most)).scalars().all()
    if old:
        tx.execute(update(CALLS).where(CALLS.c.id.in_(old)).values(state="", turn=""))
    return len(old)


def sweep_calls(tx: Tx, before: datetime, at_most: int) -> int:
    """Forget calls that began before that; how many."""
    old = tx.execute(select(CALLS.c.id).where(CALLS.c.began_at < before).limit(at_most)).scalars().all()
    if old:
        tx.execute(delete(CALLS).where(CALLS.c.id.in_(old)))
    return len(old)


def add_recording(tx: Tx, recording: Recording) -> str:
    """Keep it; its id, or that of the one which stands for the same turn already."""
    same = (RECORDINGS.c.call == recording.call, RECORDINGS.c.seq == recording.seq)
    known: str | None = tx.execute(select(RECORDINGS.c.id).where(*same)).scalar()
    if known is not None:
        return known
    names = ("id", "call", "seq", "number", "at", "seconds")
    tx.execute(insert(RECORDINGS), {name: getattr(recording, name) for name in names})
    return recording.id


def recordings_of(tx: Tx, call: str) -> list[Recording]:
    """What was recorded on that call, in order."""
    found = select(RECORDINGS).where(RECORDINGS.c.call == call).order_by(RECORDINGS.c.seq)
    return [Recording(**row._mapping) for row in tx.execute(found)]


def recording_of(tx: Tx, id: str) -> Recording | None:
    """The recording of that id."""
    row = tx.execute(select(RECORDINGS).where(RECORDINGS.c.id == id)).first()
    return Recording(**row._mapping) if row is not None else None


def known_recordings(tx: Tx, ids: Collection[str]) -> frozenset[str]:
    """Which of them are still kept."""
    return frozenset(tx.execute(select(RECORDINGS.c.id).where(RECORDINGS.c.id.in_(ids))).scalars())


def sweep_recordings(tx: Tx, before: datetime, at_most: int) -> int:
    """Forget recordings made before that; how many. Their sound is deleted by whoever owns the folder."""
    old = tx.execute(select(RECORDINGS.c.id).where(RECORDINGS.c.at < before).limit(at_most)).scalars().all()
    if old:
        tx.execute(delete(RECORDINGS).where(RECORDINGS.c.id.in_(old)))
    return len(old)


def and_said(call: CallRow, more: Collection[Said]) -> CallRow:
    """The call with these words after the others, as far as there is room and they may be kept. Pure."""
    if call.forgotten:
        return call
    room = MOST_SAID - sum(len(one.words) for one in call.said)
    kept = list(call.said)
    for one in more:
        if room <= 0:
            break
        kept.append(replace(one, words=one.words[:room]))
        room -= len(one.words)
    return replace(call, said=tuple(kept))


def _moving(call: CallRow) -> dict[str, Any]:
    said = json.dumps(None if call.forgotten else [[one.at.isoformat(), one.by, one.words] for one in call.said])
    return {**{name: getattr(call, name) for name in _MOVING if name != "said"}, "said": said}


def _call(row: Row[Any]) -> CallRow:
    kept = json.loads(row.said)
    said = (Said(at=datetime.fromisoformat(at), by=by, words=words) for at, by, words in kept or ())
    return CallRow(**{**row._mapping, "said": tuple(said), "forgotten": kept is None})
