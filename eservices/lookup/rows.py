"""What was found: rows of a table or of the city's system, and as of when; and who finds them."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from config.lookup import Form, Lookup, Row
from eservices.lookup.masking import masked
from gateway.dialogue import Who
from gateway.store import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """``rows`` in the order in which they are told; none: there is nothing with that key. ``as_of``: when it was so
    (None: not known). ``kept``: what was answered last by a source that is away now; it is said with its time."""

    rows: tuple[Row, ...]
    as_of: datetime | None = None
    kept: bool = False


class Unanswered(StrEnum):
    """Why there are no rows to tell."""

    AWAY = "away"  # the source did not answer, and never answered this before
    LATER = "later"  # it is being asked; a letter of its own will say it
    WHERE = "where"  # the key is asked for: nobody knows where the person is, or it could not be asked in this turn


Outcome = Found | Unanswered


class Finder(Protocol):
    """Where rows of a look-up are found; those of ours inherit from it."""

    def ahead(self, lookup: Lookup, key: str, who: Who) -> Awaitable[None] | None:
        """Awaited before the transaction in which ``find`` is asked the same; None: nothing is to be waited for."""
        return None

    def find(self, tx: Tx, lookup: Lookup, key: str, who: Who, turn: str) -> Outcome:
        """Rows with that key (as ``matching.key_of`` gives it). Never waits for anything but the store."""
        ...

    def names(self, tx: Tx, lookup: Lookup) -> Sequence[str]:
        """The keys of words that there are, as they are compared; none: they are not known."""
        return ()


def shareable(lookup: Lookup, row: Row) -> Row:
    """What of a row may be remembered between two screens: names masked, points left out."""
    forms = {name: column.form for name, column in lookup.columns.items()}
    return {
        name: masked(value) if forms.get(name) is Form.NAME else value
        for name, value in row.items()
        if forms.get(name) is not Form.POINT
    }
