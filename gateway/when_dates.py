"""Dates of the calendar in a text: ``12/3``, ``tgl 12``, ``12 maret``, ``12-03-2026``. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from gateway.when_said import MARKS, Day, Said

LATELY = 90  # days: a day and month without a year that passed lately is that day; longer ago, the next one
OTHER_YEARS = 1  # years before and after this one; another date is a birth or a law, and no day that is meant
MOST_MONTHS = 13  # months in which a 31st is found


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A date that was said and that there is not. ``following``: the first day after it that there is; ``begin``,
    ``end``: its tokens."""

    said: str
    following: date
    begin: int
    end: int


class Dates:
    """Finds the date that begins at a token."""

    def __init__(self, said: Said) -> None:
        self._said = said

    def at(self, at: int) -> Day | None:
        """The date there; None: none begins there."""
        if self._said.born(at):
            return None
        return self._headed(at) or self._bare(at) or self._named(at)

    def _headed(self, at: int) -> Day | None:
        """``tgl 12``, ``tgl 12/3``, ``tanggal dua belas``, ``tgl 12 bln 3``."""
        said, here = self._said, at + 1
        if not said.has("dates.heads", at):
            return None
        while said.text(here) in MARKS or said.text(here) in (":", ","):
            here += 1
        whole = self._numbers(here) or self._with_name(here)
        if whole is not None:
            return self._dated(at, *whole)
        found = said.count(here, 31)
        if found is None or found.whole is None:
            return None
        month, end = self._month_after(found.end)
        return self._dated(at, self._this_or_next(found.whole, month) if month else self._next_on(found.whole), end)

    def _bare(self, at: int) -> Day | None:
        """``12/3``, ``12-03-2026``, where it is no number of a house, a score or a count."""
        said = self._said
        if not said.digits(at) or said.of_address(at) or said.has("hours.heads", at - 1):
            return None
        found = self._numbers(at)
        if found is None or said.has("dates.not_after", found[1]) or said.has("weeks.day_words", found[1]):
            return None
        if said.tokens[at].joined and at and (said.tokens[at - 1].text in MARKS or said.digits(at - 1)):
            return None
        return None if said.has("weeks.hour_words", found[1]) and found[0] is None else self._dated(at, *found)

    def _named(self, at: int) -> Day | None:
        """``12 maret``, ``dua belas mar 26``."""
        found = self._with_name(at)
        return self._dated(at, *found) if found is not None else None

    def missing(self, at: int) -> Missing | None:
        """A date there that no calendar has: ``31 februari``, ``tgl 31/4``, ``29-02-2027``."""
        said, here = self._said, at + 1 if self._said.has("dates.heads", at) else at
        texts = [said.text(here + step) for step in range(0, 5, 2)]
        marked = all(said.text(here + step) in MARKS and said.joined(here + step) for step in (1, 3))
        count = said.count(here, 31)
        if all(text.isdecimal() for text in texts) and marked and len(texts[2]) == 4:
            return self._missing(int(texts[0]), int(texts[1]), int(texts[2]), (at, here + 5))
        if here > at and all(text.isdecimal() for text in texts[:2]) and said.text(here + 1) in MARKS:
            return self._missing(int(texts[0]), int(texts[1]), None, (at, here + 3))
        if count is None or count.whole is None:
            return None
        month = said.phrase(count.end + (said.text(count.end) in MARKS), said.words.months)
        return self._missing(count.whole, month[0], None, (at, month[1])) if month is not None else None

    def _missing(self, day: int, month: int, year: int | None, span: tuple[int, int]) -> Missing | None:
        today = self._said.today
        years = (year,) if year is not None else (today.year, today.year + 1)
        if not 1 <= day <= 31 or not 1 <= month <= 12 or any(_made(one, month, day) for one in years):
            return None
        first = date(years[0], month, 1)
        following = months_on(first if year is not None or first >= today.replace(day=1) else months_on(first, 12), 1)
        return Missing(said=f"{day}/{month}", following=following, begin=span[0], end=span[1])

    # -- pieces

    def _numbers(self, at: int) -> tuple[date | None, int] | None:
        """A date in digits and one kind of mark: the date (None: there is no such day), and what comes after it."""
        said, run = self._said, [at] if self._said.digits(at) else []
        while run and len(run) < 4 and said.joined(run[-1] + 1) and said.text(run[-1] + 1) in MARKS:
            run.append(run[-1] + 2)
        texts = [said.text(place) for place in run]
        marks = {said.text(place - 1) for place in run[1:]}
        if len(marks) != 1 or len(texts) not in (2, 3) or (len(texts) == 2 and marks == {"."}):
            return None
        if len(texts) == 3 and len(texts[0]) == 4:
            texts.reverse()
        if any(len(text) > 2 for text in texts[:2]) or (len(texts) == 3 and len(texts[2]) not in (2, 4)):
            return None
        day, month = int(texts[0]), int(texts[1])
        if len(texts) == 2:
            made = self._this_or_next(day, month)
            return (made, run[-1] + 1) if made is not None else None
        return self._in_year(day, month, int(texts[2])), run[-1] + 1

    def _with_name(self, at: int) -> tuple[date | None, int] | None:
        said = self._said
        found = said.count(at, 31)
        if found is None or found.whole is None:
            return None
        here = found.end + (said.text(found.end) in MARKS)
        month = said.phrase(here, said.words.months)
        if month is None:
            return None
        number, end = month
        year = end + (said.text(end) in MARKS and said.digits(end + 1))
        if said.digits(year) and self._is_year(said.text(year)) and said.part(year + 1) is None:
            return self._in_year(found.whole, number, int(said.text(year))), year + 1
        return self._this_or_next(found.whole, number), end

    def _month_after(self, at: int) -> tuple[int, int]:
        """``bln 3``, ``bulan depan`` after a day: the month (0: none is said), and what comes after it."""
        said = self._said
        if not said.has("dates.month_heads", at):
            return 0, at
        if (end := said.follow("weeks.next", at + 1)) is not None:
            return said.today.month % 12 + 1, end
        if (end := said.follow("weeks.this", at + 1)) is not None:
            return said.today.month, end
        found = said.count(at + 1, 12)
        return (found.whole or 0, found.end) if found is not None else (0, at)

    def _is_year(self, text: str) -> bool:
        """Four digits; or the two of a year near this one: "12 maret 8" tells an hour."""
        near = {(self._said.today.year + step) % 100 for step in range(-OTHER_YEARS, OTHER_YEARS + 1)}
        return len(text) == 4 or (len(text) == 2 and int(text) in near)

    # -- which day it is

    def _in_year(self, day: int, month: int, year: int) -> date | None:
        full = year + 2000 if year < 100 else year
        made = _made(full, month, day)
        return made if made is not None and abs(full - self._said.today.year) <= OTHER_YEARS else None

    def _this_or_next(self, day: int, month: int) -> date | None:
        """A day and a month: lately or still to come."""
        today = self._said.today
        near = (_made(today.year + step, month, day) for step in (-1, 0, 1))
        fitting = [one for one in near if one is not None and one >= today - timedelta(days=LATELY)]
        return fitting[0] if fitting else None

    def _next_on(self, day: int) -> date | None:
        """The next day of a month with that number; today counts."""
        first = self._said.today.replace(day=1)
        for step in range(MOST_MONTHS):
            month = months_on(first, step)
            made = _made(month.year, month.month, day)
            if made is not None and made >= self._said.today:
                return made
        return None

    def _dated(self, begin: int, made: date | None, end: int) -> Day | None:
        """None for what is written as a date and is no day that is meant: the tokens are read otherwise then."""
        if made is None:
            return None
        day = self._said.day(made, begin, end)
        return replace(day, past=made < self._said.today)


def months_on(day: date, many: int) -> date:
    """So many months later; the last of a shorter month."""
    index = day.year * 12 + day.month - 1 + many
    for number in range(day.day, 27, -1):
        if (made := _made(index // 12, index % 12 + 1, number)) is not None:
            return made
    return date(index // 12, index % 12 + 1, min(day.day, 28))


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
