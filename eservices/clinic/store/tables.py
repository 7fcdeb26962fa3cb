"""The tables of e-Dokter.

What must never happen twice is a unique constraint, so that no two processes can both be right: a place of a session's
quota (``place``; NULL once it is free), a number of its queue (``queue``; never used again), and a person at a clinic
on a day (``live``; NULL once cancelled).
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from gateway.store import UtcDateTime, metadata
from gateway.store.carrying import CLINIC, NAMES
from gateway.store.forgetting import FORGET, ROW

SESSION = Table(
    "clinic_session",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("clinic", String, nullable=False),
    Column("service", String, nullable=False),
    Column("room", String, nullable=False),
    Column("day", String, nullable=False, index=True),  # the city's date, ISO
    Column("begins", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("doctor", String, nullable=False),
    Column("quota", Integer, nullable=False),
    Column("minutes", Float, nullable=False),
    Column("last_number", Integer, nullable=False),  # the highest handed out
    Column("calls", Integer, nullable=False),  # made so far
    Column("ordinary", Integer, nullable=False),  # of them since somebody with priority was called
    Column("late", Integer),  # minutes by which the doctor said to come late; NULL: said nothing
    Column("again_at", UtcDateTime),  # when the number that is called was called out again
    UniqueConstraint("clinic", "service", "room", "begins"),
)
BOOKING = Table(
    "clinic_booking",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("session_id", ForeignKey("clinic_session.id"), nullable=False),
    Column("clinic", String, nullable=False, info={NAMES: CLINIC}),
    Column("day", String, nullable=False),
    Column("phone", String, info={FORGET: ROW}),  # E.164; NULL: came without one
    Column("person", String, nullable=False),  # which of those who share the phone
    Column("name", String, nullable=False),
    Column("nik_hash", String),
    Column("referral", String, nullable=False),
    Column("priority", Boolean, nullable=False),
    Column("walk_in", Boolean, nullable=False),
    Column("state", String, nullable=False),
    Column("place", Integer),  # from 1 to the quota
    Column("queue", Integer),  # the number that is called
    Column("live", Integer),  # 1; NULL: cancelled
    Column("misses", Integer, nullable=False),
    Column("back_at", Integer, nullable=False),
    Column("block", Integer),  # the first number of the block it was handed out in, for paper
    Column("booked_at", UtcDateTime, nullable=False),
    Column("offered_until", UtcDateTime),
    Column("called_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("told_for", UtcDateTime),  # the hour that the ticket said first; NULL: none was told
    Column("why", Text, nullable=False),  # why it was cancelled; of a merged one: the number on paper
    UniqueConstraint("session_id", "place"),
    UniqueConstraint("session_id", "queue"),
    UniqueConstraint("phone", "person", "clinic", "day", "live"),
    UniqueConstraint("nik_hash", "clinic", "day", "live"),
    Index(None, "session_id", "state"),
    Index(None, "phone", "day"),
    Index(None, "state", "offered_until"),
    Index(None, "day"),
)
ALSO = Table(
    "clinic_also",
    metadata,
    Column("booking_id", ForeignKey("clinic_booking.id", ondelete="CASCADE"), primary_key=True),
    Column("phone", String, primary_key=True, info={FORGET: ROW}),  # E.164: who made it for another's phone
    Index(None, "phone"),
)
CLOSURE = Table(
    "clinic_closure",
    metadata,
    Column("clinic", String, primary_key=True),
    Column("service", String, primary_key=True),  # empty: all of the clinic's
    Column("day", String, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("by_whom", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
PACE = Table(
    "clinic_pace",
    metadata,
    Column("clinic", String, primary_key=True),
    Column("service", String, primary_key=True),
    Column("doctor", String, primary_key=True),
    Column("minutes", Float, nullable=False),  # from one call to the next
    Column("seen", Integer, nullable=False),
    Column("late", Float, nullable=False),  # minutes from the schedule's beginning to the first call
    Column("days", Integer, nullable=False),
)
ASKED = Table(
    "clinic_asked",
    metadata,
    Column("phone", String, primary_key=True, info={FORGET: ROW}),  # of the staff: asked whether they are sure
    Column("service", String, nullable=False),
    Column("day", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
