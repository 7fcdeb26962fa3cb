"""Conversations: USSD sessions and their turns, dialogues by SMS, changes of the registry that wait for a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _ussd_session()
    _ussd_turn()
    _talk()
    _resident_change()
    _resident_vouched()


def _ussd_session() -> None:
    op.create_table(
        "ussd_session",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("session", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("run", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("over", sa.Boolean, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ussd_session"),
    )
    op.create_index("ix_ussd_session_number_at", "ussd_session", ["number", "at"])
    op.create_index("ix_ussd_session_at", "ussd_session", ["at"])


def _ussd_turn() -> None:
    op.create_table(
        "ussd_turn",
        sa.Column("session_id", sa.String, nullable=False),
        sa.Column("run", sa.Integer, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("more", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("session_id", "run", "key", name="pk_ussd_turn"),
        sa.ForeignKeyConstraint(["session_id"], ["ussd_session.id"], name="fk_ussd_turn_session_id"),
    )


def _talk() -> None:
    op.create_table(
        "talk",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("dialogue", sa.String, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("choices", sa.Text, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_talk"),
    )
    op.create_index("ix_talk_asked_at", "talk", ["asked_at"])


def _resident_change() -> None:
    op.create_table(
        "resident_change",
        sa.Column("phone", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("kelurahan", sa.String, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("phone", name="pk_resident_change"),
    )


def _resident_vouched() -> None:
    op.create_table(
        "resident_vouched",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("phone", sa.String, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_resident_vouched"),
    )
    op.create_index("ix_resident_vouched_phone", "resident_vouched", ["phone"])
