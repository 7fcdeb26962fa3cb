"""What happens on a call, and what is to be done on it: the words between the engine, the call's owner and its leg."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.dialogue import Screen

# -- what happens on a call


@dataclass(frozen=True, slots=True)
class Begun:
    """The call is up; or up again, on another leg: where it stood is said once more."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """Keys, in answer to what was said; more than one only where digits were typed."""

    keys: str


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing in time. ``machine``: what was heard meanwhile sounds like an announcement, not like a person."""

    machine: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """Something was said and kept under that id; empty: nothing was, or this leg cannot record."""

    id: str


@dataclass(frozen=True, slots=True)
class Joined:
    """How a JOIN ended: ``ended`` (they talked) or ``failed``; or that a held call was joined by another, and it is
    over (``ended``)."""

    result: str


@dataclass(frozen=True, slots=True)
class Done:
    """An act's answer. ``say``: for a HOLD, the prompt that says how it stands. ``screen``: of a dialogue."""

    result: str
    fields: Mapping[str, str] = field(default_factory=dict)
    say: str = ""
    screen: Screen | None = None


Event = Begun | Pressed | Silence | Recorded | Joined | Done


# -- what is to be done


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something to be said: the prompt of that id with the call's fields and these, or else ``text`` as it is.
    ``label``: the prompt whose words fill ``{label}``."""

    prompt: str = ""
    text: str = ""
    label: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Say:
    """Say these, one after the other."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Wait for one of ``keys``; those may be pressed while it is being said. Any other key is Pressed too: the engine
    says that it is none. ``timeout_s`` from the end of what is said."""

    keys: str
    timeout_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Record until MORE is pressed, nobody speaks any more, or ``most_s``. Digits before MORE are Pressed instead
    (``most_s`` 0: only they are awaited)."""

    most_s: float
    timeout_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Keep the line for so long; then Silence. ``keys`` end it earlier."""

    seconds: float
    keys: str


@dataclass(frozen=True, slots=True)
class Join:
    """Connect with that number: with its own held call where there is one, else by ringing it."""

    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Do:
    """Have it done now, in the transaction that keeps the state."""

    act: str
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class End:
    """Hang up when all is said."""


Action = Say | Listen | Record | Hold | Join | Do | End
