"""What may be done with an answer, besides reading it: to be reminded, to be told of what is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from config.lookup import Lookup, Row
from gateway.dialogue import Choice, Screen, Who
from gateway.store import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What was asked and answered. ``key``: as it is compared. ``row``: the one that was told, its names masked; None:
    nothing was found, or several, or nothing was looked up yet (``Extra.words``)."""

    lookup: Lookup
    key: str
    row: Row | None = None


class Extra(Protocol):
    """One such thing, of every look-up whose description has it. ``name``: kept in the state of a talk. ``words``: of
    any language; typed behind the look-up's own word they ask for it at once (``KERJA LANGGANAN satpam``)."""

    name: str
    words: Sequence[str]

    def offers(self, tx: Tx, matter: Matter, who: Who) -> Choice | None:
        """The line under the answer (its key is given by whoever shows it), 20 septets at most; None: not of this."""

    def take(self, tx: Tx, matter: Matter, who: Who, turn: str) -> Screen:
        """Do it, and what is said then. ``turn`` names this turn among all."""
