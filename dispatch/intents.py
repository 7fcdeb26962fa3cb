"""What a reading of a text can come to: frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """What the writer wants."""

    EMERGENCY = "emergency"
    CANCEL = "cancel"
    PAST = "past"
    COMPLAINT = "complaint"
    SERVICE = "service"
    QUESTION = "question"
    FRAUD = "fraud"
    DRILL = "drill"
    OTHER = "other"


class Act(StrEnum):
    """What is to be done."""

    RING = "ring"  # siren and officers
    PERSON = "person"  # officers are rung, the siren waits for a person's word
    ASK = "ask"  # one question, and an operator sees it
    NONE = "none"  # kept and answered


class About(StrEnum):
    """Whom it is about."""

    SELF = "self"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """``kind`` and ``agency``: of the city's codes, where it is an emergency. ``quiet``: nothing may sound in the
    writer's hand. ``digit``: the whole text is this number, which may also answer a question of ours. ``also``: other
    kinds that are named. ``now``: said to go on; ``past``: said to be over; both may be false. ``elsewhere``: in a
    place beyond the city. ``about``: the writer, or somebody else. ``saw``: what led to it, for the timeline and for
    tests."""

    intent: Intent
    act: Act
    kind: str | None = None
    agency: str | None = None
    quiet: bool = False
    digit: str | None = None
    also: tuple[str, ...] = ()
    now: bool = False
    past: bool = False
    elsewhere: bool = False
    about: About = About.SELF
    saw: tuple[str, ...] = ()
