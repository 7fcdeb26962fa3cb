"""Rows of tables: those that the city's staff imported, else those of the pack.

The pack's rows are answered from the pack itself and never written to the store: what is corrected there counts from
the next start on, and nobody mistakes a sample for what an office has brought.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from config.lookup import KeyForm, Lookup, Row
from eservices.lookup import store
from eservices.lookup.matching import kept_key, meant, with_key
from eservices.lookup.near import around
from eservices.lookup.rows import Finder, Found, Outcome, Unanswered
from eservices.lookup.standing.rows import overlaid
from gateway.dialogue import Who
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

AT_MOST = 100  # rows of one answer; nobody reads more on a phone


class Tables(Finder):
    """Of one city."""

    def __init__(self, city: City) -> None:
        self._city = city

    def find(self, tx: Tx, lookup: Lookup, key: str, who: Who, turn: str) -> Outcome:
        version = store.current(tx, lookup.id)
        rows = self._rows(tx, lookup, key, version)
        if lookup.key.form.is_place:
            near = around(self._city, lookup, rows, key, who)
            if near is None:
                return Unanswered.WHERE
            rows = near
        return Found(rows=overlaid(tx, lookup, rows[:AT_MOST]), as_of=version.as_of if version is not None else None)

    def names(self, tx: Tx, lookup: Lookup) -> Sequence[str]:
        version = store.current(tx, lookup.id)
        if version is None:
            return sorted({kept_key(lookup.key, row) for row in lookup.rows})
        return store.keys_of(tx, version.id)

    def _rows(self, tx: Tx, lookup: Lookup, key: str, version: store.Version | None) -> Sequence[Row]:
        """Of a key that is compared exactly only those; else all that may be meant."""
        if version is None:
            return lookup.rows if lookup.key.form.is_place else with_key(lookup.key, lookup.rows, key)
        match lookup.key.form:
            case KeyForm.DIGITS | KeyForm.CODE:
                return store.rows_with(tx, version.id, key, AT_MOST)
            case KeyForm.WORDS:
                wanted = meant(store.keys_of(tx, version.id), key, grown=True)
                return [row for one in wanted for row in store.rows_with(tx, version.id, one, AT_MOST)][:AT_MOST]
            case KeyForm.NONE:
                return [row for _, row in store.rows_after(tx, version.id, at_most=AT_MOST)]
            case _:
                return list(store.every_row(tx, version.id))
