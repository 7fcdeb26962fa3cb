"""Tables of look-ups, and the last known answers of the city's systems."""

from __future__ import annotations

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Filled in with its tables."""
