"""When somebody means: the day and the hour of a text ("bsk pagi", "senin depan jam setengah 8", "12/3"). Pure; the
words are data (``config/times.py``). A wrong day is worse than a question: what contradicts itself gives none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date as Date
from datetime import datetime, timedelta
from datetime import time as Time

from config.times import TimeWords, times_of
from gateway.numerals import numeral, tokens
from gateway.when_days import Days
from gateway.when_hours import Hour, Hours, Part, by_day, in_part
from gateway.when_said import Day, Said

INDONESIAN = ("id",)


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """``date``: the one day that is meant. ``range``: the first and last of several ("minggu depan"). ``options``: the
    days of which one is meant, or which contradict each other; then ``date`` is None. ``time``: local. ``part_of_day``:
    subuh pagi siang sore malam tengah_malam. ``past``: it is over. ``span``: from, to in the text, for each piece
    read. ``saw``: what was read as what. ``missing``: the day that was said and no calendar has ("31/2");
    ``following``: the next one that there is."""

    date: Date | None = None
    time: Time | None = None
    part_of_day: str | None = None
    range: tuple[Date, Date] | None = None
    options: tuple[Date, ...] = ()
    past: bool = False
    span: tuple[tuple[int, int], ...] = ()
    saw: tuple[str, ...] = ()
    missing: str = ""
    following: Date | None = None


def when(text: str, now: datetime, words: TimeWords | None = None) -> When:
    """What the text says of days and hours, at that local instant; ``words`` of the language (else Indonesian)."""
    said = Said(tokens(text), words if words is not None else times_of(INDONESIAN), now.date())
    soon = _in_hours(said, now)
    if soon is not None:
        return soon
    finder = Days(said)
    days, missing = list(finder.find()), finder.missing()
    if missing is not None:  # what it holds is no other day: only what stands beside it
        days = [day for day in days if day.end <= missing.begin or day.begin >= missing.end]
    taken = {place for day in days for place in range(day.begin, day.end)}
    hours = Hours(said, {place for place in taken if not said.part(place)})
    clock = next(iter(_best(list(hours.find()))), None)
    parts = [part for part in hours.parts() if not any(day.night and day.end == part.begin for day in days)]
    named = _which(said, days)
    part = clock.part if clock is not None and clock.part else _part(parts, days)
    told = _time(clock, part)
    places = [(day.begin, day.end) for day in days] + ([(clock.begin, clock.end)] if clock is not None else [])
    places += [(one.begin, one.end) for one in parts]
    saw = [f"{day.saw}: {day.first.isoformat()}" for day in days]
    saw += [f"{clock.time:%H.%M}" + (" guessed" if clock.guessed and told != clock.time else "")] if clock else []
    saw += [part] if part else []
    spans = sorted({(said.tokens[begin].start, said.tokens[end - 1].end) for begin, end in places})
    named = replace(named, missing=missing.said, following=missing.following) if missing and not days else named
    return replace(named, time=told, part_of_day=part or None, span=tuple(spans), saw=tuple(saw))


def _in_hours(said: Said, now: datetime) -> When | None:
    """``2 jam lagi``, ``setengah jam lagi``, ``30 menit lagi``."""
    for at in range(len(said.tokens)):
        one = said.has("weeks.hour_one", at)
        found = None if one else numeral(said.tokens, at, said.words)
        value, here = (1.0, at + 1) if one else (found.value, found.end) if found is not None else (0.0, at)
        minutes = value * 60 if one or said.has("weeks.hour_words", here) else 0.0
        if not one and said.has("weeks.minute_words", here):
            minutes = value
        end = said.follow("weeks.ahead", here if one else here + 1)
        if 0 < minutes <= 24 * 60 and end is not None:
            there = now + timedelta(minutes=minutes)
            span = ((said.tokens[at].start, said.tokens[end - 1].end),)
            saw = (f"in {minutes:.0f} minutes",)
            return When(date=there.date(), time=there.time().replace(second=0, microsecond=0), span=span, saw=saw)
    return None


def _best(hours: Sequence[Hour]) -> Sequence[Hour]:
    """Those said with a part of the day first."""
    return sorted(hours, key=lambda hour: (not hour.part, hour.begin))


def _part(parts: Sequence[Part], days: Sequence[Day]) -> str:
    if any(day.night for day in days):
        return "malam"
    return parts[0].part if parts else ""


def _time(hour: Hour | None, part: str) -> Time | None:
    if hour is None:
        return None
    if hour.part:
        return hour.time
    meant = in_part(hour.time.hour, part) if part else by_day(hour.time.hour)
    return hour.time.replace(hour=meant)


# -- which of the days


def _which(said: Said, days: Sequence[Day]) -> When:
    """The day that all of them mean."""
    strong = [day for day in days if not day.weak] or list(days[:1])
    ahead = [day for day in strong if not day.past and day.last >= said.today]
    chosen = _moved_to(said, ahead) or ahead or strong
    over = bool(strong) and not ahead
    weeks, single = [day for day in chosen if day.week], [day for day in chosen if not day.week]
    single = [_in_week(day, weeks[0]) if weeks and day.weekday else day for day in single]
    dates = list(dict.fromkeys(day.first for day in _without_echo(single)))
    if not dates:
        found = (weeks[0].first, weeks[0].last) if weeks else None
        return When(range=found, past=over or (found is not None and found[1] < said.today))
    if len(dates) == 1:
        return When(date=dates[0], past=over)
    return When(range=(min(dates), max(dates)), options=tuple(sorted(dates)), past=over)


def _in_week(day: Day, week: Day) -> Day:
    """The weekday of the week that was said beside it."""
    if (week.last - week.first).days != 6:
        return day
    there = week.first + timedelta(days=day.weekday - 1)
    return replace(day, first=there, last=there)


def _without_echo(days: Sequence[Day]) -> list[Day]:
    """A weekday beside a date that falls on it says the same."""
    exact = [day for day in days if not day.weekday]
    return [day for day in days if not (day.weekday and any(one.first.isoweekday() == day.weekday for one in exact))]


def _moved_to(said: Said, days: Sequence[Day]) -> list[Day]:
    """``dari senin ke kamis``, ``ubah lusa jadi jumat``: the last one counts."""
    if len(days) < 2:
        return []
    last = days[-1]
    before = {said.text(last.begin - 1), said.text(last.begin - 2)} - {"hari"}
    return [last] if any(said.words.has("dates.into", word) for word in before) else []
