"""Registrations by SMS: what keplings confirm, households, notes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for column in (
        sa.Column("lingkungan", sa.String),
        sa.Column("nik", sa.String),
        sa.Column("household", sa.String),
        sa.Column("cannot_walk", sa.Boolean),
    ):
        op.add_column("resident", column)
    op.create_index("ix_resident_household", "resident", ["household"])
    op.create_index("ix_resident_kelurahan", "resident", ["kelurahan"])
    op.create_index("ix_resident_nik", "resident", ["nik"])
    op.add_column("resident_change", sa.Column("lingkungan", sa.String))
    _household_member()
    _invitation()
    _kepling_asked()


def _household_member() -> None:
    op.create_table(
        "household_member",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("phone", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("cannot_walk", sa.Boolean, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_household_member"),
    )
    op.create_index("ix_household_member_phone", "household_member", ["phone"])


def _invitation() -> None:
    op.create_table(
        "invitation",
        sa.Column("phone", sa.String, nullable=False),
        sa.Column("asked_by", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("kelurahan", sa.String, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("lingkungan", sa.String, nullable=False),
        sa.Column("vouches", sa.String, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("phone", name="pk_invitation"),
    )
    op.create_index("ix_invitation_asked_by_asked_at", "invitation", ["asked_by", "asked_at"])


def _kepling_asked() -> None:
    op.create_table(
        "kepling_asked",
        sa.Column("phone", sa.String, nullable=False),
        sa.Column("kepling", sa.String, nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("reminded_at", INSTANT),
        sa.Column("tries_left", sa.Integer, nullable=False),
        sa.Column("answer", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("phone", name="pk_kepling_asked"),
    )
    op.create_index("ix_kepling_asked_kepling", "kepling_asked", ["kepling"])
    op.create_index("ix_kepling_asked_asked_at", "kepling_asked", ["asked_at"])
