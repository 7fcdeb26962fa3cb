"""Dialogues by SMS under way, by number. (``sessions.py`` has those by USSD.)"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Row, String, Table, Text, bindparam, delete, insert, select

from gateway.dialogue import Choice, State
from gateway.store.schema import Tx, UtcDateTime, metadata

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

_TALK = select(TALK).where(TALK.c.number == bindparam("of_number"))
_END_TALK = delete(TALK).where(TALK.c.number == bindparam("of_number"))
_ADD_TALK = insert(TALK)


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
