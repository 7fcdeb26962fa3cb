"""A deadline that passes is told to the official once and to the inspectorate once, in office hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from config.city_calendar import Holiday
from config.lookup import Deadline
from eservices.lookup.due import Due, due_of
from eservices.lookup.standing.deadlines.chore import PIECE
from eservices.lookup.standing.offered import standing_chores
from tests.eservices.lookup.standing_room import (
    IRA,
    MONDAY,
    PERMITS,
    UMAR,
    ZONE,
    Scene,
    permit,
    play,
    town,
)

THURSDAY = "2026-11-19"  # and three working days: Tuesday the 24th


def test_the_official_is_told_once_and_the_inspectorate_once_two_working_days_later() -> None:
    async def main(scene: Scene) -> None:
        await scene.imported(PERMITS, permit("2001", THURSDAY), permit("2002", "2026-11-23"))
        await scene.until(datetime(2026, 11, 24, 23, 0, tzinfo=ZONE))
        assert await scene.sent() == []  # the last day is not past
        await scene.until(datetime(2026, 11, 26, 23, 0, tzinfo=ZONE))
        assert await scene.texts(UMAR) == ["Izin 2001 lewat 24/11/2026, 1 hari kerja"]
        [sms] = await scene.sent(UMAR)
        assert sms.at.date() == date(2026, 11, 25)
        assert 8 <= sms.at.hour < 16
        await scene.until(datetime(2026, 12, 31, 12, 0, tzinfo=ZONE))
        assert len(await scene.sent(UMAR)) == 2  # 2002, too, by now
        days = [sms.at.date() for sms in await scene.sent(IRA)]
        assert days == [date(2026, 11, 27), date(2026, 12, 1)]
        assert "1 lewat batas waktu" in (await scene.texts(IRA))[0]
        assert "2001" in (await scene.texts(IRA))[0]

    play(main)


def test_what_is_done_or_withdrawn_warns_nobody() -> None:
    async def main(scene: Scene) -> None:
        await scene.imported(
            PERMITS, permit("2001", THURSDAY), permit("2002", THURSDAY), permit("2003", THURSDAY, "terbit")
        )
        await scene.imported(PERMITS, permit("2001", THURSDAY, "terbit"))
        await scene.days(20)
        assert await scene.sent() == []

    play(main)


def test_what_is_done_after_the_warning_is_not_raised() -> None:
    async def main(scene: Scene) -> None:
        await scene.imported(PERMITS, permit("2001", THURSDAY))
        await scene.until(datetime(2026, 11, 25, 12, 0, tzinfo=ZONE))
        assert len(await scene.sent(UMAR)) == 1
        await scene.imported(PERMITS, permit("2001", THURSDAY, "terbit"))
        await scene.days(20)
        assert await scene.sent(IRA) == []

    play(main)


def test_a_date_that_an_import_moves_is_followed() -> None:
    async def main(scene: Scene) -> None:
        await scene.imported(PERMITS, permit("2001", THURSDAY))
        await scene.until(datetime(2026, 11, 25, 12, 0, tzinfo=ZONE))
        await scene.imported(PERMITS, permit("2001", "2026-12-01"))  # begun anew: Friday the 4th
        await scene.until(datetime(2026, 12, 5, 12, 0, tzinfo=ZONE))
        assert len(await scene.sent()) == 1
        await scene.until(datetime(2026, 12, 7, 12, 0, tzinfo=ZONE))
        assert (await scene.texts(UMAR))[1:] == ["Izin 2001 lewat 04/12/2026, 1 hari kerja"]

    play(main)


def test_two_thousand_overdue_rows_are_one_letter_to_each() -> None:
    async def main(scene: Scene) -> None:
        rows = [permit(str(10_000 + n), "2026-11-02") for n in range(1999)]
        await scene.imported(PERMITS, permit("2001", "2026-10-01"), *rows)
        [text] = await scene.texts(UMAR)
        assert "2000 lewat batas waktu" in text
        assert "terlama 2001 (lewat 34 hari kerja)" in text
        await scene.days(1)
        await scene.imported(PERMITS, permit("2001", "2026-10-01"), *rows)
        await scene.days(10)
        assert len(await scene.sent(UMAR)) == 1
        [text] = await scene.texts(IRA)
        assert "Dinas PU: 2000 lewat" in text

    play(main)


def test_an_office_without_officials_goes_to_the_inspectorate_at_once() -> None:
    alone = replace(PERMITS, deadline=replace(PERMITS.deadline or Deadline(days=1, column=""), office="pln"))
    city = replace(town(), lookups={"izin": alone})

    async def main(scene: Scene) -> None:
        await scene.imported(alone, permit("2001", "2026-11-02"))
        [text] = await scene.texts()
        assert await scene.texts(IRA) == [text]
        assert "PLN: 1 lewat" in text
        await scene.days(10)
        assert len(await scene.sent()) == 1

    play(main, city=city)


def test_nobody_is_told_before_the_whole_of_a_table_was_gone_through() -> None:
    async def main(scene: Scene) -> None:
        rows = [permit(str(10_000 + n), "2026-11-02") for n in range(1000)]
        await scene.imported(PERMITS, *rows, run=False)
        passes, deadlines = scene.chores[0], scene.chores[3]
        while await scene.once(passes):
            await scene.once(deadlines)
            if await scene.sent():
                break
        assert len(await scene.sent()) <= 1
        await scene.rounds()
        [text] = await scene.texts(UMAR)
        assert "1000 lewat" in text

    play(main, begins=MONDAY + timedelta(hours=1))


def test_after_a_start_with_other_holidays_nobody_is_warned_by_the_days_of_before() -> None:
    """A decree moves a holiday after the table was brought: the day is another one, and so is the warning's."""
    calendar, holiday = town().calendar, Holiday(date=date(2026, 11, 24), name="Hari libur yang baru")
    later = replace(town(), calendar=replace(calendar, holidays={**calendar.holidays, holiday.date: holiday}))

    async def main(scene: Scene) -> None:
        many = [permit(f"{5000 + n}", THURSDAY) for n in range(PIECE + 5)]
        await scene.imported(PERMITS, *many)
        scene.chores = list(standing_chores(later))  # the program starts with the pack as it is now
        await scene.until(datetime(2026, 11, 25, 23, 0, tzinfo=ZONE))
        assert await scene.sent() == []
        await scene.until(datetime(2026, 11, 26, 23, 0, tzinfo=ZONE))
        assert [sms.at.date() for sms in await scene.sent(UMAR)] == [date(2026, 11, 26)]
        assert f"{PIECE + 5}" in (await scene.texts(UMAR))[0]

    play(main)


@pytest.mark.parametrize(
    ("received", "today", "day", "days", "late"),
    [
        ("2026-12-29", date(2026, 12, 31), date(2027, 1, 4), 1, False),  # new year's day is a holiday
        ("2026-12-29", date(2027, 1, 5), date(2027, 1, 4), 1, True),
        ("2030-12-27", date(2031, 1, 2), date(2031, 1, 1), 1, True),  # a year of which the pack knows no holiday
        ("2026-12-25", date(2026, 12, 25), date(2026, 12, 30), 3, False),  # begun on a holiday
    ],
)
def test_days_are_counted_over_the_end_of_a_year(received: str, today: date, day: date, days: int, late: bool) -> None:
    assert PERMITS.deadline is not None
    holidays = {one: Holiday(date=one, name="libur") for one in (date(2026, 12, 25), date(2027, 1, 1))}
    calendar = replace(town().calendar, holidays=holidays)
    due = due_of(calendar, PERMITS.deadline, permit("2001", received), today)
    assert due == Due(day=day, days=days, late=late)
