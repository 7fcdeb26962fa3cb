"""Who lives where, and the program's own small notes."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, LargeBinary, String, Table, Text

from gateway.store.schema import UtcDateTime, metadata

RESIDENT = Table(
    "resident",
    metadata,
    Column("phone", String, primary_key=True),  # E.164
    Column("name", String, nullable=False),
    Column("kelurahan", String, nullable=False),  # Kemendagri code
    Column("address", Text, nullable=False),
    Column("lat", Float),
    Column("lon", Float),
    Column("language", String, nullable=False),  # empty: the city's first
    Column("quiet", Boolean, nullable=False),  # no message or call goes to this phone
    Column("notes", Text, nullable=False),
    Column("confirmed", Boolean, nullable=False),  # imported by the city, or confirmed by the kepling
    Column("panic_button", Boolean, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)
SETTING = Table(
    "setting",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
