"""Who was welcomed, and how often a person has used the number."""

from __future__ import annotations

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Filled in with its tables."""
