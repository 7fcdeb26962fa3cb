"""A town that has lived through a morning starts again with the next version of its pack, from which a station, a
clinic, a look-up and an area are gone: an emergency that was open goes on, chores are done, every page opens."""

from __future__ import annotations

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from config.check import check
from tests.walks.house import GINA, PACK
from tests.walks.indoors import EPOCH, Indoors, indoors
from tests.walks.lived import LISTENS, NEW, SILENT, Words, _behave, lived, standing
from tests.walks.test_every_page import MACHINES, addresses

BATU, HEADQUARTERS, CLOSED = "99.01.01.1001", "+6285500002005", "polsek-hulu"
FOLLOWED = "+6281260000031"


def next_version(folder: Path) -> Path:
    """Without Polsek Hulu, Puskesmas Hulu, the look-up and Batu Merah; nothing says what became of them."""
    pack = Path(shutil.copytree(PACK, folder / "town"))
    areas = json.loads((pack / "areas.geojson").read_text())
    kept = [one for one in areas["features"] if one["properties"]["code"] != BATU]
    lines = ",\n".join(json.dumps(one) for one in kept)
    (pack / "areas.geojson").write_text(f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}')
    for name in ("roster.csv", "streets.csv", "keplings.csv", "residents-sample.csv"):
        head, *rows = (pack / name).read_text().splitlines(keepends=True)
        (pack / name).write_text(head + "".join(row for row in rows if CLOSED not in row and BATU not in row))
    residents = pack / "residents-sample.csv"
    residents.write_text(residents.read_text().splitlines(keepends=True)[0])
    for name, table, gone in (("stations.toml", "station", CLOSED), ("clinics.toml", "clinic", "hulu")):
        parts = re.split(rf"(?m)^(?=\[\[{table}\]\])", (pack / name).read_text())
        (pack / name).write_text("".join(part for part in parts if f'id = "{gone}"' not in part))
    shutil.rmtree(pack / "services")
    (pack / "city.toml").write_text("version = 2\n" + (pack / "city.toml").read_text())
    assert check(pack) == []
    return pack


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lived")
    lived(folder, Words())
    return folder


def test_an_emergency_of_a_closed_station_climbs_on_and_chores_are_done(tmp_path: Path) -> None:
    async def begun(before: Indoors) -> None:
        _behave(before, (*before.city.roster_numbers(), *(one.number for one in before.city.operators)), SILENT)
        await before.sms(GINA, "TOLONG RAMPOK", then=45)
        stations = await before.house.store.read(
            lambda tx: tx.exec_driver_sql("SELECT station FROM incident ORDER BY id DESC").scalars().first()
        )
        assert stations == CLOSED
        before_last = "UPDATE incident SET assigned_to='polsek-hulu' WHERE id=(SELECT max(id) FROM incident)"
        await before.house.store.write(lambda tx: tx.exec_driver_sql(before_last))

    async def gone_on(after: Indoors) -> None:
        _behave(after, sorted(after.city.roster_numbers()), SILENT)
        await after.clock.sleep(240)
        calls = await after.house.store.read(
            lambda tx: tx.exec_driver_sql(
                "SELECT target FROM effect WHERE incident=(SELECT max(id) FROM incident) AND kind='call'"
            ).scalars().all()
        )  # fmt: skip
        assert HEADQUARTERS in calls, "the next station's officer is called"
        assert CLOSED not in calls, "a station's name is no number"
        _behave(after, sorted(after.city.roster_numbers()), LISTENS)
        await after.clock.sleep(200)
        for text in ("TOLONG RAMPOK", "ANTRI", "BATAL", "DATA SAYA", "STATUS", "DOKTER UMUM"):
            await after.sms(NEW, text, then=30)
        await after.clock.sleep(600)
        faults = await after.house.store.read(
            lambda tx: tx.exec_driver_sql("SELECT fault FROM inbound WHERE fault <> ''").scalars().all()
        )
        assert faults == []

    indoors(tmp_path, begun, at=EPOCH + timedelta(hours=2))
    indoors(tmp_path, gone_on, pack=next_version(tmp_path), at=EPOCH + timedelta(hours=2, minutes=2))


@pytest.mark.sqlite_only("pages see nothing of the engine")
async def test_every_page_of_what_was_before_opens(town: Path, tmp_path: Path) -> None:
    async with standing(town, next_version(tmp_path)) as after:
        bad = []
        for path, address in addresses(after).items():
            status, _, _ = await after.page(address)
            if status >= 500 and path not in MACHINES:
                bad.append(f"{address}: {status}")
        assert bad == []
