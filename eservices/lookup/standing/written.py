"""A row as an import or the pack wrote it."""

from __future__ import annotations

from config.lookup import Lookup, Row
from eservices.lookup import store as tables
from eservices.lookup.matching import with_key
from gateway.store import Tx


def written(tx: Tx, lookup: Lookup, key: str) -> Row | None:
    """The first with that key: of the imported table, else of the pack's."""
    version = tables.current(tx, lookup.id)
    if version is not None:
        found = tables.rows_with(tx, version.id, key, 1)
    else:
        found = list(with_key(lookup.key, lookup.rows, key))[:1]
    return found[0] if found else None
