"""Can this officer hear the city? Who is asked and when, what a call of a test shows. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from config.duty import off_duty
from ivr.leg import Outcome

if TYPE_CHECKING:
    from config.city import City

MOST_TRIES = 2  # a phone that is engaged or out of reach is tried once more
AGAIN_S = 600.0  # seconds until then: most calls and tunnels are over
WINDOW_MIN = 120  # minutes: a program that was down at the hour still asks within them, and then not before next time
DAWN, DUSK = 7, 20  # hours: nobody is called by the schedule before the one or from the other on
KEPT_DAYS = 400  # a year and a month: this year's results beside the last one's
AGAIN = frozenset({Outcome.BUSY, Outcome.REJECTED, Outcome.UNREACHABLE, Outcome.NO_NETWORK, Outcome.FAILED})
LAPSED = "lapsed"  # the schedule's day was over before a line was free for it


class TestState(StrEnum):
    """Where a test stands."""

    __test__ = False

    WAITING = "waiting"
    DOING = "doing"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommTest:
    """One test of one number. ``outcome``: of its last call (``ivr.leg.Outcome``), "lapsed", or empty. An answered call
    is not a passed one: only the key is (``heard_at``)."""

    id: int
    number: str
    name: str
    station: str
    asked_at: datetime
    asked_by: str
    state: TestState
    due_at: datetime
    tries: int
    rang_at: datetime | None = None
    answered_at: datetime | None = None
    heard_at: datetime | None = None
    settled_at: datetime | None = None
    outcome: str = ""
    leg: str = ""
    detail: str = ""

    @property
    def about(self) -> str:
        """Whose call it is; of each try another."""
        return f"test/{self.id}/{self.tries}"

    @property
    def pressed_s(self) -> float | None:
        """Seconds from answering to the key."""
        if self.heard_at is None or self.answered_at is None:
            return None
        return (self.heard_at - self.answered_at).total_seconds()

    @property
    def result(self) -> str:
        """In a word: heard; answered (and no key); rang (also where nothing could be said); busy …; waiting."""
        if self.heard_at is not None:
            return "heard"
        if self.state is not TestState.DONE:
            return self.state.value
        if self.outcome == Outcome.ANSWERED and self.answered_at is None:
            return "rang"  # on a line without a voice: that somebody took it up shows nothing
        return self.outcome


def folk(city: City, now: datetime) -> tuple[Mapping[str, str], ...]:
    """Everybody who may be called about an emergency: the roster's officers, on duty or not, who stands in for one now
    or later, and the command posts. Whoever was taken off duty is left alone until he is back."""
    found: dict[str, Mapping[str, str]] = {}
    for shift in city.shifts:
        if not off_duty(shift.number, city.changes, now):
            found.setdefault(shift.number, {"number": shift.number, "name": shift.name, "station": shift.station})
    for one in city.changes:
        if one.instead and one.ends > now and city.officer(one.instead) is not None:
            found.setdefault(one.instead, {"number": one.instead, "name": one.name, "station": one.station})
    for post in city.operators:
        found.setdefault(post.number, {"number": post.number, "name": post.name, "station": ""})
    return tuple(found.values())


def run_due(city: City, now: datetime) -> str:
    """The name of the schedule's run that is to be asked for at that instant; empty: none is."""
    local = now.astimezone(city.timezone)
    since = local.hour * 60 + local.minute - city.voice.test_at
    if local.weekday() not in city.voice.test_days or not 0 <= since < WINDOW_MIN or not by_day(city, now):
        return ""
    return f"schedule/{local.date().isoformat()}"


def by_day(city: City, now: datetime) -> bool:
    """Whether people are awake."""
    return DAWN <= now.astimezone(city.timezone).hour < DUSK
