"""Figures are what a person would count by hand: on tables of known times, on both engines, at the city's borders."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from math import ceil
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, literal, select, union_all

from config.city import load_city
from dispatch.console.reports.figures import SHEAVES
from dispatch.console.reports.span import BadSpan, month_of, span_of
from dispatch.console.reports.store.spans import by_hour, slot_width, spread
from dispatch.store.comm_tests import COMM_TEST
from gateway.figures import FEW, FEWEST, Cell, Label, Said, Section, percentile
from gateway.page import Floor
from gateway.store import Tx
from gateway.store.spending import SPENDING
from tests.dispatch.console.reports.scenes import ANI, BEGINS, EKO, Scene, stage_scenes
from tests.fixtures.site import TINY, ground_floor

MAKASSAR = ZoneInfo("Asia/Makassar")  # Tinytown's
SINCE, UNTIL = datetime(2026, 10, 1, tzinfo=MAKASSAR), datetime(2026, 11, 1, tzinfo=MAKASSAR)


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    async with ground_floor(tmp_path) as floor:
        yield floor


async def figures(
    floor: Floor, scenes: Sequence[Scene] = (), since: datetime = SINCE, until: datetime = UNTIL
) -> dict[str, Section]:
    if scenes:
        await floor.store.write(lambda tx: stage_scenes(tx, list(scenes)))

    def work(tx: Tx) -> list[Section]:
        return [section for sheaf in SHEAVES for section in sheaf.figures(tx, floor.city, since, until)]

    found = await floor.store.read(work)
    return {section.key: section for section in found}


def named(section: Section) -> dict[str, Sequence[Cell]]:
    """Its rows by their first cell."""
    return {_plain(row[0]): row[1:] for row in section.rows}


def _plain(cell: Cell) -> str:
    return cell.key.removeprefix("reports.") if isinstance(cell, Said) else str(cell)


def hundred(**more: object) -> list[Scene]:
    """A hundred incidents, of which the n-th took n tenths of a second longer at every step."""
    return [
        Scene(
            id=n,
            at=BEGINS + timedelta(minutes=n),
            read_s=0.0,
            confirmed_s=0.0,
            siren_s=n / 10,
            rings=(n / 5, n / 5 + 30, n / 5 + 60, n / 5 + 90, n / 5 + 100),
            accepted_s=float(2 * n),
            replied_s=n / 2,
            **more,  # type: ignore[arg-type]
        )
        for n in range(1, 101)
    ]


async def test_every_step_has_the_percentiles_that_were_and_its_share_within_the_goal(floor: Floor) -> None:
    rows = named((await figures(floor, hundred()))["response"])
    assert rows["step_read"] == (100, 0.0, 0.0, 0.0, 1.0, 100, 1.0)
    assert rows["step_siren"] == (100, 5.0, 9.0, 9.9, 5.0, 50, 0.5)
    assert rows["step_first_ring"] == (100, 10.0, 18.0, 19.8, 20.0, 100, 1.0)
    assert rows["step_next_ring"] == (400, 30.0, 30.0, 30.0, 75.0, 400, 1.0)
    assert rows["step_five"] == (100, 110.0, 118.0, 119.8, 180.0, 100, 1.0)
    assert rows["step_accepted"] == (100, 100.0, 180.0, 198.0, 120.0, 60, 0.6)
    assert rows["step_reply"] == (100, 25.0, 45.0, 49.5, 30.0, 60, 0.6)
    assert rows["step_call_back"] == (0, None, None, None, 10.0, None, None)


async def test_of_few_cases_no_percentile_is_said(floor: Floor) -> None:
    scenes = [Scene(id=n, rings=(3.0,), missed=True, rang_back_s=5.0) for n in range(1, FEWEST)]
    rows = named((await figures(floor, scenes))["response"])
    assert rows["step_call_back"][:4] == (9, FEW, FEW, FEW)
    assert rows["step_call_back"][5:] == (9, 1.0)


async def test_drills_stand_apart(floor: Floor) -> None:
    found = await figures(floor, [Scene(id=1, drill=True, rings=(3.0, 20.0), accepted_s=60.0)])
    assert not [key for key in ("response", "overview", "kinds", "kelurahan", "hours", "stations") if found[key].rows]
    assert named(found["response-drills"])["step_accepted"][0] == 1
    ((when, kind, where, first, following, five, accepted, kept),) = found["drills"].rows
    assert when == BEGINS + timedelta(seconds=0.2)
    assert (where, first, five, accepted, kept) == ("Batu Merah", 2.8, None, 59.8, "3/3")
    assert isinstance(kind, Label)
    assert following == pytest.approx(17.0)


async def test_a_siren_that_waits_for_a_person_is_not_called_slow(floor: Floor) -> None:
    rows = named((await figures(floor, [Scene(id=1, registered=False, siren_s=400.0)]))["response"])
    assert rows["step_siren"][0] == 0


async def test_what_alarms_were_is_counted_and_a_number_s_marks_too(floor: Floor) -> None:
    scenes = [
        Scene(id=1, false=True, cancelled=True, caller=ANI),
        Scene(id=2, false=True, cancelled=True, caller=ANI),
        Scene(id=3, false=True, caller=EKO),
        Scene(id=4, cancelled=True),
        Scene(id=5, missed=True, confirmed_s=None, kind="fire", kelurahan=None),
        Scene(id=6, false=True, caller=""),
    ]
    found = await figures(floor, scenes)
    assert named(found["overview"])["incidents"] == (6,)
    assert named(found["overview"])["nobody"] == (5,)
    rows = found["false-alarms"].rows
    assert [row[1:] for row in rows[:3]] == [(4, 4 / 6), (1, 1 / 6), (1, 1 / 6)]
    assert [(row[1], row[2]) for row in rows[3:]] == [(1, 0.5), (1, 0.5), (0, 0.0)]
    assert sorted(int(str(row[1])) for row in found["kinds"].rows) == [1, 5]
    assert {_plain(row[0]): row[2] for row in found["kelurahan"].rows} == {"Batu Merah": 5, "place_unknown": 1}


async def test_what_people_found_is_counted_in_the_city_s_words(floor: Floor) -> None:
    name, labels = next(iter(floor.city.findings.items()))
    scenes = [Scene(id=n, finding=finding) for n, finding in enumerate((name, name, name, "older", None), 1)]
    rows = (await figures(floor, scenes))["findings"].rows
    assert rows == [(Label(labels), 3, 0.75), ("older", 1, 0.25)]


async def test_the_city_s_day_begins_at_its_own_midnight(floor: Floor) -> None:
    midnight = datetime(2026, 10, 5, 16, 0, tzinfo=UTC)  # Tuesday, 00.00 there
    scenes = [Scene(id=1, at=midnight - timedelta(seconds=1)), Scene(id=2, at=midnight, read_s=0.0)]
    day = datetime(2026, 10, 6, tzinfo=MAKASSAR)
    found = await figures(floor, scenes, since=day, until=day + timedelta(days=1))
    assert named(found["overview"])["incidents"] == (1,)
    hours = named((await figures(floor))["hours"])
    assert (hours["weekday_0"][23], hours["weekday_1"][0]) == (1, 1)
    assert sum(int(str(row[-1])) for row in hours.values()) == 2


async def test_parts_make_the_whole(floor: Floor) -> None:
    kinds, areas = ("robbery", "fire", "sos"), ("99.01.01.1001", None)
    scenes = [
        Scene(id=n, at=BEGINS + timedelta(hours=n), kind=kinds[n % 3], kelurahan=areas[n % 2], false=n % 4 == 0)
        for n in range(1, 61)
    ]
    found = await figures(floor, scenes)
    assert sum(row[1] for row in found["kinds"].rows) == 60  # type: ignore[misc]
    assert sum(row[2] for row in found["kelurahan"].rows) == 60  # type: ignore[misc]
    assert sum(row[-1] for row in found["hours"].rows) == 60  # type: ignore[misc]
    assert all(sum(row[1:-1]) == row[-1] for row in found["hours"].rows)  # type: ignore[arg-type]
    assert sum(row[4] for row in found["kinds"].rows) == named(found["overview"])["false"][0]  # type: ignore[misc]


async def test_who_was_rung_and_who_came(floor: Floor) -> None:
    found = await figures(floor, [Scene(id=n, rings=(3.0, 20.0), accepted_s=33.0 + n) for n in range(1, 12)])
    rows = named(found["officers"])
    assert rows["Ani Contoh"][1:] == (11, 36.0, 40.0, 41.0, 11, 11, 11, 11, 1.0)
    assert rows["Eko Contoh"][5:] == (0, 11, 11, 0, 0.0)
    assert [row[5:] for row in found["stations"].rows] == [(11, 22, 22, 11, 0.5)]


async def test_a_drill_that_a_station_attended_counts_once_however_many_calls_it_had(floor: Floor) -> None:
    drills = [
        Scene(id=1, drill=True, rings=(3.0, 20.0), accepted_s=60.0),
        Scene(id=2, drill=True, rings=(3.0, 20.0)),
        Scene(id=3, rings=(3.0,), accepted_s=9.0),
    ]
    found = await figures(floor, drills)
    assert [row[1:] for row in found["drills-attended"].rows] == [(2, 1, 1, 0.5)], "called, attended, accepted"


async def test_tests_of_officers_count_the_key_alone(floor: Floor) -> None:
    usual = {"name": "Ani", "station": "", "asked_by": "", "state": "done", "tries": 1, "leg": "", "detail": ""}
    ends = [("answered", BEGINS, BEGINS), ("answered", BEGINS, None), ("busy", None, None), ("rang", None, None)]
    rows = [
        {"key": f"k{n}", "number": ANI, "asked_at": BEGINS, "due_at": BEGINS, "settled_at": BEGINS, "outcome": outcome}
        | {"answered_at": answered, "heard_at": heard}
        for n, (outcome, answered, heard) in enumerate(ends)
    ]
    await floor.store.write(lambda tx: tx.execute(insert(COMM_TEST), [usual | row for row in rows]))
    assert [row[1:] for row in (await figures(floor))["tests"].rows] == [(4, 1, 0.25, 1, 2)]


async def test_letters_and_their_cost(floor: Floor) -> None:
    await floor.store.write(
        lambda tx: tx.execute(
            insert(SPENDING),
            [
                {"day": day, "channel": "a", "lane": lane, "parts": 2, "air_s": 1.0, "cost": 700.0}
                for day in ("2026-09-30", "2026-10-01", "2026-10-31", "2026-11-01")
                for lane in ("emergency", "bulk")
            ],
        )
    )
    found = await figures(floor, [Scene(id=n, replied_s=3.0 * n) for n in range(1, 13)])
    assert [row[2:] for row in found["costs"].rows] == [(4, 1400.0), (4, 1400.0), (8, 2800.0)]
    assert found["letters-in"].rows == [("telkomsel-1", 12, 0, 0, 0, 0)]
    assert found["letters-out"].rows[0][2:5] == (12, 12, 0)
    assert found["letters-waited"].rows[0][1:] == (12, 17.8, 32.8, 35.8, 10, 10 / 12)


async def test_an_empty_span_says_so_in_words(floor: Floor) -> None:
    found = await figures(floor)
    assert all(not section.rows and section.empty for section in found.values())


@given(values=st.lists(st.floats(0, 1e6), min_size=1, max_size=60), share=st.floats(0, 1))
def test_a_percentile_is_the_least_value_that_so_many_do_not_exceed(values: list[float], share: float) -> None:
    found, ordered = percentile(sorted(values), share), sorted(values)
    assert found in values
    enough = ceil(round(share * len(values), 9))
    assert sum(value <= found for value in values) >= enough
    below = [value for value in ordered if value < found]
    assert not below or len(below) < enough


async def test_the_store_s_percentiles_are_those_of_brute_force(floor: Floor) -> None:
    def work(tx: Tx, count: int) -> None:
        values = [float((nth * 7919) % 263) for nth in range(count)]
        rows = union_all(*(select(literal(value).label("took")) for value in values)).subquery()
        found = spread(tx, select(rows.c.took), 100.0)
        assert found is not None
        wanted = [percentile(sorted(values), share) for share in (0.5, 0.9, 0.99)]
        assert [found.p50, found.p90, found.p99] == wanted
        assert (found.count, found.within) == (count, sum(value <= 100.0 for value in values))

    for count in (1, 2, 9, 10, 11, 99, 100, 101):
        await floor.store.read(partial(work, count=count))


def test_hours_are_those_of_the_zone_also_where_summer_time_begins_or_hours_are_halved() -> None:
    class Place:
        timezone = ZoneInfo("Asia/Kolkata")

    since, until = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
    assert slot_width(Place(), since, until) == 900  # type: ignore[arg-type]
    at = datetime(2026, 10, 5, 18, 31, tzinfo=UTC)  # Tuesday 00.01 there
    assert by_hour(Place(), {int(at.timestamp()) // 900: 3}, 900) == {(1, 0): 3}  # type: ignore[arg-type]


NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)  # Monday the 23rd, 02.00 there


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ({}, "2026-11-23", "2026-11-23"),
        ({"span": "week"}, "2026-11-23", "2026-11-23"),
        ({"span": "month"}, "2026-11-01", "2026-11-23"),
        ({"span": "any", "from": "2026-10-01", "to": "2026-10-31"}, "2026-10-01", "2026-10-31"),
        ({"span": "any", "from": "2026-11-20"}, "2026-11-20", "2026-11-23"),
    ],
)
def test_a_span_is_whole_days_of_the_city(asked: dict[str, str], first: str, last: str) -> None:
    span = span_of(asked, NOW, MAKASSAR)
    assert (span.first.isoformat(), span.last.isoformat()) == (first, last)
    assert span.since.utcoffset() == timedelta(hours=8)
    assert span.until - span.since == timedelta(days=(span.last - span.first).days + 1)


@pytest.mark.parametrize(
    "asked",
    [
        {"span": "ever"},
        {"span": "any", "from": "kemarin"},
        {"span": "any", "from": "2026-10-02", "to": "2026-10-01"},
        {"span": "any", "from": "2020-01-01", "to": "2026-10-01"},
        {"span": "any", "from": "0001-01-01", "to": "0001-01-01"},
        {"span": "any", "from": "9999-12-31", "to": "9999-12-31"},
    ],
)
def test_what_is_no_span_is_refused(asked: dict[str, str]) -> None:
    with pytest.raises(BadSpan):
        span_of(asked, NOW, MAKASSAR)


def test_a_month_is_whole_and_by_itself_the_last_one_that_is_over() -> None:
    said = [month_of(month, NOW, MAKASSAR) for month in ("", "2026-02", "2024-02", "2026-12")]
    assert [one.file for one in said] == [
        "2026-10-01-2026-10-31",
        "2026-02-01-2026-02-28",
        "2024-02-01-2024-02-29",
        "2026-12-01-2026-12-31",
    ]
    for wrong in ("2026-13", "oktober", "9999-12", "0000-01"):
        with pytest.raises(BadSpan):
            month_of(wrong, NOW, MAKASSAR)


def test_the_goals_are_the_city_s_clocks() -> None:
    from dispatch.console.reports.figures import step_goals
    from dispatch.console.reports.store.clocks import Step

    city = load_city(TINY)
    assert step_goals(city)[Step.ACCEPTED] == city.clocks.nobody_s
    assert step_goals(city)[Step.CALL_BACK] == city.clocks.callback_s
