"""One call at a time: what a leg is to those who call people, whoever carries the voice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from ivr.conversation import Conversation


class Outcome(StrEnum):
    """How a call ended, on every leg."""

    ANSWERED = "answered"  # someone or something picked up; never an acceptance
    RANG = "rang"  # it rang to the end and nobody picked up
    BUSY = "busy"
    REJECTED = "rejected"  # it rang and was turned away at once: what a siren controller does
    UNREACHABLE = "unreachable"  # it never rang
    NO_NETWORK = "no_network"
    FAILED = "failed"  # the modem or the leg gave no account of it
    UNKNOWN = "unknown"  # the program stopped in the middle


class Urgency(StrEnum):
    """Which call goes first on a leg, most urgent first."""

    SIREN = "siren"
    OFFICER = "officer"
    CALL_BACK = "call_back"
    JOIN = "join"  # the other half of a conversation that is under way
    TEST = "test"
    CALL_OUT = "call_out"  # a reminder, an answer: what an SMS would have said


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOrder:
    """A call to be made. ``since``: of two orders equally urgent the longer-waiting incident goes first.
    ``ring_s`` counts from alerting. ``talk_s``: how long an answered call waits for a key (0: hang up at once).
    ``from_numbers``: legs that own one of these place it (a siren's whitelist); where no leg does, any may.
    ``sample``: the number is sample data; only a leg whose modem is virtual may place it.
    ``conversation``: what is said and heard once it is answered; None: nothing is, it is hung up at once (a siren)."""

    to: str
    urgency: Urgency
    since: datetime
    ring_s: float
    talk_s: float = 0.0
    from_numbers: frozenset[str] = frozenset()
    sample: bool = False
    conversation: Conversation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResult:
    """What happened. ``leg`` names the modem or the provider; ``alerted_s`` is how long it rang; ``heard``: what was to
    be said could be, by a voice; ``lost``: the line failed in mid-call, nobody hung up: another may take the call up;
    ``key`` the key pressed, if any."""

    outcome: Outcome
    leg: str = ""
    alerted_s: float | None = None
    key: str | None = None
    heard: bool = False
    lost: bool = False
    detail: str = ""


async def at_once() -> bool:
    """The claim of an order that asks nobody before it is dialled."""
    return True


class CallLeg(Protocol):
    """Places calls. ``claimed`` is awaited when a leg is free and reserved, just before it dials: False gives the leg
    back and dials nothing (the order lapsed while it waited; the outcome is then FAILED, undialled).
    ``started`` is awaited when the far end begins to ring (the clock of the ladder runs from there)."""

    async def place(
        self,
        order: CallOrder,
        *,
        started: Callable[[], Awaitable[None]],
        claimed: Callable[[], Awaitable[bool]] = at_once,
    ) -> CallResult:
        """Dial, ring, wait for a key, hang up. Never raises for what the network does; waits while no leg is free.
        Cancelling it hangs up, and waits until the modem says that the line is free."""

    def free(self) -> int:
        """How many calls could start now."""
