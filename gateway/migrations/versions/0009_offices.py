"""What the offices were asked and reminded of, and with which codes they answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _task()
    _notice()
    _code()
    _guess()


def _task() -> None:
    op.create_table(
        "office_task",
        sa.Column("ticket", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("reopened", sa.Integer, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("parked", sa.Boolean, nullable=False),
        sa.Column("next_at", INSTANT),
        sa.PrimaryKeyConstraint("ticket", name="pk_office_task"),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name="fk_office_task_ticket"),
    )
    op.create_index("ix_office_task_next_at", "office_task", ["next_at"])


def _notice() -> None:
    op.create_table(
        "office_notice",
        sa.Column("ticket", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("round", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("ticket", "round", "what", name="pk_office_notice"),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name="fk_office_notice_ticket"),
    )


def _code() -> None:
    op.create_table(
        "office_code",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("ticket", sa.Integer, nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("spent", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("number", "code", name="pk_office_code"),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name="fk_office_code_ticket"),
    )
    op.create_index("ix_office_code_ticket_number", "office_code", ["ticket", "number"])


def _guess() -> None:
    op.create_table(
        "office_guess",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("paused_until", INSTANT),
        sa.PrimaryKeyConstraint("number", name="pk_office_guess"),
    )
