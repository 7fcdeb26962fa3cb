"""When it will be one's turn, learned from how long that doctor really takes.

Each gap between two calls moves the doctor's pace: an average in which the schedule's minutes count as ``PRIOR`` gaps
and the last ``MEMORY`` ones weigh most. A gap is bounded, so that a meal or a forgotten telephone teaches little.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from eservices.clinic.schedule import Session
from eservices.clinic.store.paces import Pace, keep_pace, pace
from gateway.store import Tx

PRIOR = 4  # gaps that the schedule's own minutes weigh as much as
MEMORY = 60  # gaps: two or three mornings
LEAST, MOST = 0.2, 3.0  # times the schedule's minutes: what one gap may say at the least and at the most
LATEST = 120.0  # minutes: a first call later than that says nothing of the doctor
DAYS = 10  # mornings over which the beginning is remembered
ROUND = timedelta(minutes=5)


def pace_of(tx: Tx, session: Session) -> Pace:
    """What is known of this doctor; at first what the schedule says."""
    return pace(tx, session.clinic, session.service, session.doctor) or Pace(minutes=session.minutes)


def after_gap(known: Pace, gap: float, planned: float) -> Pace:
    """The pace after one more gap (minutes). ``planned``: the schedule's minutes. Pure."""
    bounded = min(max(gap, LEAST * planned), MOST * planned)
    weight = 1 / min(known.seen + PRIOR + 1, MEMORY)
    learned = known.minutes + weight * (bounded - known.minutes)
    return replace(known, minutes=learned, seen=known.seen + 1)


def after_start(known: Pace, late: float) -> Pace:
    """The pace after one more first call, ``late`` minutes after the hours' beginning (negative: before). Pure."""
    if abs(late) > LATEST:
        return known
    weight = 1 / min(known.days + 2, DAYS)
    return Pace(
        minutes=known.minutes, seen=known.seen, late=known.late + weight * (late - known.late), days=known.days + 1
    )


def learn_gap(tx: Tx, session: Session, before: datetime, at: datetime) -> None:
    """Two calls, one after the other."""
    learned = after_gap(pace_of(tx, session), (at - before).total_seconds() / 60, session.minutes)
    keep_pace(tx, session.clinic, session.service, session.doctor, learned)


def learn_start(tx: Tx, session: Session, at: datetime) -> None:
    """The first call of a session."""
    learned = after_start(pace_of(tx, session), (at - session.begins).total_seconds() / 60)
    keep_pace(tx, session.clinic, session.service, session.doctor, learned)


def expected(
    session: Session, known: Pace, ahead: int, now: datetime, *, last_call: datetime | None = None, seen: bool = False
) -> datetime:
    """When somebody with ``ahead`` others before them is called, to the minute. ``last_call``: of this session;
    ``seen``: whoever was called then is still with the doctor. Never in the past. Pure."""
    step = timedelta(minutes=known.minutes)
    if last_call is None:
        begins = max(session.begins + timedelta(minutes=known.late), now)
    else:
        begins = max(last_call + step, now) if seen else now
    return begins + ahead * step


def rounded(at: datetime) -> datetime:
    """To five minutes, the earlier: who comes a little early loses nothing."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (at - midnight) // ROUND * ROUND
