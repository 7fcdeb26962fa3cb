"""How long what is kept, and what becomes of it then: by class, each with its term and the reason for it.

A class is looked through in small batches, each a transaction of its own, so that no letter waits; what it did is
written down beside its last run (``retention_run``) and in the audit. Where reports need a row it is made nameless
instead of deleted. Killed in the middle it goes on at the next round: what is done is done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.store.schema import Tx

BATCH = 200  # rows in one transaction
Work = Callable[[Tx, datetime, int], int]
"""Does at most so many rows that are older than that instant; how many it did. 0: there is no more."""
Count = Callable[[Tx, datetime], int]
"""How many rows are older than that instant and not done yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One class. ``days``: unless the settings say otherwise; ``becomes``: deleted or nameless. ``why``: the reason, in
    Indonesian and English."""

    kind: str
    days: int
    becomes: str
    what: Mapping[str, str]
    why: Mapping[str, str]
    count: Count
    work: Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A class as it stands: ``before``: what is older is due; ``rows``: so many."""

    term: Term
    days: int
    before: datetime
    rows: int = 0


def due(terms: Sequence[Term], days: Mapping[str, int], now: datetime) -> list[Due]:
    """Each class with its boundary. ``days``: what the settings say otherwise."""
    found = []
    for term in terms:
        kept = days.get(term.kind, term.days)
        found.append(Due(term=term, days=kept, before=now - timedelta(days=kept)))
    return found
