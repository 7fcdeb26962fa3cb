"""Broadcasts and warnings, which of them a letter is of, and when its reader asked for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

INSTANT = sa.DateTime(timezone=True)
OF_ONE = sa.text("crowd IS NOT NULL")


def upgrade() -> None:
    _broadcasts()
    _codes()
    op.add_column("outbound", sa.Column("crowd", sa.Integer))
    op.add_column("outbound", sa.Column("asked_at", INSTANT))
    op.create_index("ix_outbound_crowd", "outbound", ["crowd", "state"], sqlite_where=OF_ONE, postgresql_where=OF_ONE)


def _broadcasts() -> None:
    op.create_table(
        "broadcast",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("area", sa.String, nullable=False),
        sa.Column("texts", sa.Text, nullable=False),
        sa.Column("template", sa.String, nullable=False),
        sa.Column("follows", sa.Integer),
        sa.Column("asked_by", sa.String, nullable=False),
        sa.Column("asked_name", sa.String, nullable=False),
        sa.Column("asked_number", sa.String, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("agreed_by", sa.String, nullable=False),
        sa.Column("agreed_how", sa.String, nullable=False),
        sa.Column("agreed_at", INSTANT),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("passed", sa.LargeBinary, nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("written", sa.Integer, nullable=False),
        sa.Column("left_out", sa.Integer, nullable=False),
        sa.Column("written_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        sa.Column("ended_by", sa.String, nullable=False),
        sa.Column("ends", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_broadcast"),
    )
    op.create_index("ix_broadcast_state", "broadcast", ["state"])
    op.create_index("ix_broadcast_asked_at", "broadcast", ["asked_at"])


def _codes() -> None:
    op.create_table(
        "broadcast_code",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("broadcast", sa.Integer, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_broadcast_code"),
        sa.ForeignKeyConstraint(["broadcast"], ["broadcast.id"], name="fk_broadcast_code_broadcast_broadcast"),
        sa.UniqueConstraint("broadcast", "number", name="uq_broadcast_code_broadcast_number"),
    )
    op.create_index("ix_broadcast_code_number", "broadcast_code", ["number"])
