"""Days and instants in words and for other programs, by the city's clock. One form of each, everywhere. Pure."""

from __future__ import annotations

from datetime import date, datetime, tzinfo


def day_said(at: date, months: str) -> str:
    """``22 Nov 2026``. ``months``: their twelve short names."""
    return f"{at.day} {months.split()[at.month - 1]} {at.year}"


def moment_said(at: datetime, zone: tzinfo, months: str, *, seconds: bool = False) -> str:
    """``22 Nov 2026 19.04``, or ``22 Nov 2026 19.04.05``."""
    here = at.astimezone(zone)
    return f"{day_said(here, months)} {here:{'%H.%M.%S' if seconds else '%H.%M'}}"


def exactly(at: date | datetime, zone: tzinfo) -> str:
    """ISO 8601, an instant with the zone's offset: ``2026-11-22T19:04:05+07:00``."""
    return at.astimezone(zone).isoformat(timespec="seconds") if isinstance(at, datetime) else at.isoformat()
