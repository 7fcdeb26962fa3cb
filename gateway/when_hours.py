"""Hours and parts of the day in a text: ``jam setengah 8``, ``pukul 14.00``, ``stgh 3 sore``, ``bsk pagi``. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import time

from gateway.when_said import Said

NOON = 12
EARLIEST = (
    6  # an hour before it without a part of the day is meant in the afternoon: nobody makes a date for 2 at night
)
LATEST_MORNING = 10  # "10 siang" is 10 o'clock, "1 siang" is 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """An hour as said. ``part``: the part of the day that was said with it."""

    time: time
    begin: int
    end: int
    part: str = ""
    guessed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the day by itself."""

    part: str
    begin: int
    end: int


class Hours:
    """Finds hours in a text; ``taken``: tokens that belong to a day."""

    def __init__(self, said: Said, taken: Collection[int]) -> None:
        self._said, self._taken = said, taken

    def find(self) -> Iterator[Hour]:
        """In the order of the text; none overlaps another."""
        at = 0
        while at < len(self._said.tokens):
            hour = None if at in self._taken else self._headed(at) or self._bare(at)
            if hour is not None:
                yield hour
            at = hour.end if hour is not None else at + 1

    def parts(self) -> Iterator[Part]:
        """Parts of the day, without those that greet."""
        said, at = self._said, 0
        while at < len(said.tokens):
            part = said.part(at)
            if part is not None and not self._greets(at, part[1]):
                yield Part(part=part[0], begin=at, end=part[1])
            at = part[1] if part is not None else at + 1

    # -- hours

    def _headed(self, at: int) -> Hour | None:
        """``jam 8``, ``pkl 8.30``, ``jam 8 kurang 10``, ``jam setengah 8``, ``jam delapan``."""
        said, here = self._said, at + 1
        if not said.has("hours.heads", at) or (said.digits(at - 1) and not said.digits(at + 1)):
            return None
        while said.text(here) in (".", ":", "-", "/") or said.has("hours.heads", here):
            here += 1
        found = self._half(here) or self._clock(here) or self._told(here)
        if found is None:
            return None
        minutes, end = found
        return self._made(at, minutes, end)

    def _bare(self, at: int) -> Hour | None:
        """``08:30``, ``08.30 wib``, ``7 pagi``, ``stgh 3 sore``, ``besok 08.30``."""
        said = self._said
        if said.of_address(at) or (said.tokens[at].joined and at and said.digits(at) and not self._letters(at - 1)):
            return None
        found = self._half(at) or self._clock(at) or self._told(at)
        if found is None:
            return None
        minutes, end = found
        after = said.part(end) is not None or said.has("hours.zone", end)
        colon = said.digits(at) and said.text(at + 1) == ":" and said.joined(at + 1)
        dated = said.digits(at) and said.text(at + 1) == "." and said.joined(at + 1) and at - 1 in self._taken
        return self._made(at, minutes, end) if after or colon or dated else None

    def _letters(self, at: int) -> bool:
        return self._said.text(at).isalpha()

    def _half(self, at: int) -> tuple[int, int] | None:
        """``setengah 8``: half an hour before it. Minutes since midnight, and what comes after."""
        said = self._said
        start = at + 1 if said.has("hours.half", at) else None
        if start is None and "".join(said.text(place) for place in (at, at + 1, at + 2)) == "1/2":
            start = at + 3
        found = said.count(start, 12) if start is not None else None
        return ((found.whole or 0) * 60 - 30, found.end) if found is not None else None

    def _clock(self, at: int) -> tuple[int, int] | None:
        """``14.00``, ``8:30``, ``0830``."""
        said = self._said
        text = said.text(at)
        if not said.digits(at):
            return None
        if len(text) == 4 and int(text[:2]) < 24 and int(text[2:]) < 60 and not said.joined(at + 1):
            return int(text[:2]) * 60 + int(text[2:]), at + 1
        if len(text) <= 2 and said.joined(at + 1) and said.text(at + 1) in (".", ":", ","):
            minute = said.text(at + 2)
            more = at + 3 < len(said.tokens) and said.joined(at + 3) and said.text(at + 3) in (".", "/")
            if len(minute) == 2 and int(minute) < 60 and int(text) <= 24 and not more:
                return int(text) * 60 + int(minute), at + 3
        return None

    def _told(self, at: int) -> tuple[int, int] | None:
        """``8``, ``delapan``, ``8 kurang 10``, ``8 lewat seperempat``, ``8 30``."""
        said = self._said
        found = said.count(at, 24)
        if found is None and said.text(at) in ("0", "00"):
            return 0, at + 1
        if found is None or found.whole is None or (said.joined(found.end) and said.text(found.end) != "-"):
            return None
        base, here = found.whole * 60, found.end
        for name, sign in (("hours.less", -1), ("hours.more", 1)):
            if said.has(name, here):
                quarter = said.has("hours.quarter", here + 1)
                moved = None if quarter else said.count(here + 1, 59)
                if quarter:
                    return base + sign * 15, here + 2
                if moved is not None and moved.whole is not None:
                    return base + sign * moved.whole, moved.end + said.has("weeks.minute_words", moved.end)
        minute = said.text(here)
        spaced = len(minute) == 2 and minute.isdecimal() and int(minute) % 5 == 0 and int(minute) < 60
        if spaced and not said.joined(here + 1) and not said.words.has("dates.not_after", said.text(here + 1)):
            return base + int(minute), here + 1
        return base, here

    def _made(self, begin: int, minutes: int, end: int) -> Hour | None:
        said = self._said
        if said.has("dates.not_after", end) or said.has("weeks.hour_words", end):
            return None
        while said.has("hours.zone", end) or (said.text(end) in ("-", ",", ".") and said.part(end + 1) is not None):
            end += 1
        part = said.part(end)
        minutes %= 24 * 60
        hour, minute = divmod(minutes, 60)
        if part is not None:
            return Hour(time=time(in_part(hour, part[0]), minute), begin=begin, end=part[1], part=part[0])
        return Hour(time=time(hour, minute), begin=begin, end=end, guessed=True)

    # -- parts

    def _greets(self, begin: int, end: int) -> bool:
        """``selamat pagi``, ``pagi bu, …``; at the beginning of a longer text it greets, unless it goes on as a day."""
        said = self._said
        if said.has("greetings.before", begin - 1):
            return True
        if begin or begin in self._taken or end >= len(said.tokens):
            return False
        return end not in self._taken and not said.has("weeks.this", end)


def in_part(hour: int, part: str) -> int:
    """The hour (0-23) that is meant with a part of the day: 2 siang is 14, 12 malam is 0."""
    if hour > NOON:
        return hour
    if part in ("pagi", "subuh"):
        return hour % NOON
    if part == "siang":
        return hour if hour >= LATEST_MORNING or hour == 0 else hour + NOON
    if part == "sore":
        return hour % NOON + NOON
    if hour == NOON or part == "tengah_malam":
        return hour % NOON
    return hour + NOON if hour >= EARLIEST else hour


def by_day(hour: int) -> int:
    """The hour that is meant where no part of the day is said."""
    return hour + NOON if hour < EARLIEST else hour
