"""Conversations under way: USSD sessions with the answers they were given, and dialogues by SMS."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
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
    UniqueConstraint,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from gateway.callback import UssdReply
from gateway.dialogue import Choice, State
from gateway.store.schema import Tx, UtcDateTime, metadata, new_id

USSD_SESSION = Table(
    "ussd_session",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String, nullable=False),
    Column("session", String, nullable=False),
    Column("number", String, nullable=False),
    Column("run", Integer, nullable=False),  # 0, and one more each time a provider gives the same id again
    Column("version", Integer, nullable=False),  # grows with each turn: an older one is never written over a newer
    Column("at", UtcDateTime, nullable=False),  # its last turn
    Column("path", Text, nullable=False),  # what was typed in this run, joined by *
    Column("over", Boolean, nullable=False),
    Column("stage", Text, nullable=False),  # where it stands, as JSON of ``gateway/ussd_stage.py``
    UniqueConstraint("channel", "session", "number"),
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
TALK = Table(
    "talk",
    metadata,
    Column("number", String, primary_key=True),  # E.164
    Column("dialogue", String, nullable=False),
    Column("state", Text, nullable=False),  # JSON
    Column("text", Text, nullable=False),
    Column("choices", Text, nullable=False),  # JSON: [[key, label], …]
    Column("asked_at", UtcDateTime, nullable=False, index=True),
)

_SESSION = select(USSD_SESSION).where(
    USSD_SESSION.c.channel == bindparam("of_channel"),
    USSD_SESSION.c.session == bindparam("of_session"),
    USSD_SESSION.c.number == bindparam("of_number"),
)
_LAST = (
    select(USSD_SESSION)
    .where(USSD_SESSION.c.number == bindparam("of_number"), USSD_SESSION.c.at >= bindparam("since"))
    .order_by(USSD_SESSION.c.at.desc(), USSD_SESSION.c.id.desc())
    .limit(1)
)
_TURNS = select(USSD_TURN.c.key, USSD_TURN.c.text, USSD_TURN.c.more).where(
    USSD_TURN.c.session_id == bindparam("of_session"), USSD_TURN.c.run == bindparam("of_run")
)
_ADD_SESSION = insert(USSD_SESSION)
_ADD_TURN = insert(USSD_TURN)
_MOVE = (
    update(USSD_SESSION)
    .where(USSD_SESSION.c.id == bindparam("of_id"), USSD_SESSION.c.version < bindparam("version"))
    .values({name: bindparam(name) for name in ("run", "version", "at", "path", "over", "stage")})
)
_TALK = select(TALK).where(TALK.c.number == bindparam("of_number"))
_END_TALK = delete(TALK).where(TALK.c.number == bindparam("of_number"))
_ADD_TALK = insert(TALK)


class Stale(Exception):
    """Another process moved this session on meanwhile: load it again and take the step from there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A USSD session as it is stored. ``id`` None: not stored yet. ``stage`` is opaque here. ``answers``: by the key of
    the turn, of this run."""

    channel: str
    session: str
    number: str
    at: datetime
    id: int | None = None
    run: int = 0
    version: int = 0
    path: str = ""
    over: bool = False
    stage: str = ""
    answers: Mapping[str, UssdReply] = field(default_factory=dict)


def session_of(tx: Tx, channel: str, session: str, number: str) -> Session | None:
    """The session of that provider, id and phone, with the answers it was given."""
    row = tx.execute(_SESSION, {"of_channel": channel, "of_session": session, "of_number": number}).first()
    if row is None:
        return None
    turns = tx.execute(_TURNS, {"of_session": row.id, "of_run": row.run})
    return _session(row, {turn.key: UssdReply(text=turn.text, more=turn.more) for turn in turns})


def last_session(tx: Tx, number: str, since: datetime) -> Session | None:
    """The phone's newest session, of any provider, if it had a turn since then (without its answers)."""
    row = tx.execute(_LAST, {"of_number": number, "since": since}).first()
    return _session(row, {}) if row is not None else None


def _session(row: Row[Any], answers: Mapping[str, UssdReply]) -> Session:
    return Session(
        id=row.id,
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


def keep_turn(tx: Tx, session: Session, key: str, reply: UssdReply) -> int:
    """Write where the session stands now (its ``version`` one more than before) and the answer of this turn; returns
    its id. Raises Stale when the store knows a version as new as this one."""
    row = {name: getattr(session, name) for name in ("run", "version", "at", "path", "over", "stage")}
    found = session.id
    if found is None:
        known = session_of(tx, session.channel, session.session, session.number)
        found = known.id if known is not None else None
    if found is None:
        whose = {"channel": session.channel, "session": session.session, "number": session.number}
        found = new_id(tx.execute(_ADD_SESSION, {**whose, **row}))
    elif not tx.execute(_MOVE, {"of_id": found, **row}).rowcount:
        raise Stale
    tx.execute(_ADD_TURN, {"session_id": found, "run": session.run, "key": key, "text": reply.text, "more": reply.more})
    return found


def forget_sessions(tx: Tx, before: datetime, at_most: int) -> int:
    """Forget sessions whose last turn was before that, with their answers; how many."""
    old = tx.execute(select(USSD_SESSION.c.id).where(USSD_SESSION.c.at < before).limit(at_most)).scalars().all()
    if old:
        tx.execute(delete(USSD_TURN).where(USSD_TURN.c.session_id.in_(old)))
        tx.execute(delete(USSD_SESSION).where(USSD_SESSION.c.id.in_(old)))
    return len(old)


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A dialogue by SMS: what it remembers, and what was asked last (``text`` without its choices)."""

    number: str
    dialogue: str
    state: State
    text: str
    choices: tuple[Choice, ...]
    asked_at: datetime


def talk_of(tx: Tx, number: str) -> Talk | None:
    """The dialogue that number is in, however long ago it was asked."""
    row = tx.execute(_TALK, {"of_number": number}).first()
    return _talk(row) if row is not None else None


def keep_talk(tx: Tx, talk: Talk) -> None:
    """Write where the number's dialogue stands; it takes the place of any other."""
    tx.execute(_END_TALK, {"of_number": talk.number})
    row = {"number": talk.number, "dialogue": talk.dialogue, "text": talk.text, "asked_at": talk.asked_at}
    choices = [[choice.key, choice.label] for choice in talk.choices]
    tx.execute(_ADD_TALK, {**row, "state": json.dumps(dict(talk.state)), "choices": json.dumps(choices)})


def end_talk(tx: Tx, number: str) -> bool:
    """The dialogue is over. False: there was none."""
    return tx.execute(_END_TALK, {"of_number": number}).rowcount > 0


def open_talks(tx: Tx, *, asked_before: datetime | None = None, at_most: int = 500) -> list[Talk]:
    """Dialogues under way, the longest-waiting first; only those asked before that instant."""
    found = select(TALK).order_by(TALK.c.asked_at).limit(at_most)
    if asked_before is not None:
        found = found.where(TALK.c.asked_at < asked_before)
    return [_talk(row) for row in tx.execute(found)]


def lapsed(talk: Talk, now: datetime, within_s: float) -> bool:
    """Whether the question was asked more than ``within_s`` seconds ago."""
    return now - talk.asked_at > timedelta(seconds=within_s)


def _talk(row: Row[Any]) -> Talk:
    return Talk(
        number=row.number,
        dialogue=row.dialogue,
        state=json.loads(row.state),
        text=row.text,
        choices=tuple(Choice(key=key, label=label) for key, label in json.loads(row.choices)),
        asked_at=row.asked_at,
    )
