"""A store and the version of the pack that it is run with: carried over at start, in one transaction, or refused."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.city_moves import Carried
from gateway.audit import Deed, note
from gateway.store import Store, StoreRefused
from gateway.store.carrying import AREA, Counted, Stray, carry, last_version, strays, write_version
from gateway.store.people import Resident, by_area, of_areas
from gateway.store.process import alone
from gateway.store.schema import Tx

if TYPE_CHECKING:
    from config.city import City

log = logging.getLogger(__name__)

FIRST = 1  # the version of a store that was run before stores said so


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """``before``: the version that the store was last run with, None: none that said so. ``counted`` None: nothing was
    to be done. ``unknown``: residents by the code of an area that the pack does not have. ``strays``: rows of all kinds
    that name what it does not have."""

    before: int | None
    counted: Counted | None
    unknown: dict[str, int]
    strays: tuple[Stray, ...] = ()


class _Undone(Exception):
    """Ends a transaction of which nothing is to stay."""

    def __init__(self, settled: Settled) -> None:
        super().__init__()
        self.settled = settled


def settle(tx: Tx, city: City, by: str) -> Settled:
    """Carry the store over to this version of the pack. Raises StoreRefused: it is another city's, or a newer one's."""
    before, version = last_version(tx), city.moves.version
    if before is not None and before > version:
        raise StoreRefused(
            f"this store was last run with version {before} of its city pack, and {city.path} is version {version}:"
            f" put version {before} back, or give the pack's 'version' in city.toml a higher number"
        )
    counted = None
    if (before or FIRST) < version:
        counted = carry(tx, Carried(city, before or FIRST))
    if counted is not None and (counted.changed or counted.open):
        rows, left = sum(counted.changed.values()), sum(counted.open.values())
        said = f"version {before or FIRST}: {rows} rows, {left} left to a person"
        note(tx, Deed(by=by, how="program", what="pack.carry", object=f"pack/{version}", detail=said))
    living = by_area(tx)
    unknown = {code: count for code, count in living.items() if code not in city.areas}
    if unknown and unknown == living:
        raise StoreRefused(
            f"nobody in this store lives in an area of {city.title} ({', '.join(sorted(unknown)[:3])} …): it is another"
            " city's store, or the areas were given other codes and the pack's migrations/ does not say which"
        )
    if before != version:
        write_version(tx, city.name, version)
    return Settled(before=before, counted=counted, unknown=unknown, strays=tuple(strays(tx, Carried(city, 0))))


def settle_alone(tx: Tx, city: City, by: str) -> Settled:
    """The same, where something is carried over only while no other program writes what the older version has."""
    if (last_version(tx) or FIRST) < city.moves.version and not alone(tx):
        raise StoreRefused(
            f"another program works on this store with an older version of its city pack: stop it, then start this one"
            f" with version {city.moves.version}, and that one again with the same"
        )
    return settle(tx, city, by)


def lost_areas(city: City, settled: Settled) -> list[str]:
    """One sentence for each area that rows name and the pack does not have."""
    carried, rows = Carried(city, 0), defaultdict[str, list[str]](list)
    for one in settled.strays:
        if one.what == AREA:
            rows[one.code].append(f"{one.table} {one.rows}")
    return [
        f"area {code} is not in version {city.moves.version} of the city pack ({', '.join(counts)}): "
        + (
            "it was split, and a person has to say who lives where (page People, waiting)"
            if carried.areas(code)
            else "if it was recoded, split or joined, raise 'version' in city.toml and say so in migrations/"
        )
        for code, counts in rows.items()
    ]


def displaced(tx: Tx, city: City, at_most: int) -> list[tuple[Resident, Sequence[str]]]:
    """Residents whose area the pack does not have, each with the areas that it may be now: a person decides."""
    carried = Carried(city, 0)
    found = of_areas(tx, sorted(set(by_area(tx)) - set(city.areas)), at_most)
    return [(one, carried.areas(one.kelurahan)) for one in found]


async def tried(store: Store, city: City) -> Settled:
    """What would be done; nothing is."""

    def work(tx: Tx) -> Settled:
        raise _Undone(settle(tx, city, "program"))

    try:
        return await store.write(work)
    except _Undone as undone:
        return undone.settled


@asynccontextmanager
async def carried_over(store: Store, city: City) -> AsyncIterator[None]:
    """Before anything runs on the store it names only what this version of the pack has. Raises StoreRefused."""
    settled = await store.write(lambda tx: settle_alone(tx, city, "program"))
    if settled.counted is not None and settled.counted.changed:
        log.warning("carried over from version %s of the city pack: %s", settled.before, settled.counted)
    for sentence in lost_areas(city, settled):
        log.warning("%s", sentence)
    yield
