"""Every service of the city by SMS, by USSD and by a call with keys, through the whole house: what a resident does, and
the words that must come. One town for the whole table; each row has a telephone of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from config.city import load_city
from eservices.bus.route import Fix
from eservices.bus.store import keep
from eservices.more import Offered
from eservices.proposals.deeds import open_a_round
from eservices.services import further, services
from gateway.registry import Resident
from gateway.store.people import save
from tests.fixtures.engines import SQLITE
from tests.walks.connected import Connected, connected
from tests.walks.faces import FACES, walked

TABLE = Path(__file__).with_name("services.txt")
PACK = "binjai"
SITI = "siti"
AREA = "12.75.03.1004"
BEGINS = datetime.fromisoformat("2026-11-23T09:00:00+07:00")  # a Monday
LIMIT_S = 86400.0
SMS, USSD, VOICE = FACES
LIST = {
    SMS: (),
    USSD: ((">Layanan lain", "Info"),),
    VOICE: ((">Layanan lain", "Data Anda"), (">Info dan layanan kota", "Info")),
}
BUS = "3"
TITLE, ROUND = "Musrenbang 2027", timedelta(days=60)
HELP, BUS_CRY, FURTHER = "telling_help", "bus_cry", "more"
ALSO = {SMS: {HELP, BUS_CRY}, USSD: {BUS_CRY}, VOICE: set[str]()}
"""What is no service of the list. By USSD and by voice the first menu is the help; a caller's cry is a key."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. ``number``: where it stands."""

    number: int
    service: str
    face: str
    who: str
    steps: tuple[tuple[str, str], ...]


def rows() -> Iterator[Row]:
    for number, line in enumerate(TABLE.read_text(encoding="utf-8").splitlines(), 1):
        if line and not line.startswith("#"):
            service, face, who, steps = line.split(maxsplit=3)
            does, says = zip(*(step.strip().split(" -> ") for step in steps.split(" | ")), strict=True)
            yield Row(number, service, face, who, tuple(zip(does, says, strict=True)))


ROWS = tuple(rows())


@pytest.fixture(scope="module")
def went() -> dict[Row, str]:
    """One town; what went otherwise, by row."""

    async def scene(here: Connected) -> dict[Row, str]:
        now = here.clock.now()
        await here.house.store.write(lambda tx: open_a_round(tx, here.city, TITLE, now.date() + ROUND, now))
        return {row: await one(here, row) for row in ROWS}

    with TemporaryDirectory(prefix="kentongan-services-") as folder:
        return connected(Path(folder), scene, pack=PACK, begins=BEGINS, limit_s=LIMIT_S, answer=True)


async def one(here: Connected, row: Row) -> str:
    number = f"+628120009{row.number:03d}"
    here.phone(number)
    stop = here.city.buses.stops["djoelham"]
    fix = Fix(at=here.clock.now(), lat=stop.lat, lon=stop.lon)
    await here.house.store.write(lambda tx: keep(tx, {BUS: [fix]}))
    if row.who == SITI:
        await here.house.store.write(lambda tx: save(tx, living(number, here.clock.now())))
    return await walked(here, row.face, number, [*LIST[row.face], *row.steps])


def living(number: str, now: datetime) -> Resident:
    return Resident(
        phone=number,
        name="Siti Aminah",
        kelurahan=AREA,
        address="Jl. Kentang No. 7",
        lat=None,
        lon=None,
        language="",
        quiet=False,
        notes="",
        confirmed=True,
        panic_button=False,
        address_at=now,
    )


@pytest.mark.engine(SQLITE)
@pytest.mark.xdist_group("every_service")
@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row.service}-{row.face}-{row.number}") for row in ROWS])
def test_it_answers_in_the_words_that_are_awaited(went: dict[Row, str], row: Row) -> None:
    assert not went[row]


@pytest.mark.parametrize("face", FACES)
def test_no_service_of_the_pack_is_left_out(face: str) -> None:
    offered = {one.name for one in services(load_city(PACK)) if isinstance(one, Offered)}
    walked_by = {row.service for row in ROWS if row.face == face}
    assert offered >= {one.name for one in further(load_city(PACK))}
    assert not (offered | {FURTHER, *ALSO[face]}) - walked_by


def test_what_only_begins_by_its_words_is_a_service_too() -> None:
    assert set(load_city(PACK).lookups) <= {row.service for row in ROWS}
