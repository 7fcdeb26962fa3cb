"""Bookings and queues of e-Dokter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _sessions()
    _bookings()
    _indexes()
    _closing()
    op.create_table(
        "clinic_also",
        sa.Column("booking_id", sa.Integer, nullable=False),
        sa.Column("phone", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("booking_id", "phone", name="pk_clinic_also"),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["clinic_booking.id"],
            name="fk_clinic_also_booking_id_clinic_booking",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_clinic_also_phone", "clinic_also", ["phone"])
    op.create_table(
        "clinic_pace",
        sa.Column("clinic", sa.String, nullable=False),
        sa.Column("service", sa.String, nullable=False),
        sa.Column("doctor", sa.String, nullable=False),
        sa.Column("minutes", sa.Float, nullable=False),
        sa.Column("seen", sa.Integer, nullable=False),
        sa.Column("late", sa.Float, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("clinic", "service", "doctor", name="pk_clinic_pace"),
    )


def _sessions() -> None:
    op.create_table(
        "clinic_session",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("clinic", sa.String, nullable=False),
        sa.Column("service", sa.String, nullable=False),
        sa.Column("room", sa.String, nullable=False),
        sa.Column("day", sa.String, nullable=False),
        sa.Column("begins", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("doctor", sa.String, nullable=False),
        sa.Column("quota", sa.Integer, nullable=False),
        sa.Column("minutes", sa.Float, nullable=False),
        sa.Column("last_number", sa.Integer, nullable=False),
        sa.Column("calls", sa.Integer, nullable=False),
        sa.Column("ordinary", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_clinic_session"),
        sa.UniqueConstraint("clinic", "service", "room", "begins", name="uq_clinic_session_clinic_service_room_begins"),
    )
    op.create_index("ix_clinic_session_day", "clinic_session", ["day"])


def _bookings() -> None:
    op.create_table(
        "clinic_booking",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("session_id", sa.Integer, nullable=False),
        sa.Column("clinic", sa.String, nullable=False),
        sa.Column("day", sa.String, nullable=False),
        sa.Column("phone", sa.String),
        sa.Column("person", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("nik_hash", sa.String),
        sa.Column("referral", sa.String, nullable=False),
        sa.Column("priority", sa.Boolean, nullable=False),
        sa.Column("walk_in", sa.Boolean, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("place", sa.Integer),
        sa.Column("queue", sa.Integer),
        sa.Column("live", sa.Integer),
        sa.Column("misses", sa.Integer, nullable=False),
        sa.Column("back_at", sa.Integer, nullable=False),
        sa.Column("block", sa.Integer),
        sa.Column("booked_at", INSTANT, nullable=False),
        sa.Column("offered_until", INSTANT),
        sa.Column("called_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        sa.Column("why", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_clinic_booking"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["clinic_session.id"], name="fk_clinic_booking_session_id_clinic_session"
        ),
        sa.UniqueConstraint("session_id", "place", name="uq_clinic_booking_session_id_place"),
        sa.UniqueConstraint("session_id", "queue", name="uq_clinic_booking_session_id_queue"),
        sa.UniqueConstraint(
            "phone", "person", "clinic", "day", "live", name="uq_clinic_booking_phone_person_clinic_day_live"
        ),
        sa.UniqueConstraint("nik_hash", "clinic", "day", "live", name="uq_clinic_booking_nik_hash_clinic_day_live"),
    )


def _indexes() -> None:
    op.create_index("ix_clinic_booking_session_id_state", "clinic_booking", ["session_id", "state"])
    op.create_index("ix_clinic_booking_phone_day", "clinic_booking", ["phone", "day"])
    op.create_index("ix_clinic_booking_state_offered_until", "clinic_booking", ["state", "offered_until"])
    op.create_index("ix_clinic_booking_day", "clinic_booking", ["day"])


def _closing() -> None:
    op.create_table(
        "clinic_closure",
        sa.Column("clinic", sa.String, nullable=False),
        sa.Column("service", sa.String, nullable=False),
        sa.Column("day", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by_whom", sa.String, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("clinic", "service", "day", name="pk_clinic_closure"),
    )
    op.create_table(
        "clinic_asked",
        sa.Column("phone", sa.String, nullable=False),
        sa.Column("service", sa.String, nullable=False),
        sa.Column("day", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("phone", name="pk_clinic_asked"),
    )
