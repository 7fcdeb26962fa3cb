"""What providers said: doubts, opt-outs, secrets of their addresses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("inbound", sa.Column("doubt", sa.Text, nullable=False, server_default=sa.text("''")))
    op.create_table(
        "doubtful",
        sa.Column("external_id", sa.String, nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("external_id", name="pk_doubtful"),
    )
    op.create_table(
        "opted_out",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("sender", sa.String, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("number", "channel", "sender", name="pk_opted_out"),
    )
    op.create_table(
        "callback_secret",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("provider", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("origin", sa.String, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.Column("dropped_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_callback_secret"),
        sa.UniqueConstraint("provider", "digest", name="uq_callback_secret_provider_digest"),
    )
    op.create_table(
        "polled",
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("likeness", sa.String, nullable=False),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("channel", "likeness", name="pk_polled"),
    )
