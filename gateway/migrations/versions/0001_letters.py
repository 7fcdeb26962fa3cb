"""Letters in and out, residents, settings."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)


def _where(sql: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(sql), "postgresql_where": sa.text(sql)}


def upgrade() -> None:
    _raw()
    _inbound()
    _long()
    _outbound()
    _outbound_index()
    _outbound_parts()
    _people()


def _raw() -> None:
    op.create_table(
        "raw",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("imsi", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("nth", sa.Integer, nullable=False),
        sa.Column("scts", INSTANT),
        sa.Column("pdu", sa.Text, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("repeats", sa.Integer, nullable=False),
        sa.Column("fault", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_raw"),
        sa.UniqueConstraint("imsi", "digest", "nth", name="uq_raw_imsi_digest_nth"),
    )


def _inbound() -> None:
    op.create_table(
        "inbound",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("external_id", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("sender", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("sent_at", INSTANT),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("whole", sa.String, nullable=False),
        sa.Column("urgency", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("desk", sa.String),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("fault", sa.Text),
        sa.Column("read_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_inbound"),
        sa.UniqueConstraint("external_id", name="uq_inbound_external_id"),
    )
    op.create_index("ix_inbound_sender_received_at", "inbound", ["sender", "received_at"])
    op.create_index("ix_inbound_state_id", "inbound", ["state", "id"])
    op.create_index("ix_inbound_new", "inbound", ["state", "urgency", "id"])


def _long() -> None:
    op.create_table(
        "long",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("whole", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("sender", sa.String, nullable=False),
        sa.Column("ref", sa.Integer, nullable=False),
        sa.Column("ref_bits", sa.Integer, nullable=False),
        sa.Column("parts", sa.Integer, nullable=False),
        sa.Column("first_at", INSTANT, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_long"),
        sa.UniqueConstraint("whole", name="uq_long_whole"),
    )
    op.create_index("ix_long_sender_ref_first_at", "long", ["sender", "ref", "first_at"])
    op.create_index("ix_long_open", "long", ["first_at"], **_where("state = 'open'"))
    op.create_table(
        "part",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("long_id", sa.Integer, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("pdu", sa.Text, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_part"),
        sa.ForeignKeyConstraint(["long_id"], ["long.id"], name="fk_part_long_id"),
        sa.UniqueConstraint("long_id", "part", name="uq_part_long_id_part"),
    )


def _outbound() -> None:
    op.create_table(
        "outbound",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("recipient", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("lane", sa.String, nullable=False),
        sa.Column("urgency", sa.Integer, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("wanted", sa.String),
        sa.Column("channel", sa.String),
        sa.Column("answers", sa.Integer),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("parts", sa.Integer, nullable=False),
        sa.Column("next_part", sa.Integer, nullable=False),
        sa.Column("reference", sa.Integer),
        sa.Column("repeats", sa.Integer),
        sa.Column("fault", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_outbound"),
        sa.UniqueConstraint("key", name="uq_outbound_key"),
    )


def _outbound_index() -> None:
    queued = _where("state = 'queued'")
    op.create_index("ix_outbound_turn", "outbound", ["state", "urgency", "turn", "id"])
    op.create_index("ix_outbound_queued_recipient", "outbound", ["recipient", "urgency", "turn"], **queued)
    op.create_index("ix_outbound_due", "outbound", ["due_at"], **queued)
    op.create_index("ix_outbound_expires", "outbound", ["expires_at"], **queued)
    op.create_index("ix_outbound_recipient_id", "outbound", ["recipient", "id"])
    op.create_index("ix_outbound_state_id", "outbound", ["state", "id"])


def _outbound_parts() -> None:
    op.create_table(
        "outbound_part",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("outbound_id", sa.Integer, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("reference", sa.String),
        sa.Column("recipient", sa.String, nullable=False),
        sa.Column("claimed_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT),
        sa.Column("reported_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_outbound_part"),
        sa.ForeignKeyConstraint(["outbound_id"], ["outbound.id"], name="fk_outbound_part_outbound_id"),
        sa.UniqueConstraint("outbound_id", "part", name="uq_outbound_part_outbound_id_part"),
    )
    named = ["channel", "reference", "recipient"]
    op.create_index("ix_outbound_part_channel_reference_recipient", "outbound_part", named)
    op.create_table(
        "receipt",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("reference", sa.String, nullable=False),
        sa.Column("recipient", sa.String, nullable=False),
        sa.Column("delivery", sa.String, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("part_id", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_receipt"),
        sa.ForeignKeyConstraint(["part_id"], ["outbound_part.id"], name="fk_receipt_part_id"),
    )
    op.create_index("ix_receipt_channel_reference_recipient", "receipt", named)


def _people() -> None:
    op.create_table(
        "concat",
        sa.Column("recipient", sa.String, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("recipient", name="pk_concat"),
    )
    op.create_table(
        "resident",
        sa.Column("phone", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("kelurahan", sa.String, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("lat", sa.Float),
        sa.Column("lon", sa.Float),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("quiet", sa.Boolean, nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("confirmed", sa.Boolean, nullable=False),
        sa.Column("panic_button", sa.Boolean, nullable=False),
        sa.Column("address_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("phone", name="pk_resident"),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_setting"),
    )
