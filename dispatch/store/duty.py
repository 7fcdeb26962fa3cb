"""Changes of the roster by people. A change is never overwritten: taking it back says when and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Index, Integer, Row, String, Table, Text, insert, or_, select, text, update

from config.duty import Change
from gateway.store import Tx, UtcDateTime, metadata
from gateway.store import now as now_of
from gateway.store.carrying import CARRY, STATION
from gateway.store.forgetting import FORGET, SHOW
from gateway.store.schema import new_id, where


def _forget_stand_in(tx: Tx, number: str) -> int:
    """Who is no officer of the pack, and stood in for one: what is not over ends, his name and number go."""
    mine = (_C.instead == number) & _C.outside.is_(True)
    going_on = mine & (_C.ends > now_of(tx)) & _C.back_at.is_(None)
    tx.execute(update(DUTY_CHANGE).where(going_on).values(back_at=now_of(tx), back_by=""))
    return tx.execute(update(DUTY_CHANGE).where(mine).values(instead="", name="", outside=False)).rowcount


def _stood_in(tx: Tx, number: str) -> list[Mapping[str, Any]]:
    mine = select(_C.station, _C.begins, _C.ends, _C.name).where(_C.instead == number).order_by(_C.id)
    return [dict(row._mapping) for row in tx.execute(mine)]


DUTY_CHANGE = Table(
    "duty_change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", String, nullable=False),  # E.164 of an officer of the pack: who is away
    Column("station", String, nullable=False, info={CARRY: STATION}),  # empty: off duty everywhere
    Column(  # E.164: who stands in; empty: nobody
        "instead", String, nullable=False, index=True, info={FORGET: _forget_stand_in, SHOW: {"duty": _stood_in}}
    ),
    Column("name", String, nullable=False),  # of who stands in
    Column("outside", Boolean, nullable=False),  # he is no officer of the pack
    Column("begins", UtcDateTime, nullable=False),
    Column("ends", UtcDateTime, nullable=False),
    Column("why", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", String, nullable=False),
    Column("back_at", UtcDateTime),  # it was taken back
    Column("back_by", String),
    Index(None, "ends"),
    Index("ix_duty_change_outside", "id", **where("outside")),
)
_C = DUTY_CHANGE.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A change as it was made, with who made it, and who took it back."""

    id: int
    number: str
    station: str
    instead: str
    name: str
    outside: bool
    begins: datetime
    ends: datetime
    why: str
    made_at: datetime
    made_by: str
    back_at: datetime | None = None
    back_by: str | None = None

    @property
    def change(self) -> Change:
        """What holds of it."""
        ends = self.ends if self.back_at is None else max(self.begins, min(self.ends, self.back_at))
        said = {name: getattr(self, name) for name in ("id", "number", "station", "instead", "name", "begins")}
        return Change(**said, ends=ends, outside=self.outside)


_FIELDS = tuple(field.name for field in fields(Made))
_OUTSIDE = text("outside")  # as the partial index says it


def change_duty(tx: Tx, new: Made) -> Made:
    """Write it; ``id`` is given here."""
    values = {name: getattr(new, name) for name in _FIELDS if name != "id"}
    return replace(new, id=new_id(tx.execute(insert(DUTY_CHANGE), values)))


def duty_changes(tx: Tx, since: datetime) -> list[Change]:
    """What holds, or will, after that instant; and whoever stood in from outside the pack, so that he has his name."""
    known = select(DUTY_CHANGE).where(or_(_C.ends > since, _OUTSIDE)).order_by(_C.id)
    return [_made(row).change for row in tx.execute(known)]


def duty_made(tx: Tx, since: datetime) -> list[Made]:
    """Every change whose time is not over by then, taken back or not, in the order in which they were made."""
    return [_made(row) for row in tx.execute(select(DUTY_CHANGE).where(_C.ends > since).order_by(_C.id))]


def duty_change(tx: Tx, number: int) -> Made | None:
    """The change of that id."""
    row = tx.execute(select(DUTY_CHANGE).where(_C.id == number)).first()
    return _made(row) if row is not None else None


def take_back(tx: Tx, number: int, at: datetime, by: str) -> bool:
    """The change does not hold any more. False: it was over, or taken back before."""
    going_on = (_C.id == number) & _C.back_at.is_(None) & (_C.ends > at)
    return tx.execute(update(DUTY_CHANGE).where(going_on).values(back_at=at, back_by=by)).rowcount == 1


def _made(row: Row[Any]) -> Made:
    return Made(**row._mapping)
