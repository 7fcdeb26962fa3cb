"""A new version of the city's pack keeps what people registered: codes changed, areas joined, an area split."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from config.check import check
from config.city import City, load_city
from config.clock import VirtualClock
from dispatch.console.wings import wings
from dispatch.store.tables import INCIDENT
from eservices.complaints.store import TICKET
from gateway.packs import carried_over, displaced, settle, tried
from gateway.store import Store, StoreRefused, Tx
from gateway.store.carrying import last_version
from gateway.store.people import Resident, by_area, find, save
from tests.fixtures import engines
from tests.fixtures.engines import open_store, url_of
from tests.fixtures.site import EVERYBODY, Client, FixedKeeper, as_user, built, ground_floor
from tests.gateway.room import EPOCH, play

TOWN = Path(__file__).parents[1] / "fixtures" / "tinytown"
BATU, SUMBER, TANJUNG = "99.01.01.1001", "99.01.01.1002", "99.01.02.1001"
GINA, HADI, IDA, JOKO = (f"+62812600000{nth}1" for nth in range(1, 5))
STEP = """to = 2
[areas]
"99.01.01.1001" = "99.01.01.2001"
"99.01.01.1002" = ["99.01.01.2002", "99.01.01.2003"]
"99.01.02.1001" = "99.01.03.1001"
[districts]
"99.01.02" = "99.01.03"
[stations]
"polsek-hulu" = "polres"
"""


def second(folder: Path, step: str = STEP, **changed: str) -> Path:
    """The town's next version: Batu Merah has another code, Sumber Bening is two, its post is gone."""
    made = Path(shutil.copytree(TOWN, folder / "town"))
    areas = json.loads((made / "areas.geojson").read_text())
    kept = [one for one in areas["features"] if one["properties"]["code"] != SUMBER]
    for one in kept:
        text = json.dumps(one["properties"]).replace(BATU, "99.01.01.2001").replace("99.01.02", "99.01.03")
        one["properties"] = json.loads(text)
    for code, name, west, east in (("2002", "Sumber", 119.82, 119.83), ("2003", "Bening", 119.83, 119.84)):
        ring = [[west, -0.9], [east, -0.9], [east, -0.88], [west, -0.88], [west, -0.9]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        where = {"lat": -0.89, "lon": (west + east) / 2, "kecamatan_code": "99.01.01", "level": "kelurahan"}
        properties = {"code": f"99.01.01.{code}", "name": name, **where}
        kept.append({"type": "Feature", "properties": properties, "geometry": shape})
    lines = ",\n".join(json.dumps(one) for one in kept)
    (made / "areas.geojson").write_text(f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}')
    for path in made.glob("*.*"):
        if path.suffix in (".csv", ".toml"):
            text = path.read_text().replace(BATU, "99.01.01.2001").replace(SUMBER, "99.01.01.2002")
            path.write_text(text.replace("99.01.02", "99.01.03"))
    top = made / "city.toml"
    top.write_text(f"version = 2\n{top.read_text()}")
    (made / "migrations").mkdir()
    (made / "migrations" / "2.toml").write_text(step)
    return made


def resident(phone: str, area: str, **more: object) -> Resident:
    plain = Resident(
        phone=phone, name="Contoh", kelurahan=area, address="Jl. Cemara 1", lat=None, lon=None, language="",
        quiet=False, notes="", confirmed=True, panic_button=False, address_at=EPOCH,
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]


def lived(tx: Tx) -> None:
    """Four people, two incidents, a complaint, under version 1."""
    save(tx, resident(GINA, BATU, language="jv"))
    save(tx, resident(HADI, SUMBER, lat=-0.89, lon=119.837))
    save(tx, resident(IDA, SUMBER))
    save(tx, resident(JOKO, TANJUNG))
    for area, exact in ((BATU, None), (SUMBER, None), (SUMBER, 20.0)):
        place = {"kelurahan": area, "kecamatan": "99.01.01", "lat": -0.89, "lon": 119.825, "radius_m": exact}
        tx.execute(insert(INCIDENT), _row(INCIDENT, place=json.dumps(place), station="polsek-hulu"))
    tx.execute(insert(TICKET), _row(TICKET, number=1001, kelurahan=BATU, candidates=f"{SUMBER} {TANJUNG}"))


def _row(table: object, **given: object) -> dict[str, object]:
    """A row with something in every column that must hold something."""
    row: dict[str, object] = {}
    for column in table.columns:  # type: ignore[attr-defined]
        if column.nullable or column.name == "id":
            continue
        kind = column.type.python_type if not hasattr(column.type, "process_bind_param") else type(EPOCH)
        row[column.name] = {bool: False, int: 0, float: 0.0, str: ""}.get(kind, EPOCH)
    return row | given


async def run_before(store: Store, city: City) -> None:
    await store.write(lambda tx: settle(tx, city, "program"))
    await store.write(lived)


async def places(store: Store) -> list[Mapping[str, object]]:
    found = await store.read(lambda tx: tx.execute(select(INCIDENT.c.place).order_by(INCIDENT.c.id)).scalars().all())
    return [json.loads(one) for one in found]


def test_codes_changed_areas_split_and_stations_gone_are_carried_over_together(tmp_path: Path) -> None:
    new = load_city(second(tmp_path))

    async def main(clock: VirtualClock) -> None:
        async with await open_store(tmp_path / "k.db", clock) as store:
            await run_before(store, load_city(TOWN))
            settled = await store.write(lambda tx: settle(tx, new, "program"))
            people = await store.read(lambda tx: {one: find(tx, one) for one in (GINA, HADI, IDA, JOKO)})
            homes = {one: line.kelurahan for one, line in people.items() if line is not None}
            assert homes == {GINA: "99.01.01.2001", HADI: "99.01.01.2003", IDA: SUMBER, JOKO: "99.01.03.1001"}
            gina = people[GINA]
            assert gina is not None
            assert gina.language == "", "a language that is gone: the city's first"
            first, guessed, measured = await places(store)
            assert (first["kelurahan"], measured["kelurahan"]) == ("99.01.01.2001", "99.01.01.2002")
            assert (guessed["kelurahan"], guessed["candidates"]) == (None, ["99.01.01.2002", "99.01.01.2003"])
            ticket = await store.read(lambda tx: tx.execute(select(TICKET)).one())
            assert ticket.kelurahan == "99.01.01.2001"
            assert ticket.candidates == "99.01.01.2002 99.01.01.2003 99.01.03.1001"
            stations = await store.read(lambda tx: set(tx.execute(select(INCIDENT.c.station)).scalars()))
            assert stations == {"polres"}
            assert settled.counted is not None
            assert settled.counted.open == {"resident": 1, "incident": 1}
            assert settled.unknown == {SUMBER: 1}
            ((ida, may),) = await store.read(lambda tx: displaced(tx, new, 10))
            assert (ida.phone, list(may)) == (IDA, ["99.01.01.2002", "99.01.01.2003"])
            assert await store.read(last_version) == 2
            again = await store.write(lambda tx: settle(tx, new, "program"))
            assert again.counted is None, "once"

    play(main)


def test_two_areas_that_changed_their_codes_with_each_other_are_not_mixed_up(tmp_path: Path) -> None:
    step = f'to = 2\n[areas]\n"{BATU}" = "{TANJUNG}"\n"{TANJUNG}" = "{BATU}"\n'
    made = Path(shutil.copytree(TOWN, tmp_path / "town"))
    (made / "migrations").mkdir()
    (made / "migrations/2.toml").write_text(step)
    (made / "city.toml").write_text(f"version = 2\n{(made / 'city.toml').read_text()}")
    new = load_city(made)

    async def main(clock: VirtualClock) -> None:
        async with await open_store(tmp_path / "k.db", clock) as store:
            await run_before(store, load_city(TOWN))
            await store.write(lambda tx: settle(tx, new, "program"))
            assert await store.read(by_area) == {TANJUNG: 1, SUMBER: 2, BATU: 1}
            line = await store.read(lambda tx: find(tx, GINA))
            assert line is not None
            assert line.kelurahan == TANJUNG

    play(main)


def test_a_trial_counts_and_changes_nothing_and_what_fails_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    new = load_city(second(tmp_path))

    async def main(clock: VirtualClock) -> None:
        async with await open_store(tmp_path / "k.db", clock) as store:
            await run_before(store, load_city(TOWN))
            before = await store.read(by_area), await places(store)
            trial = await tried(store, new)
            assert trial.counted is not None
            assert trial.counted.changed["resident"] == 4, "three areas and a language"

            def killed(tx: Tx) -> None:
                settle(tx, new, "program")
                assert by_area(tx) != before[0]
                raise RuntimeError("killed")

            with pytest.raises(RuntimeError):
                await store.write(killed)
            assert (await store.read(by_area), await places(store)) == before
            assert await store.read(last_version) == 1

    play(main)


def test_a_store_of_a_newer_version_or_of_another_city_is_refused(tmp_path: Path) -> None:
    new, old = load_city(second(tmp_path)), load_city(TOWN)
    strange = load_city(Path(__file__).parents[1] / "cities" / "teluksari")

    async def main(clock: VirtualClock) -> None:
        async with await open_store(tmp_path / "k.db", clock) as store:
            await run_before(store, old)
            with pytest.raises(StoreRefused, match="nobody in this store lives in an area of Town of Teluk Sari"):
                await store.write(lambda tx: settle(tx, strange, "program"))
            await store.write(lambda tx: settle(tx, new, "program"))
            with pytest.raises(StoreRefused, match=re.escape("was last run with version 2")):
                await store.write(lambda tx: settle(tx, old, "program"))

    play(main)


@pytest.mark.engine(engines.POSTGRES)
def test_nothing_is_carried_over_while_a_program_works_with_the_version_before(tmp_path: Path) -> None:
    old, new = load_city(TOWN), load_city(second(tmp_path))
    (tmp_path / "other").mkdir()
    url = url_of(tmp_path / "k.db")

    async def main(clock: VirtualClock) -> None:
        async with await open_store(tmp_path / "k.db", clock) as store:
            await run_before(store, old)
            async with await Store.open(tmp_path / "other/k.db", clock, url=url) as second:
                with pytest.raises(StoreRefused, match="another program works on this store with an older version"):
                    async with carried_over(second, new):
                        raise AssertionError("two versions at once")
                assert await store.read(by_area) == {BATU: 1, SUMBER: 2, TANJUNG: 1}
                async with carried_over(second, old):  # two programs of one version
                    assert (await tried(second, new)).counted is not None  # and it may be counted beforehand
        async with await open_store(tmp_path / "k.db", clock) as store, carried_over(store, new):
            assert await store.read(last_version) == 2

    play(main)


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ('to = 2\n[areas]\n"99.01.01.1001" = "99.09"\n', "'99.09' is no area of this pack"),
        ('to = 2\n[stations]\n"polsek-hulu" = "pos"\n', "'pos' is no station of this pack"),
        ("to = 3\n[areas]\n", "to: must be between 2 and 2"),
        ("to = 2\nareas = 3\n", "must be a table"),
    ],
)
def test_a_migration_that_leads_nowhere_is_a_fault_of_the_pack(tmp_path: Path, step: str, says: str) -> None:
    assert any(says in fault.message for fault in check(second(tmp_path, step)))


def test_of_two_migrations_the_second_leads_on_from_the_first(tmp_path: Path) -> None:
    made = second(tmp_path, 'to = 2\n[areas]\n"99.01.01.1001" = "x"\n')
    (made / "migrations/3.toml").write_text('to = 3\n[areas]\n"x" = "99.01.01.2001"\n')
    (made / "city.toml").write_text((made / "city.toml").read_text().replace("version = 2", "version = 3"))
    assert check(made) == []


def test_a_store_that_never_said_its_version_was_run_with_the_first(tmp_path: Path) -> None:
    new = load_city(second(tmp_path))

    async def main(clock: VirtualClock) -> None:
        async with await open_store(tmp_path / "k.db", clock) as store:
            await store.write(lived)
            settled = await store.write(lambda tx: settle(tx, new, "program"))
            assert (settled.before, settled.unknown) == (None, {SUMBER: 1})
            assert settled.counted is not None
            assert settled.counted.changed["resident"] == 4

    play(main)


async def test_whoever_lives_in_no_area_any_more_is_listed_for_a_person(
    tmp_path: Path, aiohttp_client: Callable[..., Awaitable[Client]]
) -> None:
    new = load_city(second(tmp_path))
    async with ground_floor(tmp_path, new) as floor:
        await floor.store.write(lambda tx: save(tx, resident(IDA, SUMBER)))
        keeper = FixedKeeper()
        client = as_user(await aiohttp_client(built(floor, wings(floor), keeper).app), keeper.admit(EVERYBODY))
        async with client.get("/people/waiting") as answer:
            page = await answer.text()
    assert "Sumber, Bening" in page
    assert f'href="/people/{IDA}"' in page
