"""What people wish of a clinic, as clumsily as they type it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.city import load_city
from config.city_clinics import read_clinics
from config.city_files import PackFiles
from eservices.clinic.request import Request, Requests

HERE = Path(__file__).parent
AT = datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo("Asia/Jakarta"))  # a Wednesday
ROWS = [line.split("|") for line in (HERE / "requests.txt").read_text("utf-8").splitlines()[2:] if line]


@cache
def requests() -> Requests:
    """Those of the first city, with the clinics of ``houses``."""
    city = load_city("binjai")
    files = PackFiles(HERE / "houses")
    clinics = read_clinics(files, city.languages, city.areas)
    assert files.faults == []
    return Requests(replace(city, clinics=clinics))


def told(said: Request) -> list[str]:
    day = str(said.when.date.day) if said.when.date else "-"
    whose = "other" if said.other else "own" if said.own else "-"
    more = [said.when.part_of_day] if said.when.part_of_day else []
    more += ["first"] if said.priority else []
    more += [f"phone={said.phone}"] if said.phone else []
    more += ["nik"] if said.nik else []
    more += [f"referral={said.referral}"] if said.referral else []
    return [
        "/".join(sorted(said.services)) or "-",
        "/".join(sorted(said.clinics)) or "-",
        day,
        whose,
        said.name or "-",
        " ".join(more),
    ]


@pytest.mark.parametrize("row", ROWS, ids=[row[0].strip() for row in ROWS])
def test_a_wish_is_read_as_it_is_meant(row: list[str]) -> None:
    meant = [one.strip() for one in (*row[1:], "", "", "", "", "", "")][:6]
    assert told(requests().read(row[0].strip(), AT)) == meant


def test_the_table_is_long_enough() -> None:
    assert len(ROWS) >= 100


@given(text=st.text(max_size=80) | st.from_regex(r"[a-z0-9 .,#/:-]{0,80}", fullmatch=True))
def test_no_text_is_too_strange(text: str) -> None:
    said = requests().read(text, AT)
    assert len(said.services) >= 0
