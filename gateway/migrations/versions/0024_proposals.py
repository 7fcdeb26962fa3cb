"""Proposals of the residents and their voices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

INSTANT = sa.DateTime(timezone=True)
OPEN = sa.text("state = 'open'")
UNTOLD = sa.text("state = 'closed' AND told_at IS NULL")
HELD = sa.text("state = 'held'")


def upgrade() -> None:
    _rounds()
    _proposals()
    _voices()


def _rounds() -> None:
    op.create_table(
        "proposal_round",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closes_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.Column("told_proposal", sa.Integer, nullable=False),
        sa.Column("told_voice", sa.Integer, nullable=False),
        sa.Column("told_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_proposal_round"),
    )
    op.create_index(
        "ix_proposal_round_open", "proposal_round", ["state"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("ix_proposal_round_untold", "proposal_round", ["id"], sqlite_where=UNTOLD, postgresql_where=UNTOLD)


def _proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("kelurahan", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("why", sa.String, nullable=False),
        sa.Column("proposer", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("voices", sa.Integer),
        sa.Column("confirmed", sa.Integer),
        sa.PrimaryKeyConstraint("number", name="pk_proposal"),
        sa.ForeignKeyConstraint(["round"], ["proposal_round.id"], name="fk_proposal_round_proposal_round"),
    )
    op.create_index("ix_proposal_round_kelurahan_number", "proposal", ["round", "kelurahan", "number"])
    op.create_index("ix_proposal_held", "proposal", ["number"], sqlite_where=HELD, postgresql_where=HELD)
    op.create_index("ix_proposal_proposer", "proposal", ["proposer"])


def _voices() -> None:
    op.create_table(
        "proposal_voice",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("proposal", sa.Integer, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_proposal_voice"),
        sa.ForeignKeyConstraint(["round"], ["proposal_round.id"], name="fk_proposal_voice_round_proposal_round"),
        sa.ForeignKeyConstraint(["proposal"], ["proposal.number"], name="fk_proposal_voice_proposal_proposal"),
        sa.UniqueConstraint("round", "number", name="uq_proposal_voice_round_number"),
    )
    op.create_index("ix_proposal_voice_proposal", "proposal_voice", ["proposal"])
    op.create_index("ix_proposal_voice_number", "proposal_voice", ["number"])
