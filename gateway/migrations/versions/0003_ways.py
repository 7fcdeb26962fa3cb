"""Ways out: routes, what they cost, and the proof that they work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for column in (
        sa.Column("owner", sa.String),
        sa.Column("prefer", sa.String),
        sa.Column("refused_by", sa.String),
        sa.Column("doubted", sa.String),
        sa.Column("doubted_until", INSTANT),
        sa.Column("seen_at", INSTANT),
    ):
        op.add_column("outbound", column)
    op.add_column("outbound_part", sa.Column("awaits", sa.Boolean))
    op.execute("UPDATE outbound SET seen_at = settled_at WHERE state IN ('dead', 'expired', 'failed', 'refused')")
    unseen = sa.text("seen_at IS NULL AND state IN ('dead', 'expired', 'failed', 'refused')")
    op.create_index("ix_outbound_unseen", "outbound", ["state"], sqlite_where=unseen, postgresql_where=unseen)
    _spending()
    _proof()
    _credit()


def _spending() -> None:
    op.create_table(
        "spending",
        sa.Column("day", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("lane", sa.String, nullable=False),
        sa.Column("parts", sa.Integer, nullable=False),
        sa.Column("air_s", sa.Float, nullable=False),
        sa.Column("cost", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("day", "channel", "lane", name="pk_spending"),
    )


def _proof() -> None:
    op.create_table(
        "proof",
        sa.Column("sender", sa.String, nullable=False),
        sa.Column("receiver", sa.String, nullable=False),
        sa.Column("token", sa.String, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("proven_at", INSTANT),
        sa.Column("took_s", sa.Float),
        sa.PrimaryKeyConstraint("sender", "receiver", name="pk_proof"),
    )


def _credit() -> None:
    op.create_table(
        "credit",
        sa.Column("modem", sa.String, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("balance", sa.Integer),
        sa.Column("active_until", sa.Date),
        sa.Column("fault", sa.Text),
        sa.Column("warned_at", INSTANT),
        sa.PrimaryKeyConstraint("modem", name="pk_credit"),
    )
