"""What a visitor of the audit's pages asks for, read from the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any
from urllib.parse import urlencode

from dispatch.console.numbers import number_typed
from gateway.number import normal
from gateway.page import Declined
from gateway.store.audit_reading import Wanted

DAY = timedelta(days=1)


def wanted_of(query: Mapping[str, str], zone: tzinfo) -> Wanted:
    """``q``: a number; ``by``, ``what``; ``since``, ``until``: days, both within. Raises Declined."""
    about = query.get("q", "").strip()
    until = day(query.get("until", ""), zone)
    before = query.get("before", "")
    return Wanted(
        about=(normal(about) or about) if about else "",
        by=query.get("by", "").strip(),
        what=query.get("what", "").strip(),
        since=day(query.get("since", ""), zone),
        until=until + DAY if until is not None else None,
        before=number_typed(before) or 0,
    )


def day(said: str, zone: tzinfo) -> datetime | None:
    """The beginning of that day, or that instant, in the city. Raises Declined."""
    if not said.strip():
        return None
    try:
        at = datetime.fromisoformat(said.strip())
        at = at if at.tzinfo is not None else at.replace(tzinfo=zone)
        return at if 2000 <= at.year <= 2200 else None
    except ValueError:
        raise Declined("audit.no_day") from None


def span(query: Mapping[str, str], now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """From the beginning of ``since`` (default: a week ago) to the end of ``until`` (default: now). Raises Declined."""
    since = day(query.get("since", ""), zone) or now.astimezone(zone) - 7 * DAY
    until = day(query.get("until", ""), zone)
    return since, (until + DAY if until is not None else now)


def pages_of(query: Mapping[str, str], rows: Sequence[Mapping[str, Any]], most: int) -> str:
    """The address of the older lines; empty: there are none."""
    if len(rows) <= most:
        return ""
    kept = {name: said for name, said in query.items() if name not in ("before", "said", "as") and said}
    return "/settings/audit?" + urlencode(kept | {"before": str(rows[most - 1]["seq"])})
