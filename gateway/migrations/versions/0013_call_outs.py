"""Residents who are called instead of written to, and what waits to be said to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

INSTANT = sa.DateTime(timezone=True)
WAITS = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.add_column("resident", sa.Column("call_me", sa.Boolean))
    op.create_table(
        "call_out",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("falls_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_call_out"),
        sa.UniqueConstraint("key", name="uq_call_out_key"),
    )
    op.create_index("ix_call_out_number", "call_out", ["number"])
    op.create_index("ix_call_out_due", "call_out", ["due_at"], sqlite_where=WAITS, postgresql_where=WAITS)
