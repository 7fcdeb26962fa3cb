"""Rounds, proposals and voices: verbs over a ``Tx`` that their caller began.

While a round is open its voices are counted as they stand: who has the own data erased takes the voice along, or one
phone could speak twice. When it is closed the figures are written down and stay, whoever is forgotten after that.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from gateway.store import Tx, UtcDateTime, metadata
from gateway.store.carrying import AREA, CARRY
from gateway.store.forgetting import BLANK, FORGET, ROW
from gateway.store.numbering import leapt
from gateway.store.people import RESIDENT
from gateway.store.schema import new_id, where

LARGEST = 2**31 - 1  # what a server's Integer holds

ROUND = Table(
    "proposal_round",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String, nullable=False),
    Column("state", String, nullable=False),  # open, closed
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closes_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("told_proposal", Integer, nullable=False),  # proposers up to this proposal were told the result
    Column("told_voice", Integer, nullable=False),  # supporters up to this voice
    Column("told_at", UtcDateTime),  # everybody was
    Index("ix_proposal_round_open", "state", unique=True, **where("state = 'open'")),  # one at a time
    Index("ix_proposal_round_untold", "id", **where("state = 'closed' AND told_at IS NULL")),
)
PROPOSAL = Table(
    "proposal",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("round", ForeignKey("proposal_round.id"), nullable=False),
    Column("kelurahan", String, nullable=False, info={CARRY: AREA}),
    Column("text", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("why", String, nullable=False),  # it is held: abuse, personal, spoken; or was hidden: in a person's words
    Column("proposer", String, nullable=False, info={FORGET: BLANK}),  # E.164; the proposal stays without it
    Column("language", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("voices", Integer),  # when the round was closed; NULL: they are counted
    Column("confirmed", Integer),  # of these, of lines that somebody vouched for
    Index(None, "round", "kelurahan", "number"),
    Index("ix_proposal_held", "number", **where("state = 'held'")),
    Index(None, "proposer"),
)
VOICE = Table(
    "proposal_voice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("round", ForeignKey("proposal_round.id"), nullable=False),
    Column("number", String, nullable=False, info={FORGET: ROW}),
    Column("proposal", ForeignKey("proposal.number"), nullable=False),
    Column("language", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("round", "number"),  # whoever was faster: there is no second
    Index(None, "proposal"),
    Index(None, "number"),
)


class State(StrEnum):
    """Of a proposal. ``HELD``: a person looks first; ``HIDDEN``: a person took it away."""

    SHOWN = "shown"
    HELD = "held"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """``told_at``: when the last letter of its result was written."""

    id: int
    title: str
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None = None
    told_proposal: int = 0
    told_voice: int = 0
    told_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.closed_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """``voices``: as they stand, or stood at the end. ``proposer``: empty, once that person was forgotten."""

    number: int = 0
    round: int
    kelurahan: str
    text: str
    proposer: str
    language: str
    channel: str
    at: datetime
    state: State = State.SHOWN
    why: str = ""
    voices: int = 0
    confirmed: int | None = None


_STANDS = (
    select(func.count()).select_from(VOICE).where(VOICE.c.proposal == PROPOSAL.c.number).correlate(PROPOSAL)
).scalar_subquery()
_VOUCHED = (
    select(func.count())
    .select_from(VOICE.join(RESIDENT, RESIDENT.c.phone == VOICE.c.number))
    .where(VOICE.c.proposal == PROPOSAL.c.number, RESIDENT.c.confirmed)
    .correlate(PROPOSAL)
).scalar_subquery()
SEEN: Select[Any] = select(
    *(column for column in PROPOSAL.c if column.name != "voices"),
    func.coalesce(PROPOSAL.c.voices, _STANDS).label("voices"),
)
_SHOWN = PROPOSAL.c.state == State.SHOWN.value
_VOICE = ("round", "number", "proposal", "language", "at")
_GIVEN = select(*(bindparam(f"its_{name}", type_=VOICE.c[name].type) for name in _VOICE))
_FOR_SHOWN = _GIVEN.where(PROPOSAL.c.number == bindparam("its_proposal"), _SHOWN).with_for_update(read=True)
_ADD_VOICE = {
    dialect: adding(VOICE).from_select(_VOICE, _FOR_SHOWN).on_conflict_do_nothing(index_elements=["round", "number"])
    for dialect, adding in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_OF_ROUND = select(ROUND).where(ROUND.c.id == bindparam("of"))


# -- rounds


def begin_round(tx: Tx, title: str, at: datetime, closes_at: datetime) -> Round | None:
    """Open one; None: another is open."""
    if open_round(tx) is not None:
        return None
    row = {"title": title, "state": "open", "opened_at": at, "closes_at": closes_at}
    id = new_id(tx.execute(insert(ROUND), {**row, "told_proposal": 0, "told_voice": 0}))
    return Round(id=id, title=title, opened_at=at, closes_at=closes_at)


def running(tx: Tx, at: datetime) -> Round | None:
    """The one that is open at that instant: its day may be over, and nobody has closed it yet. It stays open until this
    transaction is over, also for another process that would close it: no voice comes after the count."""
    found = open_round(tx, hold=True)
    return found if found is not None and at < found.closes_at else None


def open_round(tx: Tx, *, hold: bool = False) -> Round | None:
    """The one that nobody has closed. ``hold``: it stays so until this transaction is over."""
    found = select(ROUND).where(ROUND.c.state == "open")
    row = tx.execute(found.with_for_update(read=True) if hold else found).first()
    return round_in(row) if row is not None else None


def last_round(tx: Tx) -> Round | None:
    """The open one, else the one that was closed last."""
    row = tx.execute(select(ROUND).order_by(ROUND.c.id.desc()).limit(1)).first()
    return round_in(row) if row is not None else None


def round_of(tx: Tx, id: int) -> Round | None:
    """The round of that id."""
    row = tx.execute(_OF_ROUND, {"of": id}).first() if 0 < id <= LARGEST else None
    return round_in(row) if row is not None else None


def rounds(tx: Tx) -> list[Round]:
    """All of them, the newest first."""
    return [round_in(row) for row in tx.execute(select(ROUND).order_by(ROUND.c.id.desc()))]


def end_round(tx: Tx, id: int, at: datetime) -> bool:
    """Close it and write down its figures. False: it is closed already."""
    ending = update(ROUND).where(ROUND.c.id == id, ROUND.c.state == "open")
    if tx.execute(ending.values(state="closed", closed_at=at)).rowcount == 0:
        return False
    tx.execute(update(PROPOSAL).where(PROPOSAL.c.round == id).values(voices=_STANDS, confirmed=_VOUCHED))
    return True


# -- proposals


def add(tx: Tx, one: Proposal) -> int:
    """Write a new one; returns the number it got."""
    names = ("round", "kelurahan", "text", "proposer", "language", "channel", "at", "why")
    row: dict[str, Any] = {name: getattr(one, name) for name in names}
    row |= {"state": one.state.value, **leapt(tx, PROPOSAL.c.number)}
    return new_id(tx.execute(insert(PROPOSAL), row))


def find(tx: Tx, number: int) -> Proposal | None:
    """The proposal of that number, whatever its state."""
    row = tx.execute(SEEN.where(PROPOSAL.c.number == number)).first() if 0 < number <= LARGEST else None
    return proposal_in(row) if row is not None else None


def shown(tx: Tx, round: int, kelurahan: str) -> list[Proposal]:
    """What is shown of one kelurahan, most voices first, of equal ones the oldest."""
    rows = tx.execute(SEEN.where(PROPOSAL.c.round == round, PROPOSAL.c.kelurahan == kelurahan, _SHOWN))
    return sorted(map(proposal_in, rows), key=lambda one: (-one.voices, one.number))


def listed(tx: Tx, round: int, *, kelurahan: str = "", state: State | None = None) -> list[Proposal]:
    """Of a round, by kelurahan, most voices first."""
    found = SEEN.where(PROPOSAL.c.round == round)
    if kelurahan:
        found = found.where(PROPOSAL.c.kelurahan == kelurahan)
    if state is not None:
        found = found.where(PROPOSAL.c.state == state.value)
    return sorted(map(proposal_in, tx.execute(found)), key=lambda one: (one.kelurahan, -one.voices, one.number))


def texts_of(tx: Tx, round: int, kelurahan: str) -> list[tuple[int, str]]:
    """Numbers and texts of what is shown or held there, the oldest first: what a new one may repeat."""
    rows = select(PROPOSAL.c.number, PROPOSAL.c.text).where(
        PROPOSAL.c.round == round, PROPOSAL.c.kelurahan == kelurahan, PROPOSAL.c.state == State.SHOWN.value
    )
    return [(row.number, row.text) for row in tx.execute(rows.order_by(PROPOSAL.c.number))]


def proposed_by(tx: Tx, number: str, round: int) -> list[Proposal]:
    """What that phone proposed in the round, the oldest first."""
    mine = SEEN.where(PROPOSAL.c.proposer == number, PROPOSAL.c.round == round)
    return [proposal_in(row) for row in tx.execute(mine.order_by(PROPOSAL.c.number))]


def judge(tx: Tx, number: int, state: State, why: str, text: str = "") -> None:
    """A person looked at it. What is hidden gives the voices back: they may be given to another."""
    values = {"state": state.value, "why": why} | ({"text": text} if text else {})
    tx.execute(update(PROPOSAL).where(PROPOSAL.c.number == number).values(values))
    if state is State.HIDDEN:
        tx.execute(delete(VOICE).where(VOICE.c.proposal == number))


# -- voices


def give(tx: Tx, round: int, proposal: int, number: str, language: str, at: datetime) -> bool:
    """One voice, to a proposal that is shown and stays so meanwhile. False: it is not, or that number has given one."""
    row = {"round": round, "proposal": proposal, "number": number, "language": language, "at": at}
    return tx.execute(_ADD_VOICE[tx.dialect.name], {f"its_{name}": row[name] for name in _VOICE}).rowcount > 0


def given(tx: Tx, round: int, number: str) -> int | None:
    """The proposal that has that number's voice."""
    mine = select(VOICE.c.proposal).where(VOICE.c.round == round, VOICE.c.number == number)
    found: int | None = tx.execute(mine).scalar()
    return found


def take_back(tx: Tx, round: int, number: str) -> bool:
    """The voice is free again. False: none was given."""
    return tx.execute(delete(VOICE).where(VOICE.c.round == round, VOICE.c.number == number)).rowcount > 0


_ROUND, _PROPOSAL = (tuple(one.name for one in fields(kind)) for kind in (Round, Proposal))


def round_in(row: Row[Any]) -> Round:
    """The round of a row."""
    return Round(**{name: getattr(row, name) for name in _ROUND})


def proposal_in(row: Row[Any]) -> Proposal:
    """The proposal of a row of ``SEEN``."""
    values: dict[str, Any] = {name: getattr(row, name) for name in _PROPOSAL}
    return Proposal(**values | {"state": State(row.state)})
