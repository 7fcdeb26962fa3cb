"""A time as a provider writes it. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from config.provider import Stamp
from gateway.form import instant

_ZONED = re.compile(r"([Zz]|[+ -]\d{2}:?\d{2})$")
_DIGITS = re.compile(r"\d{1,16}(\.\d{1,9})?")
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)  # what a network's stamp may say


def read_stamp(written: str, stamp: Stamp) -> datetime | None:
    """The instant, in UTC; None where it is none."""
    written = written.strip()
    zone = timezone(timedelta(minutes=stamp.zone_minutes))
    try:
        if stamp.form in ("unix", "unix_ms"):
            seconds = float(written) if _DIGITS.fullmatch(written) else -1.0
            at = datetime.fromtimestamp(seconds / (1000 if stamp.form == "unix_ms" else 1), UTC)
        elif stamp.form == "iso":
            found = instant(written)
            if found is None:
                return None
            at = found if _ZONED.search(written[10:]) else found.replace(tzinfo=zone)
        else:
            at = datetime.strptime(written, stamp.form)  # noqa: DTZ007 the zone follows
            at = at if at.tzinfo is not None else at.replace(tzinfo=zone)
        at = at.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if _FIRST <= at < _LAST else None
