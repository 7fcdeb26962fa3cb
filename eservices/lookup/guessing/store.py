"""How many numbers one telephone asks for in an hour: somebody who types one tax number after the other learns no more
of a town than a neighbour who helps. Verbs over a ``Tx`` that their caller began."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Column, ColumnElement, Integer, String, Table, delete, insert, select, update

from config.lookup import Key
from gateway.store import Tx, UtcDateTime, metadata
from gateway.store.forgetting import FORGET, GONE
from gateway.store.schema import now as now_of

MOST = 20  # keys of figures or codes in an hour, of all look-ups together
HOUR = timedelta(hours=1)


def _forget(tx: Tx, number: str) -> int:
    """Until its hour is over a mark stays that names nobody: else to be forgotten were the way to twenty more."""
    if _known(tx, number, now_of(tx)) is None:
        return tx.execute(delete(ASKER).where(ASKER.c.number == number)).rowcount
    return tx.execute(update(ASKER).where(ASKER.c.number == number).values(number=_mark(number))).rowcount


def _mark(number: str) -> str:
    return f"{GONE}:{sha256(f'asks {number}'.encode()).hexdigest()}"


ASKER = Table(
    "lookup_asker",
    metadata,
    Column("number", String, primary_key=True, info={FORGET: _forget}),
    Column("since", UtcDateTime, nullable=False),  # its hour began
    Column("many", Integer, nullable=False),
)


def paused_until(tx: Tx, key: Key, number: str, now: datetime) -> datetime | None:
    """When that telephone may ask for a number again; None: now."""
    known = _known(tx, number, now) if key.form.is_exact else None
    return known[0] + HOUR if known is not None and known[1] >= MOST else None


def count(tx: Tx, key: Key, number: str, now: datetime) -> None:
    """It was answered one."""
    if not key.form.is_exact:
        return
    since, many = _known(tx, number, now) or (now, 0)
    values = {"since": since, "many": many + 1}
    if tx.execute(update(ASKER).where(_of(number)).values(values)).rowcount == 0:
        tx.execute(insert(ASKER), {"number": number, **values})


def _known(tx: Tx, number: str, now: datetime) -> tuple[datetime, int] | None:
    """When its hour began and how many it asked for in it; an hour of the future began by a clock that jumped."""
    row = tx.execute(select(ASKER.c.since, ASKER.c.many).where(_of(number))).first()
    return (row.since, row.many) if row is not None and row.since <= now < row.since + HOUR else None


def _of(number: str) -> ColumnElement[bool]:
    return ASKER.c.number.in_((number, _mark(number)))
