"""Urgent first: letters wait here for a channel."""

from __future__ import annotations

from gateway.store.outbound import cancel, put

__all__ = ["cancel", "put"]
