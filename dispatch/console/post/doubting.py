"""Why a letter is perhaps not from whom it says, as keys of words: what a callback's check wrote down. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

PART = "; "  # between two doubts of one letter
FIELDS: Mapping[str, Sequence[str]] = {
    "sender": ("from", "sender", "phoneNumber", "callerNumber", "msisdn", "source", "number"),
    "text": ("text", "message", "body", "content", "input"),
    "time": ("date", "time", "sent_at", "timestamp", "callStartTime"),
    "id": ("id", "messageId", "sessionId", "message_id"),
    "to": ("to", "destination", "recipient", "shortcode"),
}
"""What providers call the parts of a letter."""
FORMS: Sequence[tuple[str, re.Pattern[str]]] = (
    ("twice", re.compile(r"(?P<field>.+) twice")),
    ("lacks", re.compile(r"no (?P<field>.+)")),
    ("time", re.compile(r"unreadable (?P<field>.+)|(?P<other>.+) is no time")),
    ("garbled", re.compile(r"bad escape|NUL|bad UTF-8|broken Unicode")),
)


def doubts_of(written: str) -> list[tuple[str, str]]:
    """Each as the key of its words and that of the part that it is about (empty: of none that has a name)."""
    found = [_doubt(one) for one in written.split(PART) if one]
    return list(dict.fromkeys(found))


def _doubt(one: str) -> tuple[str, str]:
    for key, form in FORMS:
        if match := form.fullmatch(one):
            field = match.groupdict().get("field") or ""
            return f"post.doubts.{key}", next((f"post.field.{name}" for name, of in FIELDS.items() if field in of), "")
    return "post.doubts.other", ""
