"""Users of the pages, their sessions, and the tokens of other systems."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _users()
    _sessions()
    _tokens()


def _users() -> None:
    op.create_table(
        "console_user",
        sa.Column("login", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("roles", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("clinic", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("password_hash", sa.String, nullable=False),
        sa.Column("password_once", sa.Boolean, nullable=False),
        sa.Column("password_until", INSTANT),
        sa.Column("password_at", INSTANT),
        sa.Column("totp_secret", sa.String, nullable=False),
        sa.Column("totp_step", sa.Integer, nullable=False),
        sa.Column("pin_hash", sa.String, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.String, nullable=False),
        sa.Column("seen_at", INSTANT),
        sa.Column("disabled_at", INSTANT),
        sa.PrimaryKeyConstraint("login", name="pk_console_user"),
    )
    op.create_table(
        "console_recovery",
        sa.Column("login", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("login", "hash", name="pk_console_recovery"),
    )
    op.create_table(
        "console_seat",
        sa.Column("login", sa.String, nullable=False),
        sa.Column("mark", sa.String, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("login", "mark", name="pk_console_seat"),
    )


def _sessions() -> None:
    op.create_table(
        "console_session",
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("login", sa.String, nullable=False),
        sa.Column("stage", sa.String, nullable=False),
        sa.Column("pending", sa.String, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("idle_s", sa.Float, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("sure_until", INSTANT),
        sa.Column("peer", sa.String, nullable=False),
        sa.Column("agent", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_console_session"),
    )
    op.create_index("ix_console_session_login", "console_session", ["login"])


def _tokens() -> None:
    op.create_table(
        "api_token",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("roles", sa.String, nullable=False),
        sa.Column("writes", sa.Boolean, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.String, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.Column("revoked_at", INSTANT),
        sa.PrimaryKeyConstraint("name", name="pk_api_token"),
        sa.UniqueConstraint("hash", name="uq_api_token_hash"),
    )
