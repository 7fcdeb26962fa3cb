"""Incidents, the effect ledger, offers, timelines, sirens."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

INSTANT = sa.DateTime(timezone=True)


def _where(sql: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(sql), "postgresql_where": sa.text(sql)}


def upgrade() -> None:
    _incident()
    _incident_letter()
    _effect()
    _offer()
    _timeline()
    _siren_state()


def _incident() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("origin", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("caller", sa.String, nullable=False),
        sa.Column("registered", sa.Boolean, nullable=False),
        sa.Column("verified", sa.Boolean, nullable=False),
        sa.Column("siren_allowed", sa.Boolean, nullable=False),
        sa.Column("quiet", sa.Boolean, nullable=False),
        sa.Column("drill", sa.Boolean, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("station", sa.String),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("asked", sa.String, nullable=False),
        sa.Column("asked_at", INSTANT),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("heard_at", INSTANT, nullable=False),
        sa.Column("hurried_at", INSTANT),
        sa.Column("confirmed_at", INSTANT),
        sa.Column("accepted_at", INSTANT),
        sa.Column("accepted_by", sa.String),
        sa.Column("cancelled_at", INSTANT),
        sa.Column("closed_at", INSTANT),
        sa.Column("false_alarm", sa.Boolean, nullable=False),
        sa.Column("wake_at", INSTANT),
        sa.Column("alarm", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
    )
    unfinished = _where("state IN ('confirmed', 'pending')")
    still_open = _where("state IN ('pending', 'confirmed', 'accepted')")
    op.create_index("ix_incident_caller_id", "incident", ["caller", "id"])
    op.create_index("ix_incident_unfinished", "incident", ["state", "opened_at"], **unfinished)
    op.create_index("ix_incident_open", "incident", ["opened_at"], **still_open)


def _incident_letter() -> None:
    op.create_table(
        "incident_letter",
        sa.Column("letter", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("incident", sa.Integer, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("whole", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("letter", name="pk_incident_letter"),
        sa.ForeignKeyConstraint(["letter"], ["inbound.id"], name="fk_incident_letter_letter"),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"], name="fk_incident_letter_incident"),
    )
    op.create_index("ix_incident_letter_incident_letter", "incident_letter", ["incident", "letter"])
    op.create_index("ix_incident_letter_whole", "incident_letter", ["whole"], **_where("whole <> ''"))


def _effect() -> None:
    op.create_table(
        "effect",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("incident", sa.Integer, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("target", sa.String, nullable=False),
        sa.Column("wave", sa.Integer, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("tier", sa.Integer, nullable=False),
        sa.Column("station", sa.String),
        sa.Column("text", sa.String),
        sa.Column("offers", sa.Boolean, nullable=False),
        sa.Column("ring_s", sa.Float, nullable=False),
        sa.Column("talk_s", sa.Float, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        *_effect_account(),
        sa.PrimaryKeyConstraint("id", name="pk_effect"),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"], name="fk_effect_incident"),
        sa.UniqueConstraint("key", name="uq_effect_key"),
        sa.UniqueConstraint("incident", "target", "name", "wave", name="uq_effect_incident_target_name_wave"),
    )
    siren = _where("kind = 'siren'")
    op.create_index("ix_effect_incident_id", "effect", ["incident", "id"])
    op.create_index("ix_effect_doing", "effect", ["id"], **_where("state = 'doing'"))
    op.create_index("ix_effect_siren", "effect", ["attempted_at", "target"], **siren)


def _effect_account() -> list[sa.Column[object]]:
    return [
        sa.Column("state", sa.String, nullable=False),
        sa.Column("intended_at", INSTANT, nullable=False),
        sa.Column("attempted_at", INSTANT),
        sa.Column("started_at", INSTANT),
        sa.Column("settled_at", INSTANT),
        sa.Column("relayed_at", INSTANT),
        sa.Column("outcome", sa.String),
        sa.Column("pressed", sa.String),
        sa.Column("alerted_s", sa.Float),
        sa.Column("leg", sa.String, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    ]


def _offer() -> None:
    op.create_table(
        "offer",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("incident", sa.Integer, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("officer", sa.String, nullable=False),
        sa.Column("station", sa.String, nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("tries_left", sa.Integer, nullable=False),
        sa.Column("offered_at", INSTANT, nullable=False),
        sa.Column("effect", sa.String, nullable=False),
        sa.Column("recalled_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_offer"),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"], name="fk_offer_incident"),
        sa.UniqueConstraint("effect", name="uq_offer_effect"),
    )
    op.create_index("ix_offer_incident_id", "offer", ["incident", "id"])
    op.create_index("ix_offer_number_id", "offer", ["number", "id"])


def _timeline() -> None:
    op.create_table(
        "timeline",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("incident", sa.Integer, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_timeline"),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"], name="fk_timeline_incident"),
    )
    op.create_index("ix_timeline_incident_id", "timeline", ["incident", "id"])


def _siren_state() -> None:
    op.create_table(
        "siren_state",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("proven_at", INSTANT),
        sa.Column("failed_at", INSTANT),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("test_at", INSTANT),
        sa.Column("test_by", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_siren_state"),
    )
