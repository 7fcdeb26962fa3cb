"""Tests of whether officers hear the city, and drills of the whole ladder."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _comm_tests()
    _drills()


def _comm_tests() -> None:
    op.create_table(
        "comm_test",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("station", sa.String, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("began_at", INSTANT),
        sa.Column("rang_at", INSTANT),
        sa.Column("answered_at", INSTANT),
        sa.Column("heard_at", INSTANT),
        sa.Column("settled_at", INSTANT),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("leg", sa.String, nullable=False),
        sa.Column("detail", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_comm_test"),
        sa.UniqueConstraint("key", name="uq_comm_test_key"),
    )
    op.create_index("ix_comm_test_number_id", "comm_test", ["number", "id"])
    op.create_index("ix_comm_test_state", "comm_test", ["state", "due_at"])
    op.create_index("ix_comm_test_asked_at", "comm_test", ["asked_at"])


def _drills() -> None:
    op.create_table(
        "drill",
        sa.Column("incident", sa.Integer, nullable=False),
        sa.Column("asked_by", sa.String, nullable=False),
        sa.Column("sirens", sa.Boolean, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("ended", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("incident", name="pk_drill"),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"], name="fk_drill_incident_incident"),
    )
