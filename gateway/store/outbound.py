"""What goes out: letters, their parts, and what the network reported of them.

A letter is ``queued``, then ``doing`` while a channel has a part of it, and ends as ``sent`` (handed over),
``delivered``, ``read`` or ``failed`` (reported), ``refused`` (no channel takes it), ``expired``, ``cancelled``,
``dead`` (given up) or ``unknown`` (handed over, and nobody knows).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
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
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from gateway.messages import Lane, Outbound
from gateway.number import subscriber
from gateway.store.inbound import INBOUND
from gateway.store.schema import Tx, UtcDateTime, metadata, new_id, now, where

REPEAT = "#ulang"  # follows the key of the letter that is repeated; a number follows it from the second repeat on
MOST_REPEATS = 9  # of one letter: one for each further channel, and no house has ten
UNSEEN = "seen_at IS NULL AND state IN ('dead', 'expired', 'failed', 'refused')"  # ended badly, and no person knows
NEVER = "not a subscriber's number: never written to"
URGENCY = {Lane.EMERGENCY: 0, Lane.SERVICE: 1, Lane.BULK: 2}

OUTBOUND = Table(
    "outbound",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("recipient", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("lane", String, nullable=False),
    Column("urgency", Integer, nullable=False),  # 0 goes first
    Column("turn", Integer, nullable=False),  # of equally urgent letters the lower goes first: fair to each recipient
    Column("state", String, nullable=False),
    Column("wanted", String),  # the channel asked for; NULL: any
    Column("channel", String),  # the channel that has sent a part of it, or tried
    Column("answers", Integer),  # the inbound letter it answers
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    Column("fence", Integer, nullable=False, default=0),  # grows with each claim; a late settle is seen
    Column("tries", Integer, nullable=False, default=0),
    Column("parts", Integer, nullable=False, default=0),  # 0: not yet split
    Column("next_part", Integer, nullable=False, default=0),
    Column("reference", Integer),  # joins the parts (0-65535)
    Column("repeats", Integer),  # the letter whose fate is unknown and that this one repeats
    Column("fault", Text),
    Column("owner", String),  # the process that claimed it last
    Column("prefer", String),  # the channel by which the letter came that it answers
    Column("refused_by", String),  # channels that never take it, parted by blanks
    Column("doubted", String),  # channels on which it is in doubt already
    Column("doubted_until", UtcDateTime),  # before it not by these; NULL: never by these
    Column("hides", Boolean),  # see hiding.py
    Column("seen_at", UtcDateTime),  # a person knows that it ended badly, or nobody need know
    Column("crowd", Integer),  # the broadcast or warning that it is of
    Column("asked_at", UtcDateTime),  # when its reader asked for it; NULL: it comes unasked
    Index("ix_outbound_turn", "state", "urgency", "turn", "id"),
    Index("ix_outbound_queued_recipient", "recipient", "urgency", "turn", **where("state = 'queued'")),
    Index("ix_outbound_due", "due_at", **where("state = 'queued'")),
    Index("ix_outbound_expires", "expires_at", **where("state = 'queued'")),
    Index(None, "recipient", "id"),
    Index(None, "created_at"),
    Index(None, "state", "id"),
    Index("ix_outbound_unseen", "state", **where(UNSEEN)),
    Index("ix_outbound_crowd", "crowd", "state", **where("crowd IS NOT NULL")),
)
OUTBOUND_PART = Table(
    "outbound_part",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("outbound_id", ForeignKey("outbound.id"), nullable=False),
    Column("part", Integer, nullable=False),  # from 0
    Column("state", String, nullable=False),  # sent, delivered, read, failed, unknown
    Column("channel", String, nullable=False),
    Column("reference", String),  # the channel's own, by which a report names the part
    Column("recipient", String, nullable=False),
    Column("claimed_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("reported_at", UtcDateTime),
    Column("awaits", Boolean),  # a report was asked for, and usually comes
    UniqueConstraint("outbound_id", "part"),
    Index(None, "channel", "reference", "recipient"),
)
RECEIPT = Table(
    "receipt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String, nullable=False),
    Column("reference", String, nullable=False),
    Column("recipient", String, nullable=False),
    Column("delivery", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("part_id", ForeignKey("outbound_part.id")),  # NULL: the send has not returned yet
    Index(None, "channel", "reference", "recipient"),
)
CONCAT = Table(
    "concat",
    metadata,
    Column("recipient", String, primary_key=True),
    Column("last", Integer, nullable=False),  # the reference last used for a letter of several parts
)

_KNOWN = select(OUTBOUND.c.id).where(OUTBOUND.c.key == bindparam("key"))
_QUEUED = OUTBOUND.c.state == text("'queued'")  # as the partial indexes say it, so that SQLite uses them
_TURN = select(  # the first of an order, not min(): PostgreSQL walks the whole of a table that it does not know yet
    select(OUTBOUND.c.turn)
    .where(_QUEUED, OUTBOUND.c.urgency == bindparam("urgency"))
    .order_by(OUTBOUND.c.turn)
    .limit(1)
    .scalar_subquery()
    .label("first"),
    select(OUTBOUND.c.turn)
    .where(
        _QUEUED,
        OUTBOUND.c.recipient == bindparam("recipient"),
        OUTBOUND.c.urgency == bindparam("urgency"),
        OUTBOUND.c.crowd.is_(None),  # a reply does not stand behind the warnings to others that come before his own
    )
    .order_by(OUTBOUND.c.turn.desc())
    .limit(1)
    .scalar_subquery()
    .label("last"),
)
_LAST_OF_CROWD = select(func.max(OUTBOUND.c.turn)).where(OUTBOUND.c.crowd == bindparam("of"), _QUEUED)
_PUT = insert(OUTBOUND).values(
    prefer=select(INBOUND.c.channel).where(INBOUND.c.id == bindparam("answered")).scalar_subquery(),
    hides=func.coalesce(
        select(INBOUND.c.hides).where(INBOUND.c.id == bindparam("answered")).scalar_subquery(),
        bindparam("hidden", type_=Boolean),
    ),
)


def put(tx: Tx, letter: Outbound) -> int:
    """Queue a letter and return its id; a key that is known already is the same letter, and nothing is added.

    A recipient that is no subscriber (alphanumeric sender, short code) is never written to: two machines would
    answer each other for ever. Such a letter is kept as ``refused``.
    """
    known = tx.execute(_KNOWN, {"key": letter.key}).scalar()
    if known is not None:
        return int(known)
    at, urgency, able = now(tx), URGENCY[letter.lane], subscriber(letter.to)
    row: dict[str, Any] = {
        "key": letter.key,
        "recipient": letter.to,
        "text": letter.text,
        "lane": letter.lane.value,
        "urgency": urgency,
        "turn": _turn(tx, letter.to, urgency) if able else 0,
        "state": "queued" if able else "refused",
        "wanted": letter.channel,
        "answers": letter.answers,
        "answered": letter.answers,
        "hidden": letter.hides or None,
        "asked_at": letter.asked_at,
        "created_at": at,
        "due_at": at,
        "expires_at": letter.expires_at,
        "settled_at": None if able else at,
        "fault": None if able else NEVER,
        "seen_at": None if able else at,
    }
    return new_id(tx.execute(_PUT, row))


def put_crowd(tx: Tx, letters: Sequence[Outbound], crowd: int) -> None:
    """Queue letters of one lane to many numbers, none of them known by its key. They take turn after turn, as if all
    went to one recipient, so that another's letter waits for one of them and not for all. How they end is shown with
    the broadcast: no person need see each."""
    if not letters:
        return
    at, urgency = now(tx), URGENCY[letters[0].lane]
    last = tx.execute(_LAST_OF_CROWD, {"of": crowd}).scalar()
    first = tx.execute(_TURN, {"recipient": "", "urgency": urgency}).one().first or 0
    turn = first if last is None else max(first, last + 1)
    rows: list[dict[str, Any]] = [
        {
            "key": letter.key,
            "recipient": letter.to,
            "text": letter.text,
            "lane": letter.lane.value,
            "urgency": urgency,
            "turn": turn + nth,
            "state": "queued",
            "wanted": letter.channel,
            "created_at": at,
            "due_at": at,
            "expires_at": letter.expires_at,
            "seen_at": at,
            "crowd": crowd,
        }
        for nth, letter in enumerate(letters)
    ]
    tx.execute(insert(OUTBOUND), rows)


def _turn(tx: Tx, recipient: str, urgency: int) -> int:
    """Each recipient's n-th waiting letter takes the n-th turn from now, so that 500 letters to one delay no other."""
    row = tx.execute(_TURN, {"recipient": recipient, "urgency": urgency}).one()
    mine = -1 if row.last is None else row.last
    return max(row.first or 0, mine + 1)


def cancel(tx: Tx, keys: Iterable[str]) -> int:
    """Take back what no channel has yet, and say how many letters that were. What is on its way, or perhaps came, is
    not tried or repeated after it."""
    at, named = now(tx), [*keys]
    named += [key + REPEAT + nth for key in named for nth in ("", *map(str, range(2, MOST_REPEATS + 1)))]
    mine = OUTBOUND.c.key.in_(named)
    result = tx.execute(update(OUTBOUND).where(_QUEUED, mine).values(state="cancelled", settled_at=at))
    under_way = OUTBOUND.c.state.in_(("doing", "unknown"))
    over = {"expires_at": at, "seen_at": at}  # it may still end as expired: as it was meant to
    tx.execute(update(OUTBOUND).where(mine, under_way, OUTBOUND.c.expires_at > at).values(over))
    return int(result.rowcount)


def repeat_key(key: str) -> str:
    """The key of the letter that repeats the one with this key: ``k``, ``k#ulang``, ``k#ulang2`` …; empty: enough."""
    origin, mark, nth = key.rpartition(REPEAT)
    if not mark or (nth and not nth.isdecimal()):
        return key + REPEAT
    following = int(nth or 1) + 1
    return f"{origin}{REPEAT}{following}" if following <= MOST_REPEATS else ""


def forget_parts(tx: Tx, letter_id: int) -> None:
    """The letter will be sent from its beginning: what is known of its parts is of a try that does not count."""
    parts = select(OUTBOUND_PART.c.id).where(OUTBOUND_PART.c.outbound_id == letter_id)
    tx.execute(update(RECEIPT).where(RECEIPT.c.part_id.in_(parts)).values(part_id=None))
    tx.execute(delete(OUTBOUND_PART).where(OUTBOUND_PART.c.outbound_id == letter_id))


def end(tx: Tx, letter_id: int, state: str, fault: str, at: datetime, *, seen: bool = False) -> None:
    """The letter's final state, and why. ``seen``: no person need know."""
    ended = {"state": state, "fault": fault[:500], "settled_at": at, "seen_at": at if seen else None}
    tx.execute(update(OUTBOUND).where(OUTBOUND.c.id == letter_id).values(ended))


def letter_of(row: Row[Any]) -> Outbound:
    """The letter of a row of ``outbound``."""
    return Outbound(
        to=row.recipient,
        text=row.text,
        lane=Lane(row.lane),
        key=row.key,
        expires_at=row.expires_at,
        channel=row.wanted,
        answers=row.answers,
        hides=bool(row.hides),
        asked_at=row.asked_at,
    )


def refuse_by(tx: Tx, letter_id: int, channel: str) -> None:
    """The letter does not leave by that channel: it is about the channel's own fault."""
    tx.execute(update(OUTBOUND).where(OUTBOUND.c.id == letter_id).values(refused_by=channel))


def needs_no_eye(tx: Tx, letter_id: int) -> None:
    """However the letter ends, no person need see it: what it is for is shown elsewhere."""
    tx.execute(update(OUTBOUND).where(OUTBOUND.c.id == letter_id).values(seen_at=now(tx)))
