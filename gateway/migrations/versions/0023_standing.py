"""Subscriptions, reminders, deadlines and dispositions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _seen()
    _news()
    _followers()
    _reminder()
    _deadline()
    _duty()


def _seen() -> None:
    op.create_table(
        "lookup_pass",
        sa.Column("lookup", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("after", sa.Integer, nullable=False),
        sa.Column("first", sa.Boolean, nullable=False),
        sa.Column("done_at", INSTANT),
        sa.PrimaryKeyConstraint("lookup", name="pk_lookup_pass"),
    )
    op.create_table(
        "lookup_known",
        sa.Column("lookup", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("lookup", "digest", name="pk_lookup_known"),
    )
    op.create_index("ix_lookup_known_lookup_seen_at", "lookup_known", ["lookup", "seen_at"])


def _news() -> None:
    op.create_table(
        "lookup_news",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("lookup", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("row", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lookup_news"),
    )
    op.create_index("ix_lookup_news_lookup_id", "lookup_news", ["lookup", "id"])


def _followers() -> None:
    op.create_table(
        "lookup_follower",
        sa.Column("lookup", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("told_to", sa.Integer, nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("day", sa.String, nullable=False),
        sa.Column("told", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("lookup", "number", name="pk_lookup_follower"),
    )
    op.create_index("ix_lookup_follower_lookup_told_to", "lookup_follower", ["lookup", "told_to"])
    op.create_table(
        "lookup_wish",
        sa.Column("lookup", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("word", sa.String, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("lookup", "number", "word", name="pk_lookup_wish"),
    )


def _reminder() -> None:
    op.create_table(
        "lookup_reminder",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("lookup", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("due", sa.String, nullable=False),
        sa.Column("told", sa.String, nullable=False),
        sa.Column("row", sa.Text, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("look_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lookup_reminder"),
        sa.UniqueConstraint("lookup", "number", "key", name="uq_lookup_reminder_lookup_number_key"),
    )
    op.create_index("ix_lookup_reminder_look_at", "lookup_reminder", ["look_at"])
    op.create_index("ix_lookup_reminder_number", "lookup_reminder", ["number"])


def _deadline() -> None:
    op.create_table(
        "lookup_deadline",
        sa.Column("lookup", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("due", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("warned_at", INSTANT),
        sa.Column("raised_at", INSTANT),
        sa.PrimaryKeyConstraint("lookup", "key", name="pk_lookup_deadline"),
    )
    op.create_index("ix_lookup_deadline_lookup_due", "lookup_deadline", ["lookup", "due"])


def _duty() -> None:
    op.create_table(
        "lookup_duty",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("lookup", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("was", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("asked_at", INSTANT),
        sa.Column("value", sa.String, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("answered_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_lookup_duty"),
    )
    op.create_index("ix_lookup_duty_number_code", "lookup_duty", ["number", "code"])
    op.create_index("ix_lookup_duty_lookup_key", "lookup_duty", ["lookup", "key"])
    op.create_index("ix_lookup_duty_state_id", "lookup_duty", ["state", "id"])
    op.create_table(
        "lookup_overlay",
        sa.Column("lookup", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("column", sa.String, nullable=False),
        sa.Column("was", sa.String, nullable=False),
        sa.Column("value", sa.String, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("lookup", "key", "column", name="pk_lookup_overlay"),
    )
