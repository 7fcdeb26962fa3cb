"""Claim: the most urgent letter that a channel may carry is marked as being done by it, before it touches the wire.

Two processes on one store share the letters: what one looks at the other skips (``SKIP LOCKED``; SQLite has one
writer), and the fence says which claim of a letter a settle belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, text, update

from gateway.messages import Lane, Outbound
from gateway.route import Errand
from gateway.store.callbacks import has_opted_out
from gateway.store.outbound import CONCAT, OUTBOUND, end, forget_parts, letter_of
from gateway.store.process import me
from gateway.store.schema import Tx, now
from gateway.store.spending import spent_on

PAGE = 50  # queued letters looked at together when the first is not for this channel
PAGES = 6  # at one look, at about 2 ms each: ten thousand letters that wait for another channel hold nobody's commit up
NO_WAY = "no channel may carry a letter to this number"

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
_FIRST = _QUEUED.with_for_update(skip_locked=True)  # nearly always the one; of later ones only the one is locked
_LOCK = (
    select(OUTBOUND.c.id)
    .where(OUTBOUND.c.id == bindparam("letter"), OUTBOUND.c.state == text("'queued'"))
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    update(OUTBOUND)
    .where(OUTBOUND.c.id == bindparam("letter"))
    .values(
        state="doing",
        fence=OUTBOUND.c.fence + 1,
        owner=bindparam("who"),
        channel=bindparam("by"),
        parts=bindparam("count"),
        next_part=bindparam("at_part"),
        reference=bindparam("joins"),
        due_at=bindparam("at"),  # of a letter being done: since when
    )
)
_LAST = select(CONCAT.c.last).where(CONCAT.c.recipient == bindparam("whom"))
_FOLLOWING = text(  # one statement, so that two processes never take the same
    "INSERT INTO concat (recipient, last) VALUES (:whom, 1) "
    "ON CONFLICT (recipient) DO UPDATE SET last = concat.last % 65535 + 1"
)


@dataclass(slots=True, kw_only=True)
class Till:
    """What a channel may spend on a day, in Rupiah, for what is no emergency. ``full`` is set where a letter was left
    because of it."""

    day: str
    ceiling: float
    cost: Callable[[Outbound, int], float]
    full: bool = False

    def allows(self, tx: Tx, channel: str, letter: Outbound, parts: int) -> bool:
        if not self.ceiling or letter.lane is Lane.EMERGENCY:
            return True
        if spent_on(tx, self.day, channel) + self.cost(letter, parts) <= self.ceiling:
            return True
        self.full = True
        return False


@dataclass(slots=True)
class Scan:
    """How far a slot has looked down the queue: it goes on there where its last look ended."""

    skip: int = PAGE


def nobody(tx: Tx, letter: Outbound, many: bool) -> bool:
    """Nobody's phone must be quiet."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a channel could send now. ``least`` to ``most``: urgency (0 first). ``takes``: would it carry this letter
    now (``route.py``); ``ever``: may any channel, without those, ever carry it. ``parts`` counts the messages a letter
    takes. ``lost``: channels that are not well now: an emergency begun on one of them is begun again here. ``till``:
    its money. ``scan``: where the slot's last look ended. ``hushed``:
    whether its reader's phone must be quiet, and the letter not come there (``sparing.py``); ``many`` have the same."""

    channel: str
    least: int
    most: int
    takes: Callable[[Errand], bool]
    ever: Callable[[Outbound, frozenset[str]], bool]
    parts: Callable[[Outbound], int]
    lost: frozenset[str] = frozenset()
    till: Till | None = None
    scan: Scan = field(default_factory=Scan)
    hushed: Callable[[Tx, Outbound, bool], bool] = nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A part of a letter that is being done by one channel. ``fence``: which claim of the letter this is. ``barred``:
    channels that refused it; ``doubted``: on which it is in doubt already."""

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
    barred: frozenset[str] = frozenset()
    doubted: frozenset[str] = frozenset()


def claim(tx: Tx, wish: Wish) -> Claim | None:
    """Mark the most urgent letter that this channel carries now as being done, and return it. A letter that no channel
    may ever carry is refused on the way."""
    at = now(tx)
    for row, locked in _candidates(tx, wish, at):
        letter = letter_of(row)
        if not wish.takes(_errand(row, letter, at)):
            if not wish.ever(letter, names(row.refused_by)):
                end(tx, row.id, "refused", NO_WAY, at)
            continue
        begun = row.next_part > 0
        if begun and row.channel != wish.channel:
            if letter.lane is not Lane.EMERGENCY or row.channel not in wish.lost | names(row.refused_by):
                continue  # its other parts left with another number: only together they can be joined
            forget_parts(tx, row.id)
            begun = False
        if why := _spared(tx, wish, row, letter):
            end(tx, row.id, "refused", why, at, seen=True)
            continue
        try:
            parts = row.parts if begun else wish.parts(letter)
        except Exception as error:
            end(tx, row.id, "refused", f"cannot be written: {error!r}", at)
            continue
        if not begun and wish.till is not None and not wish.till.allows(tx, wish.channel, letter, parts):
            return None
        if locked or tx.execute(_LOCK, {"letter": row.id}).first() is not None:
            return _claim(tx, wish.channel, row, letter, parts, begun, at)
    return None


def _spared(tx: Tx, wish: Wish, row: Row[Any], letter: Outbound) -> str:
    """Why a letter does not go to its reader, as things are now; empty: it goes."""
    if letter.lane is Lane.BULK and has_opted_out(tx, letter.to):
        return "the subscriber wants no letters in bulk"
    if wish.hushed(tx, letter, letter.lane is Lane.BULK or row.crowd is not None):
        return "nothing may come to this phone: it must be quiet"
    return ""


def names(column: str | None) -> frozenset[str]:
    """The channels of a column that holds several."""
    return frozenset(column.split()) if column else frozenset()


def _errand(row: Row[Any], letter: Outbound, at: datetime) -> Errand:
    barred = names(row.refused_by)
    if row.doubted and (row.doubted_until is None or at < row.doubted_until):
        barred |= names(row.doubted)
    return Errand(
        letter=letter,
        prefer=row.prefer or "",
        tried=row.channel if row.tries and row.channel else "",
        barred=barred,
        waited_s=(at - row.due_at).total_seconds(),
    )


def _candidates(tx: Tx, wish: Wish, at: datetime) -> Iterator[tuple[Row[Any], bool]]:
    """The first, which is then locked for us; the first page; and a few pages more from where the last look ended."""
    asked = {"least": wish.least, "most": wish.most, "at": at, "skip": 0, "count": 1}
    first = tx.execute(_FIRST, asked).all()
    yield from ((row, True) for row in first if _asks_for(row, wish))
    skip, seen = 0, {row.id for row in first}
    for page in range(PAGES if first else 0):
        rows = tx.execute(_QUEUED, {**asked, "skip": skip, "count": PAGE}).all()
        yield from ((row, False) for row in rows if row.id not in seen and _asks_for(row, wish))
        if len(rows) < PAGE:
            wish.scan.skip = PAGE
            return
        skip = wish.scan.skip if page == 0 else skip + PAGE
        wish.scan.skip = skip


def _asks_for(row: Row[Any], wish: Wish) -> bool:
    return row.wanted is None or row.wanted == wish.channel


def _claim(tx: Tx, channel: str, row: Row[Any], letter: Outbound, parts: int, begun: bool, at: datetime) -> Claim:
    reference = row.reference if begun else (next_reference(tx, letter.to) if parts > 1 else 0)
    part = row.next_part if begun else 0
    claimed = {"who": me(tx), "by": channel, "count": parts, "at_part": part, "joins": reference, "at": at}
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
        barred=names(row.refused_by),
        doubted=names(row.doubted),
    )


def next_reference(tx: Tx, recipient: str) -> int:
    """The reference that joins the parts of the next long letter to this recipient: 1 to 65535, kept over restarts, so
    that two letters are not taken for one."""
    tx.execute(_FOLLOWING, {"whom": recipient})
    return int(tx.execute(_LAST, {"whom": recipient}).scalar_one())
