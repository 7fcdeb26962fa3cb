"""Spoken calls: where each stands, what was said in it, and what people left as recordings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _calls()
    _recordings()


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("flow", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("direction", sa.String, nullable=False),
        sa.Column("leg", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("about", sa.String, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("turn", sa.Text, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        sa.Column("why", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
        sa.UniqueConstraint("key", name="uq_calls_key"),
    )
    op.create_index("ix_calls_number", "calls", ["number"])
    op.create_index("ix_calls_about", "calls", ["about"])
    op.create_index("ix_calls_began_at", "calls", ["began_at"])


def _recordings() -> None:
    op.create_table(
        "recordings",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("call", sa.String, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recordings"),
        sa.UniqueConstraint("call", "seq", name="uq_recordings_call_seq"),
    )
    op.create_index("ix_recordings_number", "recordings", ["number"])
    op.create_index("ix_recordings_at", "recordings", ["at"])
