"""Who or what answered a call: a person told, a machine, nobody who could hear."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("effect", sa.Column("answer", sa.String))
