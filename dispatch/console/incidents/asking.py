"""A search of incidents as it stands in an address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from dispatch.console.numbers import number_typed
from dispatch.incident import State
from dispatch.store.archive import OPEN_STATES, Wanted
from gateway.number import normal

if TYPE_CHECKING:
    from config.city import City

MOST_CODE = 2**31  # more than a server's column holds
STATES = (OPEN_STATES, *(state.value for state in State))
DRILLS: Mapping[str, bool | None] = {"": None, "no": False, "only": True}


def wanted_of(query: Mapping[str, str], city: City, *, near: bool) -> Wanted | None:
    """None: nothing can be like that. ``near``: he may search by a phone number; else that finds nothing."""
    typed = query.get("q", "").strip().lstrip("#")
    code = number if (number := number_typed(typed, 6)) is not None and number < MOST_CODE else None
    caller = (normal(typed) or "") if typed and code is None else ""
    if typed and code is None and (not near or not caller):
        return None
    kind, area, state = query.get("kind", ""), query.get("kelurahan", ""), query.get("state", "")
    return Wanted(
        code=code,
        caller=caller,
        kind=kind if kind in {one.kind for one in city.codes} else "",
        state=state if state in STATES else "",
        kelurahan=area if area in city.areas else "",
        since=_midnight(query.get("since", ""), city),
        until=_midnight(query.get("until", ""), city, days=1),
        drill=DRILLS.get(query.get("drill", "")),
    )


def _midnight(text: str, city: City, days: int = 0) -> datetime | None:
    """The beginning of that day of the city, ``days`` later."""
    try:
        day = date.fromisoformat(text) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    return datetime.combine(day, time(), city.timezone)
