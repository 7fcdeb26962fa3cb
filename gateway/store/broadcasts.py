"""The tables of broadcasts and warnings."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from gateway.store.carrying import NAMES, PLACE
from gateway.store.schema import UtcDateTime, metadata

BROADCAST = Table(
    "broadcast",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),  # What
    Column("state", String, nullable=False, index=True),  # Stage
    Column("area", String, nullable=False, info={NAMES: PLACE}),  # empty: the whole city
    Column("texts", Text, nullable=False),  # JSON, by language
    Column("template", String, nullable=False),
    Column("follows", Integer),
    Column("asked_by", String, nullable=False),
    Column("asked_name", String, nullable=False),
    Column("asked_number", String, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False, index=True),
    Column("agreed_by", String, nullable=False),
    Column("agreed_how", String, nullable=False),
    Column("agreed_at", UtcDateTime),
    Column("expires_at", UtcDateTime, nullable=False),  # proposed: of the proposal; else of its letters
    # The last number passed, in bytes: a place in an order and no text, so that erasing a person leaves it what it is.
    # Emptied when everybody is passed, or it is stopped.
    Column("passed", LargeBinary, nullable=False),
    Column("people", Integer, nullable=False),
    Column("written", Integer, nullable=False),
    Column("left_out", Integer, nullable=False),
    Column("written_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("ended_by", String, nullable=False),
    Column("ends", Text, nullable=False),  # JSON: letters by their state, once none waits
)
CODE = Table(
    "broadcast_code",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("broadcast", ForeignKey("broadcast.id"), nullable=False),
    Column("number", String, nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Column("tries", Integer, nullable=False),
    UniqueConstraint("broadcast", "number"),
)
