"""Tickets of e-Masyarakat."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

INSTANT = sa.DateTime(timezone=True)
OPEN = "state IN ('open', 'working')"


def upgrade() -> None:
    _ticket()
    _follower()
    _event()


def _ticket() -> None:
    op.create_table(
        "ticket",
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("category", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("read_by", INSTANT),
        sa.Column("kelurahan", sa.String),
        sa.Column("candidates", sa.Text, nullable=False),
        sa.Column("street", sa.String, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("secret", sa.Boolean, nullable=False),
        sa.Column("abusive", sa.Boolean, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("answered_at", INSTANT),
        sa.Column("rating", sa.Integer),
        sa.Column("reopened", sa.Integer, nullable=False),
        sa.Column("merged_into", sa.Integer),
        sa.Column("moved_at", INSTANT),
        sa.PrimaryKeyConstraint("number", name="pk_ticket"),
    )
    op.create_index("ix_ticket_open", "ticket", ["due_at"], sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN))
    op.create_index("ix_ticket_category_opened_at", "ticket", ["category", "opened_at"])
    op.create_index("ix_ticket_office_number", "ticket", ["office", "number"])
    op.create_index("ix_ticket_state_number", "ticket", ["state", "number"])


def _follower() -> None:
    op.create_table(
        "ticket_follower",
        sa.Column("ticket", sa.Integer, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("first", sa.Boolean, nullable=False),
        sa.Column("secret", sa.Boolean, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("ticket", "number", name="pk_ticket_follower"),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name="fk_ticket_follower_ticket"),
    )
    op.create_index("ix_ticket_follower_number_ticket", "ticket_follower", ["number", "ticket"])


def _event() -> None:
    op.create_table(
        "ticket_event",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("ticket", sa.Integer, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_event"),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name="fk_ticket_event_ticket"),
    )
    op.create_index("ix_ticket_event_ticket_id", "ticket_event", ["ticket", "id"])
