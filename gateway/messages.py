"""Letters as values: what came in, what goes out, what was reported of it. Frozen; they cross rooms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Lane(StrEnum):
    """How urgent a letter is, most urgent first."""

    EMERGENCY = "emergency"
    SERVICE = "service"
    BULK = "bulk"


class Kind(StrEnum):
    """What came in."""

    SMS = "sms"
    PART = "part"  # one part of a long SMS whose other parts are still awaited
    MISSED_CALL = "missed_call"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """A letter to be sent. ``to`` is E.164. ``channel`` None: the route is chosen when it is sent.
    ``key`` is unique: the same key twice is the same letter. ``expires_at``: never sent after that.
    ``answers``: the id of the Inbound it answers. ``hides``: it is shown to nobody who does not ask for it by name.
    ``asked_at``: when its reader asked for it; None: it comes unasked, and not to a phone that must be quiet."""

    to: str
    text: str
    lane: Lane
    key: str
    expires_at: datetime
    channel: str | None = None
    answers: int | None = None
    hides: bool = False
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """A letter that was kept. ``sender`` is E.164 where it could be read as a subscriber's number, else as it came
    (alphanumeric, short code, or empty for a withheld caller). ``sent_at`` is the network's stamp, untrusted and
    often absent. ``external_id`` is unique per letter. ``whole``: for a Kind.PART, the ref that its siblings share.
    ``doubt``: why it is perhaps not from whom it says (a forged callback); shown as unverified, never dropped."""

    id: int
    channel: str
    kind: Kind
    sender: str
    text: str
    sent_at: datetime | None
    received_at: datetime
    external_id: str
    whole: str = ""
    doubt: str = ""

    def reply(self, text: str, *, lane: Lane, key: str, expires_at: datetime) -> Outbound:
        """The answer to this letter, to its sender. The channel stays open: the route is chosen when it is sent."""
        return Outbound(
            to=self.sender,
            text=text,
            lane=lane,
            key=key,
            expires_at=expires_at,
            answers=self.id,
            asked_at=self.received_at,
        )


class Delivery(StrEnum):
    """What was reported of a letter that was handed over (3GPP TS 23.040, 9.2.3.15). ``READ``: a person opened it; only
    where a provider says so."""

    READ = "read"
    DELIVERED = "delivered"
    TRYING = "trying"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A delivery report, joined to its letter by channel, reference and recipient."""

    channel: str
    reference: str
    to: str
    delivery: Delivery
    at: datetime
