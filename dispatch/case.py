"""A case: an incident with what the desk must remember of the talk with its caller. Frozen; stored whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dispatch.incident import Incident
from gateway.messages import Kind


class Asked(StrEnum):
    """The question that is open with the caller: what a bare digit or a bare place then means."""

    NOTHING = ""
    MISSED_CALL = "missed_call"  # 1 emergency, 2 pressed by mistake
    DOUBT = "doubt"  # is it an emergency? 1 yes, 2 no
    PLACE = "place"  # where is it?
    WHICH = "which"  # one of the place's candidates, by number or by name


class Role(StrEnum):
    """What a letter was to its incident."""

    OPENED = "opened"
    REPEAT = "repeat"  # the caller again
    PART = "part"  # one part of a long SMS whose other parts were still awaited
    WHOLE = "whole"  # the long SMS, joined
    ANSWER = "answer"  # to our question
    CANCEL = "cancel"  # BATAL
    ACCEPT = "accept"  # an officer's code
    RELAY = "relay"  # a siren controller's own SMS
    RECALL = "recall"  # an officer rang back


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """``origin``: the kind of letter that opened it. ``heard_at``: the caller's last letter. ``hurried_at``: when
    somebody last asked for the next person at once. ``false_alarm``: a person said so when ending it.
    ``wake_at`` and ``alarm``: the ladder's next step, and why a person must look now (empty: nothing), for pages.
    ``assigned_to``: the officer's number, or the station's id, that a person sent it to and that has not taken it yet.
    ``handed_at``: when it came to who has it now, where that is not who accepted first. ``called_at``: when a person
    last asked for a call to the reporter. ``finding``: what it was (of ``City.findings``), and more of it in words."""

    incident: Incident
    origin: Kind
    heard_at: datetime
    asked: Asked = Asked.NOTHING
    asked_at: datetime | None = None
    hurried_at: datetime | None = None
    false_alarm: bool = False
    wake_at: datetime | None = None
    alarm: str = ""
    assigned_to: str | None = None
    assigned_at: datetime | None = None
    handed_at: datetime | None = None
    called_at: datetime | None = None
    finding: str | None = None
    finding_text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An officer was asked to take an incident. ``code`` is what he sends back; it is his alone, new with every
    offer, and dead after ``tries_left`` wrong guesses from his number."""

    id: int
    incident: int
    number: str
    officer: str
    station: str
    code: str
    tries_left: int
    offered_at: datetime
    effect: str
    recalled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of an incident's timeline. ``who``: a name, a masked number, or empty for the program itself. ``text``:
    as the program writes it down; ``data``: the same in parts, for pages that say it in their visitor's language."""

    at: datetime
    kind: str
    who: str
    text: str
    id: int = 0
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SirenState:
    """What is known of a siren's path. ``failures``: rings in a row that did not come through, since it was last
    proven; ``proven_at``: when it last turned a call away as it should, or sent its own SMS. ``test_at``: a test that
    ``test_by`` asked for waits for a line since then; ``tested_at``: when the last one was begun."""

    number: str
    failures: int = 0
    proven_at: datetime | None = None
    failed_at: datetime | None = None
    outcome: str = ""
    test_at: datetime | None = None
    test_by: str = ""
    tested_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """An incident that is a drill. ``sirens``: they may sound, announced. ``ended``: why it ended before somebody ended
    it, or empty."""

    incident: int
    asked_by: str
    sirens: bool
    ends_at: datetime
    ended: str = ""
