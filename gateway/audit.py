"""The audit: who looked at whom, who did what. Append-only, hash-chained, and with pseudonyms for the persons, so that
the erasing of one leaves a chain that still verifies (UU PDP 27/2022).

It stands inside transactions of the life path and is never the reason that one fails: a line that cannot be written is
undone alone, logged, and counted in ``Process.unaudited``, which the health of the program shows.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.number import subscriber
from gateway.store.audit import append, pseudonym
from gateway.store.faults import StoreAway, StoreBusy, StoreClash, storage_fault
from gateway.store.process import Process
from gateway.store.schema import Tx, now

log = logging.getLogger(__name__)

MOST_PERSONS = 200  # pseudonyms in one line; more are further lines
LONGEST = 200  # characters of each of the words
_NUMBERS = re.compile(r"(?:\+|%2[Bb])?\d{8,16}")  # what may be a telephone number or an NIK
SAID = "{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """``by``: a login, or what acted; ``how``: page, command, api, sms, ussd, voice (a conversation), key (in a call of
    ours), program; ``what``: ``incident.accept``; ``object``: ``incident/12``, never a number of a person; ``about``:
    the persons' numbers, kept as pseudonyms; ``detail``: a few words without personal data."""

    by: str
    how: str
    what: str
    object: str = ""
    about: Sequence[str] = ()
    detail: str = ""


def note(tx: Tx, deed: Deed) -> None:
    """Write the deed down in the caller's transaction. Raises only what has ended that transaction anyway: a broken
    store, a lost line to the server, a deadlock that the server undid (the transaction is run again then)."""
    process: Process | None = tx.info.get("process")
    tx.exec_driver_sql("SAVEPOINT audit")
    try:
        _write(tx, deed)
    except Exception as error:
        if not _survived(error):
            raise
        tx.exec_driver_sql("ROLLBACK TO SAVEPOINT audit")
        log.error("NOT IN THE AUDIT: %s %s by %s: %s", deed.what, _safe(deed.object), _safe(deed.by), error)
        if process is not None:
            process.unaudited += 1
    else:
        if process is not None:
            process.audited += 1
    tx.exec_driver_sql("RELEASE SAVEPOINT audit")


def _survived(error: Exception) -> bool:
    """Whether the transaction goes on without what failed."""
    fault = storage_fault(error)
    return fault is None or (isinstance(fault, StoreBusy) and not isinstance(fault, (StoreAway, StoreClash)))


def _write(tx: Tx, deed: Deed) -> None:
    about = [pseudonym(tx, one) for one in dict.fromkeys(deed.about) if one]
    by = f"~{pseudonym(tx, deed.by)}" if subscriber(deed.by) else _safe(deed.by)
    words = (by, _safe(deed.how), _safe(deed.what), _safe(deed.object))
    at = now(tx)
    for first in range(0, max(len(about), 1), MOST_PERSONS):
        append(tx, at, *words, about[first : first + MOST_PERSONS], _safe(deed.detail))


def _safe(text: str) -> str:
    """Words as they may stand for ever: short, no telephone number, nothing that an engine cannot keep."""
    kept = text.encode("utf-8", "replace").decode("utf-8").replace("\0", "?")
    return _NUMBERS.sub(SAID, kept)[:LONGEST]
