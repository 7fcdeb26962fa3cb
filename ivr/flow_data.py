"""What a spoken conversation is made of, as frozen data; what a flow file may hold is read in ``ivr/flow_read.py``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.dialogue import Screen

REPEAT, MORE, BACK, URGENT = "*", "#", "0", "9"
"""Keys that mean the same everywhere: once more; the next choices, or the end of what is typed or spoken; back; and,
where a flow has such a place, the emergency."""
MOST_CHOICES = 4  # of one spoken menu: nobody remembers more


class Kind(StrEnum):
    """What a node does. Those that wait for a person: MENU, TALK, RECORD, HOLD, JOIN."""

    SAY = "say"  # speaks, and goes on to ``next``
    MENU = "menu"  # speaks, offers keys, waits
    ACT = "act"  # has something done; ``results`` says where each answer leads
    TALK = "talk"  # speaks the screens of a dialogue (gateway/dialogue.py) until it ends; then ``next``
    RECORD = "record"  # records what is said into the field ``into``; then ``next``
    HOLD = "hold"  # asks ``act`` now and again, says what is new, until a result has a place to go
    JOIN = "join"  # connects the call with the number in the field ``number``
    END = "end"  # speaks, and hangs up


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key of a menu. ``label``: the prompt that says what it does ("Untuk menerima"); which key it is, is said after
    it. ``sets``: fields that pressing it fills. ``needs``: what a city must have for it (flow_offered.py)."""

    label: str
    next: str
    sets: Mapping[str, str] = field(default_factory=dict)
    needs: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One place of a flow. ``prompts``: ids of what is said, in order; ``again``: instead of them from the second try
    on. ``timeout_s`` counts from the end of what was said. ``silent``: where it leads when ``tries`` were in vain (a
    HOLD: after so many rounds of ``seconds``). ``words``: whether a TALK that asks for words may be answered by a
    recording."""

    name: str
    kind: Kind
    prompts: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    keys: Mapping[str, Key] = field(default_factory=dict)
    timeout_s: float = 0.0
    tries: int = 0
    silent: str = ""
    act: str = ""
    results: Mapping[str, str] = field(default_factory=dict)
    next: str = ""
    dialogue: str = ""
    words: bool = False
    seconds: float = 0.0
    into: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActSpec:
    """What an act may answer, the fields that it fills (each, whatever it answers; perhaps with nothing), and, for a
    HOLD, the prompts that may say how it stands."""

    results: frozenset[str]
    fields: frozenset[str] = frozenset()
    says: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A whole conversation. ``sorry``: where a fault of ours leads. ``urgent``: where URGENT leads from anywhere;
    empty: nowhere. ``fields``: those that are known from the beginning. ``slow``: spoken slowly, for menus.
    ``instead``: the prompt without fields that is played when no machine can speak (bundled as sound)."""

    name: str
    start: str
    sorry: str
    nodes: Mapping[str, Node]
    urgent: str = ""
    fields: frozenset[str] = frozenset()
    acts: Mapping[str, ActSpec] = field(default_factory=dict)
    slow: bool = False
    instead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where a call stands. ``at`` empty: not begun. ``rounds``: tries, or turns of a HOLD. ``screen`` and ``page``: of
    a TALK. ``held``: what a HOLD said last; in a menu, what the dialogue before it said last."""

    at: str = ""
    rounds: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)
    screen: Screen | None = None
    page: int = 0
    held: str = ""
    ended: bool = False
