"""A table brought as a file: judged whole, written to a version of its own in small groups, then told at once.

The running program reads and writes it between its other work: a few hundred rows at a time, so that no letter waits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from config.city_lookups import shape_of
from config.city_places import Area
from config.clock import Clock
from config.lookup import Lookup, Row
from config.lookup_rows import RowFault, RowReader
from eservices.lookup import store
from gateway.store import Store

READ_AT_ONCE = 200  # lines; about two milliseconds
WRITTEN_AT_ONCE = 500  # rows in one commit; about ten milliseconds
SWEPT_AT_ONCE = 2000  # rows of an older version that go in one commit
Progress = Callable[[int, int], None]
"""How many of how many steps are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A file as it was read. Any fault: nothing of it is written. ``ignored``: columns that the description does not
    name; they are not kept."""

    rows: Sequence[tuple[str, Row]]
    faults: Sequence[RowFault] = ()
    ignored: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Differs:
    """What becoming the current table would change, in rows: their keys are compared."""

    rows: int
    before: int
    new: int = 0
    gone: int = 0


def nothing(done: int, total: int) -> None:
    """Nobody watches."""


async def read(lookup: Lookup, areas: Mapping[str, Area], data: bytes, clock: Clock) -> Brought:
    """Every row, read or reported."""
    reader = RowReader(shape_of(lookup, areas), data)
    rows: list[tuple[str, Row]] = []
    for number, row in enumerate(reader, 1):
        if row is not None:
            rows.append(row)
        if number % READ_AT_ONCE == 0:
            await clock.sleep(0)
    return Brought(rows=rows, faults=tuple(reader.faults), ignored=reader.ignored)


async def compared(kept: Store, lookup: Lookup, brought: Brought, clock: Clock) -> Differs:
    """What writing it would change; nothing is written."""
    version = await kept.read(lambda tx: store.current(tx, lookup.id))
    if version is None:
        return Differs(rows=len(brought.rows), before=0, new=len(brought.rows))
    known: set[str] = set()
    after = -1
    while found := await kept.read(partial(store.keys_after, version=version.id, after=after)):
        known.update(key for _, key in found)
        after = found[-1][0]
    keys = [key for key, _ in brought.rows]
    new = sum(key not in known for key in keys)
    return Differs(rows=len(keys), before=version.rows, new=new, gone=len(known.difference(keys)))


async def write(
    kept: Store,
    lookup: Lookup,
    brought: Brought,
    *,
    source: str,
    by: str,
    clock: Clock,
    progress: Progress = nothing,
) -> int:
    """Write its rows and let them be told; the version. Raises store.Superseded: another import began meanwhile. A
    crash on the way leaves the former table, and what was written of this one goes with the next import."""
    at = clock.now()
    version = await kept.write(lambda tx: store.begin(tx, lookup.id, source=source, by=by, at=at))
    total = max(len(brought.rows), 1)
    for first in range(0, len(brought.rows), WRITTEN_AT_ONCE):
        group = brought.rows[first : first + WRITTEN_AT_ONCE]
        await kept.write(partial(store.add, version=version, first=first, rows=group))
        progress(min(first + len(group), total), total)
    now: datetime = clock.now()
    await kept.write(lambda tx: store.switch(tx, version, len(brought.rows), now))
    await swept(kept)
    return version


async def swept(kept: Store) -> None:
    """Take away the rows of versions that are over."""
    while await kept.write(lambda tx: store.sweep(tx, SWEPT_AT_ONCE)):
        pass
