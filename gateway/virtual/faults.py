"""The faults that are set now: for a time, for a number of strikes, by chance."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from config.clock import Clock
from gateway.virtual.faultlist import FAULTS, Value
from modem.virtual.journal import Journal


@dataclass(slots=True, kw_only=True)
class SetFault:
    """One that is set. ``left``: strikes to come (None: any number); ``until``: monotonic seconds (None: until healed);
    ``chance`` of each strike."""

    name: str
    value: Value
    left: int | None
    until: float | None
    chance: float
    random: Random

    def row(self) -> dict[str, Any]:
        """As JSON has it."""
        return {"name": self.name, "value": self.value, "left": self.left, "chance": self.chance}

    @property
    def number(self) -> float:
        """The value as a number; 0.0 where it is none."""
        return float(self.value) if isinstance(self.value, int | float) else 0.0


class Faults:
    """What is set, by name: setting one again replaces it."""

    def __init__(self, clock: Clock, journal: Journal, random: Random) -> None:
        self._clock, self._journal, self._random = clock, journal, random
        self._set: dict[str, SetFault] = {}

    @property
    def all(self) -> list[SetFault]:
        """Those that may still strike."""
        return [one for name in tuple(self._set) if (one := self._alive(name)) is not None]

    def put(
        self,
        name: str,
        *,
        for_s: float | None = None,
        count: int | None = None,
        chance: float = 1.0,
        value: Value = None,
        seed: int | None = None,
    ) -> SetFault:
        """Set one. Raises ValueError for a name that is not in the list or a value of the wrong kind."""
        row = FAULTS.get(name)
        if row is None:
            raise ValueError(f"{name!r} is none of {', '.join(FAULTS)}")
        value = row.value if value is None else value
        if isinstance(value, str) is not isinstance(row.value, str):
            raise ValueError(f"{name}: {'a text' if isinstance(row.value, str) else 'a number'} is wanted as its value")
        self._set[name] = made = SetFault(
            name=name,
            value=value,
            left=count,
            until=None if for_s is None else self._clock.monotonic() + for_s,
            chance=chance,
            random=Random(self._random.getrandbits(32) if seed is None else seed),
        )
        self._journal.add("fault", name=name, set=True, for_s=for_s, count=count)
        return made

    def heal(self, name: str | None = None) -> None:
        """Take one away, or all."""
        for one in [name] if name is not None else list(self._set):
            if self._set.pop(one, None) is not None:
                self._journal.add("fault", name=one, set=False)

    def strike(self, name: str) -> SetFault | None:
        """The fault, where it strikes now; that strike is counted."""
        one = self._alive(name)
        if one is None or (one.chance < 1.0 and one.random.random() >= one.chance):
            return None
        if one.left is not None:
            one.left -= 1
        self._journal.add("fault", name=name, struck=True)
        return one

    def _alive(self, name: str) -> SetFault | None:
        one = self._set.get(name)
        if one is None:
            return None
        if one.left == 0 or (one.until is not None and self._clock.monotonic() >= one.until):
            self.heal(name)
            return None
        return one
