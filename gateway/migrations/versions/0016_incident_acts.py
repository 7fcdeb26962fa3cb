"""Assignments, findings and corrections of incidents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

INSTANT = sa.DateTime(timezone=True)
ASSIGNED = sa.text("assigned_to IS NOT NULL")


def upgrade() -> None:
    op.add_column("incident", sa.Column("assigned_to", sa.String))
    op.add_column("incident", sa.Column("assigned_at", INSTANT))
    op.add_column("incident", sa.Column("handed_at", INSTANT))
    op.add_column("incident", sa.Column("called_at", INSTANT))
    op.add_column("incident", sa.Column("finding", sa.String))
    op.add_column("incident", sa.Column("finding_text", sa.Text))
    op.add_column("timeline", sa.Column("data", sa.Text))
    op.create_index("ix_incident_assigned", "incident", ["id"], sqlite_where=ASSIGNED, postgresql_where=ASSIGNED)
    op.create_index("ix_incident_opened", "incident", ["opened_at"])
