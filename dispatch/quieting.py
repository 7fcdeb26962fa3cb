"""Makes a store quiet that came back from a copy: no siren, no call, no letter for what was of the copy's day.

Whoever cried for help then was helped, or not, long ago. May be cut short and done again: what comes first is that no
emergency is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from dispatch import store as verbs
from dispatch.case import Case
from dispatch.store.tables import INCIDENT
from gateway.audit import Deed, note
from gateway.quieting import Above, Told, go_through, lay_aside
from gateway.store import Store, Tx
from gateway.store.callbacks import keep_note, read_note
from gateway.store.numbering import leap

if TYPE_CHECKING:
    from config.city import City

WHY = "open in a copy that was brought back: nobody was called again"
BEGUN = "quieting.since"  # a note: from when on the clock is gone through, until that is done


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """``closed``: as they were; ``aside``: how much of each kind; ``numbers``: the first that is handed out next."""

    closed: list[Case]
    aside: Mapping[str, int]
    numbers: Mapping[str, int] = field(default_factory=dict)


def _nobody(_done: int, _total: int, _what: str) -> None:
    """Nobody looks on."""


async def quiet(
    store: Store, city: City, above: Above, *, since: datetime, at: datetime, who: str, told: Told = _nobody
) -> Quiet:
    """``since``: when the copy was made. ``told``: how far it is. Raises StoreFault."""

    def first(tx: Tx) -> tuple[Quiet, datetime]:
        begun = read_note(tx, BEGUN)
        keep_note(tx, BEGUN, begun or since.isoformat())
        note(tx, Deed(by=who, how="command", what="restore", detail=f"copy of {since.isoformat()}"))
        closed = verbs.stand_down(tx, at, WHY, who)
        aside = {**lay_aside(tx, who, at), **above.lay_aside(tx, city, at)}
        numbers = {} if begun else _numbers(tx, city, above, since, at)
        return Quiet(closed=closed, aside=aside, numbers=numbers), datetime.fromisoformat(begun) if begun else since

    def last(tx: Tx) -> None:
        above.lay_aside(tx, city, at)  # what the clock would have had said by telephone
        keep_note(tx, BEGUN, "")

    done, began = await store.write(first)
    clock = await go_through(store, above.chores(city), began, at, told)
    await store.write(last)
    return Quiet(closed=done.closed, aside={**done.aside, "clock": clock}, numbers=done.numbers)


def _numbers(tx: Tx, city: City, above: Above, since: datetime, at: datetime) -> dict[str, int]:
    return {"incident": leap(tx, INCIDENT.c.id, INCIDENT.c.opened_at, since, at), **above.numbers(tx, city, since, at)}
