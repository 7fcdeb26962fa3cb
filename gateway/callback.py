"""What a provider may say to us over HTTP, as values. Pure: adapters make them, ``Callbacks`` acts on them.

provider ── web.py (sizes, secrets) ── Adapter.read ── Came | Reported | OptedOut | UssdTurn | UssdEnded | VoicePosted
                                                          └─ Callbacks: commit ── Adapter.answer ── 200
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.messages import Delivery


class Unreadable(Exception):
    """The body says nothing that could be kept; the message is the one line of the answer 400."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A request as it came. ``what``: the last word of the path (``sms``, ``delivery`` …). ``query`` is still encoded;
    ``body`` is empty for a GET. ``path``: the whole of it, with its secret, so that an answer can name it."""

    what: str
    body: bytes = b""
    content_type: str = ""
    query: str = ""
    path: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A letter. ``id`` is the provider's own, by which a repeat is known; where it has none, a digest of what it
    said. ``sender`` as it came. ``doubts``: what was wrong with the request; it is kept all the same, and marked.
    ``raw``: the request as text, kept only beside doubts."""

    id: str
    sender: str
    text: str
    to: str = ""
    sent_at: datetime | None = None
    doubts: tuple[str, ...] = ()
    raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A delivery report. ``said`` is the provider's own word for it, ``why`` its reason; both are open sets."""

    reference: str
    to: str
    delivery: Delivery
    said: str = ""
    why: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OptedOut:
    """A subscriber wants no more bulk letters from that sender. Emergencies and replies go on."""

    number: str
    sender: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UssdTurn:
    """One turn of a USSD session: a question that must be answered in the same request.

    ``path``: everything typed in the session, joined by ``*`` (cumulative providers; empty at the first turn), or
    None; ``typed``: only what was typed now, or None where the provider says only the path. ``turn``: the provider's
    id of this turn, where it has one. ``first``: the provider says that the session begins here (None: it does not
    say)."""

    session: str
    number: str
    code: str = ""
    path: str | None = None
    typed: str | None = None
    turn: str = ""
    first: bool | None = None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UssdEnded:
    """A session is over: ``said`` is the provider's status (an open set), ``error`` its reason."""

    session: str
    number: str
    said: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicePosted:
    """What a provider says of a call. ``told``: only told; else it waits for what to do next. ``direction``: inbound,
    outbound, or what it said. ``active`` False: the call is over. ``keys`` None: none were sent; empty: sent, yet none.
    ``call``, ``turn`` and ``quiet`` stood in the address that we gave: whose turn this comes of, and that nothing did.
    ``dial_status`` empty beside ``dialled``: the third party has just picked up. ``path``: where it was posted to.
    What the provider did not say is empty, or None."""

    session: str
    number: str
    ours: str = ""
    direction: str = ""
    active: bool = True
    told: bool = False
    state: str = ""
    keys: str | None = None
    recording: str = ""
    seconds: float | None = None
    cost: float | None = None
    currency: str = ""
    dialled: str = ""
    dialled_s: float | None = None
    dial_status: str = ""
    cause: str = ""
    request: str = ""
    call: str = field(default="", repr=False)
    turn: int | None = None
    quiet: bool = False
    path: str = field(default="", repr=False)
    doubts: tuple[str, ...] = ()


Said = Came | Reported | OptedOut | UssdTurn | UssdEnded | VoicePosted


@dataclass(frozen=True, slots=True, kw_only=True)
class UssdReply:
    """What the phone shows: at most 182 GSM-7 characters. ``more``: the session goes on and waits for an answer."""

    text: str
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the provider is answered."""

    status: int = 200
    content_type: str = "text/plain"
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a request, as ``/openapi.json`` tells of it."""

    name: str
    about: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What one path takes. ``least``: one of these fields must be there, else the body says nothing (400); whatever
    else is wrong is kept and marked. ``answer``: a pattern that the body of a 200 matches, of the type
    ``answered_as``; empty: none."""

    about: str
    fields: tuple[Field, ...] = ()
    least: tuple[str, ...] = ()
    methods: tuple[str, ...] = ("POST",)
    content_type: str = "application/x-www-form-urlencoded"
    answer: str = ""
    answered_as: str = "text/plain"


class Adapter(Protocol):
    """One provider's way of speaking. ``name`` is its word in the path ``/callbacks/<name>/<secret>/<what>``."""

    name: str

    @property
    def what(self) -> Sequence[str]:
        """The last words of its paths (``sms``, ``delivery``, ``ussd`` …)."""

    def door(self, what: str) -> Door:
        """What the path ``what`` takes; ``what`` is one of those."""

    @property
    def secrets(self) -> Sequence[str]:
        """Those of the settings, all valid; ``kentongan secrets rotate`` adds some that only the store knows."""

    def read(self, posted: Posted) -> Said:
        """What was said. Pure. Raises Unreadable, and nothing else."""

    def answer(self, said: Said, reply: UssdReply | None) -> Answer:
        """The answer after the commit; ``reply`` for a UssdTurn."""
