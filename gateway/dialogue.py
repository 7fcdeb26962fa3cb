"""A conversation as pure steps: the same one runs by USSD, by SMS (numbered choices) and, later, by voice.

``state, input -> state, Screen, effects``. A step decides nothing that time or the store could change behind its back:
what it must know of the person comes in ``Who``, what it wants done goes out as effects, which are carried out in the
transaction that also keeps the new state, before anybody sees the screen. What only the store knows (is a place left?
what became of ticket 12?) goes out as an ``Ask``: the dialogue's own ``answer`` is called inside that transaction, may
write there, and gives the step that the person sees. So what a screen says is what was committed with it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.messages import Inbound
from gateway.store.people import Resident
from gateway.store.schema import Tx

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
    """What the person is told, and may answer. No ``choices`` and not ``last``: words are awaited (a name, a street),
    or ``figures`` (a number, which whoever calls types instead of saying it). ``last``: the conversation ends here. The
    face shows ``text`` (which may be empty), then one line a choice; what fits is shown whole, what is longer than one
    screen in pages."""

    text: str
    choices: tuple[Choice, ...] = ()
    last: bool = False
    figures: bool = False


NOTHING = Screen(text="")
"""Nothing is shown: another step follows at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """The person at the other end. ``number``: E.164, or as it came. ``resident``: as registered, confirmed or not.
    ``waits``: a change of theirs waits for a person's confirmation. ``doubt``: perhaps it is not that person (a forged
    callback); then ``resident`` is None, nothing stored is shown, and nothing but an alarm is written. ``screen``: the
    answer passes with the screen (USSD, a call): what is to be kept goes by letter too. ``voice``: the screen is
    spoken."""

    number: str
    at: datetime
    language: str
    resident: Resident | None = None
    waits: bool = False
    doubt: bool = False
    screen: bool = False
    voice: bool = False

    @property
    def how(self) -> str:
        """By what the person speaks to us, as in the audit."""
        return "voice" if self.voice else "ussd" if self.screen else "sms"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Erase:
    """Effect: forget the person at the other end, and all that hangs on the number and need not be kept."""


Effect = Say | Register | Erase


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question to the store. A dialogue has its own kinds, each with what must be known to answer it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Where the conversation stands now. ``goto``: the dialogue that goes on from here: the face calls its ``begin``
    (``screen`` and ``state`` are not looked at); the effects of both are carried out. ``state`` None: it ended.
    ``ask``: only the store knows how it goes on: the face calls ``answer`` (again ``screen`` and ``state`` are not
    looked at). ``understood`` False: it is the same screen again, with a word of help. ``declined``: a letter that
    began the dialogue is not its matter after all; nothing was written or is shown, and others are asked."""

    screen: Screen = NOTHING
    state: State | None = None
    effects: tuple[Effect, ...] = ()
    goto: str = ""
    ask: Ask | None = None
    understood: bool = True
    declined: bool = False


class Dialogue(Protocol):
    """One conversation; those of ours inherit from it. ``name`` is stored with its state. ``words`` are the whole of a
    letter that begins it by SMS, ``heads`` (words too) may be followed by more (folded, of any language; the longest
    that fits wins)."""

    name: str
    words: Sequence[str] = ()
    heads: Sequence[str] = ()
    for_quiet: bool = False
    """By SMS it is begun by a phone, too, that must be quiet: what it says is kept. Nothing is answered, unless it ends
    the quiet."""
    named_within: bool = False
    """One of its words in the middle of a letter that nobody understood is worth a hint."""
    names_ills: bool = False
    """What stands after its head may name illnesses: only a cry for help in it makes it an alarm."""

    def begin(self, who: Who, said: str = "") -> Step:
        """Its first screen. ``said``: what stood after the head (``DAFTAR siti#paya roba``), or the whole letter where
        ``hears`` knew it. Pure."""
        ...

    def step(self, state: State, typed: str, who: Who) -> Step:
        """The next one. ``typed`` is trimmed, never empty, and may be anything: what is not understood shows the same
        screen again with a word of help. A state of an older version begins anew. Pure, never raises."""
        ...

    def hears(self, text: str) -> bool:
        """Whether a letter that begins with none of the words, and that no other desk took, is its matter. Pure."""
        return False

    def ahead(self, ask: Ask, who: Who) -> Awaitable[None] | None:
        """What must be fetched from elsewhere before its own ``ask`` is answered: a face with a screen awaits it before
        the transaction, for 0.8 s at most (``gateway/ahead.py``), and then calls ``answer``, whatever came of it. It is
        asked once a turn, and never of the emergency's dialogue. None: nothing is to be fetched."""
        return None

    def answer(self, tx: Tx, ask: Ask, who: Who, turn: str) -> Step:
        """Answer its own ``ask`` from the store, and write what follows from it. ``turn`` names this turn among all:
        the same turn may come twice after a crash only if the first was not committed. Store verbs and pure decisions
        only; raising undoes the whole turn. By SMS it may show nothing: then no letter is sent, and whoever comes by
        the answer later goes on with the same turn (``Conversation.resume``)."""
        raise LookupError(f"{self.name} asks the store nothing")


def was_said(letter: Inbound) -> bool:
    """Whether a dialogue said it for its sender: the sender has an answer on a screen already."""
    return letter.external_id.startswith(SAID)
