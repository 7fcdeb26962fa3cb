"""Who was welcomed, and how often a person has used the number."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _welcomed()
    _registered()


def _welcomed() -> None:
    """Who wrote before there was a welcome needs none."""
    op.create_table(
        "welcomed",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_welcomed"),
    )
    op.create_index("ix_welcomed_at", "welcomed", ["at"])
    op.execute(
        "INSERT INTO welcomed (number, at) "
        "SELECT sender, max(received_at) FROM inbound WHERE sender <> '' GROUP BY sender"
    )


def _registered() -> None:
    """When each line of the registry was first written; of older lines only the last word on the address is known."""
    op.add_column("resident", sa.Column("registered_at", INSTANT))
    op.create_index("ix_resident_registered_at", "resident", ["registered_at"])
    op.execute("UPDATE resident SET registered_at = address_at")
