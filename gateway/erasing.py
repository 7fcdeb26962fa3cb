"""One person erased, on his own wish or the city's: at once where it is about him, then wherever he is mentioned.

``erase_person`` does what one short transaction can and notes that the rest is to be done; ``finish`` does the
rest, in pieces between which letters go, and is done again after a crash (``store/sweeping.py``).
"""

from __future__ import annotations

from datetime import timedelta

from config.clock import Clock
from gateway.audit import Deed, note
from gateway.store import Store, Tx, now
from gateway.store.audit import AUDIT_KEY
from gateway.store.forgetting import forget_letters, forget_person
from gateway.store.people import find
from gateway.store.sweeping import Trace, begin_erasing, being_erased, end_erasing, pieces, sweep, under_way

LONGEST = timedelta(days=2)  # no letter is under way for longer; a new one of his begins anew


def erase_person(tx: Tx, number: str, by: str, how: str) -> bool:
    """Take a person out of the store. ``by``, ``how``: as in the audit, where his pseudonyms lead nowhere from now on.
    False: nothing but letters was known."""
    line = find(tx, number)
    note(tx, Deed(by=by, how=how, what="person.erase", object="person", about=[number]))
    known = forget_person(tx, number)
    trace = Trace(number=number, name=line.name if line else "", address=line.address if line else "")
    begin_erasing(tx, trace, now(tx))
    return known


async def finish(store: Store, clock: Clock) -> int:
    """Everybody who is being erased, as far as it can be done now; in how many rows something was. Raises
    StoreFault."""
    rows = 0
    for trace, since in await store.read(being_erased):
        rows += await _finish(store, trace)
        if clock.now() - since > LONGEST or not await store.read(lambda tx, one=trace: under_way(tx, one.number)):  # type: ignore[misc]
            await store.write(lambda tx, one=trace: end_erasing(tx, one.number))  # type: ignore[misc]
    return rows


async def _finish(store: Store, trace: Trace) -> int:
    await store.write(lambda tx: forget_letters(tx, trace.number))
    rows = 0
    for piece in await store.read(pieces):
        rows += await store.write(lambda tx, one=piece: sweep(tx, one, trace))  # type: ignore[misc]
    await store.write(lambda tx: tx.execute(AUDIT_KEY.delete().where(AUDIT_KEY.c.subject == trace.number)) and None)
    return rows
