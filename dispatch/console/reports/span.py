"""The time of which a report speaks: whole days of the city, from the border of one to the border of another. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

NAMES = ("today", "week", "month", "any")
MOST_DAYS = 366  # of one report
DAY = timedelta(days=1)


class BadSpan(ValueError):
    """No span is meant by that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """``first`` to ``last`` (with it), as the city counts days. ``name``: one of ``NAMES``, how it was asked for."""

    name: str
    first: date
    last: date
    zone: tzinfo

    @property
    def since(self) -> datetime:
        """The first instant."""
        return datetime.combine(self.first, time.min, tzinfo=self.zone)

    @property
    def until(self) -> datetime:
        """The first instant that is no longer of it."""
        return datetime.combine(self.last + DAY, time.min, tzinfo=self.zone)

    @property
    def file(self) -> str:
        """For the names of files."""
        return f"{self.first}" if self.first == self.last else f"{self.first}-{self.last}"


def span_of(asked: Mapping[str, str], now: datetime, zone: tzinfo) -> Span:
    """``span`` by name (else today's), with ``any`` also ``from`` and ``to`` (2026-10-31). Raises BadSpan."""
    today, name = now.astimezone(zone).date(), asked.get("span") or "today"
    if name not in NAMES:
        raise BadSpan(name)
    first, last = today, today
    if name == "week":
        first = today - timedelta(days=today.weekday())
    elif name == "month":
        first = today.replace(day=1)
    elif name == "any":
        first = _day(asked.get("from") or today.isoformat())
        last = _day(asked.get("to") or max(first, today).isoformat())
    if not first <= last or last - first >= timedelta(days=MOST_DAYS) or not 2000 <= first.year <= last.year <= 9000:
        raise BadSpan(f"{first} – {last}")
    return Span(name=name, first=first, last=last, zone=zone)


def month_of(said: str, now: datetime, zone: tzinfo) -> Span:
    """A whole month (``2026-10``); empty: the last one that is over. Raises BadSpan."""
    today = now.astimezone(zone).date()
    first = _day(f"{said}-01") if said else (today.replace(day=1) - DAY).replace(day=1)
    if not 2000 <= first.year <= 9000:
        raise BadSpan(said)
    following = (first + timedelta(days=31)).replace(day=1)
    return Span(name="any", first=first, last=following - DAY, zone=zone)


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise BadSpan(said) from None
