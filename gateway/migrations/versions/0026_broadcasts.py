"""Broadcasts and warnings."""

from __future__ import annotations

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Filled in with its tables."""
