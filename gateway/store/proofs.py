"""What the program knows of its own ways: the proof that a letter gets through, and each SIM's credit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, Float, Integer, String, Table, Text, insert, select, update

from gateway.store.schema import Tx, UtcDateTime, metadata

PROOF = Table(
    "proof",
    metadata,
    Column("sender", String, primary_key=True),  # the channel that sends
    Column("receiver", String, primary_key=True),  # the channel whose number it is sent to
    Column("token", String, nullable=False),  # of the newest letter
    Column("asked_at", UtcDateTime, nullable=False),
    Column("proven_at", UtcDateTime),  # when one last came in
    Column("took_s", Float),  # that one, from the asking
)
CREDIT = Table(
    "credit",
    metadata,
    Column("modem", String, primary_key=True),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("said", Text, nullable=False),  # the operator's own words
    Column("balance", Integer),  # Rupiah; NULL: not understood
    Column("active_until", Date),
    Column("fault", Text),  # why there is no answer
    Column("warned_at", UtcDateTime),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A way end to end."""

    sender: str
    receiver: str
    token: str
    asked_at: datetime
    proven_at: datetime | None = None
    took_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What is known of a SIM's credit."""

    modem: str
    asked_at: datetime
    said: str
    balance: int | None = None
    active_until: date | None = None
    fault: str | None = None
    warned_at: datetime | None = None


def proofs(tx: Tx) -> Sequence[Proof]:
    """Every way that was ever tried."""
    rows = tx.execute(select(PROOF).order_by(PROOF.c.sender, PROOF.c.receiver))
    return [Proof(**row._mapping) for row in rows]


def ask_proof(tx: Tx, sender: str, receiver: str, token: str, at: datetime) -> None:
    """A letter with this token is about to be sent on that way."""
    _keep(tx, PROOF, {"sender": sender, "receiver": receiver}, {"token": token, "asked_at": at})


def proven(tx: Tx, token: str, receiver: str, at: datetime) -> bool:
    """The letter with this token came in. False: no such letter is awaited there, or it came before."""
    asked = PROOF.c.token == token, PROOF.c.receiver == receiver
    row = tx.execute(select(PROOF).where(*asked)).first()
    if row is None or (row.proven_at is not None and row.proven_at >= row.asked_at):
        return False
    took = (at - row.asked_at).total_seconds()
    tx.execute(update(PROOF).where(*asked).values(proven_at=at, took_s=took))
    return True


def credit_of(tx: Tx, modem: str) -> Credit | None:
    row = tx.execute(select(CREDIT).where(CREDIT.c.modem == modem)).first()
    return Credit(**row._mapping) if row is not None else None


def keep_credit(tx: Tx, credit: Credit) -> None:
    """The newest word on a SIM."""
    values = {field.name: getattr(credit, field.name) for field in fields(credit) if field.name != "modem"}
    _keep(tx, CREDIT, {"modem": credit.modem}, values)


def _keep(tx: Tx, table: Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    changed = tx.execute(update(table).filter_by(**key).values(values))
    if changed.rowcount == 0:
        tx.execute(insert(table), {**key, **values})
