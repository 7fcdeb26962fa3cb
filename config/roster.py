"""Duty by shift: who is there at a given hour of a given day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS = tuple((day, hour) for day in range(7) for hour in range(24))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One officer's hours at a station, by the wall clock of the city. ``until`` not after ``begins``: over midnight
    (equal: the whole day). ``days`` (0 is Monday) are those on which it begins. ``order``: who is called first."""

    station: str
    name: str
    number: str
    days: frozenset[int]
    begins: time
    until: time
    order: int
    sample: bool

    def covers(self, local: datetime) -> bool:
        """Whether the shift is on at that wall-clock instant."""
        now = local.time()
        today, yesterday = local.weekday(), (local - timedelta(days=1)).weekday()
        if self.begins < self.until:
            return today in self.days and self.begins <= now < self.until
        return (today in self.days and now >= self.begins) or (yesterday in self.days and now < self.until)


def read_days(text: str) -> frozenset[int] | None:
    """``daily``, ``mon-fri``, ``sat|sun``, ``fri-mon``; None for anything else."""
    if text == "daily":
        return frozenset(range(7))
    days: set[int] = set()
    for piece in text.split("|"):
        first, dash, last = piece.strip().partition("-")
        last = last if dash else first
        if first not in DAYS or last not in DAYS:
            return None
        start, end = DAYS.index(first), DAYS.index(last)
        days.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return frozenset(days)


def empty_hours(shifts: Iterable[Shift]) -> list[tuple[int, int]]:
    """Each (weekday, hour) in which there is a minute with nobody on duty, in order."""
    minutes = bytearray(7 * 1440)
    for shift in shifts:
        for day in shift.days:
            begins = day * 1440 + shift.begins.hour * 60 + shift.begins.minute
            length = (shift.until.hour - shift.begins.hour) * 60 + shift.until.minute - shift.begins.minute
            ends = begins + (length if length > 0 else length + 1440)
            minutes[begins:ends] = b"\1" * (ends - begins)  # Sunday's night makes the array longer
    monday = minutes[7 * 1440 :]
    minutes[: len(monday)] = bytes(map(max, minutes, monday))
    return [(day, hour) for day, hour in HOURS if 0 in minutes[day * 1440 + hour * 60 : day * 1440 + hour * 60 + 60]]


def hours_said(empty: Iterable[tuple[int, int]]) -> str:
    """``mon 03:00-05:00, tue 07:00-08:00``: the hours in words."""
    said: list[tuple[int, int, int]] = []
    for day, hour in empty:
        if said and said[-1][0] == day and said[-1][2] == hour:
            said[-1] = (day, said[-1][1], hour + 1)
        else:
            said.append((day, hour, hour + 1))
    return ", ".join(f"{DAYS[day]} {first:02}:00-{last:02}:00" for day, first, last in said)
