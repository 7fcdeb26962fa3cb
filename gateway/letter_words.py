"""What became of a letter, in words for a person: handed over, delivered and read are three things. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

REPORT_S = timedelta(minutes=10)  # networks report within seconds of the delivery; the phone may be off for a while


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLine:
    """What is known of one part. ``awaits``: a report was asked for, and usually comes."""

    part: int
    state: str
    channel: str
    reference: str | None
    sent_at: datetime | None = None
    reported_at: datetime | None = None
    awaits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What is known of a letter that went out. ``repeated_by``: the letter that repeats it."""

    state: str
    expires_at: datetime
    parts: int = 1
    lines: Sequence[PartLine] = ()
    fault: str | None = None
    repeated_by: str = ""


_ENDS = {
    "cancelled": "taken back before it left",
    "expired": "never left: its time was over first",
    "dead": "given up: it did not leave however often it was tried",
    "refused": "never left: no channel takes it",
    "failed": "handed over, and the network says that it did not arrive",
    "doing": "is being handed over now",
}


def late(fate: Fate, now: datetime) -> bool:
    """Handed over with a report asked for, and none came in its time: perhaps it did not arrive."""
    if fate.state != "sent":
        return False
    waits = [one for one in fate.lines if one.awaits and one.state == "sent" and one.sent_at is not None]
    return any(now >= max(fate.expires_at, one.sent_at + REPORT_S) for one in waits if one.sent_at)


def told(fate: Fate, now: datetime, zone: tzinfo) -> str:
    """One line."""
    by = " and ".join(dict.fromkeys(one.channel for one in fate.lines))
    handed = f"handed over to {by} at {_at([one.sent_at for one in fate.lines], zone)}"
    reported = _at([one.reported_at for one in fate.lines], zone)
    if fate.state == "queued":
        left = len(fate.lines)
        return f"waits for a channel: {left} of {fate.parts} parts have left" if left else "waits for a channel"
    if fate.state == "delivered":
        return f"{handed}; the phone had it at {reported}"
    if fate.state == "read":
        return f"{handed}; opened by a person at {reported}"
    if fate.state == "unknown":
        again = f"; sent again as {fate.repeated_by}" if fate.repeated_by else ""
        return f"handed over to {by or 'a channel'}, which did not say whether it left: perhaps it came{again}"
    if fate.state != "sent":
        return _ENDS.get(fate.state, fate.state)
    if late(fate, now):
        return f"{handed}; NO delivery report came in its time: perhaps it did not arrive"
    if any(one.awaits for one in fate.lines):
        return f"{handed}; the delivery report is awaited"
    return f"{handed}; nothing more is reported of such letters there"


def part_told(line: PartLine, zone: tzinfo) -> str:
    """One part's line."""
    at = {"sent": line.sent_at, "unknown": None}.get(line.state, line.reported_at)
    when = f" at {_at([at], zone)}" if at is not None else ""
    state = {"sent": "handed over", "unknown": "perhaps handed over"}.get(line.state, line.state)
    return f"part {line.part + 1}: {state} by {line.channel}{when}, reference {line.reference}"


def _at(instants: Sequence[datetime | None], zone: tzinfo) -> str:
    known = [at for at in instants if at is not None]
    return max(known).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") if known else "a time not known"
