"""When what a row tells of is open: by columns of the row, and the city's own clock. Pure.

``open`` is what ``when`` may ask of such a row: ``yes``, ``no`` (at this hour), ``rests`` (all day).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from config.lookup import Column, Form, Row
from config.roster import DAYS
from config.table import Table

OPEN = "open"
YES, NO, RESTS = "yes", "no", "rests"
VALUES: Mapping[str, tuple[str, ...]] = {OPEN: (YES, NO, RESTS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHours:
    """Columns of a row: ``opens`` and ``closes`` a time each (``closes`` before ``opens``: after midnight); ``rests``:
    weekdays on which it is shut, "fri sun"; empty: no column says so."""

    opens: str
    closes: str
    rests: str = ""

    def at(self, row: Row, here: datetime) -> str:
        """Whether it is open at that instant, in the city's own time; empty: the row does not say."""
        opens, closes, now = row.get(self.opens, ""), row.get(self.closes, ""), f"{here:%H:%M}"
        if self.rests and DAYS[here.weekday()] in row.get(self.rests, "").lower().split():
            return RESTS
        if not opens or not closes:
            return ""
        during = opens <= now < closes if opens <= closes else (now >= opens or now < closes)
        return YES if during else NO


def read_open_hours(top: Table, columns: Mapping[str, Column]) -> OpenHours | None:
    """``[hours]`` of a look-up; None: it has none."""
    if "hours" not in top.data:
        return None
    table = top.table("hours")
    times = tuple(name for name, column in columns.items() if column.form is Form.TIME)
    found = OpenHours(
        opens=table.choice("opens", times),
        closes=table.choice("closes", times),
        rests=table.choice("rests", tuple(columns), ""),
    )
    table.done()
    return found
