"""Settle, repeat, give up: how a letter that was claimed goes on, each one transaction."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, insert, select, text, update

from gateway.messages import Lane, Outbound
from gateway.store.claiming import Claim, names
from gateway.store.outbound import OUTBOUND, OUTBOUND_PART, end, letter_of, needs_no_eye, put, repeat_key
from gateway.store.process import gone
from gateway.store.receipts import early_receipts, letter_reported
from gateway.store.schema import Tx, new_id, now
from gateway.store.spending import spend

AGAIN = "(ulang) "  # what marks a letter that perhaps came before: "again"

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
        refused_by=bindparam("never_by"),
    )
)
_HOLDS = select(OUTBOUND).where(OUTBOUND.c.id == bindparam("letter"))
_DOING = select(OUTBOUND).where(OUTBOUND.c.state == text("'doing'")).with_for_update(skip_locked=True)
_PART = insert(OUTBOUND_PART)
_IS_QUEUED = OUTBOUND.c.state == text("'queued'")
_TIMES = select(  # each answered by its own index
    *(
        select(column).where(_IS_QUEUED).order_by(column).limit(1).scalar_subquery().label(name)
        for name, column in (("due", OUTBOUND.c.due_at), ("over", OUTBOUND.c.expires_at))
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """How a claim ended. ``state``: sent (``reference`` is the channel's), queued (again in ``again_s``), refused,
    dead, unknown.

    ``refused_by``: channels that will not carry it (queued: others may). Unknown: an emergency is repeated, at once by
    a channel that ``further`` says is free to try, else after ``doubt_s``. ``air_s``, ``cost`` and ``day`` go to the
    ledger where a message left, or perhaps did; ``awaits``: a delivery report should come."""

    state: str
    reference: str = ""
    fault: str | None = None
    tried: bool = False
    again_s: float = 0.0
    doubt_s: float = 0.0
    further: bool = False
    refused_by: Set[str] = frozenset()
    air_s: float = 0.0
    cost: float = 0.0
    day: str = ""
    awaits: bool = False


def settle(tx: Tx, claimed: Claim, ended: Settled) -> bool:
    """Write down how the claim ended. False: it was no longer held (nothing is written)."""
    at = now(tx)
    sent = ended.state == "sent"
    more = sent and claimed.part + 1 < claimed.parts
    state = "queued" if more else ended.state
    row = {
        "letter": claimed.id,
        "held": claimed.fence,
        "to": state,
        "at_part": claimed.part + 1 if sent else claimed.part,
        "tried": 0 if sent else claimed.tries + int(ended.tried),
        "due": at + timedelta(seconds=ended.again_s),
        "settled": None if state == "queued" else at,
        "why": ended.fault,
        "never_by": " ".join(sorted(ended.refused_by or claimed.barred)) or None,
    }
    if tx.execute(_SETTLE, row).rowcount == 0:
        return False
    if sent or state == "unknown":
        _add_part(tx, claimed, ended, at)
        if ended.day:
            spend(tx, ended.day, claimed.channel, claimed.letter.lane.value, ended.air_s, ended.cost)
    if sent and not more and claimed.parts > 1:  # the other parts may have been reported before this one left
        letter_reported(tx, claimed.id)
    if state == "unknown":
        _doubt(tx, claimed, ended, at)
    return True


def _add_part(tx: Tx, claimed: Claim, ended: Settled, at: datetime) -> None:
    sent = ended.state == "sent"
    part = {
        "outbound_id": claimed.id,
        "part": claimed.part,
        "state": ended.state,
        "channel": claimed.channel,
        "reference": ended.reference or None,
        "recipient": claimed.letter.to,
        "claimed_at": claimed.claimed_at,
        "sent_at": at if sent else None,
        "reported_at": None,
        "awaits": ended.awaits,
    }
    part_id = new_id(tx.execute(_PART, part))
    if sent:
        early_receipts(tx, part_id, claimed.channel, ended.reference, claimed.letter.to, claimed.claimed_at)


def _doubt(tx: Tx, claimed: Claim, ended: Settled, at: datetime) -> None:
    """An emergency of unknown fate is sent once more, marked: better twice than never. At once by a further channel, or
    else, the first time only, after a while by any; so there is one SMS more for each further channel that is tried,
    and one where there is none."""
    again = claimed.repeats is not None
    if again and (claimed.channel in claimed.doubted or not ended.further):
        return
    doubted = claimed.doubted | {claimed.channel}
    until = None if again else at + timedelta(seconds=ended.doubt_s)
    if claimed.letter.lane is Lane.EMERGENCY:
        _repeat(tx, claimed.id, claimed.letter, doubted, until, at)


def _repeat(tx: Tx, letter_id: int, letter: Outbound, doubted: Set[str], until: datetime | None, at: datetime) -> None:
    """Not when the letter was taken back meanwhile."""
    key = repeat_key(letter.key)
    if not key:
        return
    row = tx.execute(_HOLDS, {"letter": letter_id}).one()
    if row.expires_at <= at:
        return
    again = replace(letter, text=AGAIN + letter.text.removeprefix(AGAIN), key=key)
    bars = {"repeats": letter_id, "doubted": " ".join(sorted(doubted)), "doubted_until": until}
    bars["refused_by"] = row.refused_by
    if row.crowd is not None:  # what stops the warning stops this one too, and it is shown with the warning
        bars |= {"crowd": row.crowd, "seen_at": at}
    tx.execute(update(OUTBOUND).where(OUTBOUND.c.id == put(tx, again)).values(bars))
    needs_no_eye(tx, letter_id)  # the repeat ends in its place


def recover(tx: Tx, doubt_s: float) -> int:
    """What was being done by a process that is gone is unknown: at start, of the one before us; where processes share a
    store, of any that fell. What was no letter in bulk is repeated once, marked: a reply may be somebody's ticket.
    Returns how many letters that were."""
    at = now(tx)
    rows = tx.execute(_DOING).all()
    lost = gone(tx, {row.owner for row in rows}) if rows else set()
    mine = [row for row in rows if row.owner in lost]
    for row in mine:
        end(tx, row.id, "unknown", "the program stopped while it was being sent", at)
        letter = letter_of(row)
        if row.repeats is None and letter.lane is not Lane.BULK:
            until = at + timedelta(seconds=doubt_s)
            _repeat(tx, row.id, letter, names(row.channel), until, at)
    return len(mine)


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
