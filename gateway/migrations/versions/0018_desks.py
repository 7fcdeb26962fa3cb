"""What the desks of the city's services keep: the hour that a ticket told, a doctor who comes late, a second call."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("clinic_session", sa.Column("late", sa.Integer))
    op.add_column("clinic_session", sa.Column("again_at", INSTANT))
    op.add_column("clinic_booking", sa.Column("told_for", INSTANT))
