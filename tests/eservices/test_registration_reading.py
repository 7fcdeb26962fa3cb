"""What people type behind DAFTAR, as a table of authored texts; and that any marks in any order mean the same."""

from __future__ import annotations

from functools import cache
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.city import City, load_city
from eservices.registration.reading import Said, SaidReader
from gateway.nik import fault_of_nik
from tests.fixtures.whole import examples

ROWS = [
    line
    for line in Path(__file__).with_name("registrations.txt").read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]
MARKS = ("#", " # ", "*", ";", "|", "\n", ", ", " / ", " - ", ". ", "<spasi>", " spasi ")


@cache
def binjai() -> City:
    return load_city("binjai")


@cache
def reader() -> SaidReader:
    return SaidReader(binjai())


def place(said: Said) -> str:
    names = [binjai().areas[code].name for code in (said.area, *said.candidates) if code]
    return "|".join(names) or "-"


@pytest.mark.parametrize("row", ROWS)
def test_a_registration_is_understood_as_it_is_meant(row: str) -> None:
    typed, name, area, street, *more = (
        part.strip() for part in row.split(" => ")[0:1] + row.split(" => ")[1].split(" @ ")
    )
    said = reader().read(typed.replace("\\n", "\n"))
    got = [said.name or "-", place(said), said.street or "-"]
    assert got == [name, area, street], typed
    wanted = more[0] if more else ""
    assert (("nik " if said.nik else "") + said.phone).strip() == wanted


def test_there_are_enough_of_them() -> None:
    assert len(ROWS) >= 60


NAMES = st.sampled_from(["siti aminah", "Bambang", "h. ahmad dahlan", "nurhayati br ginting", "M. Yusuf", "Butet"])
STREETS = st.sampled_from(
    ["jl kentang 7", "gg damai no 4 lk 2", "Jln. Soekarno Hatta 120", "gang mawar 3", "jl labu 12a"]
)


@settings(deadline=None, max_examples=examples(300))
@given(name=NAMES, area=st.sampled_from(sorted(load_city("binjai").areas)), street=STREETS, data=st.data())
def test_any_marks_in_any_order_give_the_same_fields(name: str, area: str, street: str, data: st.DataObject) -> None:
    mark = data.draw(st.sampled_from(MARKS))
    order = data.draw(st.sampled_from(list(permutations(range(3)))))
    tail = data.draw(st.sampled_from(["", "#", " #", "."]))
    fields = (name, binjai().areas[area].name, street)
    said = reader().read(mark.join(fields[at] for at in order) + tail)
    assert said.area == area or area in said.candidates
    if said.area:
        assert said.name.replace(".", "") == name.replace(".", "")
        assert said.street.replace(".", "") == street.replace(".", "")


@settings(deadline=None, max_examples=examples(300))
@given(st.one_of(st.text(max_size=200), st.text(alphabet="jlkentgpyaro 0127#.,*-/\n", max_size=120)))
def test_no_text_whatever_raises(text: str) -> None:
    said = reader().read(text, "+6281300000007")
    assert said.phone != "+6281300000007"
    assert not said.nik or not fault_of_nik(said.nik)
    assert said.area in ("", *binjai().areas)
    reader().lingkungan(text)
    reader().has_fields(text)


def test_the_prefix_of_a_nik_is_no_address() -> None:
    said = reader().read("siti#1275044507620003#jl kentang 7")
    assert (said.area, said.candidates) == ("", ())
    assert said.nik


@pytest.mark.parametrize(
    ("street", "number"),
    [
        ("Jl. Kentang 7 Lk. III", "3"),
        ("jl kentang lk4", "4"),
        ("lingkungan 02", "2"),
        ("gg damai LK.IX no 3", "9"),
        ("jl kentang lkIV", "4"),
        ("jl lada 7", ""),
        ("jl kentang rt 3", ""),
    ],
)
def test_the_lingkungan_is_read_from_the_address(street: str, number: str) -> None:
    assert reader().lingkungan(street) == number
