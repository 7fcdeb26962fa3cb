"""Ways out: routes, what they cost, and the proof that they work."""

from __future__ import annotations

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Filled by its room."""
