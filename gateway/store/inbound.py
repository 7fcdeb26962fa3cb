"""What came in: raw messages as the network gave them, the letters read from them, the parts of long ones.

A letter is ``new`` until a desk has handled it, then ``read``; ``unread`` when its desk left it for a person;
``failed`` when every desk that tried it raised.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from gateway.messages import Inbound, Kind
from gateway.store.schema import Tx, UtcDateTime, metadata, new_id, now, where

RAW = Table(
    "raw",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("imsi", String, nullable=False),
    Column("digest", String, nullable=False),  # sha256 of the PDU, hex
    Column("nth", Integer, nullable=False),  # 0 for the first letter of this PDU, 1 for an equal one a week later …
    Column("scts", UtcDateTime),  # the service centre's stamp; NULL where it was zero or invalid
    Column("pdu", Text, nullable=False),
    Column("channel", String, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("repeats", Integer, nullable=False, default=0),
    Column("fault", Text),  # why it could not be read: quarantined
    UniqueConstraint("imsi", "digest", "nth"),
)
INBOUND = Table(
    "inbound",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("external_id", String, nullable=False, unique=True),
    Column("channel", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("sender", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("received_at", UtcDateTime, nullable=False),
    Column("whole", String, nullable=False, default=""),
    Column("urgency", Integer, nullable=False),  # 0 is read first
    Column("state", String, nullable=False),
    Column("desk", String),
    Column("tries", Integer, nullable=False, default=0),
    Column("fault", Text),
    Column("read_at", UtcDateTime),
    Column("doubt", Text, nullable=False, server_default=text("''")),  # what was wrong with its callback
    Column("hides", Boolean),  # see hiding.py
    Index(None, "sender", "received_at"),
    Index(None, "received_at"),
    Index(None, "state", "id"),
    Index("ix_inbound_new", "state", "urgency", "id"),
)
LONG = Table(
    "long",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("whole", String, nullable=False, unique=True),
    Column("channel", String, nullable=False),
    Column("sender", String, nullable=False),
    Column("ref", Integer, nullable=False),
    Column("ref_bits", Integer, nullable=False),
    Column("parts", Integer, nullable=False),
    Column("first_at", UtcDateTime, nullable=False),
    Column("state", String, nullable=False),  # open, partial (given to the desks with holes), complete
    Index(None, "sender", "ref", "first_at"),
    Index("ix_long_open", "first_at", **where("state = 'open'")),
)
PART = Table(
    "part",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("long_id", ForeignKey("long.id"), nullable=False),
    Column("part", Integer, nullable=False),  # from 1
    Column("pdu", Text, nullable=False),
    Column("digest", String, nullable=False),  # sha256 of the user data: the same part sent twice
    UniqueConstraint("long_id", "part"),
)

_ADD = insert(INBOUND)
_ADD_ONCE = {
    "sqlite": sqlite.insert(INBOUND).on_conflict_do_nothing(index_elements=["external_id"]).inline(),
    "postgresql": postgresql.insert(INBOUND).on_conflict_do_nothing(index_elements=["external_id"]).inline(),
}
_LIKE = (
    select(INBOUND.c.id)
    .where(
        INBOUND.c.sender == bindparam("whose"),
        INBOUND.c.received_at >= bindparam("since"),
        INBOUND.c.channel == bindparam("by"),
        INBOUND.c.text == bindparam("words"),
    )
    .limit(1)
)
_KNOWN = select(INBOUND.c.id).where(INBOUND.c.external_id == bindparam("identity"))
_READ = (
    update(INBOUND)
    .where(INBOUND.c.id == bindparam("letter"), INBOUND.c.state == "new")
    .values(state="read", desk=bindparam("by"), read_at=bindparam("at"))
)
_IS_NEW = select(INBOUND.c.id).where(INBOUND.c.id == bindparam("letter"), INBOUND.c.state == "new")
_UNREAD = update(INBOUND).where(INBOUND.c.id == bindparam("letter")).values(state="unread")
_NEW = (
    select(INBOUND)
    .where(INBOUND.c.state == text("'new'"), INBOUND.c.urgency <= bindparam("most"))
    .order_by(INBOUND.c.urgency, INBOUND.c.id)
    .limit(bindparam("count"))
)


def add_letter(tx: Tx, letter: Inbound, *, urgent: bool) -> int:
    """Keep a letter (its ``id`` is not looked at) and return the id it was given."""
    return new_id(tx.execute(_ADD, _row(letter, urgent)))


def add_once(tx: Tx, letter: Inbound, *, urgent: bool) -> bool:
    """Keep a letter unless one of its ``external_id`` was kept before; whether it is new. One statement."""
    return tx.execute(_ADD_ONCE[tx.dialect.name], _row(letter, urgent)).rowcount == 1


def add_all_once(tx: Tx, letters: Sequence[tuple[Inbound, bool]]) -> None:
    """Keep many letters, each with whether it is urgent, as ``add_once`` does; one call of the driver for all."""
    tx.execute(_ADD_ONCE[tx.dialect.name], [_row(letter, urgent) for letter, urgent in letters])


def is_like(tx: Tx, letter: Inbound, since: datetime) -> bool:
    """Whether a letter of the same channel, sender and words came since then."""
    asked = {"whose": letter.sender, "by": letter.channel, "words": letter.text, "since": since}
    return tx.execute(_LIKE, asked).first() is not None


def is_sent_alike(tx: Tx, letter: Inbound, within: timedelta) -> bool:
    """Whether a letter of the same channel, sender and words was sent about when this one was."""
    if letter.sent_at is None:
        return False
    alike = (
        select(INBOUND.c.id)
        .where(INBOUND.c.sender == letter.sender, INBOUND.c.channel == letter.channel, INBOUND.c.text == letter.text)
        .where(INBOUND.c.sent_at.between(letter.sent_at - within, letter.sent_at + within))
        .limit(1)
    )
    return tx.execute(alike).first() is not None


def _row(letter: Inbound, urgent: bool) -> dict[str, Any]:
    return {
        "external_id": letter.external_id,
        "channel": letter.channel,
        "kind": letter.kind.value,
        "sender": letter.sender,
        "text": letter.text,
        "sent_at": letter.sent_at,
        "received_at": letter.received_at,
        "whole": letter.whole,
        "urgency": 0 if urgent else 1,
        "state": "new",
        "doubt": letter.doubt,
    }


def letter_of(row: Row[Any]) -> Inbound:
    """The letter of a row of ``inbound``."""
    return Inbound(
        id=row.id,
        channel=row.channel,
        kind=Kind(row.kind),
        sender=row.sender,
        text=row.text,
        sent_at=row.sent_at,
        received_at=row.received_at,
        external_id=row.external_id,
        whole=row.whole,
        doubt=row.doubt,
    )


def new_letters(tx: Tx, *, at_most: int, urgent_only: bool = False) -> list[tuple[Inbound, int]]:
    """Letters no desk has handled, with how often that was tried; urgent first, then in order of arrival."""
    rows = tx.execute(_NEW, {"most": 0 if urgent_only else 1, "count": at_most})
    return [(letter_of(row), row.tries) for row in rows]


def is_known(tx: Tx, external_id: str) -> bool:
    """Whether this letter was kept before."""
    return tx.execute(_KNOWN, {"identity": external_id}).first() is not None


def is_new(tx: Tx, letter_id: int) -> bool:
    """Whether the letter still waits for a desk."""
    return tx.execute(_IS_NEW, {"letter": letter_id}).first() is not None


def mark_read(tx: Tx, letter_id: int, desk: str) -> None:
    """The desk has handled it (and did not leave it for a person)."""
    tx.execute(_READ, {"letter": letter_id, "by": desk, "at": now(tx)})


def leave_unread(tx: Tx, letter_id: int) -> None:
    """A desk's verb: the letter is handled, and a person shall still read it (``letters list --state unread``)."""
    tx.execute(_UNREAD, {"letter": letter_id})


def mark_tried(tx: Tx, letter_id: int, fault: str, *, failed: bool) -> None:
    """A desk raised on it. ``failed``: no desk will try again until a person says so."""
    values: dict[str, Any] = {"tries": INBOUND.c.tries + 1, "fault": fault[:500]}
    if failed:
        values["state"] = "failed"
    tx.execute(update(INBOUND).where(INBOUND.c.id == letter_id).values(values))


def letters_of(tx: Tx, ids: Sequence[int]) -> list[Inbound]:
    """The letters with these ids, in order of arrival."""
    rows = tx.execute(select(INBOUND).where(INBOUND.c.id.in_(ids)).order_by(INBOUND.c.id))
    return [letter_of(row) for row in rows]


def letter_named(tx: Tx, external_id: str) -> Inbound | None:
    """The letter with that identity."""
    row = tx.execute(select(INBOUND).where(INBOUND.c.external_id == external_id)).first()
    return letter_of(row) if row is not None else None
