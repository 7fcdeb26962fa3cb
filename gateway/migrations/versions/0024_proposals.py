"""Proposals of the residents and their voices."""

from __future__ import annotations

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Filled in with its tables."""
