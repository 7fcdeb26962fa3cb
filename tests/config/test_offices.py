"""Offices and kinds of complaint: what a pack may leave out, and what the shipped one holds."""

from __future__ import annotations

import shutil
from pathlib import Path

from config.check import check
from config.city import SHIPPED, load_city
from config.city_calendar import USUAL
from config.city_offices import NO_OFFICES

TINY = Path(__file__).parent.parent / "fixtures" / "tinytown"


def test_a_pack_may_do_without_offices_and_holidays(tmp_path: Path) -> None:
    pack = Path(shutil.copytree(TINY, tmp_path / "town"))
    (pack / "offices.toml").unlink()
    (pack / "holidays.csv").unlink()
    assert check(pack) == []
    city = load_city(pack)
    assert (city.offices, city.calendar.hours, dict(city.calendar.holidays)) == (NO_OFFICES, USUAL, {})


def test_an_inline_official_is_named_by_his_own_line(tmp_path: Path) -> None:
    pack = Path(shutil.copytree(SHIPPED / "binjai", tmp_path / "town"))
    path = pack / "offices.toml"
    text = path.read_text()
    line = text[: text.index('"+6281200007012"')].count("\n") + 1
    path.write_text(text.replace("+6281200007012", "+6281200007011"))
    (fault,) = check(pack)
    assert (fault.file, fault.line) == (str(path), line)
    assert "is the number of Rahmat Contoh of pupr and of Sri Contoh of pupr" in fault.message


def test_a_closure_of_half_a_year_is_a_slip(tmp_path: Path) -> None:
    pack = Path(shutil.copytree(TINY, tmp_path / "town"))
    days = "".join(f"2027-{month:02}-{day:02},libur\n" for month in range(1, 7) for day in range(1, 29))
    between = "".join(f"2027-{month:02}-{day},libur\n" for month in (1, 3, 4, 5) for day in (29, 30))
    (pack / "holidays.csv").write_text(f"date,name\n{days}{between}2027-01-31,x\n2027-03-31,x\n2027-05-31,x\n")
    assert any("closed for more than" in fault.message for fault in check(pack))


def test_every_category_of_the_shipped_city_leads_to_somebody() -> None:
    offices = load_city("binjai").offices
    assert offices.inspectorate is not None
    for category in offices.categories.values():
        office = offices.office_of(category.id)
        assert office.officials or office.call
    assert offices.office_of("no such category") is offices.office_of(offices.default)
    assert len({office.labels["id"] for office in offices.offices.values()}) == len(offices.offices)


def test_an_official_is_found_by_number() -> None:
    offices = load_city(TINY).offices
    found = offices.official("+6285500007012")
    assert found is not None
    assert (found[0] and found[0].id, found[1].name) == ("pu", "Vera Contoh")
    assert offices.official("+6285500007001") == (None, offices.inspectorate)
    assert offices.official("+6285500002001") is None  # an officer on duty, of no office
