"""Claim, settle, give up: the moves of a letter on its way out, each one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, text, update

from gateway.messages import Lane, Outbound
from gateway.store.outbound import CONCAT, OUTBOUND, OUTBOUND_PART, REPEAT, forget_parts, put
from gateway.store.receipts import early_receipts, letter_reported
from gateway.store.schema import Tx, new_id, now

PAGE = 50  # queued letters looked at together when the first is not for this channel
AGAIN = "(ulang) "  # what marks a letter that perhaps came before: "again"

_QUEUED = (
    select(OUTBOUND)
    .where(
        OUTBOUND.c.state == text("'queued'"),
        OUTBOUND.c.urgency >= bindparam("least"),
        OUTBOUND.c.urgency <= bindparam("most"),
        OUTBOUND.c.due_at <= bindparam("at"),
        OUTBOUND.c.expires_at > bindparam("at"),
    )
    .order_by(OUTBOUND.c.urgency, OUTBOUND.c.turn, OUTBOUND.c.id)
    .limit(bindparam("count"))
    .offset(bindparam("skip"))
)
_CLAIM = (
    update(OUTBOUND)
    .where(OUTBOUND.c.id == bindparam("letter"))
    .values(
        state="doing",
        fence=OUTBOUND.c.fence + 1,
        channel=bindparam("by"),
        parts=bindparam("count"),
        next_part=bindparam("at_part"),
        reference=bindparam("joins"),
        due_at=bindparam("at"),  # of a letter being done: since when
    )
)
_SETTLE = (
    update(OUTBOUND)
    .where(
        OUTBOUND.c.id == bindparam("letter"),
        OUTBOUND.c.fence == bindparam("held"),
        OUTBOUND.c.state == text("'doing'"),
    )
    .values(
        state=bindparam("to"),
        next_part=bindparam("at_part"),
        tries=bindparam("tried"),
        due_at=bindparam("due"),
        settled_at=bindparam("settled"),
        fault=bindparam("why"),
    )
)
_PART = insert(OUTBOUND_PART)
_TIMES = select(  # each answered by its own index
    *(
        select(func.min(column)).where(OUTBOUND.c.state == text("'queued'")).scalar_subquery().label(name)
        for name, column in (("due", OUTBOUND.c.due_at), ("over", OUTBOUND.c.expires_at))
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a channel could send now. ``least`` to ``most``: urgency (0 first). ``serves``: may it carry a letter of
    this lane to this number at all; ``anyone``: may any channel. ``parts`` counts the messages a letter takes.
    ``lost``: channels that are not well now: an emergency begun on one of them is begun again here."""

    channel: str
    least: int
    most: int
    serves: Callable[[str, Lane], bool]
    anyone: Callable[[str, Lane], bool]
    parts: Callable[[Outbound], int]
    lost: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A part of a letter that is being done by one channel. ``fence``: which claim of the letter this is."""

    id: int
    letter: Outbound
    channel: str
    part: int
    parts: int
    reference: int
    fence: int
    tries: int
    repeats: int | None
    claimed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """How a claim ended. ``state``: sent (``reference`` is the channel's), queued (again in ``again_s``), refused,
    dead, unknown (an emergency is repeated after ``doubt_s``)."""

    state: str
    reference: str = ""
    fault: str | None = None
    tried: bool = False
    again_s: float = 0.0
    doubt_s: float = 0.0


def claim(tx: Tx, wish: Wish) -> Claim | None:
    """Mark the most urgent letter that this channel may carry as being done, and return it. A letter that no channel
    may ever carry is refused on the way."""
    at = now(tx)
    for row in _candidates(tx, wish, at):
        letter = letter_of(row)
        if not wish.serves(letter.to, letter.lane):
            if not wish.anyone(letter.to, letter.lane):
                _end(tx, row.id, "refused", "no channel may carry a letter to this number", at)
            continue
        begun = row.next_part > 0
        if begun and row.channel != wish.channel:
            if letter.lane is not Lane.EMERGENCY or row.channel not in wish.lost:
                continue  # its other parts left with another number: only together they can be joined
            forget_parts(tx, row.id)
            begun = False
        try:
            parts = row.parts if begun else wish.parts(letter)
        except Exception as error:
            _end(tx, row.id, "refused", f"cannot be written: {error!r}", at)
            continue
        return _claim(tx, wish.channel, row, letter, parts, begun, at)
    return None


def _candidates(tx: Tx, wish: Wish, at: datetime) -> Iterator[Row[Any]]:
    skip, count = 0, 1  # nearly always the first is the one
    while True:
        asked = {"least": wish.least, "most": wish.most, "at": at, "skip": skip, "count": count}
        rows = tx.execute(_QUEUED, asked).all()
        yield from (row for row in rows if row.wanted is None or row.wanted == wish.channel)
        if len(rows) < count:
            return
        skip, count = skip + count, PAGE


def _claim(tx: Tx, channel: str, row: Row[Any], letter: Outbound, parts: int, begun: bool, at: datetime) -> Claim:
    reference = row.reference if begun else (next_reference(tx, letter.to) if parts > 1 else 0)
    part = row.next_part if begun else 0
    claimed = {"by": channel, "count": parts, "at_part": part, "joins": reference, "at": at}
    tx.execute(_CLAIM, {"letter": row.id, **claimed})
    return Claim(
        id=row.id,
        letter=letter,
        channel=channel,
        part=part,
        parts=parts,
        reference=reference,
        fence=row.fence + 1,
        tries=row.tries,
        repeats=row.repeats,
        claimed_at=at,
    )


def next_reference(tx: Tx, recipient: str) -> int:
    """The reference that joins the parts of the next long letter to this recipient: 1 to 65535, kept over restarts, so
    that two letters are not taken for one."""
    last = tx.execute(select(CONCAT.c.last).where(CONCAT.c.recipient == recipient)).scalar()
    if last is None:
        tx.execute(insert(CONCAT).values(recipient=recipient, last=1))
        return 1
    following = int(last) % 65535 + 1
    tx.execute(update(CONCAT).where(CONCAT.c.recipient == recipient).values(last=following))
    return following


def settle(tx: Tx, claimed: Claim, end: Settled) -> bool:
    """Write down how the claim ended. False: it was no longer held (nothing is written)."""
    at = now(tx)
    sent = end.state == "sent"
    more = sent and claimed.part + 1 < claimed.parts
    state = "queued" if more else end.state
    row = {
        "letter": claimed.id,
        "held": claimed.fence,
        "to": state,
        "at_part": claimed.part + 1 if sent else claimed.part,
        "tried": 0 if sent else claimed.tries + int(end.tried),
        "due": at + timedelta(seconds=end.again_s),
        "settled": None if state == "queued" else at,
        "why": end.fault,
    }
    if tx.execute(_SETTLE, row).rowcount == 0:
        return False
    if sent or state == "unknown":
        _add_part(tx, claimed, end, at)
    if sent and not more and claimed.parts > 1:  # the other parts may have been reported before this one left
        letter_reported(tx, claimed.id)
    if state == "unknown":
        _repeat(tx, claimed.id, claimed.letter, claimed.repeats, end.doubt_s, at)
    return True


def _add_part(tx: Tx, claimed: Claim, end: Settled, at: datetime) -> None:
    sent = end.state == "sent"
    part = {
        "outbound_id": claimed.id,
        "part": claimed.part,
        "state": end.state,
        "channel": claimed.channel,
        "reference": end.reference or None,
        "recipient": claimed.letter.to,
        "claimed_at": claimed.claimed_at,
        "sent_at": at if sent else None,
        "reported_at": None,
    }
    part_id = new_id(tx.execute(_PART, part))
    if sent:
        early_receipts(tx, part_id, claimed.channel, end.reference, claimed.letter.to, claimed.claimed_at)


def _repeat(tx: Tx, letter_id: int, letter: Outbound, repeats: int | None, doubt_s: float, at: datetime) -> None:
    """An emergency of unknown fate is sent once more, marked: better twice than never. Only once, and not when it was
    taken back meanwhile."""
    if letter.lane is not Lane.EMERGENCY or repeats is not None:
        return
    if tx.execute(select(OUTBOUND.c.expires_at).where(OUTBOUND.c.id == letter_id)).scalar_one() <= at:
        return
    again = Outbound(
        to=letter.to,
        text=AGAIN + letter.text,
        lane=letter.lane,
        key=letter.key + REPEAT,
        expires_at=letter.expires_at,
        channel=letter.channel,
        answers=letter.answers,
    )
    new = put(tx, again)
    due = at + timedelta(seconds=doubt_s)
    tx.execute(update(OUTBOUND).where(OUTBOUND.c.id == new).values(repeats=letter_id, due_at=due))


def recover(tx: Tx, doubt_s: float) -> int:
    """At start: what was being done when the program stopped is unknown. Returns how many letters that were."""
    at = now(tx)
    rows = tx.execute(select(OUTBOUND).where(OUTBOUND.c.state == text("'doing'"))).all()
    for row in rows:
        _end(tx, row.id, "unknown", "the program stopped while it was being sent", at)
        _repeat(tx, row.id, letter_of(row), row.repeats, doubt_s, at)
    return len(rows)


def expire(tx: Tx) -> int:
    """End what is queued past its time. Returns how many letters that were."""
    at = now(tx)
    late = OUTBOUND.c.state == text("'queued'"), OUTBOUND.c.expires_at <= at
    result = tx.execute(update(OUTBOUND).where(*late).values(state="expired", settled_at=at))
    return int(result.rowcount)


def next_times(tx: Tx) -> tuple[datetime | None, datetime | None]:
    """When the earliest queued letter may be sent (in the past when one waits for a channel), and when the next one's
    time is over."""
    row = tx.execute(_TIMES).one()
    return row.due, row.over


def _end(tx: Tx, letter_id: int, state: str, fault: str, at: datetime) -> None:
    tx.execute(update(OUTBOUND).where(OUTBOUND.c.id == letter_id).values(state=state, fault=fault[:500], settled_at=at))


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
    )
