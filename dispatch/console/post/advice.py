"""What became of a letter, and what a person can do about it, as keys of words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.letter_words import Fate, late
from gateway.store.outbound import NEVER

RETRIABLE = frozenset({"failed", "refused", "expired", "unknown", "cancelled", "dead"})
KINDS = {
    "queued": "wait",
    "doing": "wait",
    "sent": "wait",
    "delivered": "good",
    "read": "good",
    "new": "wait",
    "unread": "info",
    "cancelled": "off",
}
"""How a state is marked; the rest is bad."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """``words``: a key; ``at``: the instant that they name; ``todo``: the key of what to do, or empty."""

    words: str
    at: datetime | None = None
    by: str = ""
    todo: str = ""


def became(fate: Fate, now: datetime) -> Became:
    """Handed over, delivered and read are three things, and each is said as it is."""
    by = ", ".join(dict.fromkeys(one.channel for one in fate.lines))
    handed = _last([one.sent_at for one in fate.lines])
    reported = _last([one.reported_at for one in fate.lines])
    if fate.state in ("delivered", "read"):
        return Became(words=f"post.became.{fate.state}", at=reported or handed, by=by)
    if fate.state == "sent":
        which = "late" if late(fate, now) else "awaited" if any(one.awaits for one in fate.lines) else "unreported"
        return Became(words=f"post.became.{which}", at=handed, by=by, todo="post.todo.late" if which == "late" else "")
    if fate.state == "unknown" and fate.repeated_by:
        return Became(words="post.became.repeated", by=by)
    if fate.state == "refused" and fate.fault == NEVER:
        return Became(words="post.became.never", todo="post.todo.never")
    todo = f"post.todo.{fate.state}" if fate.state in RETRIABLE else ""
    return Became(words=f"post.became.{fate.state}", by=by, at=handed, todo=todo)


def may_retry(state: str, direction: str, fault: str | None) -> bool:
    """Whether ``letters retry`` would take it."""
    return state == "failed" if direction == "in" else state in RETRIABLE and fault != NEVER


def _last(instants: Sequence[datetime | None]) -> datetime | None:
    known = [at for at in instants if at is not None]
    return max(known) if known else None
