"""Conversations: USSD sessions and their turns, dialogues by SMS."""

from __future__ import annotations

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Filled by its room."""
