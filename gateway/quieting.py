"""A store that came back from a copy is made quiet before a program works with it: what it would say was said long ago.

What was sent between the copy and now nobody knows. So no letter that waits in the copy leaves, and what the clock had
due until now counts as said: every chore is gone through for that time, and what it writes stays here, to be read as
``kentongan letters list --state cancelled``. What comes due from now on is sent as always.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from gateway.broadcast.store.keeping import change, stop, under_way
from gateway.broadcast.values import Stage
from gateway.store import Store, StoreFault, Tx
from gateway.store.restored import leave_to_person, withhold

if TYPE_CHECKING:
    from config.city import City

log = logging.getLogger(__name__)

LONGEST = timedelta(days=7)  # gone through: what was due before that is no news to anybody
STEP = timedelta(hours=3)  # each day's office hours and each evening are met
MOST = 2000  # pieces of one chore at one instant
Told = Callable[[int, int, str], None]
"""How far it is: ``Out.progress``."""


class Chore(Protocol):
    """Something that a room does by the clock; ``now`` or earlier as its answer: there is more to do."""

    name: str

    def run(self, tx: Tx, now: datetime) -> datetime | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Above:
    """What the rooms above have. ``lay_aside``: ends what waits there, and says how much that was, by its name.
    ``numbers`` leaves out what may have been handed out between the two instants, and says which come next. ``chores``:
    what speaks by the clock."""

    lay_aside: Callable[[Tx, City, datetime], Mapping[str, int]]
    numbers: Callable[[Tx, City, datetime, datetime], Mapping[str, int]]
    chores: Callable[[City], Sequence[Chore]]


def lay_aside(tx: Tx, who: str, at: datetime) -> dict[str, int]:
    """Letters in and out, and what is being told to many: how much of each, by its name."""
    told = under_way(tx)
    for one in told:
        if one.stage is Stage.PROPOSED:
            change(tx, one, stage=Stage.LAPSED, ended_at=at)
        else:
            stop(tx, one, who, at)
    return {"unread": leave_to_person(tx), "broadcasts": len(told), "letters": withhold(tx)}


async def go_through(store: Store, chores: Sequence[Chore], since: datetime, at: datetime, told: Told) -> int:
    """What the clock had due since then counts as said; how many letters that were. A chore that stumbles is left out:
    it stumbles in the program too, and sends nothing there."""
    left, instants = {chore.name: chore for chore in chores}, [*_instants(since, at)]
    letters = 0
    for nth, instant in enumerate(instants, 1):
        told(nth, len(instants), "clock")
        for chore in [*left.values()]:
            try:
                letters += await _silently(store, chore, instant)
            except StoreFault:
                raise
            except Exception:
                log.exception("%s stumbled over the copy", chore.name)
                del left[chore.name]
    return letters


def _instants(since: datetime, at: datetime) -> Iterator[datetime]:
    one = max(since, at - LONGEST)
    while one < at:
        yield one
        one += STEP
    yield at


async def _silently(store: Store, chore: Chore, instant: datetime) -> int:
    letters = 0

    def work(tx: Tx) -> tuple[datetime | None, int]:
        return chore.run(tx, instant), withhold(tx)

    for _ in range(MOST):
        following, withheld = await store.write(work)
        letters += withheld
        if following is None or following > instant:
            break
    return letters
