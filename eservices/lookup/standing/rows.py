"""A row as it is known now, for what stands: nobody is asked for it, and no question is left for a source that is away.

What staff answered lies over what an import says, for as long as the import says what it said when they answered.
"""

from __future__ import annotations

from collections.abc import Sequence

from config.lookup import Lookup, Row
from eservices.lookup.kept.store import kept
from eservices.lookup.matching import kept_key
from eservices.lookup.standing.duties import store as duties
from eservices.lookup.standing.written import written
from gateway.store import Tx


def row_of(tx: Tx, lookup: Lookup, key: str, number: str = "") -> Row | None:
    """The row with that key: of the imported table, else of the pack's; of the city's system as it was answered last.
    ``number``: whose answer that is, where it hangs on who asks."""
    if lookup.source.url is not None:
        last = kept(tx, lookup.id, key, number if "number" in lookup.source.url.names else "")
        return last.rows[0] if last is not None and last.rows else None
    row = written(tx, lookup, key)
    return overlaid(tx, lookup, [row])[0] if row is not None else None


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
