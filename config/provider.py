"""A provider of SMS and USSD described in a file: which fields come in, which request goes out, what its answers mean.

The description is data; ``gateway/described/`` carries it out. ``config/providers/README.md`` walks through one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from config.template import Template, Tree

BODIES = ("form", "json")
MEANINGS = ("sent", "busy", "refused", "doubtful", "account")
NUMBER_FORMS = ("+62", "62", "08")
STATES = ("delivered", "read", "trying", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a callback's fields come. ``names``: our word for a field → the provider's (a dotted path in JSON)."""

    method: str = "POST"
    body: str = "form"
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a callback is answered. Neither ``text`` nor ``json``: an empty body."""

    status: int = 200
    content_type: str = "text/plain"
    text: Template | None = None
    json: Mapping[str, Tree] | None = None
    headers: Mapping[str, Template] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """How a time is written: ``iso``, ``unix``, ``unix_ms`` or a pattern of strptime. ``zone_minutes`` east of UTC is
    meant where the writing does not say."""

    form: str = "iso"
    zone_minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsIn:
    """A letter. Names: from, text, to, id, sent_at, charset."""

    way: Way
    stamp: Stamp
    answer: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryIn:
    """A delivery report. Names: reference, to, status, why, at. ``states``: the provider's word → ours, folded."""

    way: Way
    stamp: Stamp
    states: Mapping[str, str]
    otherwise: str
    answer: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class UssdIn:
    """A USSD turn. Names: session, number, code, path, typed, turn, first, ended, error. ``first`` and ``ended``: the
    values of those fields that say so, folded."""

    way: Way
    first: frozenset[str]
    ended: frozenset[str]
    more: Reply
    end: Reply
    over: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What a request carries. ``json`` or ``form`` or neither is its body."""

    query: Mapping[str, Template] = field(default_factory=dict)
    form: Mapping[str, Template] = field(default_factory=dict)
    json: Mapping[str, Tree] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """An answer that is known. All that is given must hold: one of ``status``, ``body`` found in the text, the JSON
    value at ``json`` being one of ``values`` (any value but null where there are none)."""

    means: str
    status: frozenset[int] = frozenset()
    body: str = ""
    json: str = ""
    values: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class IdFrom:
    """Where the id of a sent letter is, by which its report names it: ours, which we sent along, or in the answer."""

    ours: bool = False
    json: str = ""
    body: str = ""
    header: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """The request that hands a letter over. ``ucs2`` is laid over ``fields`` for a text outside GSM-7; None: such a
    text is written without what GSM-7 lacks. Times in seconds."""

    method: str
    url: Template
    headers: Mapping[str, Template]
    fields: Fields
    ucs2: Fields | None
    number: str
    foreign: bool
    rules: tuple[Rule, ...]
    id: IdFrom
    connect_s: float
    answer_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A request that costs nothing, to learn whether the provider is there. No ``up``: any answer but 502, 503, 504."""

    method: str
    url: Template
    headers: Mapping[str, Template]
    up: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """All that one file says. ``values``: what the settings must give (an empty text), or may. ``price``: Rupiah for
    each message on the wire."""

    file: str
    name: str
    title: str
    price: float
    values: Mapping[str, str] = field(repr=False)
    sms: SmsIn | None
    delivery: DeliveryIn | None
    ussd: UssdIn | None
    send: Send | None
    probe: Probe | None
