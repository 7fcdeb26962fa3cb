"""Fixes of the buses."""

from __future__ import annotations

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Filled in with its tables."""
