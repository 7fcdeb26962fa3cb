"""Beside a store: bringing back a copy of it was begun."""

from __future__ import annotations

from pathlib import Path

from gateway.store.faults import StoreRefused

MARK = "restore.unfinished"  # beside the store, from the first file that is moved until the last


def whole(path: Path) -> None:
    """Raises StoreRefused where bringing back a copy was cut short: the store may be the old one, the new one or none,
    and beside another's keys."""
    mark = path.with_name(MARK)
    if mark.exists():
        raise StoreRefused(
            f"{mark}: bringing back a copy was cut short: run 'kentongan restore FILE' with the same copy once more"
        )
