"""Offers: which officer was asked to take which incident, and by which code he may say yes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, insert, select, update

from dispatch.case import Offer
from dispatch.incident import State
from dispatch.store.tables import INCIDENT, OFFER
from gateway.store import Tx

_FIELDS = tuple(field.name for field in fields(Offer))
_LIVE = (State.PENDING.value, State.CONFIRMED.value, State.ACCEPTED.value)
_MAKE = insert(OFFER).returning(OFFER.c.id)
_CODES = (
    select(OFFER.c.code)
    .join(INCIDENT, INCIDENT.c.id == OFFER.c.incident)
    .where(OFFER.c.number == bindparam("to"), INCIDENT.c.state.in_(_LIVE))
)
_SENT_TO = INCIDENT.c.assigned_to
_AWAITED = (INCIDENT.c.state == State.CONFIRMED.value) | (
    (INCIDENT.c.state == State.ACCEPTED.value) & ((OFFER.c.number == _SENT_TO) | (OFFER.c.station == _SENT_TO))
)
"""An answer is awaited: nobody has it, or a person sent it to this one."""
_ASKED = select(OFFER.c.number).distinct().join(INCIDENT, INCIDENT.c.id == OFFER.c.incident).where(_AWAITED)
_RECALLS = (
    select(OFFER.c.number, OFFER.c.recalled_at)
    .where(OFFER.c.incident == bindparam("of"), OFFER.c.recalled_at.is_not(None))
    .order_by(OFFER.c.id)
)


def make_offer(tx: Tx, new: Offer) -> Offer:
    """Write it. The id given in is ignored. The key of its effect is unique: one offer an effect."""
    values = {name: getattr(new, name) for name in _FIELDS if name != "id"}
    number = tx.execute(_MAKE, values).scalar_one()
    return Offer(id=number, **values)


def offers_to(tx: Tx, number: str) -> list[Offer]:
    """Every offer made to that number that still waits for an answer, newest first."""
    return _found(tx, _to(number).where(_AWAITED))


def asked_numbers(tx: Tx) -> frozenset[str]:
    """Every number to which an offer was made that still waits for an answer."""
    return frozenset(tx.execute(_ASKED).scalars())


def offers_with(tx: Tx, number: str, codes: Collection[str]) -> list[Offer]:
    """The offers made to that number with one of these codes, and tries left: of open incidents first, then newest."""
    mine = _to(number).where(OFFER.c.code.in_(codes), OFFER.c.tries_left > 0)
    found = _found(tx, mine)
    live = {offer.id for offer in _found(tx, mine.where(INCIDENT.c.state.in_(_LIVE)))}
    return sorted(found, key=lambda offer: offer.id not in live)


def _to(number: str) -> Select[Any]:
    return select(OFFER).join(INCIDENT, INCIDENT.c.id == OFFER.c.incident).where(OFFER.c.number == number)


def _found(tx: Tx, query: Select[Any]) -> list[Offer]:
    return [_offer(row) for row in tx.execute(query.order_by(OFFER.c.id.desc()))]


def offers_of(tx: Tx, number: int) -> list[Offer]:
    """Every offer of the incident, oldest first."""
    return [_offer(row) for row in tx.execute(select(OFFER).where(OFFER.c.incident == number).order_by(OFFER.c.id))]


def codes_in_use(tx: Tx, number: str) -> frozenset[str]:
    """Codes that still mean something from that number: the next offer must not repeat one."""
    return frozenset(tx.execute(_CODES, {"to": number}).scalars())


def burn_try(tx: Tx, ids: Collection[int]) -> None:
    """A wrong guess came from the number of these offers."""
    mine = update(OFFER).where(OFFER.c.id.in_(ids), OFFER.c.tries_left > 0)
    tx.execute(mine.values(tries_left=OFFER.c.tries_left - 1))


def recall(tx: Tx, number: int, officer_number: str, at: datetime) -> None:
    """The officer rang back: he is to be called again at once."""
    mine = (OFFER.c.incident == number) & (OFFER.c.number == officer_number)
    tx.execute(update(OFFER).where(mine).values(recalled_at=at))


def recalls_of(tx: Tx, number: int) -> Mapping[str, datetime]:
    """Officer's number → when he last rang us back."""
    return {row.number: row.recalled_at for row in tx.execute(_RECALLS, {"of": number})}


def _offer(row: Row[Any]) -> Offer:
    return Offer(**{name: row._mapping[name] for name in _FIELDS})
