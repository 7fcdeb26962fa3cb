"""The history of health, and letters found by their day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

INSTANT = sa.DateTime(timezone=True)
OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "outage",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("off", sa.Boolean, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outage"),
    )
    op.create_index("ix_outage_began_at", "outage", ["began_at"])
    op.create_index("ix_outage_open", "outage", ["owner"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "watched",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_watched"),
    )
    op.create_index("ix_watched_last_at", "watched", ["last_at"])
    op.create_index("ix_watched_owner_id", "watched", ["owner", "id"])
    op.create_index("ix_inbound_received_at", "inbound", ["received_at"])
    op.create_index("ix_outbound_created_at", "outbound", ["created_at"])
