"""USSD sessions in memory, so that a step does not read the store; what is not there is recalled from it."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from config.clock import Clock
from gateway.envelope import storable
from gateway.number import normal, subscriber
from gateway.store import Resident, Tx
from gateway.store.changes import change_of
from gateway.store.people import find
from gateway.store.talks import Session, last_session, session_of
from gateway.ussd_stage import Stage

REMEMBERED_S = 900.0  # a session without a turn for that long is read from the store again
REMEMBERED = 20_000  # sessions in memory, some 5 KB each
LONGEST = 64  # letters of a session's id or a number; a longer id is stored as its digest


@dataclass(frozen=True, slots=True)
class Key:
    """Whose session: ``number`` is E.164 where it is a subscriber's; empty for a hidden one."""

    channel: str
    session: str
    number: str


def key_of(channel: str, session: str, number: str) -> Key:
    """The key of a session. What cannot be stored as it is becomes what can."""
    session = storable(session)
    if len(session) > LONGEST:
        session = "sha256-" + hashlib.sha256(session.encode()).hexdigest()
    return Key(channel, session, normal(number) or storable(number)[:LONGEST])


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who is at the other end, as the registry knows. ``aside``: what an earlier session of that phone left off."""

    resident: Resident | None = None
    waits: bool = False
    aside: Stage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """What the store knows. ``other``: the phone's last session, where this one is new."""

    mine: Session | None
    other: Session | None = None
    resident: Resident | None = None
    waits: bool = False


def recall(tx: Tx, key: Key, since: datetime) -> Recalled:
    """Look the session up, and the person; an earlier session of that phone only if it had a turn ``since``."""
    mine = session_of(tx, key.channel, key.session, key.number)
    if not subscriber(key.number):  # hidden, perhaps many people: what one left off is not shown to another
        return Recalled(mine=mine)
    other = last_session(tx, key.number, since) if mine is None else None
    resident, waits = registered(tx, key)
    return Recalled(mine=mine, other=other, resident=resident, waits=waits)


def registered(tx: Tx, key: Key) -> tuple[Resident | None, bool]:
    """The line of the registry, and whether a change of it waits for a person."""
    return find(tx, key.number), change_of(tx, key.number) is not None


@dataclass(slots=True)
class Live:
    """A session in memory; one turn at a time. ``session`` None: nothing is known yet, of ``known`` the store said so.
    ``used``: seconds on the monotonic clock."""

    key: Key
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    known: bool = False
    session: Session | None = None
    stage: Stage | None = None
    person: Person = field(default_factory=Person)
    used: float = 0.0

    def forget(self) -> None:
        """Ask the store again at the next turn."""
        self.known, self.session, self.stage = False, None, None


class Memory:
    """Sessions by their keys, in the order of their last use."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lives: dict[Key, Live] = {}

    def of(self, key: Key) -> Live:
        """The session under that key, new or known."""
        live = self._lives.pop(key, None) or Live(key)
        self._lives[key] = live
        live.used = self._clock.monotonic()
        return live

    def drop(self, key: Key) -> None:
        """Forget it, unless a turn of it is under way."""
        live = self._lives.get(key)
        if live is not None and not live.lock.locked():
            del self._lives[key]

    def let_go(self) -> None:
        """Forget what nobody used for long, and the longest unused when there are too many."""
        before = self._clock.monotonic() - REMEMBERED_S
        surplus = len(self._lives) - REMEMBERED
        for nth, live in enumerate(list(self._lives.values())):
            if live.used > before and nth >= surplus:
                return
            self.drop(live.key)
