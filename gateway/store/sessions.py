"""USSD sessions, and the answer that each of their turns was given."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from gateway.callback import UssdReply
from gateway.store.among import Among
from gateway.store.schema import Tx, UtcDateTime, metadata

USSD_SESSION = Table(
    "ussd_session",
    metadata,
    Column("id", String, primary_key=True),  # digest of the next three
    Column("channel", String, nullable=False),
    Column("session", String, nullable=False),
    Column("number", String, nullable=False),
    Column("run", Integer, nullable=False),  # 0, and one more each time a provider gives the same id again
    Column("version", Integer, nullable=False),  # grows with each turn: an older one is never written over a newer
    Column("at", UtcDateTime, nullable=False),  # its last turn
    Column("path", Text, nullable=False),  # what was typed in this run, joined by *
    Column("over", Boolean, nullable=False),
    Column("stage", Text, nullable=False),  # where it stands, as JSON of ``gateway/ussd_stage.py``
    Index("ix_ussd_session_number_at", "number", "at"),
    Index("ix_ussd_session_at", "at"),
)
USSD_TURN = Table(
    "ussd_turn",
    metadata,
    Column("session_id", ForeignKey("ussd_session.id"), primary_key=True),
    Column("run", Integer, primary_key=True),
    Column("key", String, primary_key=True),  # digest of the whole path, or of the provider's id of the turn
    Column("text", Text, nullable=False),
    Column("more", Boolean, nullable=False),
)

_MOVING = ("run", "version", "at", "path", "over", "stage")
_WHOSE = ("channel", "session", "number")


def _upsert(insert: Any) -> Any:
    adding = insert(USSD_SESSION)
    moved = {name: adding.excluded[name] for name in _MOVING}
    newer = USSD_SESSION.c.version < adding.excluded.version
    return adding.on_conflict_do_update(index_elements=["id"], set_=moved, where=newer).inline()


_KEEP = {"sqlite": _upsert(sqlite.insert), "postgresql": _upsert(postgresql.insert)}
_ADD_TURN = insert(USSD_TURN).inline()
_SESSIONS = Among(lambda ids: select(USSD_SESSION).where(USSD_SESSION.c.id.in_(ids)))
_TURNS = Among(lambda ids: select(USSD_TURN).where(USSD_TURN.c.session_id.in_(ids)))
_LAST = Among(
    lambda numbers: (
        select(USSD_SESSION)
        .where(USSD_SESSION.c.number.in_(numbers), USSD_SESSION.c.at >= bindparam("since"))
        .order_by(USSD_SESSION.c.at)
    )
)


class Stale(Exception):
    """Another process moved this session on meanwhile: load it again and take the step from there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A USSD session as it is stored. ``stage`` is opaque here. ``answers``: by the key of the turn, of this run."""

    channel: str
    session: str
    number: str
    at: datetime
    run: int = 0
    version: int = 0
    path: str = ""
    over: bool = False
    stage: str = ""
    answers: Mapping[str, UssdReply] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A turn to be kept: where the session stands after it (its ``version`` one more than before), its key within the
    session, and its answer."""

    session: Session
    key: str
    reply: UssdReply


def session_id(channel: str, session: str, number: str) -> str:
    """What names the session of that provider, id and phone in the store."""
    parted = "|".join(f"{len(part)}:{part}" for part in (channel, session, number))
    return hashlib.sha256(parted.encode()).hexdigest()[:32]


def sessions_of(tx: Tx, ids: Collection[str]) -> dict[str, Session]:
    """Those sessions that are known, by ``session_id``, with the answers they were given."""
    rows = [*_SESSIONS.find(tx, ids)]
    if not rows:
        return {}
    runs, answers = {row.id: row.run for row in rows}, defaultdict[str, dict[str, UssdReply]](dict)
    for turn in _TURNS.find(tx, runs):
        if turn.run == runs[turn.session_id]:
            answers[turn.session_id][turn.key] = UssdReply(text=turn.text, more=turn.more)
    return {row.id: _session(row, answers[row.id]) for row in rows}


def last_sessions(tx: Tx, numbers: Collection[str], since: datetime) -> dict[str, Session]:
    """Each number's newest session, of any provider, if it had a turn since then (without its answers)."""
    return {row.number: _session(row, {}) for row in _LAST.find(tx, numbers, since=since)}


def _session(row: Row[Any], answers: Mapping[str, UssdReply]) -> Session:
    return Session(
        channel=row.channel,
        session=row.session,
        number=row.number,
        run=row.run,
        version=row.version,
        at=row.at,
        path=row.path,
        over=row.over,
        stage=row.stage,
        answers=answers,
    )


def keep_turns(tx: Tx, turns: Sequence[Turn]) -> None:
    """Write the turns, of different sessions. Raises Stale when the store knows a version of one of them that is as
    new; then none is to be committed."""
    ids = [session_id(one.session.channel, one.session.session, one.session.number) for one in turns]
    rows = [
        {"id": one_id, **{name: getattr(one.session, name) for name in (*_WHOSE, *_MOVING)}}
        for one_id, one in zip(ids, turns, strict=True)
    ]
    keep = _KEEP[tx.dialect.name]
    if tx.dialect.name == "sqlite":
        kept = tx.execute(keep, rows).rowcount
    else:  # asyncpg does not count the rows of many
        kept = sum(tx.execute(keep, row).rowcount for row in rows)
    if kept != len(turns):
        raise Stale
    tx.execute(
        _ADD_TURN,
        [
            {
                "session_id": one_id,
                "run": one.session.run,
                "key": one.key,
                "text": one.reply.text,
                "more": one.reply.more,
            }
            for one_id, one in zip(ids, turns, strict=True)
        ],
    )


def forget_sessions(tx: Tx, before: datetime, at_most: int) -> int:
    """Forget sessions whose last turn was before that, with their answers; how many."""
    old = tx.execute(select(USSD_SESSION.c.id).where(USSD_SESSION.c.at < before).limit(at_most)).scalars().all()
    if old:
        tx.execute(delete(USSD_TURN).where(USSD_TURN.c.session_id.in_(old)))
        tx.execute(delete(USSD_SESSION).where(USSD_SESSION.c.id.in_(old)))
    return len(old)
