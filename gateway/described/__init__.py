"""A provider described in a file (``config/providers/``): its callbacks read, its letters sent, without new code."""

from __future__ import annotations

from gateway.described.account import Account
from gateway.described.adapter import DescribedAdapter
from gateway.described.channel import DescribedChannel

__all__ = ["Account", "DescribedAdapter", "DescribedChannel"]
