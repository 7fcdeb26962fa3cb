"""The services in figures: what is counted, and what is not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config.clock import SystemClock
from eservices.clinic import calling
from eservices.clinic.booking import book
from eservices.clinic.queue import State as Stand
from eservices.counting.complaints import complaint_sections
from eservices.counting.queues import off, queue_section, waited
from eservices.counting.store import Case, Visited
from eservices.figures import SHEAF, figures
from gateway.figures import FEW, Cell, Said, Section
from tests.eservices.clinic.counter import MONDAY_NOON, TUESDAY, doctor, tiny, wish
from tests.fixtures.site import ground_floor

NOW = datetime.fromisoformat("2026-11-24T12:00:00+08:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def case(*, answered: float | None = None, due: float = 5, first: float | None = None, **more: object) -> Case:
    """A complaint of ten days ago; hours and days after it came."""
    came = NOW - 10 * DAY
    values: dict[str, object] = {"office": "pu", "category": "road", "kelurahan": "99.01.01.1001"}
    values |= {"opened_at": came, "due_at": came + due * DAY, "rating": None, "reopened": 0}
    values["answered_at"] = came + answered * DAY if answered is not None else None
    values["first_at"] = came + first * HOUR if first is not None else None
    return Case(**{**values, **more})  # type: ignore[arg-type]


def visit(*, told: float | None = 0, called: float | None = 0, state: Stand = Stand.SERVED, **more: object) -> Visited:
    """A place at eight o'clock; minutes after it."""
    begins = NOW - 4 * HOUR
    values: dict[str, object] = {"clinic": "hulu", "service": "umum", "doctor": "dr. Ani Contoh", "begins": begins}
    values |= {"state": state, "walk_in": False, "on_paper": False, "booked_at": begins - DAY}
    values["told_for"] = begins + timedelta(minutes=told) if told is not None else None
    values["called_at"] = begins + timedelta(minutes=called) if called is not None else None
    return Visited(**{**values, **more})  # type: ignore[arg-type]


def row(section: Section, at: int = 0) -> dict[str, Cell]:
    names = [column.title.partition(".")[2] for column in section.columns]
    return dict(zip(names, section.rows[at], strict=True))


def test_in_time_is_the_share_of_what_had_to_be_answered() -> None:
    cases = [*[case(answered=n / 4, first=n) for n in range(1, 13)], case(answered=8), case(), case(due=20)]
    offices = complaint_sections(tiny(), cases, NOW)[0]
    one = row(offices)
    assert (one["count"], one["answered"], one["open"], one["late"]) == (15, 13, 2, 2)
    assert one["in_time"] == 12 / 14, "what is not due yet counts neither way"
    assert (one["first_p50"], one["first_p90"]) == (6, 11)
    assert one["done_p90"] == 3


def test_of_few_cases_no_percentile_is_said_and_of_none_nothing() -> None:
    areas = complaint_sections(tiny(), [case(answered=1, first=2)], NOW)[2]
    assert row(areas)["first_p50"] == FEW
    assert row(areas)["kelurahan"] == tiny().areas["99.01.01.1001"].name
    assert row(complaint_sections(tiny(), [case(kelurahan="")], NOW)[2])["kelurahan"] == Said("desk_figures.no_place")
    assert [section.rows for section in complaint_sections(tiny(), [], NOW)] == [[], [], []]


@pytest.mark.parametrize(
    ("one", "minutes"),
    [
        (visit(told=30, called=50), 20),
        (visit(told=30, called=10), 0),  # called before the hour: nobody waits for less than nothing
        (visit(told=None, called=25), 25),
        (visit(called=None), None),
        (visit(told=10, called=40, walk_in=True, booked_at=NOW - 4 * HOUR + timedelta(minutes=5)), 35),
    ],
)
def test_waiting_begins_at_the_counter_or_at_the_hour_on_the_ticket(one: Visited, minutes: float | None) -> None:
    assert waited(one) == minutes


def test_a_queue_counts_errors_of_what_was_told_and_not_what_paper_knows() -> None:
    people = [visit(told=10 * n, called=10 * n + n) for n in range(20)]
    paper = visit(on_paper=True, told=None, called=300)
    lost, gone = visit(state=Stand.NO_SHOW, called=5), visit(state=Stand.CANCELLED, called=None)
    one = row(queue_section(tiny(), [*people, paper, lost, gone]))
    assert (one["places"], one["served"], one["cancelled"]) == (23, 21, 1)
    assert one["no_show"] == 1 / 22
    assert (one["error_p50"], one["error_p90"]) == (9, 17)
    assert one["near"] == 16 / 20, "a quarter of an hour is near"
    assert off(visit(told=20, called=5)) == -15


async def test_the_store_gives_them_for_a_span(tmp_path: Path) -> None:
    async with ground_floor(tmp_path, clock=SystemClock()) as floor:
        session, begins = doctor(floor.city), doctor(floor.city).begins

        def work(tx: object) -> Sequence[Section]:
            for n in range(1, 4):
                book(tx, floor.city, session, wish(n), MONDAY_NOON)  # type: ignore[arg-type]
            calling.call_next(tx, session, begins + timedelta(minutes=7))  # type: ignore[arg-type]
            since = datetime.combine(TUESDAY, datetime.min.time(), floor.city.timezone)
            return figures(tx, floor.city, since, since + DAY)  # type: ignore[arg-type]

        sections = await floor.store.write(work)
        queue = next(section for section in sections if section.key == "queues")
        assert (row(queue)["places"], row(queue)["served"]) == (3, 1)
        assert row(queue)["wait_p50"] == FEW
        assert not next(section for section in sections if section.key == "complaints-offices").rows


def test_every_head_has_its_words_in_both_languages() -> None:
    import tomllib

    sections = [*complaint_sections(tiny(), [case()], NOW), queue_section(tiny(), [visit(), visit(doctor="x")])]
    keys = {column.title for section in sections for column in section.columns}
    keys |= {section.title for section in sections}
    keys |= {said.key for section in sections for said in (*section.notes, *([section.empty] if section.empty else []))}
    for language in ("id", "en"):
        words = tomllib.loads((SHEAF.words / f"desk_figures.{language}.toml").read_text(encoding="utf-8"))
        assert {key.partition(".")[2] for key in keys} <= set(words)
