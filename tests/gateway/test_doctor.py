"""What the doctor calls wrong is wrong, and what it says to do mends it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from config.city import load_city
from config.clock import SystemClock
from config.settings import Settings, StoreSettings
from gateway.doctor import RULES, modem_manager, sirens, store_found
from tests.fixtures import engines
from tests.gateway.test_postgres import database

TOWN = Path(__file__).parents[1] / "fixtures/tinytown"
SHIPPED = Path(__file__).parents[2] / "config/systemd" / RULES


@pytest.fixture
def manager(tmp_path: Path) -> Path:
    program = tmp_path / "ModemManager"
    program.touch()
    return program


def test_a_modem_manager_that_the_shipped_rule_keeps_off_is_not_wrong(tmp_path: Path, manager: Path) -> None:
    (tmp_path / RULES).write_bytes(SHIPPED.read_bytes())
    (found,) = modem_manager(manager, (tmp_path / "none", tmp_path))
    assert found.well is True
    assert str(tmp_path / RULES) in found.saw


@pytest.mark.parametrize("rule", [None, "", "# all taken out\n"])
def test_a_modem_manager_without_the_rule_is_wrong_and_either_way_out_is_told(
    tmp_path: Path, manager: Path, rule: str | None
) -> None:
    first, second = tmp_path / "etc", tmp_path / "lib"
    for folder in (first, second):
        folder.mkdir()
    if rule is not None:  # it stands before the whole one of the same name, as udev reads them
        (first / RULES).write_text(rule)
        (second / RULES).write_bytes(SHIPPED.read_bytes())
    (found,) = modem_manager(manager, (first, second))
    assert found.well is False
    assert "purge -y modemmanager" in found.mend
    assert RULES in found.mend


def test_without_modem_manager_nothing_is_said_of_it(tmp_path: Path) -> None:
    assert not list(modem_manager(tmp_path / "none", (tmp_path,)))


def test_a_siren_whose_own_words_nobody_wrote_down_is_worth_knowing() -> None:
    city = load_city(TOWN)
    assert not list(sirens(city, ()))
    post = city.stations["polsek-hulu"]
    assert post.siren is not None
    unsaid = replace(city, stations={**city.stations, post.id: replace(post, siren=replace(post.siren, says=""))})
    (found,) = sirens(unsaid, ())
    assert (found.well, "Polsek Hulu" in found.saw, "'says'" in found.mend) == (None, True, True)
    assert {one.well for one in sirens(city, ("+6281100000001",))} == {False}  # no siren knows that modem


@pytest.mark.engine(engines.POSTGRES)
async def test_an_empty_database_is_worth_knowing_and_the_first_start_is_the_remedy(tmp_path: Path) -> None:
    settings = Settings(city="", data_dir=tmp_path, store=StoreSettings(url=database("blank")))
    (found,) = await store_found(settings, SystemClock())
    assert found.well is None
    assert "is empty: start the program once" in found.saw
    assert found.mend.startswith("kentongan run")


@pytest.mark.engine(engines.POSTGRES)
async def test_a_server_that_is_not_there_is_wrong_and_the_address_is_the_remedy(tmp_path: Path) -> None:
    settings = Settings(city="", data_dir=tmp_path, store=StoreSettings(url="postgresql+asyncpg://a@127.0.0.1:1/k"))
    (found,) = await store_found(settings, SystemClock())
    assert found.well is False
    assert "[store] url" in found.mend
