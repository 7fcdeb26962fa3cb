"""Tables of look-ups, and the last known answers of the city's systems."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """What the city's staff imports (``lookup_*``)."""
    op.create_table(
        "lookup_version",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("lookup", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("as_of", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_lookup_version"),
    )
    op.create_index("ix_lookup_version_lookup_state", "lookup_version", ["lookup", "state"])
    one = sa.text("state = 'current'")
    op.create_index(
        "ix_lookup_version_current", "lookup_version", ["lookup"], unique=True, sqlite_where=one, postgresql_where=one
    )
    op.create_table(
        "lookup_row",
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("version", "place", name="pk_lookup_row"),
        sa.ForeignKeyConstraint(["version"], ["lookup_version.id"], name="fk_lookup_row_version_lookup_version"),
    )
    op.create_index("ix_lookup_row_version_key", "lookup_row", ["version", "key", "place"])
    op.create_table(
        "lookup_asker",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("many", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_lookup_asker"),
    )
    _of_systems()


def _of_systems() -> None:
    """What the city's systems answered last, and the letters that wait for them."""
    op.create_table(
        "lookup_kept",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("lookup", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("as_of", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lookup_kept"),
        sa.UniqueConstraint("lookup", "key", "number", name="uq_lookup_kept_lookup_key_number"),
    )
    op.create_index("ix_lookup_kept_lookup_as_of", "lookup_kept", ["lookup", "as_of"])
    op.create_index("ix_lookup_kept_number", "lookup_kept", ["number"])
    op.create_table(
        "lookup_question",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("turn", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("lookup", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lookup_question"),
        sa.UniqueConstraint("turn", name="uq_lookup_question_turn"),
    )
    op.create_index("ix_lookup_question_number", "lookup_question", ["number"])
