"""What letters cost, by day and channel, beside what they may. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dispatch.console.numbers import number_typed, rupiah_said
from dispatch.console.words import FIRST
from gateway.page import Sheet
from gateway.store.spending import Spent

DAYS = 7
MOST_DAYS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class SpentDay:
    """A day and channel. ``ordinary``: Rupiah of what was no emergency, which the ceiling (0: none) is about."""

    day: date
    channel: str
    messages: int
    emergency: int
    air_s: float
    cost: float
    ordinary: float
    ceiling: float

    @property
    def reached(self) -> bool:
        """Nothing but emergencies leaves by this channel any more that day."""
        return bool(self.ceiling) and self.ordinary >= self.ceiling


def days_of(query: Mapping[str, str]) -> int:
    """How many days are asked for."""
    asked = number_typed(query.get("days", ""), 4)
    return DAYS if asked is None else min(max(asked, 1), MOST_DAYS)


def spent_days(spent: Sequence[Spent], ceiling: Callable[[str], float]) -> list[SpentDay]:
    """The newest day first."""
    by: dict[tuple[str, str], list[Spent]] = {}
    for one in spent:
        by.setdefault((one.day, one.channel), []).append(one)
    return [
        SpentDay(
            day=date.fromisoformat(day),
            channel=channel,
            messages=sum(one.parts for one in lines),
            emergency=sum(one.parts for one in lines if one.lane == "emergency"),
            air_s=sum(one.air_s for one in lines),
            cost=sum(one.cost for one in lines),
            ordinary=sum(one.cost for one in lines if one.lane != "emergency"),
            ceiling=ceiling(channel),
        )
        for (day, channel), lines in sorted(by.items(), key=lambda item: (item[0][0], item[0][1]), reverse=True)
    ]


def cost_sheet(spent: Sequence[Spent]) -> Sheet:
    """The ledger as it is kept."""
    rows = [
        (date.fromisoformat(one.day), one.channel, one.lane, str(one.parts), f"{one.air_s:.1f}", f"{one.cost:.0f}")
        for one in spent
    ]
    total = rupiah_said(sum(one.cost for one in spent), FIRST)
    columns = ("hari", "saluran", "jalur", "pesan", "di udara (detik)", "biaya (rupiah)")
    return Sheet(name="biaya", title="Biaya surat", columns=columns, rows=rows, notes=[total])
