"""What a person typed over the list of letters, as what is looked for. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo

from dispatch.console.numbers import number_typed
from gateway.number import normal
from gateway.store.listing import ENDED_BADLY, ENDED_UNSEEN, INBOUND_STATES, OUTBOUND_STATES
from gateway.store.searching import Wanted

PAGE = 50  # letters on one page
LEAST_DIGITS = 4  # fewer would find nearly everybody
STATES = tuple(dict.fromkeys((*INBOUND_STATES, *OUTBOUND_STATES)))
TABS = {
    "all": {},
    "in": {"direction": "in"},
    "out": {"direction": "out"},
    "unread": {"state": "unread"},
    "unseen": {"state": ENDED_UNSEEN},
    "badly": {"state": ENDED_BADLY},
    "queued": {"state": "queued"},
}
"""The lists that are asked for most, by their names in ``?list=``."""


def wanted_of(query: Mapping[str, str], zone: tzinfo) -> Wanted:
    """``q`` is a number where it looks like one, else words. What makes no sense is as if it were not there: a link
    that was cut still shows a list."""
    typed = " ".join(query.get("q", "").split())[:100]
    digits = "".join(char for char in typed if char.isascii() and char.isdigit())
    looks = len(digits) >= LEAST_DIGITS and not any(char.isalpha() for char in typed)
    tab = TABS.get(query.get("list", "all"), {})
    state = query.get("state", "")
    until = _day(query.get("until", ""))
    return Wanted(
        text=typed,
        digits=_number(digits, typed) if looks else "",
        state=state if state in STATES else tab.get("state", ""),
        direction=tab.get("direction", ""),
        channel=query.get("channel", "")[:60],
        lane=query.get("lane", "") if query.get("lane") in ("emergency", "service", "bulk") else "",
        since=_from(_day(query.get("since", "")), zone),
        until=_from(until + timedelta(days=1), zone) if until and until < date.max else None,
    )


def page_of(query: Mapping[str, str]) -> int:
    """Which page, from 1."""
    return min(number_typed(query.get("page", ""), 6) or 1, 100_000)


def _number(digits: str, typed: str) -> str:
    """``0812 34`` is part of ``+6281234``."""
    whole = normal(typed)
    if whole:
        return whole
    return digits[1:] if digits.startswith("0") else digits


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _from(day: date | None, zone: tzinfo) -> datetime | None:
    return datetime.combine(day, time(), zone) if day is not None and 1970 <= day.year < 9000 else None
