"""Letters of who hides from the offices, and wrong guesses that several programs count together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

FOLLOWER = sa.table("ticket_follower", sa.column("number"), sa.column("secret", sa.Boolean))
NUMBERS = {"inbound": "sender", "outbound": "recipient", "call_out": "number"}


def upgrade() -> None:
    for table in NUMBERS:
        op.add_column(table, sa.Column("hides", sa.Boolean))
        _hide(table)
    op.create_table(
        "console_guess",
        sa.Column("lane", sa.String, nullable=False),
        sa.Column("free_at", sa.Float, nullable=False),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("last", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("lane", name="pk_console_guess"),
    )
    op.create_index("ix_console_guess_last", "console_guess", ["last"])


def _hide(table: str) -> None:
    """Whatever was written with who hides, alarms apart: which of it was about his complaint nobody knows any more."""
    of = sa.table(table, sa.column(NUMBERS[table]), sa.column("hides", sa.Boolean), sa.column("urgency", sa.Integer))
    theirs = of.c[NUMBERS[table]].in_(sa.select(FOLLOWER.c.number).where(FOLLOWER.c.secret))
    hide = sa.update(of).where(theirs).values(hides=True)
    op.execute(hide if table == "call_out" else hide.where(of.c.urgency > 0))
