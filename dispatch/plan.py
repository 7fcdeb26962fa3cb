"""What the ladder reads and what it answers: frozen values between the store, the loop and the pure core.

The loop turns each ``Effect`` into a ledger row (state INTENDED) in one transaction, then does it; what became of
it comes back to the ladder as an ``EffectRow``. The ladder keeps nothing between two questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dispatch.incident import Incident
from ivr.leg import Outcome


class EffectKind(StrEnum):
    """What is done to a phone."""

    SIREN = "siren"  # ring a station's controller: at least once, with a cap
    CALL = "call"  # ring an officer: at least once
    CALL_BACK = "call_back"  # ring the resident who made a missed call
    TEXT = "text"  # a letter from the pack's texts


class EffectState(StrEnum):
    """Where an effect stands. INTENDED → DOING → one of the others."""

    INTENDED = "intended"  # a row; nothing is on the wire
    DOING = "doing"  # claimed: it may be on the wire
    DONE = "done"  # carried out; a call: it ended with ``outcome``
    FAILED = "failed"  # it could not be carried out
    UNKNOWN = "unknown"  # found DOING at start: perhaps done, perhaps not
    CANCELLED = "cancelled"  # withdrawn before the wire, or hung up because the incident ended
    EXPIRED = "expired"  # too old to be sent

    @property
    def under_way(self) -> bool:
        """Something may still come of it by itself."""
        return self in (EffectState.INTENDED, EffectState.DOING)


class Answer(StrEnum):
    """Who or what answered a call, as far as the talk on it showed. None of them accepts or confirms anything."""

    TOLD = "told"  # the words of the call began
    UNHEARD = "unheard"  # answered on a leg that has no voice: nothing could be said
    SILENT = "silent"  # the whole was said twice, and nothing came back
    MACHINE = "machine"  # the same, and it sounded like an announcement


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Something to be done once. ``target`` is E.164. ``wave``: the how-manieth time this effect goes to this
    target for this incident, from 1: (incident, target, name, wave) is unique and makes ``key``. ``round``: the
    walk through the whole ladder it belongs to, from 1. ``tier``: its place in that walk, from 0; -1: outside the
    order. ``text``: the key in the pack's texts, for a TEXT. ``offers``: the officer must be given a new
    acceptance code with it. ``ring_s`` counts from alerting, ``talk_s`` from answering. ``why`` is for the
    timeline."""

    incident: int
    kind: EffectKind
    target: str
    wave: int
    round: int
    tier: int = -1
    station: str | None = None
    text: str | None = None
    offers: bool = False
    ring_s: float = 0.0
    talk_s: float = 0.0
    why: str = ""

    @property
    def name(self) -> str:
        """What is done, for the key: ``siren``, ``call``, ``call_back``, ``text.offer`` …"""
        return self.kind.value if self.text is None else f"{self.kind.value}.{self.text}"

    @property
    def key(self) -> str:
        """Unique in the ledger, equal whenever the ladder is asked again before the row was written."""
        return f"{self.incident}/{self.target}/{self.name}/{self.wave}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectRow:
    """An effect with what became of it. ``attempted_at``: claimed; ``started_at``: the far end began to ring;
    ``settled_at``: it ended (set for every state but INTENDED and DOING). ``pressed``: the key heard.
    ``relayed_at``: the siren controller's own SMS said that its relay closed. ``answer``: who or what answered."""

    effect: Effect
    state: EffectState
    intended_at: datetime
    attempted_at: datetime | None = None
    started_at: datetime | None = None
    settled_at: datetime | None = None
    outcome: Outcome | None = None
    pressed: str | None = None
    relayed_at: datetime | None = None
    answer: Answer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All the ladder may know. ``rows``: the incident's whole ledger. ``dead_sirens``: siren numbers known not to
    answer. ``rings``: siren number → when another incident last began to ring it, rings that failed left out.
    ``hurried_at``: when somebody last asked for the next person at once (``incidents next``, the page), or the
    place became known better. ``recalls``: officer's number → when he last rang us back, asking to be called.
    ``in_words``: it began with words, not with a missed call. ``assigned_to``, ``assigned_at``: the officer's number or
    the station's id that a person sent it to, until that one takes it. ``called_at``: when a person last asked for a
    call to the reporter."""

    incident: Incident
    rows: tuple[EffectRow, ...] = ()
    dead_sirens: frozenset[str] = frozenset()
    rings: Mapping[str, datetime] = field(default_factory=dict)
    hurried_at: datetime | None = None
    recalls: Mapping[str, datetime] = field(default_factory=dict)
    in_words: bool = False
    assigned_to: str | None = None
    assigned_at: datetime | None = None
    called_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do now. ``effects``: in this order, each as one new row. ``withdraw``: keys of rows to stop: an
    INTENDED row becomes CANCELLED (only if it is still INTENDED when the transaction looks), a DOING call is hung
    up. ``wake_at``: ask again then, or when a row changes. ``alarm``: a person must see this now; ``alarm_why``
    says what in one line."""

    effects: tuple[Effect, ...] = ()
    withdraw: tuple[str, ...] = ()
    wake_at: datetime | None = None
    alarm: bool = False
    alarm_why: str = ""
