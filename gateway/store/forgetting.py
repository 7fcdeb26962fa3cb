"""A person is forgotten: the line of the registry, what hangs on it, and the letters that no record needs.

A letter that another room's table refers to (an incident's) is part of a record and stays, as do letters about
emergencies; so does the exchange that is under way, the receipt of the erasing itself. A room whose own table holds a
resident's number says what is done with it: ``Column(…, info={FORGET: ROW})`` takes the row out, ``BLANK`` empties
that cell, a function (``Forgets``) does what a room must do besides. ``info={SHOW: …}`` lists what is kept of a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Table, delete, or_, select, update

from gateway.number import local
from gateway.store.changes import end_change
from gateway.store.households import forget_members
from gateway.store.inbound import INBOUND, LONG, PART, RAW
from gateway.store.invitations import forget_invitations
from gateway.store.keplings import ASKED, NOBODY, end_asked
from gateway.store.outbound import CONCAT, OUTBOUND, OUTBOUND_PART, RECEIPT
from gateway.store.people import erase
from gateway.store.schema import Tx, metadata, now
from gateway.store.sessions import USSD_SESSION, USSD_TURN
from gateway.store.talks import end_talk
from gateway.store.vouching import RESIDENT_VOUCHED

FORGET, SHOW = "forget", "show"  # keys in a column's ``info``
ROW, BLANK = "row", "blank"
GONE = "gone"  # begins what stands in the place of a number in a key
READ = ("read", "unread", "failed")  # letters that no desk waits for
Forgets = Callable[[Tx, str], int]
"""What a room does when the person of a number is forgotten; in how many rows."""
Shows = Callable[[Tx, str], Sequence[Mapping[str, Any]]]
"""What a room keeps about the person of a number: rows to be shown, the oldest first."""
SETTLED = ("sent", "delivered", "failed", "refused", "expired", "unknown", "cancelled", "dead")


def forget_person(tx: Tx, number: str) -> bool:
    """Take a person out of the store. False: nothing but letters was known."""
    sessions = select(USSD_SESSION.c.id).where(USSD_SESSION.c.number == number)
    tx.execute(delete(USSD_TURN).where(USSD_TURN.c.session_id.in_(sessions)))
    held = (
        (USSD_SESSION, USSD_SESSION.c.number),
        (RESIDENT_VOUCHED, RESIDENT_VOUCHED.c.phone),
        (CONCAT, CONCAT.c.recipient),
    )
    tx.execute(update(ASKED).where(ASKED.c.kepling == number).values(kepling=NOBODY))
    gone = [tx.execute(delete(table).where(column == number)).rowcount for table, column in held]
    gone += [forget_members(tx, number), forget_invitations(tx, number), _of_other_rooms(tx, number)]
    known = any([*gone, end_asked(tx, number), end_change(tx, number), end_talk(tx, number), erase(tx, number)])
    forget_letters(tx, number)
    return known


def _of_other_rooms(tx: Tx, number: str) -> int:
    """What other rooms' columns say of themselves."""
    rows = 0
    for column in (column for table in metadata.sorted_tables[::-1] for column in table.columns):
        table, what = column.table, column.info.get(FORGET)
        if what == ROW:
            rows += tx.execute(delete(table).where(column == number)).rowcount
        elif what == BLANK:
            rows += tx.execute(update(table).where(column == number).values({column.name: ""})).rowcount
        elif what is not None:
            rows += what(tx, number)
    return rows


def kept_besides(tx: Tx, number: str) -> dict[str, list[Mapping[str, Any]]]:
    """What other rooms keep about that person, by table."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for column in (column for table in metadata.sorted_tables for column in table.columns if SHOW in column.info):
        for name, shows in column.info[SHOW].items():
            found.setdefault(name, []).extend(shows(tx, number))
    return found


def _referring(to: Table) -> Iterator[Column[Any]]:
    """Columns of other tables that refer to a letter: it is part of a record."""
    for table in metadata.tables.values():
        yield from (column for column in table.columns if any(key.references(to) for key in column.foreign_keys))


def forget_letters(tx: Tx, number: str) -> None:
    """His letters that no record needs, again: what was under way when he was forgotten is over by now."""
    _letters_in(tx, number)
    _letters_out(tx, number)
    _letters_about(tx, number)


def _letters_in(tx: Tx, number: str) -> None:
    mine = select(INBOUND.c.id, INBOUND.c.channel, INBOUND.c.received_at).where(
        INBOUND.c.sender == number,
        INBOUND.c.state.in_(READ),
        INBOUND.c.urgency > 0,
        *(INBOUND.c.id.not_in(select(column)) for column in _referring(INBOUND)),
    )
    for letter in tx.execute(mine).all():
        raw = (RAW.c.channel == letter.channel, RAW.c.received_at == letter.received_at, RAW.c.fault.is_(None))
        tx.execute(update(RAW).where(*raw).values(pdu=""))
        tx.execute(update(INBOUND).where(INBOUND.c.id == letter.id).values(sender="", text=""))
    longs = select(LONG.c.id).where(LONG.c.sender == number, LONG.c.state != "open")
    tx.execute(update(PART).where(PART.c.long_id.in_(longs)).values(pdu=""))
    tx.execute(update(LONG).where(LONG.c.id.in_(longs)).values(sender=""))


def _letters_about(tx: Tx, number: str) -> None:
    """What was written to others with the number in it (a kepling was asked about the person): the words go, and what
    still waits is not sent."""
    written = or_(*(OUTBOUND.c.text.contains(form) for form in {number, local(number)}))
    ours = (OUTBOUND.c.lane.in_(("service", "bulk")), OUTBOUND.c.recipient != number, written)
    waits = update(OUTBOUND).where(OUTBOUND.c.state == "queued", *ours)
    tx.execute(waits.values(state="cancelled", settled_at=now(tx), text=""))
    tx.execute(update(OUTBOUND).where(OUTBOUND.c.state.in_(SETTLED), *ours).values(text=""))


def _letters_out(tx: Tx, number: str) -> None:
    lanes = OUTBOUND.c.lane.in_(("service", "bulk"))
    free = (OUTBOUND.c.recipient == number, OUTBOUND.c.state.in_(SETTLED), lanes)
    mine = tx.execute(select(OUTBOUND.c.id).where(*free)).scalars().all()
    for letter in mine:
        tx.execute(
            update(OUTBOUND).where(OUTBOUND.c.id == letter).values(key=f"{GONE}/{letter}", recipient="", text="")
        )
        parts = select(OUTBOUND_PART.c.id).where(OUTBOUND_PART.c.outbound_id == letter)
        tx.execute(update(RECEIPT).where(RECEIPT.c.part_id.in_(parts)).values(recipient=""))
        tx.execute(update(OUTBOUND_PART).where(OUTBOUND_PART.c.outbound_id == letter).values(recipient=""))
