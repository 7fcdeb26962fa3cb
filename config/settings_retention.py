"""The settings of how long what is kept: days by class, where the city decides otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from config.table import Table

LEAST = {  # days; shorter would take away what is still asked for
    "emergencies": 365,
    "letters": 30,
    "raw": 7,
    "calls": 7,
    "recordings": 30,
    "tickets": 365,
    "clinics": 30,
    "conversations": 7,
    "sessions": 7,
    "lookups": 1,
    "tables": 30,
    "outages": 90,
    "proposals": 90,
    "trackers": 1,
    "broadcasts": 90,
    "audit": 365,
}
MOST_DAYS = 30 * 365


def retention(table: Table) -> Mapping[str, int]:
    """``[retention]``: days by class; 0 or absent: the program's own term."""
    said = {kind: table.whole(kind, 0, MOST_DAYS, 0) for kind in LEAST}
    for kind, days in said.items():
        if 0 < days < LEAST[kind]:
            table.fault(kind, f"is less than {LEAST[kind]} days")
    table.done()
    return MappingProxyType({kind: days for kind, days in said.items() if days})
