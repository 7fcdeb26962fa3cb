"""Which process is which, where several share a store: who claimed a letter, and whether it can still finish it.

On PostgreSQL every process holds an advisory lock of its own for as long as its session lasts. An owner whose lock is
free is not gone at once: after a restart of the server, or a broken line, it comes back within seconds and holds its
letters still. It is gone when its lock was free for ``GRACE_S``, or when it had our data directory before us (then
``store.lock`` proves it). On SQLite there is one process: every other owner is gone.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, bindparam, func, select

from gateway.store.schema import Tx, now

READERS = 2  # connections of a process that read, on either engine; reads are short
GRACE_S = 8.0  # seconds; a process whose line broke tries to come back every 2 s at the latest (postgres_session.py)

_FREE = select(func.pg_try_advisory_xact_lock_shared(bindparam("lock", type_=BigInteger)))


@dataclass(slots=True)
class Process:
    """This process to the store. ``name`` is new with each opening; ``before``: who had the data directory before us,
    as ``store.lock`` says. ``free_since``: owners whose lock was seen to be free, and since when.

    ``wants_lead``, ``leads``: whether the desks and dispatch shall run, and do run, here; ``hastens``: the leader said
    goodbye. ``unsure``: the transaction whose COMMIT was sent and not answered yet. ``audited``, ``unaudited``: deeds
    that were written into the audit, and that could not be."""

    before: str = ""
    name: str = field(default_factory=lambda: secrets.token_hex(6))
    free_since: dict[str, datetime] = field(default_factory=dict)
    wants_lead: bool = False
    leads: bool = False
    hastens: bool = False
    unsure: str = ""
    audited: int = 0
    unaudited: int = 0


def lock_of(word: str) -> int:
    """The advisory lock (a signed 64-bit number) of that name."""
    digest = hashlib.blake2b(f"kentongan {word}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def me(tx: Tx) -> str:
    """The name of this process, to be written beside what it claims."""
    process: Process = tx.info["process"]
    return process.name


def alone(tx: Tx) -> bool:
    """Whether no other process works on this store, for as long as the transaction lasts."""
    if tx.dialect.name != "postgresql":
        return True  # ``store.lock``
    others = select(func.pg_try_advisory_xact_lock(bindparam("lock", type_=BigInteger)))
    return bool(tx.execute(others, {"lock": lock_of("using")}).scalar_one())


def gone(tx: Tx, owners: Iterable[str | None]) -> set[str | None]:
    """Those of ``owners`` that will never finish what they claimed; never this process. Ask again every few seconds
    while rows of others are under way: the first look at an owner only begins its time of grace. (``None`` and the
    empty name: claimed before processes had names.)"""
    process: Process = tx.info["process"]
    others = {owner for owner in owners if owner != process.name}
    if tx.dialect.name != "postgresql":
        return others
    return {owner for owner in others if not owner or _gone(tx, process, owner)}


def _gone(tx: Tx, process: Process, owner: str) -> bool:
    if not tx.execute(_FREE, {"lock": lock_of(f"process {owner}")}).scalar_one():
        process.free_since.pop(owner, None)
        return False
    since = process.free_since.setdefault(owner, now(tx))
    return owner == process.before or now(tx) - since >= timedelta(seconds=GRACE_S)
