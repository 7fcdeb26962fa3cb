"""Lanes of guesses in the store, where several programs share it: each guess is counted once, whoever judged it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Float, Index, Integer, Row, String, Table, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from config.clock import Clock
from dispatch.console.access.guesses import FORGOTTEN_S, Lane, Turns, fresh, turn_of
from gateway.store import Store
from gateway.store.schema import Tx, metadata

GUESS = Table(
    "console_guess",
    metadata,
    Column("lane", String, primary_key=True),
    Column("free_at", Float, nullable=False),  # seconds since 1970: when the next guess has its turn
    Column("wrong", Integer, nullable=False),  # guesses in a row
    Column("last", Float, nullable=False),  # when the last one had its turn
    Index("ix_console_guess_last", "last"),
)
_BEGIN = {
    "sqlite": sqlite.insert(GUESS).on_conflict_do_nothing(index_elements=["lane"]),
    "postgresql": postgresql.insert(GUESS).on_conflict_do_nothing(index_elements=["lane"]),
}


class InStore:
    """``Lanes`` of all programs on one store."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def now(self) -> float:
        return self._clock.now().timestamp()

    async def take(self, lanes: Sequence[Lane]) -> float:
        now, ordered = self.now(), lanes_in_order(lanes)

        def look(tx: Tx) -> None:
            rows = tx.execute(select(GUESS).where(GUESS.c.lane.in_([one.key for one in lanes])))
            turn_of([_turns(row, now) for row in rows], now)

        def work(tx: Tx) -> float:
            known = [_locked(tx, one.key, now) for one in ordered]
            at = turn_of(known, now)
            for lane, turns in zip(ordered, known, strict=True):
                _keep(tx, lane.key, lane.after(turns, at))
            tx.execute(delete(GUESS).where(GUESS.c.last < now - FORGOTTEN_S))
            return at

        await self._store.read(look)  # who is refused, in whatever number, writes nothing
        return await self._store.write(work)

    async def right(self, lanes: Sequence[Lane]) -> None:
        now = self.now()

        def work(tx: Tx) -> None:
            for lane in lanes_in_order(lanes):
                _keep(tx, lane.key, lane.cleared(_locked(tx, lane.key, now), now))

        await self._store.write(work)

    async def count(self, lane: Lane) -> int:
        now = self.now()

        def work(tx: Tx) -> int:
            turns = lane.after(_locked(tx, lane.key, now), now)
            _keep(tx, lane.key, turns)
            return turns.wrong

        return await self._store.write(work)

    async def wrong(self, key: str) -> int:
        now = self.now()

        def look(tx: Tx) -> int:
            row = tx.execute(select(GUESS).where(GUESS.c.lane == key)).first()
            return _turns(row, now).wrong if row else 0

        return await self._store.read(look)


def lanes_in_order(lanes: Sequence[Lane]) -> list[Lane]:
    """Always the same, so that two programs never wait for each other."""
    return sorted(lanes, key=lambda one: one.key)


def _locked(tx: Tx, key: str, now: float) -> Turns:
    """The lane's turns; nobody else changes them until the commit."""
    tx.execute(_BEGIN[tx.dialect.name], {"lane": key, "free_at": 0.0, "wrong": 0, "last": now})
    row = tx.execute(select(GUESS).where(GUESS.c.lane == key).with_for_update()).one()
    return _turns(row, now)


def _turns(row: Row[Any], now: float) -> Turns:
    return fresh(Turns(free_at=row.free_at, wrong=row.wrong, last=row.last), now)


def _keep(tx: Tx, key: str, turns: Turns) -> None:
    values = {"free_at": turns.free_at, "wrong": turns.wrong, "last": turns.last}
    tx.execute(update(GUESS).where(GUESS.c.lane == key).values(values))
