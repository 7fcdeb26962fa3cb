"""Which version of its pack a store was last run with."""

from __future__ import annotations

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Filled in with its tables."""
