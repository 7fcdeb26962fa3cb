"""A list of residents: read whole and judged before anything is written, then written in small groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from gateway.flaws import BadRow
from gateway.nik import nik_key
from gateway.registry import Resident, columns_of, find, read_rows, stays
from gateway.store import Store, Tx
from gateway.store.keplings import end_asked
from gateway.store.people import find_all, save
from gateway.store.vouching import IMPORTED, vouch

if TYPE_CHECKING:
    from config.city import City
    from config.settings import Settings

GROUP = 200  # residents written in one commit, so that the letters of the running program go between
NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleList:
    """A file as it was read. ``bad``: rows that are left out, each with why."""

    good: list[Resident]
    bad: list[BadRow]
    columns: frozenset[str]


def read_list(data: bytes, city: City, settings: Settings | None, at: datetime) -> PeopleList:
    """Every row, read or reported. A settings file is not needed for a list without NIK. Raises RegistryFault."""
    columns = columns_of(data)
    key = nik_key(settings.data_dir) if settings is not None and "nik" in columns else b""
    good, bad = list[Resident](), list[BadRow]()
    for row in read_rows(data, city, at, key=key):
        if isinstance(row, BadRow):
            bad.append(row)
        else:
            good.append(row)
    return PeopleList(good=good, bad=bad, columns=columns)


async def compared(store: Store, people: PeopleList) -> Mapping[str, int]:
    """What writing it would do, counted; nothing is written."""
    counts = Counter({NEW: 0, CHANGED: 0, SAME: 0})
    for first in range(0, len(people.good), GROUP):
        group = people.good[first : first + GROUP]
        known = await store.read(partial(find_all, numbers=[one.phone for one in group]))
        counts.update(_what(known.get(one.phone), one, people.columns) for one in group)
    return dict(counts)


async def write_list(
    store: Store,
    people: PeopleList,
    who: str,
    at: datetime,
    progress: Callable[[int], None] = lambda done: None,
) -> Mapping[str, int]:
    """Write it. Whoever brings a list vouches for it: no kepling need answer any more."""
    counts = Counter({NEW: 0, CHANGED: 0, SAME: 0})
    for first in range(0, len(people.good), GROUP):
        group = people.good[first : first + GROUP]
        counts.update(await store.write(partial(_all, group=group, columns=people.columns, who=who, at=at)))
        progress(first + len(group))
    return dict(counts)


def _all(tx: Tx, *, group: Sequence[Resident], columns: Collection[str], who: str, at: datetime) -> list[str]:
    return [_written(tx, one, columns, who, at) for one in group]


def _written(tx: Tx, one: Resident, columns: Collection[str], who: str, at: datetime) -> str:
    old = find(tx, one.phone)
    if one.confirmed:
        end_asked(tx, one.phone)
    what = save(tx, stays(old, one, columns) if old is not None else one)
    if what != SAME:
        vouch(tx, one.phone, who, at, IMPORTED)
    return what


def _what(old: Resident | None, one: Resident, columns: Collection[str]) -> str:
    if old is None:
        return NEW
    new = stays(old, one, columns)
    return SAME if all(getattr(old, name) == getattr(new, name) for name in _COMPARED) else CHANGED


_COMPARED = tuple(name for name in Resident.__dataclass_fields__ if name != "address_at")
