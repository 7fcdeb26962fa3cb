"""Days told from today in a text: ``bsk``, ``senin depan``, ``seminggu lagi``, ``malam minggu``. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from gateway.when_dates import Dates, Missing, months_on
from gateway.when_said import Day, Said

MOST_COUNTED = 366  # days, weeks or months ahead; more is no appointment
WEEKS = (("weeks.next", 1), ("weeks.this", 0), ("weeks.last", -1))


class Days:
    """Finds every day of a text."""

    def __init__(self, said: Said) -> None:
        self._said, self._dates = said, Dates(said)

    def find(self) -> Iterator[Day]:
        """In the order of the text; none overlaps another."""
        at = 0
        while at < len(self._said.tokens):
            day = None if self._said.has("dates.every", at - 1) else self._at(at)
            if day is not None:
                yield day
            at = day.end if day is not None else at + 1

    def missing(self) -> Missing | None:
        """The first date of the text that no calendar has."""
        found = (self._dates.missing(at) for at in range(len(self._said.tokens)))
        return next((one for one in found if one is not None), None)

    def _at(self, at: int) -> Day | None:
        found = self._dates.at(at) or self._counted(at) or self._week(at) or self._named(at)
        return found or self._of_week(at) or self._this_part(at) or self._weak(at)

    def _counted(self, at: int) -> Day | None:
        """``3 hari lagi``, ``seminggu lagi``, ``2 minggu yg lalu``, ``sebulan lagi``."""
        said = self._said
        for unit in ("day", "weeks", "month"):
            if said.has("weeks.one" if unit == "weeks" else f"weeks.{unit}_one", at):
                return self._moved(at, 1, unit, at + 1)
        found = said.count(at, MOST_COUNTED)
        if found is None or found.whole is None:
            return None
        for unit in ("day", "weeks", "month"):
            if said.has("weeks.words" if unit == "weeks" else f"weeks.{unit}_words", found.end):
                return self._moved(at, found.whole, unit, found.end + 1)
        return None

    def _moved(self, at: int, many: int, unit: str, here: int) -> Day | None:
        said = self._said
        ahead = said.follow("weeks.ahead", here) or said.follow("weeks.next", here)
        end = ahead or said.follow("weeks.last", here)
        if end is None:
            return None
        step = many if ahead is not None else -many
        months = months_on(said.today, step) if unit == "month" else None
        there = months or said.today + timedelta(days=step * (7 if unit == "weeks" else 1))
        return replace(said.day(there, at, end), past=ahead is None)

    def _week(self, at: int) -> Day | None:
        """``minggu depan``, ``pekan ini``, ``bulan depan``: all its days."""
        said, month = self._said, self._said.has("weeks.month_words", at)
        if said.has("weeks.day_words", at - 1) or not (month or said.has("weeks.words", at)):
            return None
        for name, step in WEEKS:
            if (end := said.follow(name, at + 1)) is not None:
                first = months_on(said.today.replace(day=1), step) if month else said.monday + timedelta(weeks=step)
                after = months_on(first, 1) if month else first + timedelta(weeks=1)
                day = said.day(first, at, end, after - timedelta(days=1))
                return replace(day, week=True, past=step < 0)
        return None

    def _named(self, at: int) -> Day | None:
        """``besok``, ``lusa``, ``hari ini``, ``semalam``."""
        said = self._said
        found = said.phrase(at, said.words.days)
        if found is None:
            return None
        day = said.day(said.today + timedelta(days=found[0]), at, found[1])
        return replace(day, past=found[0] < 0, night=day.saw in said.words.lists["nights.words"])

    def _of_week(self, at: int) -> Day | None:
        """``senin``: the next one, today not counted; ``jumat depan``: next week's; ``malam minggu``: the evening
        before it."""
        said = self._said
        found = said.phrase(at, said.words.weekdays)
        if found is None or said.has("dates.street", at - 1) or said.has("dates.not_before", at - 1):
            return None
        counted = said.digits(at - 1) or said.text(at - 1) in said.words.numbers
        if (counted and said.has("weeks.words", at)) or said.has("dates.every", at - 2):
            return None
        number, here = found
        eve = timedelta(days=self._eve(at))
        for name, step in WEEKS:
            if (end := said.follow(name, here)) is not None:
                there = said.monday + timedelta(weeks=step, days=number - 1) - eve
                day = said.day(there, at, end)
                return replace(day, night=bool(eve), past=there < said.today)
        there = said.today + timedelta(days=(number - 1 - said.today.weekday()) % 7 or 7) - eve
        day = said.day(there, at, here)
        return replace(day, weekday=0 if eve else number, night=bool(eve))

    def _eve(self, at: int) -> bool:
        """Whether "malam" stands before the weekday, and belongs to no day before it ("besok malam")."""
        said = self._said
        part = said.part(at - 1)
        before = at - 2 >= 0 and any(
            said.phrase(at - 2, table) is not None for table in (said.words.days, said.words.weekdays)
        )
        return part is not None and part[0] == "malam" and not before

    def _this_part(self, at: int) -> Day | None:
        """``sore ini``: today. The part itself is left for the hours."""
        said = self._said
        part = said.part(at)
        end = said.follow("weeks.this", part[1]) if part is not None else None
        return said.day(said.today, at, end) if end is not None else None

    def _weak(self, at: int) -> Day | None:
        """``nanti``, ``tadi``: today, unless another day is said."""
        said = self._said
        for name, past in (("weak.later", False), ("weak.earlier", True)):
            if said.has(name, at):
                return replace(said.day(said.today, at, at + 1), weak=True, past=past)
        return None
