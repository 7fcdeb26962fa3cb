"""Shifts that people changed, and their hand-overs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

INSTANT = sa.DateTime(timezone=True)
OUTSIDE = sa.text("outside")


def upgrade() -> None:
    op.create_table(
        "duty_change",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("station", sa.String, nullable=False),
        sa.Column("instead", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("outside", sa.Boolean, nullable=False),
        sa.Column("begins", INSTANT, nullable=False),
        sa.Column("ends", INSTANT, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.String, nullable=False),
        sa.Column("back_at", INSTANT),
        sa.Column("back_by", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_duty_change"),
    )
    op.create_index("ix_duty_change_ends", "duty_change", ["ends"])
    op.create_index("ix_duty_change_instead", "duty_change", ["instead"])
    op.create_index("ix_duty_change_outside", "duty_change", ["id"], sqlite_where=OUTSIDE, postgresql_where=OUTSIDE)
    op.create_table(
        "hand_over",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("written_by", sa.String, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("seen", sa.Text, nullable=False),
        sa.Column("taken_at", INSTANT),
        sa.Column("taken_by", sa.String),
        sa.Column("remark", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_hand_over"),
    )
    op.create_index("ix_hand_over_written_at", "hand_over", ["written_at"])
    op.add_column("siren_state", sa.Column("tested_at", INSTANT))
