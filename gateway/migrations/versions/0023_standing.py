"""Subscriptions, reminders, deadlines and dispositions."""

from __future__ import annotations

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Filled in with its tables."""
