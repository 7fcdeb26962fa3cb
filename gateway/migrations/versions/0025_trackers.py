"""Fixes of the buses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "bus_fix",
        sa.Column("vehicle", sa.String, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("lat", sa.Float, nullable=False),
        sa.Column("lon", sa.Float, nullable=False),
        sa.Column("accuracy_m", sa.Float),
        sa.Column("bearing", sa.Float),
        sa.PrimaryKeyConstraint("vehicle", name="pk_bus_fix"),
    )
    op.create_index("ix_bus_fix_at", "bus_fix", ["at"])
    op.create_table(
        "bus_trail",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("vehicle", sa.String, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("lat", sa.Float, nullable=False),
        sa.Column("lon", sa.Float, nullable=False),
        sa.Column("accuracy_m", sa.Float),
        sa.Column("bearing", sa.Float),
        sa.PrimaryKeyConstraint("id", name="pk_bus_trail"),
    )
    op.create_index("ix_bus_trail_at", "bus_trail", ["at"])
    op.create_index("ix_bus_trail_vehicle_at", "bus_trail", ["vehicle", "at"], unique=True)
