"""What providers said: doubts, opt-outs, secrets of their addresses."""

from __future__ import annotations

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Filled by its room."""
