"""One call as the modem tells it: steps, end and outcome. Pure; ``modem/following.py`` does the asking.

A call's steps come as unsolicited codes in the vendor's dialect and, as the backstop, as lines of AT+CLCC (27.007,
7.18). Both move the same ``Track``, which only goes forward.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from modem.codes import Code, Final, fields, number_in


class Outcome(StrEnum):
    """How a call ended."""

    ANSWERED = "answered"  # someone or something picked up
    RANG = "rang"  # it rang to the end and nobody picked up
    BUSY = "busy"  # engaged, before it rang
    REJECTED = "rejected"  # it rang, and the far end let go unanswered: what a siren controller does
    UNREACHABLE = "unreachable"  # it never rang
    NO_NETWORK = "no_network"
    FAILED = "failed"  # the modem gave no account of it


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnd:
    """What became of a call. ``alerted_s``: how long it rang; None when it never did. ``answered``: somebody picked up,
    whatever came then. ``lost``: the line failed in mid-call (the modem, its voice port: ``outcome`` is then FAILED),
    or had no voice when it came to it (ANSWERED): another leg may go on with the talk. ``detail``: who ended it."""

    outcome: Outcome
    alerted_s: float | None = None
    answered: bool = False
    lost: bool = False
    detail: str = ""


class Step(IntEnum):
    """How far a call is; only upwards."""

    DIALLING = 0
    ALERTING = 1
    ACTIVE = 2
    ENDED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line of AT+CLCC. ``state``: 0 active, 1 held, 2 dialling, 3 alerting, 4 incoming, 5 waiting, 6 ended."""

    id: int
    outgoing: bool
    state: int
    voice: bool
    number: str


_STEP_OF_STATE = {
    0: Step.ACTIVE,
    1: Step.ACTIVE,
    2: Step.DIALLING,
    3: Step.ALERTING,
    6: Step.ENDED,
    7: Step.ENDED,
    -1: Step.ENDED,
}
ENDS = frozenset({"NO CARRIER", "BUSY", "NO ANSWER", "NO DIALTONE"})
BUSY_CAUSES = (17,)  # 24.008, annex H: user busy
UNANSWERED_CAUSES = (18, 19)  # no user responding, user alerting but no answer
NETWORK_CAUSES = (34, 38, 41, 42, 44, 47)  # no channel, out of order, temporary failure, congestion
NO_NETWORK_CME = (30, 31, 32)  # no network service, network timeout, emergency calls only
MISSING_LISTS = 2  # AT+CLCC without our call, one after the other, before it counts as gone


def parse_listed(rest: str) -> Listed | None:
    """``+CLCC: id,dir,stat,mode,mpty[,number,type[,alpha…]]``; None when damaged."""
    said = fields(rest)
    numbers = [number_in(field) for field in said[:4]]
    if len(said) < 4 or any(number is None for number in numbers):
        return None
    index, direction, state, mode = (number or 0 for number in numbers)
    number = said[5] if len(said) > 5 else ""
    return Listed(id=index, outgoing=direction == 0, state=state, voice=mode == 0, number=number)


def tone_in(code: Code) -> str | None:
    """The key a tone code reports: ``+DTMF: 1``, ``+RXDTMF: 1``, ``^DDTMF: 1``, ``+QTONEDET: 49`` (in ASCII)."""
    said = code.fields()[0]
    if code.name == "+QTONEDET":
        number = number_in(said)
        said = chr(number) if number is not None and 0x20 < number < 0x7F else ""
    return said if code.name in TONE_CODES and re.fullmatch(r"[0-9*#A-D]", said, re.ASCII) else None


TONE_CODES = frozenset({"+DTMF", "+RXDTMF", "+QTONEDET", "^DDTMF"})


class Track:
    """The steps of our call, or of one that we answer (``outgoing`` False). ``cause``: the final code it ended with, ""
    while none was heard."""

    def __init__(self, *, outgoing: bool = True) -> None:
        self.outgoing = outgoing
        self.step = Step.DIALLING
        self.alerted = False
        self.answered = False
        self.cause = ""
        self.network_cause: int | None = None
        self.id = 1
        self.listed = False  # AT+CLCC showed it at least once
        self._missing = 0

    def hear(self, code: Code) -> bool:
        """Take an unsolicited code; True when it told something of our call."""
        step = self._step_of(code)
        if step is None:
            return False
        if code.name in ENDS:
            self.cause = self.cause or code.name
        self._reach(step)
        return True

    def list(self, calls: Sequence[Listed]) -> None:
        """Take AT+CLCC's answer; its data calls are nothing of ours."""
        ours = [call for call in calls if call.voice and call.outgoing == self.outgoing]
        if not ours:
            self._missing += 1
            if self._missing >= MISSING_LISTS + (0 if self.listed else 2):
                self._reach(Step.ENDED)
            return
        self._missing, self.listed = 0, True
        self.id = ours[0].id
        step = _STEP_OF_STATE.get(ours[0].state)
        if step is not None:
            self._reach(step)

    def dialled(self, final: Final) -> None:
        """Take the answer to ATD."""
        if not final.ok:
            self.cause = self.cause or final.text
            self._reach(Step.ENDED)

    def picked_up(self) -> None:
        """ATA was taken."""
        self._reach(Step.ACTIVE)

    def _reach(self, step: Step) -> None:
        if step is Step.ALERTING and self.step <= Step.ALERTING:
            self.alerted = True
        if step is Step.ACTIVE and self.step <= Step.ACTIVE:
            self.answered = True
        self.step = max(self.step, step)

    def _step_of(self, code: Code) -> Step | None:
        said = code.fields()
        match code.name:
            case "NO CARRIER" | "BUSY" | "NO ANSWER" | "NO DIALTONE":
                return Step.ENDED
            case "+CLCC":
                call = parse_listed(code.rest)
                ours = call is not None and call.voice and call.outgoing == self.outgoing
                return _STEP_OF_STATE.get(call.state) if call is not None and ours else None
            case "^ORIG":
                self.id = number_in(said[0]) or self.id
                return Step.DIALLING
            case "^CONF" | "MO RING":
                return Step.ALERTING
            case "^CONN" | "MO CONNECTED":
                return Step.ACTIVE
            case "^CEND":
                self.network_cause = number_in(said[3]) if len(said) > 3 else self.network_cause
                return Step.ENDED
            case "^DSCI":
                return _dsci(said, "0" if self.outgoing else "1")
            case "+QIND" if said[0] == "ccinfo" and len(said) > 3 and said[2] == ("0" if self.outgoing else "1"):
                return _STEP_OF_STATE.get(-1 if said[3] == "-1" else number_in(said[3]) or 0)
            case "VOICE CALL":
                return Step.ACTIVE if said[0].startswith("BEGIN") else Step.ENDED
            case _:
                return None


def _dsci(said: Sequence[str], direction: str) -> Step | None:
    """``^DSCI: id,dir,stat,type…``: 2 dialling, 7 alerting, 3 active, 6 released; dir 0 goes out, 1 comes in."""
    if len(said) < 3 or said[1] != direction:
        return None
    return {"7": Step.ALERTING, "3": Step.ACTIVE, "6": Step.ENDED}.get(said[2])


def outcome_of(track: Track) -> Outcome:
    """What the end of a call means, when the far end or the network ended it."""
    if track.answered:
        return Outcome.ANSWERED
    if track.alerted:
        unanswered = track.cause == "NO ANSWER" or track.network_cause in UNANSWERED_CAUSES
        return Outcome.RANG if unanswered else Outcome.REJECTED
    if track.cause == "BUSY" or track.network_cause in BUSY_CAUSES:
        return Outcome.BUSY
    if track.cause == "NO DIALTONE" or track.network_cause in NETWORK_CAUSES:
        return Outcome.NO_NETWORK
    return Outcome.UNREACHABLE


def refused_dial(final: Final) -> Outcome:
    """What it means that ATD itself failed."""
    if final.text in ("NO CARRIER", "NO ANSWER"):
        return Outcome.UNREACHABLE
    if final.text == "BUSY":
        return Outcome.BUSY
    if final.text == "NO DIALTONE" or final.cme in NO_NETWORK_CME:
        return Outcome.NO_NETWORK
    return Outcome.FAILED
