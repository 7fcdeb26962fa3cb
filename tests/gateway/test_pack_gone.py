"""What of a pack is gone from its next version: what a person has to decide is counted, what stays is listed, and an
area that was taken out without a word is told."""

from __future__ import annotations

import logging
from argparse import Namespace
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import insert, select

from config.city import City, load_city
from config.city_moves import EVERYWHERE
from config.clock import VirtualClock
from config.command import DONE, Context
from dispatch.console.wings import wings
from dispatch.store.tables import EFFECT, INCIDENT, OFFER
from eservices.clinic.store.tables import BOOKING, SESSION
from eservices.lookup.standing.following.store import FOLLOWER
from gateway.pack_commands import PACKS
from gateway.packs import Settled, carried_over, lost_areas, settle
from gateway.store import Store, Tx
from gateway.store.broadcasts import BROADCAST
from gateway.store.people import by_area, save
from tests.fixtures.engines import open_store
from tests.fixtures.site import EVERYBODY, Client, FixedKeeper, as_user, built, ground_floor
from tests.gateway.room import EPOCH, play
from tests.gateway.test_packs import GINA, HADI, SUMBER, TOWN, _row, resident, second
from tests.walks.test_next_version import BATU, CLOSED, next_version

PLAIN = '{"kelurahan": "99.01.02.1001", "kecamatan": "99.01.02"}'


@dataclass(slots=True)
class Said:
    """The lines of a command."""

    rows: list[Mapping[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def row(self, row: Mapping[str, Any], text: str) -> None:
        self.rows.append(row)
        self.notes.append(text)

    def note(self, text: str) -> None:
        self.notes.append(text)

    def progress(self, done: int, total: int, what: str) -> None:
        raise AssertionError("nothing here is long")


def unsaid(folder: Path) -> Path:
    """The next version, whose number nobody raised."""
    made = next_version(folder)
    top = made / "city.toml"
    top.write_text(top.read_text().replace("version = 2\n", "", 1))
    return made


def before(tx: Tx) -> None:
    """Two people; what a clinic, a look-up, a broadcast and a station left."""
    save(tx, resident(GINA, BATU))
    save(tx, resident(HADI, SUMBER))
    tx.execute(insert(SESSION), _row(SESSION, id=1, clinic="hulu"))
    for clinic in ("hulu", "hulu", "rs"):
        tx.execute(insert(BOOKING), _row(BOOKING, session_id=1, clinic=clinic))
    tx.execute(insert(FOLLOWER), _row(FOLLOWER, lookup="air", number=GINA))
    for area in (EVERYWHERE, BATU, f"{BATU}/3", f"{SUMBER}/1", "99.01.02"):
        tx.execute(insert(BROADCAST), _row(BROADCAST, area=area, passed=b""))
    for nth, closed in enumerate((None, EPOCH, EPOCH), 1):
        tx.execute(insert(INCIDENT), _row(INCIDENT, id=nth, place=PLAIN, station=CLOSED, closed_at=closed))
        told = {"incident": nth, "station": CLOSED}
        tx.execute(insert(EFFECT), _row(EFFECT, **told, key=f"{nth}/a", target=GINA))
        tx.execute(insert(OFFER), _row(OFFER, **told, effect=f"{nth}/a"))


def assigned(tx: Tx) -> None:
    for to in (CLOSED, "polres", GINA, None):
        tx.execute(insert(INCIDENT), _row(INCIDENT, place=PLAIN, assigned_to=to))


def whose(tx: Tx) -> list[str | None]:
    return list(tx.execute(select(INCIDENT.c.assigned_to).order_by(INCIDENT.c.id)).scalars())


async def settled(store: Store, city: City) -> Settled:
    return await store.write(lambda tx: settle(tx, city, "program"))


async def lived(store: Store) -> None:
    await settled(store, load_city(TOWN))
    await store.write(before)


def test_of_a_closed_station_only_open_incidents_are_left_to_a_person(tmp_path: Path) -> None:
    new = load_city(next_version(tmp_path))

    async def main(clock: VirtualClock) -> None:
        async with await open_store(tmp_path / "k.db", clock) as store:
            await lived(store)
            counted = (await settled(store, new)).counted
            assert counted is not None
            assert counted.open == {"incident": 1, "resident": 1}

    play(main)


def test_who_has_it_now_is_carried_a_number_stays_and_a_closed_station_has_it_no_more(tmp_path: Path) -> None:
    renamed, gone = load_city(second(tmp_path / "renamed")), load_city(next_version(tmp_path / "gone"))

    async def main(clock: VirtualClock) -> None:
        for city, now in ((renamed, "polres"), (gone, None)):
            async with await open_store(tmp_path / f"{now}.db", clock) as store:
                await settled(store, load_city(TOWN))
                await store.write(assigned)
                await settled(store, city)
                has = await store.read(whose)
                assert has == [now, "polres", GINA, None]

    play(main)


def test_an_area_taken_out_without_a_new_version_is_told_at_the_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    new = load_city(unsaid(tmp_path))

    async def main(clock: VirtualClock) -> None:
        async with await open_store(tmp_path / "k.db", clock) as store:
            await lived(store)
            assert lost_areas(load_city(TOWN), await settled(store, load_city(TOWN))) == []
            with caplog.at_level(logging.WARNING, "gateway.packs"):
                async with carried_over(store, new):
                    assert await store.read(by_area) == {BATU: 1, SUMBER: 1}, "nobody is moved by a guess"

    play(main)
    (told,) = [one.getMessage() for one in caplog.records if one.name == "gateway.packs"]
    assert told.startswith(f"area {BATU} is not in version 1 of the city pack (resident 1): if it was recoded")
    assert "raise 'version' in city.toml" in told


def test_a_trial_lists_what_stays_of_a_clinic_a_look_up_and_an_area_that_are_gone(tmp_path: Path) -> None:
    made = unsaid(tmp_path)
    said = Said()

    async def main(clock: VirtualClock) -> None:
        async with await open_store(tmp_path / "k.db", clock) as store:
            await lived(store)
            context = Context(
                settings=SimpleNamespace(city=str(made)), city=load_city(made), clock=clock, out=said, store=store
            )
            assert await PACKS[0].run(context, Namespace(dry_run=True)) == DONE

    play(main)
    gone = {(row["table"], row["gone"], row["code"]): row["rows"] for row in said.rows if "gone" in row}
    assert gone == {
        ("broadcast", "place", BATU): 1,
        ("broadcast", "place", f"{BATU}/3"): 1,
        ("clinic_booking", "clinic", "hulu"): 2,
        ("lookup_follower", "lookup", "air"): 1,
        ("resident", "area", BATU): 1,
    }
    assert any(one.startswith(f"area {BATU} is not in version 1") for one in said.notes)
    assert "clinic_booking: 2 of clinic hulu, which the pack does not have" in said.notes


async def test_who_lives_in_an_area_taken_out_without_a_word_is_listed_for_a_person(
    tmp_path: Path, aiohttp_client: Callable[..., Awaitable[Client]]
) -> None:
    async with ground_floor(tmp_path, load_city(unsaid(tmp_path))) as floor:
        await floor.store.write(lambda tx: save(tx, resident(GINA, BATU)))
        keeper = FixedKeeper()
        client = as_user(await aiohttp_client(built(floor, wings(floor), keeper).app), keeper.admit(EVERYBODY))
        async with client.get("/people/waiting") as answer:
            assert f'href="/people/{GINA}"' in await answer.text()
