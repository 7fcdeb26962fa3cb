"""What waits to be said by a call, and what became of it: verbs over a ``Tx`` that their caller began.

``waiting`` ── claimed ── ``calling`` ─┬─ a key, or said twice to somebody ── ``heard``
     ▲                                └─ nobody: again later ──┐
     └─────────────────────────────────────────────────────────┴── ``written`` (an SMS instead) or ``over`` (too late)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    insert,
    select,
    update,
)

from gateway.messages import Lane, Outbound
from gateway.store import Tx, UtcDateTime, metadata
from gateway.store.forgetting import FORGET, ROW
from gateway.store.outbound import OUTBOUND
from gateway.store.schema import where

CALL_OUT = Table(
    "call_out",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False),  # the letter's
    Column("number", String, nullable=False, index=True, info={FORGET: ROW}),
    Column("text", Text, nullable=False),  # as it would be written
    Column("language", String, nullable=False),
    Column("state", String, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("falls_at", UtcDateTime, nullable=False),  # written from then on
    Column("expires_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    Column("hides", Boolean),  # the letter hides
    UniqueConstraint("key"),
    Index("ix_call_out_due", "due_at", **where("state = 'waiting'")),
)


class State(StrEnum):
    """Where it stands. ``SAID``: to the end, and no key was pressed; the line has not yet told whether it had a
    voice."""

    WAITING = "waiting"
    CALLING = "calling"
    SAID = "said"
    HEARD = "heard"
    WRITTEN = "written"
    OVER = "over"


UNDER_WAY = (State.CALLING, State.SAID)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOut:
    """One letter to be said. ``tries``: calls so far, this one among them; ``falls_at``: from when on it is written
    instead; ``expires_at``: neither after that."""

    id: int
    key: str
    number: str
    text: str
    language: str
    state: State
    tries: int
    created_at: datetime
    due_at: datetime
    falls_at: datetime
    expires_at: datetime
    settled_at: datetime | None
    hides: bool = False

    @property
    def letter(self) -> Outbound:
        """The SMS that says the same."""
        return Outbound(
            to=self.number,
            text=self.text,
            lane=Lane.SERVICE,
            key=self.key,
            expires_at=self.expires_at,
            hides=self.hides,
        )


def keep(tx: Tx, letter: Outbound, language: str, at: datetime, falls_at: datetime) -> None:
    """It waits to be said. A key that is known, here or among the letters, is the same one."""
    if told(tx, [letter.key]) or tx.execute(select(OUTBOUND.c.id).where(OUTBOUND.c.key == letter.key)).first():
        return
    row = {"key": letter.key, "number": letter.to, "text": letter.text, "language": language, "tries": 0}
    row["hides"] = letter.hides or None
    times = {"created_at": at, "due_at": at, "falls_at": falls_at, "expires_at": letter.expires_at}
    tx.execute(insert(CALL_OUT), {**row, **times, "state": State.WAITING.value})


def told(tx: Tx, keys: list[str]) -> set[str]:
    """Those of the keys that were or will be told here, at most a few hundred."""
    return set(tx.execute(select(CALL_OUT.c.key).where(CALL_OUT.c.key.in_(keys))).scalars()) if keys else set()


def due(tx: Tx, at: datetime, at_most: int) -> list[CallOut]:
    """What is to be said or written now, what waits longest first."""
    ready = select(CALL_OUT).where(CALL_OUT.c.state == State.WAITING.value, CALL_OUT.c.due_at <= at)
    return [_call_out(row) for row in tx.execute(ready.order_by(CALL_OUT.c.due_at, CALL_OUT.c.id).limit(at_most))]


def under_way(tx: Tx) -> list[CallOut]:
    """Those whose call has no account yet."""
    states = [state.value for state in UNDER_WAY]
    return [_call_out(row) for row in tx.execute(select(CALL_OUT).where(CALL_OUT.c.state.in_(states)))]


def find(tx: Tx, id: int) -> CallOut | None:
    """None: its person was forgotten."""
    row = tx.execute(select(CALL_OUT).where(CALL_OUT.c.id == id)).first()
    return _call_out(row) if row is not None else None


def claim(tx: Tx, one: CallOut) -> bool:
    """It is being called. False: it is not what it was."""
    same = (CALL_OUT.c.id == one.id, CALL_OUT.c.state == State.WAITING.value, CALL_OUT.c.tries == one.tries)
    calling = {"state": State.CALLING.value, "tries": one.tries + 1}
    return tx.execute(update(CALL_OUT).where(*same).values(calling)).rowcount == 1


def move(tx: Tx, id: int, state: State, at: datetime) -> None:
    """Where it stands now; settled at that instant unless it is under way."""
    settled = None if state in UNDER_WAY else at
    tx.execute(update(CALL_OUT).where(CALL_OUT.c.id == id).values(state=state.value, settled_at=settled))


def again(tx: Tx, id: int, due_at: datetime) -> None:
    """It waits again, until then."""
    tx.execute(update(CALL_OUT).where(CALL_OUT.c.id == id).values(state=State.WAITING.value, due_at=due_at))


def end_all(tx: Tx, at: datetime) -> int:
    """Nothing that waits is said any more, nor written; how much that was."""
    states = [State.WAITING.value, *(state.value for state in UNDER_WAY)]
    live = update(CALL_OUT).where(CALL_OUT.c.state.in_(states))
    return int(tx.execute(live.values(state=State.OVER.value, settled_at=at)).rowcount)


def sweep(tx: Tx, before: datetime) -> None:
    """Forget what was settled before that."""
    tx.execute(delete(CALL_OUT).where(CALL_OUT.c.settled_at < before))


def _call_out(row: Row[Any]) -> CallOut:
    return CallOut(**{**row._mapping, "state": State(row.state)})
