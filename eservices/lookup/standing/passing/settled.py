"""Whether what is known of a table's rows is of those that are told now."""

from __future__ import annotations

from config.lookup import Lookup
from eservices.lookup.standing.passing.store import pass_of
from eservices.lookup.store import current
from gateway.store import Tx


def passed(lookup: Lookup) -> bool:
    """Whether its versions are gone through at all: something follows from its rows."""
    return bool(lookup.deadline or lookup.subscription or lookup.duty)


def settled(tx: Tx, lookup: str) -> bool:
    """Its current version was gone through, the whole of it. What is new or late is told of all rows together."""
    version, one = current(tx, lookup), pass_of(tx, lookup)
    return version is not None and one is not None and one.version == version.id and one.done_at is not None
