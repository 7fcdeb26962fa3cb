"""A conversation as pure steps: the same one runs by USSD, by SMS (numbered choices) and, later, by voice.

``state, input -> state, Screen, effects``. A step decides nothing that time or the store could change behind its back:
what it must know of the person comes in ``Who``, what it wants done goes out as effects, which are carried out in the
transaction that also keeps the new state, before anybody sees the screen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.messages import Inbound
from gateway.store.people import Resident

SAID = "said/"
"""The ``external_id`` of a letter that a dialogue said for somebody (``Say``) begins so: no dialogue reads it as an
answer, and a desk need not acknowledge what the screen has acknowledged."""

State = Mapping[str, str]
"""What a dialogue remembers between two steps; it is stored as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One line of a menu: what is typed, and what it stands for. A dialogue gives a list its numbers from 1, and ``0``
    only to the way back; a face that shows a long list in pages may number each page anew, and then hands the
    dialogue the ``key`` of the line that was meant."""

    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What the person is told, and may answer. No ``choices`` and not ``last``: words are awaited (a name, a street).
    ``last``: the conversation ends here. The face shows ``text`` (which may be empty), then one line a choice; what
    fits is shown whole, what is longer than one screen in pages."""

    text: str
    choices: tuple[Choice, ...] = ()
    last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """The person at the other end. ``number``: E.164, or as it came. ``resident``: as registered, confirmed or not.
    ``waits``: a change of theirs waits for a person's confirmation. ``doubt``: perhaps it is not that person (a forged
    callback); then ``resident`` is None, nothing stored is shown, and nothing but an alarm is written."""

    number: str
    at: datetime
    language: str
    resident: Resident | None = None
    waits: bool = False
    doubt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Effect: the person says this, as if by SMS: a letter of this channel goes through the inbox to the desks."""

    text: str
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Effect: write this line of the registry (``confirmed`` False: nobody has vouched for it yet). ``only``: the
    fields that were said (``name``, ``address``, ``language`` …); empty: all of them."""

    resident: Resident
    only: tuple[str, ...] = ()


Effect = Say | Register


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Where the conversation stands now. ``goto``: the dialogue that goes on from here: the face calls its ``begin``
    (``screen`` and ``state`` are not looked at); the effects of both are carried out. ``state`` None: it ended.
    ``understood`` False: it is the same screen again, with a word of help."""

    screen: Screen
    state: State | None = None
    effects: tuple[Effect, ...] = ()
    goto: str = ""
    understood: bool = True


class Dialogue(Protocol):
    """One conversation. ``name`` is stored with its state; ``words`` begin it by SMS (folded, of any language)."""

    name: str
    words: Sequence[str]

    def begin(self, who: Who) -> Step:
        """Its first screen. Pure."""

    def step(self, state: State, typed: str, who: Who) -> Step:
        """The next one. ``typed`` is trimmed, never empty, and may be anything: what is not understood shows the same
        screen again with a word of help. A state of an older version begins anew. Pure, never raises."""


def was_said(letter: Inbound) -> bool:
    """Whether a dialogue said it for its sender: the sender has an answer on a screen already."""
    return letter.external_id.startswith(SAID)
