"""USSD sessions in memory, so that a step does not read the store; what is not there is recalled from it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from config.clock import Clock
from gateway.envelope import storable
from gateway.number import normal, subscriber
from gateway.store import Resident, Tx
from gateway.store.changes import changing
from gateway.store.people import find_all
from gateway.store.sessions import Session, last_sessions, session_id, sessions_of
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
    other: Session | None
    resident: Resident | None
    waits: bool


def recall(tx: Tx, keys: Sequence[Key], since: datetime) -> list[Recalled]:
    """Look the sessions up, and the people; earlier sessions of their phones only if those had a turn ``since``."""
    ids = [session_id(key.channel, key.session, key.number) for key in keys]
    mine = sessions_of(tx, ids)
    # Hidden numbers are perhaps many people's: what one left off is not shown to another.
    numbers = {key.number for key in keys if subscriber(key.number)}
    others = last_sessions(tx, numbers, since) if numbers else {}
    residents = find_all(tx, numbers) if numbers else {}
    waits = changing(tx, residents) if residents else set()  # only who is registered has something to change
    return [
        Recalled(
            mine=mine.get(one),
            other=others.get(key.number) if one not in mine else None,
            resident=residents.get(key.number),
            waits=key.number in waits,
        )
        for one, key in zip(ids, keys, strict=True)
    ]


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
