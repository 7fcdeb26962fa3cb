"""A row as it is known now, for what stands: nobody is asked for it, and no question is left for a source that is away.

What staff answered lies over what an import says, for as long as the import says what it said when they answered.
"""

from __future__ import annotations

from collections.abc import Sequence

from config.lookup import Lookup, Row
from eservices.lookup import store as tables
from eservices.lookup.matching import kept_key, with_key
from eservices.lookup.standing.duties import store as duties
from gateway.store import Tx


def row_of(tx: Tx, lookup: Lookup, key: str) -> Row | None:
    """The row with that key: of the imported table, else of the pack's, else as the city's system said it last."""
    version = tables.current(tx, lookup.id)
    if version is not None:
        found = tables.rows_with(tx, version.id, key, 1)
    else:
        found = list(with_key(lookup.key, lookup.rows, key))[:1]
    return overlaid(tx, lookup, found)[0] if found else None


def overlaid(tx: Tx, lookup: Lookup, rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows with what staff answered about them."""
    if lookup.duty is None or not rows:
        return tuple(rows)
    keys = [kept_key(lookup.key, row) for row in rows]
    lying = {(one.key, one.column): one for one in duties.overlays(tx, lookup.id, keys)}
    found = []
    for key, row in zip(keys, rows, strict=True):
        over = lying.get((key, lookup.duty.column))
        holds = over is not None and row.get(over.column, "") == over.was
        found.append({**row, over.column: over.value} if over is not None and holds else row)
    return tuple(found)
